"""The sample sheet: what it has, and the methods that use it."""

from __future__ import annotations

from collections.abc import Iterator

from genie3_engine.data.quality.context import QualityContext
from genie3_engine.data.quality.findings import DYNGENIE3, Fact, Finding, Severity
from genie3_engine.data.sheet_entries import describe_sheet
from genie3_engine.model import METHODS, SERIES

_FEWEST_POINTS = 5


def describe(context: QualityContext) -> Iterator[Fact]:
    """Describe what the sample sheet has, where there is one."""
    sheet = context.raw.sheet
    if sheet is not None and not sheet.is_empty:
        text = describe_sheet(sheet)
        yield Fact("Sample sheet", text)


def time_series(context: QualityContext) -> Iterator[Finding]:
    """Offer the methods for time series where the samples are some."""
    sheet = context.raw.sheet
    if sheet is None or not sheet.has_series:
        return
    methods = [name for name in METHODS if SERIES in METHODS[name].needs]
    offered = " or ".join(f"--method {name}" for name in methods)
    yield Finding(
        "time-series",
        Severity.NOTE,
        "The samples are time series."
        + (f" A method that uses their order is {offered}." if methods else ""),
        "Other methods ignore the order of the samples. From a series a method learns which genes "
        f"precede the change of another one ({DYNGENIE3}).",
    )


def short_series(context: QualityContext) -> Iterator[Finding]:
    """Report time series of a single sample or of few."""
    sheet = context.raw.sheet
    if sheet is None:
        return
    series = sheet.series_positions()
    single = [name for name, positions in series.items() if len(positions) < 2]
    if single:
        verb = "has" if len(single) == 1 else "have"
        yield Finding(
            "single-points",
            Severity.WARNING,
            f"{len(single):,} of {len(series):,} time series {verb} one sample only, such as "
            f"'{single[0]}'.",
            "A series of one sample has no change to learn from: correct the names of the series "
            "in the sample sheet, or leave its time out to use it as a steady state.",
        )
