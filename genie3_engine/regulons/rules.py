"""Rules that choose the links of regulons: records in a registry."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from genie3_engine.errors import OptionError
from genie3_engine.jobs import filenames
from genie3_engine.registry import Registry
from genie3_engine.store.evidence import STABILITY as STABILITY_COLUMN
from genie3_engine.store.evidence import Evidence
from genie3_engine.store.evidence import Q as Q_COLUMN
from genie3_engine.store.links import RankedLinks

Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int32]


class SomeLinks(NamedTuple):
    """Links in the order of their ranks."""

    ranks: npt.NDArray[np.int64]
    regulators: Positions
    targets: Positions
    importance: npt.NDArray[np.float32]

    def take(self, rows: Mask | npt.NDArray[np.intp] | slice) -> SomeLinks:
        """Return some of the links."""
        return SomeLinks(
            self.ranks[rows], self.regulators[rows], self.targets[rows], self.importance[rows]
        )


class Chooser(Protocol):
    """A rule at work on the links of one sign, which it sees once, strongest first."""

    is_done: bool
    """True when no further link will be chosen."""

    def may_choose(self, links: SomeLinks) -> Mask:
        """Return False for links that are not chosen, whatever their sign."""

    def choose(self, links: SomeLinks) -> Mask:
        """Return which of the next links of the sign are chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleKind:
    """A kind of rule.

    Parameters
    ----------
    name : str
        What a user asks for.
    label : str
        It in a few words.
    value_label : str
        What its number is.
    default, minimum, maximum : float
        Its number.
    is_whole : bool
        Whether the number is a whole one.
    begin : callable
        Makes a `Chooser` of the number and the ranked links.
    context : callable
        pySCENIC's words for the rule, from its number.
    evidence : str
        The column of a run's evidence that it needs; empty where it needs none.
    """

    name: str
    label: str
    value_label: str
    default: float
    minimum: float
    maximum: float
    is_whole: bool
    begin: Callable[[float, RankedLinks], Chooser]
    context: Callable[[float], str]
    evidence: str = ""


class _Strongest:
    """Chooses the first links of the network."""

    def __init__(self, n: int) -> None:
        self._n = n
        self.is_done = n <= 0

    def may_choose(self, links: SomeLinks) -> Mask:
        self.is_done = self.is_done or bool(len(links.ranks) and links.ranks[-1] >= self._n)
        return links.ranks <= self._n

    choose = may_choose


class _StrongestOfGene:
    """Chooses the first links of each regulator, or of each target."""

    is_done = False

    def __init__(self, n: int, n_genes: int, *, of_target: bool) -> None:
        self._n = n
        self._counts = np.zeros(n_genes, np.int64)
        self._of_target = of_target

    def may_choose(self, links: SomeLinks) -> Mask:
        return self._counts[self._genes(links)] < self._n

    def choose(self, links: SomeLinks) -> Mask:
        genes = self._genes(links)
        order = np.argsort(genes, kind="stable")
        inside = genes[order]
        n_before = np.arange(len(genes)) - np.searchsorted(inside, inside)
        is_chosen = np.empty(len(genes), np.bool_)
        is_chosen[order] = self._counts[inside] + n_before < self._n
        self._counts += np.bincount(genes, minlength=len(self._counts))
        return is_chosen

    def _genes(self, links: SomeLinks) -> Positions:
        return links.targets if self._of_target else links.regulators


def _above_quantile(share: float, links: RankedLinks) -> Chooser:
    """Choose links above a quantile of all importances, interpolated as numpy and pandas do."""
    if len(links) == 0:
        return _Strongest(0)
    at = (len(links) - 1) * share  # from the weakest
    below = int(at)
    *above, lower = links.page(max(0, len(links) - 2 - below), min(2, len(links) - below))[
        "importance"
    ].to_numpy(np.float64)
    threshold = lower + (at - below) * (above[0] - lower) if above else lower
    return _Strongest(_n_links(links, lambda importance: importance > threshold))


