"""Which records do the parts of the program pass to one another?"""

from __future__ import annotations

from genie3_engine.model.forests import Engine, ForestSpec, Method
from genie3_engine.model.layouts import LayoutSpec
from genie3_engine.model.links import ImportanceScale, TargetLinks, TargetSummary
from genie3_engine.model.specs import KEEP_ALL_UP_TO, KEEP_OTHERWISE, RunSpec, default_keep
from genie3_engine.model.statuses import ErrorRecord, RunState, RunStatus

__all__ = [
    "KEEP_ALL_UP_TO",
    "KEEP_OTHERWISE",
    "Engine",
    "ErrorRecord",
    "ForestSpec",
    "ImportanceScale",
    "LayoutSpec",
    "Method",
    "RunSpec",
    "RunState",
    "RunStatus",
    "TargetLinks",
    "TargetSummary",
    "default_keep",
]
