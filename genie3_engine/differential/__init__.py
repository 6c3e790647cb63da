"""Compare the networks of two conditions: set up, start, watch, stop, resume, results."""

from __future__ import annotations

from genie3_engine.differential.comparison_folder import (
    Comparison,
    comparisons_folder,
    is_comparison,
)
from genie3_engine.differential.comparison_spec import (
    FEWEST_PERMUTATIONS,
    N_MORE,
    N_PERMUTATIONS,
    N_TREES,
    ComparisonSpec,
    ComparisonStatus,
    Group,
    comparable_methods,
    default_top,
)
from genie3_engine.differential.forecast import (
    ComparisonForecast,
    find_forecast,
    measure_forecast,
    pilot_specs,
)
from genie3_engine.differential.lifecycle import (
    ComparisonSummary,
    cancel,
    cleanup,
    create,
    delete,
    history,
    logs,
    resume,
    start,
    status,
    view,
)
from genie3_engine.differential.pooled_samples import PooledSamples
from genie3_engine.differential.setups import Choices, of_column, of_runs
from genie3_engine.differential.tables import write_tables

__all__ = [
    "FEWEST_PERMUTATIONS",
    "N_MORE",
    "N_PERMUTATIONS",
    "N_TREES",
    "Choices",
    "Comparison",
    "ComparisonForecast",
    "ComparisonSpec",
    "ComparisonStatus",
    "ComparisonSummary",
    "Group",
    "PooledSamples",
    "cancel",
    "cleanup",
    "comparable_methods",
    "comparisons_folder",
    "create",
    "default_top",
    "delete",
    "find_forecast",
    "history",
    "is_comparison",
    "logs",
    "measure_forecast",
    "of_column",
    "of_runs",
    "pilot_specs",
    "resume",
    "start",
    "status",
    "view",
    "write_tables",
]