def _above_importance(least: float, links: RankedLinks) -> Chooser:
    return _Strongest(_n_links(links, lambda importance: importance >= least))


class _WithEvidence:
    """Chooses the links whose evidence is good enough.

    Parameters
    ----------
    is_kept : (n_links,) bool
        By rank.
    """

    def __init__(self, is_kept: Mask) -> None:
        self._is_kept = is_kept
        self._last_rank = 1 + int(np.flatnonzero(is_kept)[-1]) if is_kept.any() else 0
        self.is_done = not self._last_rank

    def may_choose(self, links: SomeLinks) -> Mask:
        self.is_done |= bool(len(links.ranks) and links.ranks[-1] >= self._last_rank)
        is_chosen: Mask = self._is_kept[links.ranks - 1]
        return is_chosen

    choose = may_choose


def has_evidence(run: Path, column: str) -> bool:
    """Return whether the links of a run have a column of evidence.

    Parameters
    ----------
    run : Path
        A run folder, or its file of ranked links.
    column : str
        Name of the column.

    Raises
    ------
    RunError
        When the evidence is damaged.
    """
    if run.name == filenames.LINKS:
        run = run.parent
    evidence = Evidence.open(run)
    return evidence is not None and column in evidence.columns


def _evidence(links: RankedLinks, column: str) -> npt.NDArray[np.float32]:
    """Return a column of evidence by rank; raises `OptionError` where there is none."""
    if not has_evidence(links.path, column):
        raise OptionError(
            f"This network has no {column} of its links.",
            "Compute the confidence of the run first, or choose another rule.",
        )
    evidence = Evidence(links.path.with_name(filenames.EVIDENCE))
    return evidence.values(column)


def _up_to_q(most: float, links: RankedLinks) -> Chooser:
    return _WithEvidence(_evidence(links, Q_COLUMN) <= np.float32(most))


def _from_stability(least: float, links: RankedLinks) -> Chooser:
    return _WithEvidence(_evidence(links, STABILITY_COLUMN) >= np.float32(least))


def _n_links(links: RankedLinks, is_kept: Callable[[npt.NDArray[np.float64]], Mask]) -> int:
    """Return how many of the first links are kept, by bisection: importance never rises."""
    low, high = 0, len(links)
    while low < high:
        middle = (low + high) // 2
        at = links.page(middle, 1)["importance"].to_numpy(np.float64)
        low, high = (middle + 1, high) if is_kept(at)[0] else (low, middle)
    return low


