"""Make a sample sheet of columns of texts, and record what was taken for what."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from genie3_engine.data.io.text.cell_values import is_missing
from genie3_engine.data.perturbations import (
    GeneNames,
    Perturbation,
    is_unperturbed,
    kind_of,
    read_perturbation,
)
from genie3_engine.data.regulators import matched
from genie3_engine.data.sample_sheet import KNOCK_OUT, PERTURBATIONS, SampleSheet
from genie3_engine.data.sheet_columns import SheetRole, SheetRoles
from genie3_engine.data.time_points import read_times
from genie3_engine.errors import InputError
from genie3_engine.labels import count

_SHOWN = 3


@dataclass
class SheetDraft:
    """A sample sheet, and what is to know about it.

    Parameters
    ----------
    sheet : SampleSheet
        The sheet.
    guesses : list of str
        What the columns do not state, one sentence each.
    evidence : list of str
        What they state in another way, one sentence each.
    notes : list of str
        What was done with the entries, one sentence each.
    is_kind_assumed : bool
        Whether how genes were perturbed is assumed.
    """

    sheet: SampleSheet
    guesses: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_kind_assumed: bool = False


def draft_sheet(roles: SheetRoles, samples: Sequence[str], genes: GeneNames) -> SheetDraft:
    """Make the sheet of columns with an entry for each sample.

    Parameters
    ----------
    roles : SheetRoles
        The columns; entries in the order of the samples.
    samples : sequence of str
        Names of the samples, for messages.
    genes : GeneNames
        The genes of the data.

    Returns
    -------
    SheetDraft
        The sheet, with guesses and notes.

    Raises
    ------
    InputError
        When an entry is not a time or entries contradict each other, naming the sample and the
        value.
    """
    blank = ("",) * len(samples)
    draft = SheetDraft(
        SampleSheet(blank, (math.nan,) * len(samples), ((),) * len(samples), blank, blank, blank)
    )
    perturbed, kinds = _perturbations(roles, samples, genes, draft)
    replicate = _texts(roles, SheetRole.REPLICATE, len(samples))
    times = (math.nan,) * len(samples)
    series: list[str] = [""] * len(samples)
    column = roles.columns.get(SheetRole.TIME)
    if column is not None:
        found = read_times(column.entries, header=column.label)
        draft.notes += [found.note] if found.note else []
        times = found.values
        series = _series(roles, times, perturbed, kinds, samples, draft)
        _Course(samples, times, series, replicate, draft).settle(
            may_split=roles.entries(SheetRole.SERIES) is None,
            may_number=roles.entries(SheetRole.REPLICATE) is None,
        )
    elif roles.entries(SheetRole.SERIES) is not None:
        label = roles.columns[SheetRole.SERIES].label
        draft.notes.append(f"Column '{label}' makes no time series, because there are no times.")
    draft.sheet = SampleSheet(
        tuple(series),
        times,
        tuple(perturbed),
        tuple(kinds),
        tuple(replicate),
        tuple(_texts(roles, SheetRole.BLOCK, len(samples))),
    )
    return draft


def describe_sheet(sheet: SampleSheet) -> str:
    """Return what a sheet has, such as ``10 time series of 21 points and 5 knock-outs``."""
    parts = []
    series = sheet.series_positions()
    if series:
        sizes = sorted({len(positions) for positions in series.values()})
        points = (
            count(sizes[0], "point") if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]} points"
        )
        parts.append(f"{count(len(series), 'time series', 'time series')} of {points}")
        n_steady = sum(not name for name in sheet.series)
        n_steady -= sum(
            not name and bool(genes)
            for name, genes in zip(sheet.series, sheet.perturbed, strict=True)
        )
        if n_steady:
            parts.append(f"{count(n_steady, 'steady state')}")
    for kind, noun in PERTURBATIONS.items():
        n_perturbed = sheet.perturbation.count(kind)
        if n_perturbed:
            rows = zip(sheet.perturbation, sheet.perturbed, strict=True)
            n_genes = len({gene for how, genes in rows if how == kind for gene in genes})
            samples = count(n_perturbed, "sample")
            parts.append(f"{noun}s of {count(n_genes, 'gene')} in {samples}")
    for noun, entries in (("replicate", sheet.replicate), ("block", sheet.block)):
        n_names = len(set(filter(None, entries)))
        if n_names > 1:
            parts.append(count(n_names, noun))
    *first, last = parts or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last


def _texts(roles: SheetRoles, role: SheetRole, n_samples: int) -> list[str]:
    entries = roles.entries(role)
    if entries is None:
        return [""] * n_samples
    return ["" if is_missing(entry) else entry.strip() for entry in entries]


def _perturbations(
    roles: SheetRoles, samples: Sequence[str], genes: GeneNames, draft: SheetDraft
) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return the perturbed genes of each sample, and how they were perturbed."""
    blank = ("",) * len(samples)
    entries = roles.entries(SheetRole.PERTURBED) or blank
    how = roles.entries(SheetRole.PERTURBATION) or blank
    read = {entry: read_perturbation(entry, genes) for entry in set(entries)}
    kinds = [
        _kind(read[entry], kind, roles.kind, f"sample '{sample}' ('{entry.strip()}')")
        for entry, kind, sample in zip(entries, how, samples, strict=True)
    ]
    assumed = [
        sample
        for sample, (entry, kind) in enumerate(zip(entries, kinds, strict=True))
        if read[entry].genes and not kind
    ]
    if assumed:
        draft.is_kind_assumed = True
        draft.guesses.append(
            f"How the genes of {count(len(assumed), 'sample')}, such as "
            f"'{entries[assumed[0]].strip()}', were perturbed is not given: knock-outs are assumed."
        )
        for sample in assumed:
            kinds[sample] = KNOCK_OUT
    unknown = sorted({name for each in read.values() for name in each.unknown})
    if unknown:
        match = matched(unknown, genes.names, what="perturbed gene")
        draft.notes.append(match.missing_sentence())
    return [read[entry].genes for entry in entries], kinds


