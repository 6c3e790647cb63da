"""Records that the parts of the program pass to one another."""

from __future__ import annotations

from genie3_engine.jobs.status import ErrorRecord, JobState, JobStatus
from genie3_engine.model.aggregations import AGGREGATIONS, RANK_PRODUCT
from genie3_engine.model.confidence import CONFIDENCE_CHOICES, ConfidenceSpec
from genie3_engine.model.engines import COMPILED, ENGINES, SCIKIT_LEARN, Engine, ForestSize
from genie3_engine.model.forests import ForestSpec, method_settings
from genie3_engine.model.layouts import LayoutSpec
from genie3_engine.model.links import ImportanceScale, TargetLinks, TargetSummary
from genie3_engine.model.methods import (
    COMBINED,
    EXTRA_TREES,
    GRNBOOST2,
    IN_VIVO,
    KNOCK_OUTS,
    METHODS,
    NEEDS,
    PRECISION,
    RANDOM_FOREST,
    SERIES,
    TIME_SERIES,
    Method,
    TreeMethod,
    method_notes,
    tree_method,
    tree_method_names,
)
from genie3_engine.model.parents import Parent, hash_of_lists
from genie3_engine.model.settings import Choice, Setting, settings_of
from genie3_engine.model.specs import (
    KEEP,
    KEEP_ALL_UP_TO,
    KEEP_OTHERWISE,
    RunSpec,
    default_keep,
    member_specs,
    run_title,
    setting_rows,
    setting_words,
)
from genie3_engine.model.statuses import RunStatus

__all__ = [
    "AGGREGATIONS",
    "COMBINED",
    "COMPILED",
    "CONFIDENCE_CHOICES",
    "ENGINES",
    "EXTRA_TREES",
    "GRNBOOST2",
    "IN_VIVO",
    "KEEP",
    "KEEP_ALL_UP_TO",
    "KEEP_OTHERWISE",
    "KNOCK_OUTS",
    "METHODS",
    "NEEDS",
    "PRECISION",
    "RANDOM_FOREST",
    "RANK_PRODUCT",
    "SCIKIT_LEARN",
    "SERIES",
    "TIME_SERIES",
    "Choice",
    "ConfidenceSpec",
    "Engine",
    "ErrorRecord",
    "ForestSize",
    "ForestSpec",
    "ImportanceScale",
    "JobState",
    "JobStatus",
    "LayoutSpec",
    "Method",
    "Parent",
    "RunSpec",
    "RunStatus",
    "Setting",
    "TargetLinks",
    "TargetSummary",
    "TreeMethod",
    "default_keep",
    "hash_of_lists",
    "member_specs",
    "method_notes",
    "method_settings",
    "run_title",
    "setting_rows",
    "setting_words",
    "settings_of",
    "tree_method",
    "tree_method_names",
]