QUANTILE = RuleKind(
    name="quantile",
    label="Links above a quantile",
    value_label="Quantile of all importances",
    default=0.75,
    minimum=0.0,
    maximum=1.0,
    is_whole=False,
    begin=_above_quantile,
    context=lambda share: f"weight>{share * 100}%",
)
TARGETS = RuleKind(
    name="targets",
    label="Strongest targets",
    value_label="Targets of a regulator",
    default=50,
    minimum=1,
    maximum=1_000_000,
    is_whole=True,
    begin=lambda n, links: _StrongestOfGene(int(n), len(links.genes), of_target=False),
    context=lambda n: f"top{int(n)}",
)
REGULATORS = RuleKind(
    name="regulators",
    label="Strongest regulators",
    value_label="Regulators of a target",
    default=5,
    minimum=1,
    maximum=1_000_000,
    is_whole=True,
    begin=lambda n, links: _StrongestOfGene(int(n), len(links.genes), of_target=True),
    context=lambda n: f"top{int(n)}perTarget",
)
IMPORTANCE = RuleKind(
    name="importance",
    label="Least importance",
    value_label="Least importance",
    default=0.01,
    minimum=0.0,
    maximum=math.inf,
    is_whole=False,
    begin=_above_importance,
    context=lambda least: f"weight>={least:g}",
)
STRONGEST = RuleKind(
    name="strongest",
    label="Strongest links",
    value_label="Links",
    default=10_000,
    minimum=1,
    maximum=10**12,
    is_whole=True,
    begin=lambda n, _: _Strongest(int(n)),
    context=lambda n: f"strongest{int(n)}",
)
Q = RuleKind(
    name="q",
    label="Largest q",
    value_label="Largest q",
    default=0.05,
    minimum=0.0,
    maximum=1.0,
    is_whole=False,
    begin=_up_to_q,
    context=lambda most: f"q<={most:g}",
    evidence=Q_COLUMN,
)
STABILITY = RuleKind(
    name="stability",
    label="Least stability",
    value_label="Least stability",
    default=0.8,
    minimum=0.0,
    maximum=1.0,
    is_whole=False,
    begin=_from_stability,
    context=lambda least: f"stability>={least:g}",
    evidence=STABILITY_COLUMN,
)
RULES: Registry[RuleKind] = Registry(
    "rule of regulons",
    group="genie3.regulon_rules",
    built_in={
        kind.name: f"{__name__}:{kind.name.upper()}"
        for kind in (TARGETS, REGULATORS, QUANTILE, STRONGEST, IMPORTANCE, Q, STABILITY)
    },
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its number.

    Parameters
    ----------
    name : str
        Its kind, of `RULES`.
    value : float
        Its number.

    Raises
    ------
    OptionError
        When there is no such kind, or the number is outside its bounds.

    Examples
    --------
    >>> str(Rule("targets", 50))
    'targets=50'
    """

    name: str
    value: float

    def __post_init__(self) -> None:
        """Refuse a number outside the kind's bounds."""
        kind = self.kind
        is_inside = kind.minimum <= self.value <= kind.maximum and math.isfinite(self.value)
        if not is_inside or (kind.is_whole and self.value != int(self.value)):
            raise OptionError(
                f"{kind.value_label} of the rule {self.name} is {self.value:g}.",
                f"Give a {'whole ' if kind.is_whole else ''}number {_bounds(kind)}.",
            )

    @property
    def kind(self) -> RuleKind:
        """The record of its kind."""
        return RULES[self.name]

    @property
    def context(self) -> str:
        """The rule in pySCENIC's words."""
        return self.kind.context(self.value)

    def __str__(self) -> str:
        """Return the rule as a user writes it."""
        return f"{self.name}={int(self.value) if self.kind.is_whole else float(self.value)}"


def _bounds(kind: RuleKind) -> str:
    upper = f" to {kind.maximum:,.0f}" if math.isfinite(kind.maximum) else ""
    return f"from {kind.minimum:g}{upper}"


PYSCENIC = "pyscenic"
PYSCENIC_RULES = (
    Rule("quantile", 0.75),
    Rule("quantile", 0.90),
    Rule("targets", 50),
    Rule("regulators", 5),
    Rule("regulators", 10),
    Rule("regulators", 50),
)


def parse_rules(text: str) -> tuple[Rule, ...]:
    """Return the rules that a user asks for.

    Parameters
    ----------
    text : str
        ``NAME=NUMBER``, ``NAME`` for its default, or ``pyscenic`` for the six rules of pySCENIC's
        ``modules_from_adjacencies``; several with commas between them.

    Raises
    ------
    OptionError
        When a rule is not known, or its number is wrong.

    Examples
    --------
    >>> [str(rule) for rule in parse_rules("targets,quantile=0.9")]
    ['targets=50', 'quantile=0.9']
    """
    rules: dict[Rule, None] = {}
    for part in text.split(","):
        name, has_value, number = (piece.strip() for piece in part.partition("="))
        if name == PYSCENIC and not has_value:
            rules |= dict.fromkeys(PYSCENIC_RULES)
            continue
        try:
            value = float(number) if has_value else RULES[name].default
        except ValueError as error:
            raise OptionError(f"The rule {part.strip()!r} has no number.", _FORM) from error
        rules[Rule(name, value)] = None
    return tuple(rules)


_FORM = "Give NAME=NUMBER, such as targets=50."
