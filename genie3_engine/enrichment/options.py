"""Settings of the test of gene sets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from genie3_engine.errors import OptionError


class Universe(StrEnum):
    """Which genes a random draw is from."""

    ANNOTATED = "annotated"
    ALL = "all"


UNIVERSES = {
    Universe.ANNOTATED: "Genes in at least one set",
    Universe.ALL: "All genes of the network",
}


@dataclass(frozen=True, slots=True)
class EnrichmentOptions:
    """How gene sets are tested.

    Parameters
    ----------
    universe : Universe
        The genes that count: those of the network in at least one set, or all of them.
    min_size, max_size : int
        Fewest and most genes in the universe of a set that is tested.
    largest_q : float
        Sets of this q-value at most are enriched, above 0 and at most 1.
    folded_share : float
        A set is folded behind a stronger one that has this share of its genes in the group.

    Raises
    ------
    OptionError
        When a value is out of range.
    """

    universe: Universe = Universe.ANNOTATED
    min_size: int = 5
    max_size: int = 500
    largest_q: float = 0.05
    folded_share: float = 0.7

    def __post_init__(self) -> None:
        if not 1 <= self.min_size <= self.max_size:
            raise OptionError(
                f"Sets of {self.min_size} to {self.max_size} genes cannot be tested.",
                "Give a smallest size of 1 or more, and a largest one that is not smaller.",
            )
        if not 0 < self.largest_q <= 1:
            raise OptionError(
                f"The largest q is {self.largest_q:g}.", "Give a number above 0, at most 1."
            )
        if not 0 < self.folded_share <= 1:
            raise OptionError(
                f"The share of folded sets is {self.folded_share:g}.",
                "Give a number above 0, at most 1.",
            )
