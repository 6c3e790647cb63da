"""Comparison of several ranked lists against one gold standard."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, count
from pathlib import Path
from typing import Any

import pandas as pd

from genie3_engine.data.decisions import Decision
from genie3_engine.errors import InputError
from genie3_engine.evaluation.accuracy import Accuracy, accuracy_of
from genie3_engine.evaluation.bootstrap import Interval, Resamples, resample_targets
from genie3_engine.evaluation.matches import JudgedLinks, judged_links
from genie3_engine.model import METHODS, RunSpec, setting_words
from genie3_engine.store.run_folder import RunFolder

MEASURES = {"aupr": "AUPR", "auroc": "AUROC", "early_precision": "Early precision"}
LEFT_OUT = (
    "An interval shows how far the number may be off because the gold standard covers these "
    "targets and not others like them. It does not cover the choice of regulators, whose "
    "resampling gives wider intervals, nor other samples or another seed, nor true links that "
    "the gold standard lacks."
)
SEVERAL = (
    "Among several runs, the best number is in part the luckiest: a small difference needs a second"
    " data set."
)
NO_INTERVALS = "Fewer than 10 targets have a true link: too few for intervals."


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredList:
    """One list of a comparison.

    Parameters
    ----------
    name : str
        What it is called.
    accuracy : Accuracy
        How near its links come to the gold standard.
    resamples : Resamples or None
        The same measures for resampled targets; None where there are too few targets.
    truth : str
        Hash of the gold standard as it was read.
    method, settings : str
        The method of a run, and its settings in words; empty for a list of another tool.
    """

    name: str
    accuracy: Accuracy
    resamples: Resamples | None
    truth: str
    method: str = ""
    settings: str = ""

    def interval(self, measure: str) -> Interval | None:
        """Return the bootstrap interval of a measure, by its name in `MEASURES`."""
        return None if self.resamples is None else self.resamples.interval(measure)

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain JSON values, with the ends of their intervals."""
        return {
            "name": self.name,
            "method": self.method,
            "settings": self.settings,
            **self.accuracy.to_dict(),
            "intervals": self.intervals(),
        }

    def intervals(self) -> dict[str, list[float]]:
        """Return the ends of the interval of each measure, by the measure's name."""
        found = {measure: self.interval(measure) for measure in MEASURES}
        return {name: [each.low, each.high] for name, each in found.items() if each is not None}


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a measure of one list is above that of another.

    Parameters
    ----------
    name, other : str
        The lists.
    measure : str
        Its name in `MEASURES`.
    value : float
        The measure of the first minus that of the other.
    interval : Interval
        Of the difference, both lists measured on the same resampled targets.
    share_above : float
        Share of the resamples in which the first list has the higher measure.
    """

    name: str
    other: str
    measure: str
    value: float
    interval: Interval
    share_above: float

    @property
    def is_settled(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.interval.low > 0 or self.interval.high < 0

    @property
    def verdict(self) -> str:
        """What the interval means, in words."""
        if not self.is_settled:
            return "no clear difference"
        return "higher" if self.value > 0 else "lower"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "name": self.name,
            "other": self.other,
            "measure": self.measure,
            "difference": self.value,
            "interval": [self.interval.low, self.interval.high],
            "share_above": self.share_above,
            "verdict": self.verdict,
        }


def measured(judged: JudgedLinks, *, name: str, spec: RunSpec | None = None) -> MeasuredList:
    """Measure judged links, with intervals.

    Parameters
    ----------
    judged : JudgedLinks
        The links of a list that a gold standard judges.
    name : str
        What the list is called.
    spec : RunSpec, optional
        Of the run that made the list.
    """
    return MeasuredList(
        name,
        accuracy_of(judged),
        resample_targets(judged),
        judged.gold.digest,
        "" if spec is None else METHODS[spec.forest.method].label,
        "" if spec is None else setting_words(spec),
    )


def compare(
    sources: Mapping[str, Path],
    gold: Path,
    *,
    links_columns: Mapping[str, str] | None = None,
    gold_columns: Mapping[str, str] | None = None,
) -> tuple[MeasuredList, ...]:
    """Measure several lists against one gold standard.

    Parameters
    ----------
    sources : mapping of str to Path
        Run folders and files of links, by what they are called.
    gold : Path
        The gold standard.
    links_columns, gold_columns : mapping of str to str, optional
        Columns for roles, see `genie3_engine.evaluation.link_files.read_together`; those of links
        are for files, the columns of runs are known.

    Returns
    -------
    tuple of MeasuredList
        In the order given.

    Raises
    ------
    InputError
        When a file cannot be read, or a list has no pair in common with the gold standard.
    """
    lists = []
    for name, path in sources.items():
        is_run = os.path.isdir(path)
        judged = judged_links(
            path,
            gold,
            links_columns=None if is_run else links_columns,
            gold_columns=gold_columns,
        )
        spec = RunFolder.open(path).spec if is_run else None
        lists.append(measured(judged, name=name, spec=spec))
    require_one_truth(lists)
    return tuple(lists)


def require_one_truth(lists: Sequence[MeasuredList]) -> None:
    """Require that the gold standard was read in the same way for each list.

    Raises
    ------
    InputError
        When it was not: columns are also detected by the names in the list.
    """
    for each in lists[1:]:
        if each.truth != lists[0].truth:
            raise InputError(
                f"The gold standard is read in one way for {lists[0].name} and in another for "
                f"{each.name}, so they cannot be compared.",
                "Name its columns (--gold-columns regulator=COLUMN,target=COLUMN,label=COLUMN).",
            )


def unique_names(lists: Iterable[MeasuredList]) -> list[MeasuredList]:
    """Return the lists with a number where a name occurs before, such as ``run (2)``."""
    named: dict[str, MeasuredList] = {}
    for each in lists:
        names = chain([each.name], (f"{each.name} ({number})" for number in count(2)))
        name = next(name for name in names if name not in named)
        named[name] = replace(each, name=name)
    return list(named.values())


def ranked(lists: Iterable[MeasuredList], by: str = "aupr") -> tuple[MeasuredList, ...]:
    """Sort lists by a measure, the best first, or by ``name``; equal ones stay in order."""
    if by == "name":
        return tuple(sorted(lists, key=lambda each: each.name))
    return tuple(sorted(lists, key=lambda each: -getattr(each.accuracy, by)))


def difference(one: MeasuredList, other: MeasuredList, measure: str) -> Difference | None:
    """Return how far a measure of one list is above that of another.

    Parameters
    ----------
    one, other : MeasuredList
        Lists that the same gold standard judges.
    measure : str
        Its name in `MEASURES`.

    Returns
    -------
    Difference or None
        None where there are too few targets to resample.
    """
    if one.resamples is None or other.resamples is None:
        return None
    return Difference(
        one.name,
        other.name,
        measure,
        getattr(one.accuracy, measure) - getattr(other.accuracy, measure),
        one.resamples.difference(other.resamples, measure),
        one.resamples.share_above(other.resamples, measure),
    )


def all_differences(lists: Sequence[MeasuredList]) -> Iterator[Difference]:
    """Yield the differences of every two lists in every measure, the earlier list first."""
    for one, other in combinations(lists, 2):
        for measure in MEASURES:
            found = difference(one, other, measure)
            if found is not None:
                yield found


def cautions(lists: Sequence[MeasuredList]) -> list[str]:
    """Return what the numbers of a comparison leave out, in sentences."""
    has_intervals = all(each.resamples is not None for each in lists)
    said = [LEFT_OUT if has_intervals else NO_INTERVALS]
    absent = [each.accuracy.n_absent for each in lists]
    if len(lists) > 1:
        said.append(SEVERAL)
    if len(set(absent)) > 1:
        fewest, most = min(absent), max(absent)
        names = [each.name for each in lists if each.accuracy.n_absent == most]
        said.append(
            f"The lists do not rank the same pairs: {names[0]} lacks {most:,} pairs of the gold "
            f"standard, another {fewest:,}. Absent pairs rank last, in random order."
        )
    return said


def table(lists: Sequence[MeasuredList]) -> pd.DataFrame:
    """Return a comparison as a table, one row a list, with the ends of each interval.

    Returns
    -------
    DataFrame
        ``run``, ``method``, ``settings``; ``aupr``, ``auroc`` and ``early_precision``, each with
        ``_low`` and ``_high``; ``early_precision_ratio``, ``n_positives``, ``n_scored`` and
        ``n_absent``.
    """
    rows = []
    for each in lists:
        row: dict[str, Any] = {"run": each.name, "method": each.method, "settings": each.settings}
        for measure in MEASURES:
            interval = each.interval(measure)
            row[measure] = getattr(each.accuracy, measure)
            row[f"{measure}_low"] = None if interval is None else interval.low
            row[f"{measure}_high"] = None if interval is None else interval.high
        for name in ("early_precision_ratio", "n_positives", "n_scored", "n_absent"):
            row[name] = getattr(each.accuracy, name)
        rows.append(row)
    return pd.DataFrame(rows)


def as_tsv(lists: Sequence[MeasuredList]) -> str:
    """Return the table of a comparison as tab-separated text, six digits a number."""
    return table(lists).to_csv(sep="\t", index=False, float_format="%.6g", lineterminator="\n")


def decisions(lists: Iterable[MeasuredList]) -> tuple[Decision, ...]:
    """Return what was taken for what in the files, each decision once."""
    found = {each.sentence: each for of in lists for each in of.accuracy.decisions}
    return tuple(found.values())
