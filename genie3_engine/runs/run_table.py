"""Settings and times of several runs next to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from genie3_engine.errors import Genie3Error
from genie3_engine.labels import PHASES, STATES, duration, size
from genie3_engine.launchers.registry import launcher_rows
from genie3_engine.model import RunSpec, setting_rows
from genie3_engine.runs.listing import RunSummary, timings

PROPERTY = "Property"
_MEMORY = "Memory at most"
_STEPS = {step: f"Time: {name.lower()}" for step, name in {**PHASES, "total": "total"}.items()}
_LAST = ("State", "Targets", *_STEPS.values(), _MEMORY)


def described(spec: RunSpec, run: Path | None = None) -> list[tuple[str, str]]:
    """Return the settings of a run as labels and values for people, with its data and launcher.

    Parameters
    ----------
    spec : RunSpec
        The run's.
    run : Path, optional
        Its folder, by which what was decided for its last submission is known.
    """
    return [
        ("Data", f"{spec.source} ({spec.dataset[:12]})"),
        ("Fixes", " then ".join(spec.recipe) or "none"),
        *setting_rows(spec),
        *launcher_rows(spec, run),
    ]


def run_table(summaries: Sequence[RunSummary]) -> pd.DataFrame:
    """Return the settings and times of runs, a column for each run.

    Parameters
    ----------
    summaries : sequence of RunSummary
        The runs.

    Returns
    -------
    DataFrame
        ``Property``, and of each run the value in words; empty where a run does not have it. Runs
        of the same name have their ids in the names of the columns.
    """
    names = distinct_names(summaries)
    columns = {
        names[summary.id]: {**dict(described(summary.spec, summary.path)), **_times(summary)}
        for summary in summaries
    }
    properties = dict.fromkeys(each for values in columns.values() for each in values)
    rows = [each for each in properties if each not in _LAST]
    rows += [each for each in _LAST if each in properties]
    return pd.DataFrame(
        {
            PROPERTY: rows,
            **{name: [of.get(row, "") for row in rows] for name, of in columns.items()},
        }
    )


def distinct_names(summaries: Sequence[RunSummary]) -> dict[str, str]:
    """Return a name for each run by its id: its title, with the id where that is not unique."""
    titles = Counter([PROPERTY, *(summary.title for summary in summaries)])  # no column twice
    return {
        summary.id: summary.title
        if titles[summary.title] == 1
        else f"{summary.title} ({summary.id})"
        for summary in summaries
    }


def seconds_of(summary: RunSummary) -> Mapping[str, float]:
    """Return the seconds of each step of a run; empty where they are not known."""
    return dict(_measured(summary).get("seconds", {}))


def differing(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a `run_table` whose values are not the same for all runs."""
    values = table.drop(columns=PROPERTY)
    return table[values.nunique(axis=1) > 1].reset_index(drop=True)


def _times(summary: RunSummary) -> dict[str, str]:
    status = summary.status
    found = {
        "State": STATES[status.state],
        "Targets": f"{status.targets_done:,} of {status.targets_total:,}",
    }
    measured = _measured(summary)
    seconds = measured.get("seconds", {})
    for step, name in _STEPS.items():
        if seconds.get(step):
            found[name] = duration(float(seconds[step]))
    memory = measured.get("peak_memory_bytes")
    if memory:
        found[_MEMORY] = size(memory)
    return found


def _measured(summary: RunSummary) -> Mapping[str, Any]:
    try:
        return timings(summary.path) or {}
    except Genie3Error:
        return {}
