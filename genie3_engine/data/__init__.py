"""How does a file become an expression matrix with named genes and samples?"""

from __future__ import annotations

from genie3_engine.data.expression import Expression
from genie3_engine.data.io import READABLE_ENDINGS, READABLE_NAMES
from genie3_engine.data.orientation import GENES_IN_COLUMNS, GENES_IN_ROWS, ORIENTATIONS
from genie3_engine.data.prepare import read_expression, read_raw
from genie3_engine.data.raw_expression import OddCell, RawExpression, ReadReport
from genie3_engine.data.regulators import Match, match_names, read_names
from genie3_engine.data.simulate import (
    SimulatedNetwork,
    sample_network,
    simulate_network,
    write_simulation,
)

__all__ = [
    "GENES_IN_COLUMNS",
    "GENES_IN_ROWS",
    "ORIENTATIONS",
    "READABLE_ENDINGS",
    "READABLE_NAMES",
    "Expression",
    "Match",
    "OddCell",
    "RawExpression",
    "ReadReport",
    "SimulatedNetwork",
    "match_names",
    "read_expression",
    "read_names",
    "read_raw",
    "sample_network",
    "simulate_network",
    "write_simulation",
]
