"""Make the regulons of a finished network by rules."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from genie3_engine.datasets.gene_tables import gene_table
from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import InputError, OptionError
from genie3_engine.model import hash_of_lists
from genie3_engine.regulons.correlation import Correlation
from genie3_engine.regulons.regulon import Regulon, RegulonSet, Sign
from genie3_engine.regulons.rules import Chooser, Rule, SomeLinks
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.run_folder import RunFolder

MOST_LINKS = 50_000_000  # chosen links that are held in memory, 20 bytes each
LEAST_CORRELATION = 0.03  # pySCENIC's
_PIECE = 1 << 16

SIGNS = {
    "activating": (Sign.ACTIVATING,),
    "both": (Sign.ACTIVATING, Sign.REPRESSING),
    "none": (Sign.UNSIGNED,),
}


@dataclass(frozen=True, slots=True)
class RegulonOptions:
    """How the regulons of a network are made; the defaults are pySCENIC's, of one of its rules.

    Parameters
    ----------
    rules : tuple of Rule
        Each makes its own regulons.
    signs : str
        ``activating``: links of a correlation above 0.03; ``both``: regulons of those below -0.03
        as well; ``none``: all links, whatever their correlation.
    min_genes : int
        Fewest genes of a regulon, its regulator counted.

    Raises
    ------
    OptionError
        When there is no rule, or another value is wrong.
    """

    rules: tuple[Rule, ...] = (Rule("targets", 50),)
    signs: str = "activating"
    min_genes: int = 20

    def __post_init__(self) -> None:
        """Refuse wrong values."""
        if not self.rules:
            raise OptionError("There is no rule for regulons.", "Give a rule.")
        if self.signs not in SIGNS:
            raise OptionError(f"The sign is {self.signs!r}.", f"Choose one of {', '.join(SIGNS)}.")
        if self.min_genes < 1:
            raise OptionError(
                f"The fewest genes of a regulon are {self.min_genes}.",
                "Give a whole number from 1.",
            )


def dataset_of(run: Path) -> str:
    """Return the fingerprint of the data set of a run, or of its file of ranked links.

    Raises
    ------
    InputError
        When it was combined from lists that have no data set in common.
    RunError
        When there is no run.
    """
    about = _open_links(run).about
    fingerprint = str(about.get("dataset") or "")
    if not fingerprint or fingerprint == hash_of_lists(about.get("parents", ())):
        raise InputError(
            "This network was combined from lists that have no data set in common, so neither "
            "correlations nor activity are known.",
            "Choose regulons without a sign (--sign none), which need no expression.",
        )
    return fingerprint


def regulons_of(
    run: Path, options: RegulonOptions | None = None, *, home: Path | None = None
) -> RegulonSet:
    """Make the regulons of a finished network.

    Parameters
    ----------
    run : Path
        A run folder, of any method, or its file of ranked links.
    options : RegulonOptions, optional
        How.
    home : Path, optional
        Home folder that has the data set; the user's by default.

    Returns
    -------
    RegulonSet
        Those with enough genes. Links are read in order and never all held in memory.

    Raises
    ------
    InputError
        When links are divided by sign and the data set is not stored.
    OptionError
        When the rules choose more than 50 million links.
    RunError
        When the run has no ranked links.

    Notes
    -----
    ``modules_from_adjacencies`` of pySCENIC (Van de Sande et al. 2020, Nat. Protoc. 15:2247): links
    are parted by the sign of Pearson's correlation first; quantiles are of all links, the strongest
    targets or regulators are counted among the links of a sign; the regulator is added. Of links of
    the same importance the one of the better rank counts as stronger.
    """
    options = options or RegulonOptions()
    links = _open_links(run)
    correlation = None
    if SIGNS[options.signs] != (Sign.UNSIGNED,):
        correlation = Correlation(open_dataset(dataset_of(run), home=home), links.genes)
    choices = [
        _Choice(sign, rule, rule.kind.begin(rule.value, links))
        for sign in SIGNS[options.signs]
        for rule in options.rules
    ]
    _choose(links, choices, correlation)
    regulons: list[Regulon] = []
    for choice in choices:
        for regulator, targets in choice.by_regulator(links.genes):
            if len(targets.targets) + 1 >= options.min_genes:
                regulons.append(
                    _regulon(links.genes[regulator], targets, choice, options.rules),
                )
    dataset = str(links.about.get("dataset") or "")
    return RegulonSet(links.genes, tuple(regulons), gene_table(dataset, home=home))


@dataclass(slots=True)
class _Choice:
    """The links of one sign that one rule chooses."""

    sign: Sign
    rule: Rule
    chooser: Chooser
    chosen: list[SomeLinks] = field(default_factory=list)

    def take(self, links: SomeLinks) -> int:
        """Choose among the next links; return how many were chosen."""
        found = links.take(self.chooser.choose(links))
        if len(found.ranks):
            self.chosen.append(found)
        return len(found.ranks)

    def by_regulator(self, genes: Sequence[str]) -> Iterator[tuple[int, SomeLinks]]:
        """Yield each regulator and its links, by name of the regulator."""
        if not self.chosen:
            return
        links = SomeLinks(
            np.concatenate([part.ranks for part in self.chosen]),
            np.concatenate([part.regulators for part in self.chosen]),
            np.concatenate([part.targets for part in self.chosen]),
            np.concatenate([part.importance for part in self.chosen]),
        )
        self.chosen.clear()
        links = links.take(links.regulators != links.targets)  # the regulator is added to each
        order = np.argsort(links.regulators, kind="stable")
        regulators, starts = np.unique(links.regulators[order], return_index=True)
        parts = zip(regulators.tolist(), np.split(order, starts[1:]), strict=True)
        for regulator, rows in sorted(parts, key=lambda part: genes[part[0]]):
            yield regulator, links.take(rows)


def _open_links(run: Path) -> RankedLinks:
    if not os.path.isfile(run) and not os.path.isfile(RunFolder(run).links_path):
        RunFolder.open(run)  # says what is wrong with the folder
    return RankedLinks(run)


def _choose(
    links: RankedLinks, choices: Sequence[_Choice], correlation: Correlation | None
) -> None:
    n_chosen = 0
    for piece in _pieces(links):
        masks = [choice.chooser.may_choose(piece) for choice in choices]
        found = piece.take(np.logical_or.reduce(masks))
        if len(found.ranks):
            for sign, signed in _parted(found, {each.sign for each in choices}, correlation):
                n_chosen += sum(each.take(signed) for each in choices if each.sign is sign)
        if n_chosen > MOST_LINKS:
            raise OptionError(
                f"The rules choose more than {MOST_LINKS:,} links.",
                "Choose fewer: a higher quantile, or the strongest targets of each regulator.",
            )
        if all(choice.chooser.is_done for choice in choices):
            return


def _pieces(links: RankedLinks) -> Iterator[SomeLinks]:
    for batch in links.batches():
        whole = SomeLinks(
            batch.column("rank").to_numpy(),
            batch.column("regulator").indices.to_numpy(),
            batch.column("target").indices.to_numpy(),
            batch.column("importance").to_numpy(),
        )
        for start in range(0, batch.num_rows, _PIECE):
            yield whole.take(slice(start, start + _PIECE))


def _parted(
    links: SomeLinks, signs: Iterable[Sign], correlation: Correlation | None
) -> Iterator[tuple[Sign, SomeLinks]]:
    """Yield the links of each sign."""
    if correlation is None:
        yield Sign.UNSIGNED, links
        return
    found = correlation.of_pairs(links.regulators, links.targets)
    if Sign.ACTIVATING in signs:
        yield Sign.ACTIVATING, links.take(found > LEAST_CORRELATION)  # False for NaN
    if Sign.REPRESSING in signs:
        yield Sign.REPRESSING, links.take(found < -LEAST_CORRELATION)


def _regulon(regulator: str, links: SomeLinks, choice: _Choice, rules: Sequence[Rule]) -> Regulon:
    name = f"{regulator}{choice.sign.suffix}"
    return Regulon(
        name if len(rules) == 1 else f"{name} {choice.rule.context}",
        regulator,
        choice.sign,
        str(choice.rule),
        choice.rule.context,
        links.targets,
        links.importance,
    )
