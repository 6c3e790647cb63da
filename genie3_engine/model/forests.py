"""The forests of a run: tree method, K, number of trees, seed and engine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from genie3_engine.model.engines import COMPILED, engine_choices
from genie3_engine.model.methods import RANDOM_FOREST, method_choices
from genie3_engine.model.settings import Choice, check_settings, setting


@dataclass(frozen=True, slots=True)
class ForestSpec:
    """The forest that is grown for each target; decides the result.

    Parameters
    ----------
    method : str
        Name of a tree method of the registry `METHODS`.
    k : 'sqrt', 'all' or int
        Candidate regulators drawn at each split, GENIE3's K.
    n_trees : int
        Trees per target.
    seed : int
        Random seed: the same seed gives the same links, bit for bit.
    engine : str
        Name of an engine of the registry `ENGINES`; each has its own random stream.

    Raises
    ------
    OptionError
        When a value is not allowed.
    """

    method: str = setting(
        "Tree method",
        "Random Forest seeks the best splits on resampled samples, Extra-Trees draws random splits "
        "on all samples.",
        RANDOM_FOREST,
        kind="choice",
        choices=method_choices,
    )
    k: Literal["sqrt", "all"] | int = setting(
        "Candidate regulators per split (K)",
        "Regulators drawn as candidates at each split: the square root of their number, all of "
        "them, or a number.",
        "sqrt",
        kind="integer",
        choices=(Choice("sqrt", "Square root"), Choice("all", "All")),
        minimum=1,
        first_number=10,
    )
    n_trees: int = setting(
        "Trees per target",
        "More trees give steadier ranks and take proportionally more time.",
        1000,
        kind="integer",
        minimum=1,
        maximum=1_000_000,
        step=100,
        flag="--trees",
    )
    seed: int = setting(
        "Random seed",
        "The same seed gives the same links, bit for bit.",
        0,
        kind="integer",
        minimum=0,
        maximum=2**63 - 1,
    )
    engine: str = setting(
        "Engine",
        "The program that grows the forests: compiled is by far the fastest, scikit-learn is the "
        "reference.",
        COMPILED,
        kind="choice",
        choices=engine_choices,
    )

    def __post_init__(self) -> None:
        """Require allowed values."""
        check_settings(self)

    def max_features(self, n_regulators: int) -> int:
        """Return the number of candidate regulators per split, as scikit-learn counts them.

        Parameters
        ----------
        n_regulators : int
            Candidate regulators of the target.
        """
        if self.k == "all":
            return n_regulators
        if self.k == "sqrt":
            return max(1, math.isqrt(n_regulators))
        return min(int(self.k), n_regulators)
