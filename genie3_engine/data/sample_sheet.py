"""What is known of each sample: its time series, its perturbation, its replicate and its block."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from genie3_engine.errors import InputError
from genie3_engine.model import KNOCK_OUTS, SERIES

KNOCK_OUT = "KO"
KNOCK_DOWN = "KD"
OVEREXPRESSION = "OE"
PERTURBATIONS = {
    KNOCK_OUT: "knock-out",
    KNOCK_DOWN: "knock-down",
    OVEREXPRESSION: "overexpression",
}

Row = tuple[str, float, tuple[str, ...], str, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class SampleSheet:
    """What is known of each sample, one entry per sample, in the order of the samples.

    Parameters
    ----------
    series : tuple of str
        Name of its time series; empty for a sample of none, a steady state.
    time : tuple of float
        Time within the series, in any unit; NaN for a sample of none.
    perturbed : tuple of tuple of str
        Genes perturbed on purpose, sorted; empty for none. They need not be genes of the data.
    perturbation : tuple of str
        How: ``KO`` (knocked out), ``KD`` (knocked down) or ``OE`` (overexpressed); empty for none.
    replicate : tuple of str
        Name of the replicate; empty for none. Replicates of a series are series of their own.
    block : tuple of str
        Name of the batch or block; empty for none.

    Raises
    ------
    InputError
        When columns differ in length, a time is missing, superfluous or infinite, a replicate of a
        series has a time twice, or genes and the way they are perturbed do not go together.
    """

    series: tuple[str, ...]
    time: tuple[float, ...]
    perturbed: tuple[tuple[str, ...], ...]
    perturbation: tuple[str, ...]
    replicate: tuple[str, ...]
    block: tuple[str, ...]

    def __post_init__(self) -> None:
        """Sort the genes and refuse entries that contradict each other."""
        lengths = {each.name: len(getattr(self, each.name)) for each in fields(self)}
        if len(set(lengths.values())) > 1:
            listed = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
            raise InputError(
                f"The columns of the sample sheet differ in length: {listed}.",
                "Give one entry for each sample in each column.",
            )
        object.__setattr__(self, "time", tuple(float(time) for time in self.time))
        genes = tuple(tuple(sorted(set(genes))) for genes in self.perturbed)
        object.__setattr__(self, "perturbed", genes)
        self._check_times()
        self._check_perturbations()

    def _check_times(self) -> None:
        seen: dict[tuple[str, str, float], int] = {}
        rows = zip(self.series, self.replicate, self.time, strict=True)
        for number, (series, replicate, time) in enumerate(rows, 1):
            if not series and not math.isnan(time):
                raise InputError(
                    f"Sample {number:,} has the time {time:g} and no time series.",
                    "Name its series, or leave out the time.",
                )
            if not series:
                continue
            if not math.isfinite(time):
                raise InputError(
                    f"Sample {number:,} of the series {series!r} has no time, or no finite one.",
                    "Give a number, or leave out the series.",
                )
            first = seen.setdefault((series, replicate, time), number)
            if first != number:
                of = f"replicate {replicate!r} of the series" if replicate else "the series"
                raise InputError(
                    f"Samples {first:,} and {number:,} are both of {of} {series!r} at the time "
                    f"{time:g}.",
                    "Give each replicate a name, such as 1 and 2, or correct the time.",
                )

    def _check_perturbations(self) -> None:
        rows = zip(self.perturbed, self.perturbation, strict=True)
        for number, (genes, perturbation) in enumerate(rows, 1):
            if perturbation and perturbation not in PERTURBATIONS:
                raise InputError(
                    f"Sample {number:,} has the perturbation {perturbation!r}.",
                    f"Give one of {', '.join(PERTURBATIONS)}: knocked out, knocked down, "
                    "overexpressed.",
                )
            if perturbation and not genes:
                raise InputError(
                    f"Sample {number:,} has the perturbation {perturbation} of no gene.",
                    "Name the perturbed gene, or leave out the perturbation.",
                )
            if genes and not perturbation:
                raise InputError(
                    f"Sample {number:,} has the perturbed gene {genes[0]!r}, and how is not given.",
                    f"Give one of {', '.join(PERTURBATIONS)}, or leave out the gene.",
                )

    @classmethod
    def of_rows(cls, rows: Iterable[Row]) -> SampleSheet:
        """Return a sheet of some rows, each in the order of the columns."""
        columns = list(zip(*rows, strict=True)) or [()] * len(fields(cls))
        return cls(*columns)

    @classmethod
    def from_dict(cls, values: Mapping[str, Sequence[Any]]) -> SampleSheet:
        """Return a sheet from what `to_dict` returned.

        Raises
        ------
        KeyError, TypeError, ValueError
            When a column is missing or is not as `to_dict` writes it.
        """
        texts = {
            name: tuple(str(entry) for entry in values[name])
            for name in ("series", "perturbation", "replicate", "block")
        }
        return cls(
            time=tuple(math.nan if time is None else float(time) for time in values["time"]),
            perturbed=tuple(tuple(str(gene) for gene in genes) for genes in values["perturbed"]),
            **texts,
        )

    def to_dict(self) -> dict[str, list[Any]]:
        """Return plain JSON values: one list a column, None where there is no time."""
        columns: dict[str, list[Any]] = {
            each.name: list(getattr(self, each.name)) for each in fields(self)
        }
        columns["time"] = [None if math.isnan(time) else time for time in self.time]
        columns["perturbed"] = [list(genes) for genes in self.perturbed]
        return columns

    def __eq__(self, other: object) -> bool:
        """Return whether all entries are equal; no time equals no time."""
        return isinstance(other, SampleSheet) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        """Return the hash of the entries that are never NaN."""
        return hash((self.series, self.perturbed, self.perturbation, self.replicate, self.block))

    @property
    def n_samples(self) -> int:
        """Return the number of samples."""
        return len(self.series)

    @property
    def is_empty(self) -> bool:
        """True when nothing is known of any sample."""
        return not any(map(any, (self.series, self.perturbed, self.replicate, self.block)))

    @property
    def has_series(self) -> bool:
        """True when a time series has two samples, one after the other."""
        return any(len(positions) > 1 for positions in self.series_positions().values())

    @property
    def has_knockouts(self) -> bool:
        """True when a gene is knocked out or down in some sample."""
        return bool({KNOCK_OUT, KNOCK_DOWN} & set(self.perturbation))

    @property
    def provides(self) -> frozenset[str]:
        """What there is of the things that a method may need: ``series`` and ``knock-outs``."""
        there = {SERIES: self.has_series, KNOCK_OUTS: self.has_knockouts}
        return frozenset(name for name, is_there in there.items() if is_there)

    def row(self, sample: int) -> Row:
        """Return what is known of one sample, in the order of the columns."""
        return (
            self.series[sample],
            self.time[sample],
            self.perturbed[sample],
            self.perturbation[sample],
            self.replicate[sample],
            self.block[sample],
        )

    def sort_key(self, sample: int) -> tuple[Any, ...]:
        """Return what samples of one name and the same values are sorted by."""
        series, time, *others = self.row(sample)
        return series, time if series else 0.0, *others

    def take(self, order: Iterable[int]) -> SampleSheet:
        """Return the entries of some samples, in an order.

        Parameters
        ----------
        order : iterable of int
            Positions of the samples.
        """
        return SampleSheet.of_rows(self.row(int(sample)) for sample in order)

    def merge(self, groups: Iterable[Sequence[int]]) -> SampleSheet:
        """Return one entry for each group of samples: what all samples of the group have in common.

        Parameters
        ----------
        groups : iterable of sequence of int
            Positions of the samples of each group.

        Raises
        ------
        InputError
            When two groups become the same time of one series.
        """
        return SampleSheet.of_rows(_common([self.row(int(i)) for i in group]) for group in groups)

    def rename(self, names: Mapping[str, str]) -> SampleSheet:
        """Return the sheet with other names of perturbed genes, old name to new."""
        genes = tuple(tuple(names.get(gene, gene) for gene in row) for row in self.perturbed)
        return replace(self, perturbed=genes)

    def series_positions(self) -> dict[str, list[int]]:
        """Return the positions of the samples of each time series, in the order of their times.

        Returns
        -------
        dict of str to list of int
            By the name of the series, followed by that of its replicate where it has one; sorted
            by these two names.
        """
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for sample, name in enumerate(zip(self.series, self.replicate, strict=True)):
            if name[0]:
                found[name].append(sample)
        return {
            " / ".join(filter(None, name)): sorted(found[name], key=self.time.__getitem__)
            for name in sorted(found)
        }


def _common(rows: list[Row]) -> Row:
    """Return what rows have in common; nothing of a pair of columns of which one differs."""
    series, time, genes, perturbation, replicate, block = rows[0]
    if any(row[:1] != (series,) or (series and row[1] != time) for row in rows):
        series, time = "", math.nan
    if any(row[2:4] != (genes, perturbation) for row in rows):
        genes, perturbation = (), ""
    if any(row[4] != replicate for row in rows):
        replicate = ""
    if any(row[5] != block for row in rows):
        block = ""
    return series, time, genes, perturbation, replicate, block