def _kind(found: Perturbation, how: str, usual: str, who: str) -> str:
    """Return how the genes of one sample were perturbed; empty where that is not stated."""
    stated = set(found.kinds)
    if how.strip() and not is_unperturbed(how):
        kind = kind_of(how)
        if not kind:
            raise InputError(
                f"'{how.strip()}' is not a kind of perturbation, of {who}.",
                "Give KO (knocked out), KD (knocked down) or OE (overexpressed).",
            )
        stated.add(kind)
    if not found.genes:
        if stated:
            raise InputError(
                f"The kind of perturbation {min(stated)} has no gene, of {who}.",
                "Name the perturbed gene, or leave the kind out.",
            )
        return ""
    if len(stated) > 1:
        raise InputError(
            f"Two kinds of perturbation, {' and '.join(sorted(stated))}, are given for {who}.",
            "A sample has one kind: give that of its main perturbation.",
        )
    return next(iter(stated), usual)


def _series(
    roles: SheetRoles,
    times: Sequence[float],
    perturbed: Sequence[tuple[str, ...]],
    kinds: Sequence[str],
    samples: Sequence[str],
    draft: SheetDraft,
) -> list[str]:
    """Return the time series of each sample that has a time."""
    entries = roles.entries(SheetRole.SERIES)
    if entries is None:
        names = [
            f"{' + '.join(genes)} {kind}" if genes else ""
            for genes, kind in zip(perturbed, kinds, strict=True)
        ]
        timed = {name for name, time in zip(names, times, strict=True) if not math.isnan(time)}
        other = "unperturbed" if len(timed) > 1 else "series"
        return [
            "" if math.isnan(time) else (name or other)
            for name, time in zip(names, times, strict=True)
        ]
    names = _texts(roles, SheetRole.SERIES, len(samples))
    label = roles.columns[SheetRole.SERIES].label
    for sample, name, time in zip(samples, names, times, strict=True):
        if not name and not math.isnan(time):
            raise InputError(
                f"Sample '{sample}' has the time {time:g} and no series in column '{label}' of the "
                "sample sheet.",
                "Name its series, or leave its time out if it is a steady state.",
            )
    without = sum(bool(name) and math.isnan(t) for name, t in zip(names, times, strict=True))
    if without:
        draft.notes.append(
            f"{count(without, 'sample')} without a time {'is' if without == 1 else 'are'} taken "
            "for steady states."
        )
    return ["" if math.isnan(t) else name for name, t in zip(names, times, strict=True)]


