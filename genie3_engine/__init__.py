"""Gene regulatory networks by GENIE3: forests, run folders, a command line.

The names of the public API are loaded when they are first used, so that importing the package costs
nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from genie3_engine.version import __version__ as __version__

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression as Expression
    from genie3_engine.data.prepare import read_expression as read_expression
    from genie3_engine.data.simulate import simulate_network as simulate_network
    from genie3_engine.errors import Genie3Error as Genie3Error
    from genie3_engine.evaluation.accuracy import evaluate as evaluate
    from genie3_engine.model import ConfidenceSpec as ConfidenceSpec
    from genie3_engine.model import ForestSpec as ForestSpec
    from genie3_engine.model import LayoutSpec as LayoutSpec
    from genie3_engine.networks.links import ranked_links as ranked_links
    from genie3_engine.runs import infer as infer

_HOMES = {
    "ConfidenceSpec": "model",
    "Expression": "data.expression",
    "ForestSpec": "model",
    "Genie3Error": "errors",
    "LayoutSpec": "model",
    "evaluate": "evaluation.accuracy",
    "infer": "runs",
    "ranked_links": "networks.links",
    "read_expression": "data.prepare",
    "simulate_network": "data.simulate",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List the public names too."""
    return sorted([*globals(), *_HOMES])
