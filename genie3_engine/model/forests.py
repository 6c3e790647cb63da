"""What is grown for each target?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from genie3_engine.errors import OptionError


class Method(StrEnum):
    """How a forest grows its trees."""

    RANDOM_FOREST = "RF"
    EXTRA_TREES = "ET"


class Engine(StrEnum):
    """Which program grows the forests."""

    COMPILED = "compiled"
    SCIKIT_LEARN = "scikit-learn"


@dataclass(frozen=True, slots=True)
class ForestSpec:
    """What is grown for each target; decides the result.

    Parameters
    ----------
    method : Method
        Random Forest or Extra-Trees.
    k : 'sqrt', 'all' or int
        Candidate regulators drawn at each node, GENIE3's K.
    n_trees : int
        Trees for each target.
    seed : int
        Names the network: the same seed gives the same bits.
    engine : Engine
        Compiled kernels or scikit-learn; each has its own random stream.

    Raises
    ------
    OptionError
        When a value is out of its range.
    """

    method: Method = Method.RANDOM_FOREST
    k: Literal["sqrt", "all"] | int = "sqrt"
    n_trees: int = 1000
    seed: int = 0
    engine: Engine = Engine.COMPILED

    def __post_init__(self) -> None:
        """Refuse values that no forest can have."""
        if isinstance(self.k, str):
            if self.k not in {"sqrt", "all"}:
                raise OptionError(f"K is {self.k!r}.", "Give sqrt, all or a whole number from 1.")
        elif self.k < 1:
            raise OptionError(f"K is {self.k}.", "Give sqrt, all or a whole number from 1.")
        if not 1 <= self.n_trees <= 1_000_000:
            raise OptionError(
                f"The number of trees is {self.n_trees}.", "Give a number from 1 to 1,000,000."
            )
        if not 0 <= self.seed < 2**63:
            raise OptionError(
                f"The seed is {self.seed}.", "Give a whole number from 0 to 9223372036854775807."
            )

    def n_candidates(self, n_regulators: int) -> int:
        """Return how many regulators are drawn at a node, as scikit-learn counts them."""
        if self.k == "all":
            return n_regulators
        if self.k == "sqrt":
            return max(1, math.isqrt(n_regulators))
        return min(int(self.k), n_regulators)