@dataclass
class _Course:
    """The samples of all time series, which may share a time of a series at first."""

    samples: Sequence[str]
    times: Sequence[float]
    series: list[str]
    replicate: list[str]
    draft: SheetDraft

    def settle(self, *, may_split: bool, may_number: bool) -> None:
        """Give each sample of a series a time of its own, by new series or replicates.

        Raises
        ------
        InputError
            When two samples remain at one time of one series.
        """
        if self._shared() and may_split:
            self._split()
        if self._shared() and may_number:
            self._number()
        shared = self._shared()
        if shared:
            first, second = next(iter(shared.values()))[:2]
            names = f"'{self.samples[first]}' and '{self.samples[second]}'"
            raise InputError(
                f"Samples {names} are both of the series '{self.series[first]}' at the time "
                f"{self.times[first]:g}.",
                "Give a column 'series' or 'replicate' that distinguishes them, or correct the "
                "time.",
            )

    def _shared(self) -> dict[tuple[str, str, float], list[int]]:
        places: dict[tuple[str, str, float], list[int]] = defaultdict(list)
        for place, key in enumerate(zip(self.series, self.replicate, self.times, strict=True)):
            if key[0]:
                places[key].append(place)
        return {key: found for key, found in places.items() if len(found) > 1}

    def _split(self) -> None:
        """Begin a new series wherever the time goes back to its start."""
        new = split_by_time(self.times, self.series)
        begins = {name: place for place, name in reversed(list(enumerate(new))) if name}
        starts = {(self.series[place], self.times[place]) for place in begins.values()}
        if min(Counter(filter(None, new)).values()) < 2 or len(starts) > len(set(self.series)):
            return
        self.series[:] = new
        courses: dict[str, list[float]] = defaultdict(list)
        for name, time in zip(new, self.times, strict=True):
            if name:
                courses[name].append(time)
        are_alike = len({tuple(course) for course in courses.values()}) == 1
        (self.draft.evidence if are_alike else self.draft.guesses).append(
            f"The time goes back to its start where each of {len(courses):,} series begins."
        )

    def _number(self) -> None:
        """Give replicates numbers where all times of a series have equally many samples."""
        if any(self.replicate):
            return
        sizes: dict[str, Counter[float]] = defaultdict(Counter)
        for name, time in zip(self.series, self.times, strict=True):
            if name:
                sizes[name][time] += 1
        if any(len(set(counts.values())) > 1 for counts in sizes.values()):
            return
        seen: Counter[tuple[str, float]] = Counter()
        for place, (name, time) in enumerate(zip(self.series, self.times, strict=True)):
            if name and sizes[name][time] > 1:
                seen[name, time] += 1
                self.replicate[place] = str(seen[name, time])
        self.draft.guesses.append(
            "Samples of one series and time are taken for replicates, numbered in their order."
        )


def split_by_time(times: Sequence[float], series: Sequence[str]) -> list[str]:
    """Return a series for each sample, a new one wherever the time does not go on.

    Parameters
    ----------
    times : sequence of float
        In the order of the samples; NaN for a sample of no series.
    series : sequence of str
        Names so far; samples of different names are never in one series.

    Examples
    --------
    >>> split_by_time([0, 5, 10, 0, 5], ["series"] * 5)
    ['series 1', 'series 1', 'series 1', 'series 2', 'series 2']
    """
    last: dict[str, float] = {}
    number: dict[str, int] = {}
    found = []
    for name, time in zip(series, times, strict=True):
        if not name:
            found.append("")
            continue
        if name not in last or time <= last[name]:
            number[name] = number.get(name, 0) + 1
        last[name] = time
        found.append(f"{name} {number[name]}")
    return found
