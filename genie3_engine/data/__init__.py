"""Expression data: reading files, checking and fixing them, preparing a matrix."""

from __future__ import annotations

from genie3_engine.data.expression import Expression
from genie3_engine.data.io import readable_endings, readable_names
from genie3_engine.data.name_lists import read_list, read_names
from genie3_engine.data.orientation import GENES_IN_COLUMNS, GENES_IN_ROWS, ORIENTATIONS
from genie3_engine.data.prepare import read_expression, read_raw
from genie3_engine.data.raw_expression import OddCell, RawExpression, ReadReport
from genie3_engine.data.regulators import Match, match_names
from genie3_engine.data.sample_sheet import SampleSheet
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
    "Expression",
    "Match",
    "OddCell",
    "RawExpression",
    "ReadReport",
    "SampleSheet",
    "SimulatedNetwork",
    "match_names",
    "read_expression",
    "read_list",
    "read_names",
    "read_raw",
    "readable_endings",
    "readable_names",
    "sample_network",
    "simulate_network",
    "write_simulation",
]
