"""How the links into each target are scored: method, its settings, seed and engine."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Literal

from genie3_engine.errors import OptionError
from genie3_engine.model.aggregations import RANK_PRODUCT, aggregation_choices
from genie3_engine.model.boosting import (
    AS_PUBLISHED,
    GENERATION_CHOICES,
    STOP_CHOICES,
    WINDOW_STOP,
)
from genie3_engine.model.engines import COMPILED, ENGINES, engine_choices
from genie3_engine.model.methods import (
    COMBINED,
    KNOCK_OUTS,
    METHODS,
    RANDOM_FOREST,
    method_choices,
    require,
)
from genie3_engine.model.settings import Choice, Setting, setting, settings_of
from genie3_engine.model.time_series import (
    ADD,
    AUTOMATIC,
    DYNAMICS_CHOICES,
    IGNORE,
    KNOCK_OUT_CHOICES,
    MULTIPLY,
    STEADY_STATE_CHOICES,
)

_N_TREES = 1000


@dataclass(frozen=True, slots=True)
class ForestSpec:
    """The method that scores the links into each target, and its settings; decides the result.

    Parameters
    ----------
    method : str
        Name of a method of the registry `METHODS`. A setting that the method does not take is set
        to its default.
    k : 'sqrt', 'all' or int
        Candidate regulators drawn at each split, GENIE3's K.
    n_trees : int
        Trees per target, at most, where boosting stops by itself. None becomes the method's
        default: 1,000 for forests, 5,000 for GRNBoost2.
    seed : int
        Random seed: the same seed gives the same links, bit for bit.
    engine : str
        Name of an engine of the registry `ENGINES`; each has its own random stream.
    shrinkage : float
        Weight of the identity in the correlation matrix of `PRECISION`.
    how : str
        Name of an aggregation of the registry `AGGREGATIONS`, by which lists are `COMBINED`.
    generation : str
        Which of the algorithms that were called GRNBoost2: ``G1``, ``G2`` or ``G3``.
    stop : str
        When boosting stops: ``window`` or ``none``.
    dynamics : str or float
        What time series teach: ``lag``, the next value; ``dyn``, the rate of change with decay
        rates from the data; a number, with that decay rate; ``auto``, the better of the first two.
    steady_states : str
        Samples of no series: ``add`` or ``leave-out``.
    knock_outs : str
        The knock-out factor: ``ignore`` or ``multiply``.

    Raises
    ------
    OptionError
        When a value is not allowed, or the engine does not compute the method.
    """

    method: str = setting(
        "Method",
        "Random Forest seeks the best splits on resampled samples, Extra-Trees draws random splits "
        "on all samples, GRNBoost2 boosts small trees.",
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
        "More trees give steadier ranks and take proportionally more time. Where boosting stops by "
        "itself, the most that are grown.",
        None,
        kind="integer",
        minimum=1,
        maximum=1_000_000,
        step=100,
        unset=f"{_N_TREES}, or 5000 for GRNBoost2",
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
    generation: str = setting(
        "Generation of GRNBoost2",
        "Three algorithms had this name, since scikit-learn changed. G1 is the published one, and "
        "the most accurate on real data; G2 and G3 reproduce what others have.",
        AS_PUBLISHED,
        kind="choice",
        choices=GENERATION_CHOICES,
    )
    stop: str = setting(
        "Stop boosting",
        "With the window, a target has as many trees as improve its fit. A fixed number (such as "
        "500) ranks better where samples are few.",
        WINDOW_STOP,
        kind="choice",
        choices=STOP_CHOICES,
    )

    shrinkage: float = setting(
        "Shrinkage",
        "How much the correlations between genes are drawn towards zero before the matrix is "
        "inverted.",
        0.8,
        kind="number",
        minimum=0.01,
        maximum=0.99,
        step=0.05,
        flag="--lambda",
    )
    how: str = setting(
        "Combination",
        "How the ranks or shares of a link in several lists become one score.",
        RANK_PRODUCT,
        kind="choice",
        choices=aggregation_choices,
    )

    dynamics: str | float = setting(
        "Dynamics",
        "What is learned from two successive points: the next value (lag), or the rate of change "
        "with decay as in dynGENIE3, at a rate from the data or a number, in the inverse of the "
        "unit of time.",
        AUTOMATIC,
        kind="number",
        choices=DYNAMICS_CHOICES,
        minimum=0,
        step=0.01,
        first_number=0.01,
    )
    steady_states: str = setting(
        "Steady states",
        "Samples of no time series: they do not change, so their next value is their value.",
        ADD,
        kind="choice",
        choices=STEADY_STATE_CHOICES,
    )
    knock_outs: str = setting(
        "Knock-outs",
        "Whether samples in which a regulator is knocked out or down change the importance of its "
        "links by how far the target moves there.",
        IGNORE,
        kind="choice",
        choices=KNOCK_OUT_CHOICES,
    )

    def __post_init__(self) -> None:
        """Require allowed values, and give the settings that are not taken their defaults."""
        for name, each in settings_of(self).items():
            if name != "method" or self.method not in METHODS:  # combining is not a choice
                each.check(getattr(self, name))
        taken = self.settings()
        for name, each in settings_of(self).items():
            if name not in taken:
                object.__setattr__(self, name, each.default)
            elif getattr(self, name) is None:
                object.__setattr__(self, name, taken[name].default)
        if self.n_trees is None:
            object.__setattr__(self, "n_trees", _N_TREES)
        if METHODS[self.method].builder and self.engine != COMPILED:
            raise OptionError(
                f"{METHODS[self.method].phrase} is not computed by {ENGINES[self.engine].phrase}.",
                f"Choose the engine {COMPILED}.",
            )

    def settings(self) -> dict[str, Setting]:
        """Return the settings that the method takes, by name, with the method's own defaults."""
        return method_settings(self.method)

    def to_dict(self) -> dict[str, Any]:
        """Return the values of the settings that the method takes: all that decides the result."""
        return {name: getattr(self, name) for name in self.settings()}

    @property
    def grows_with_trees(self) -> bool:
        """Whether a target's time is in proportion to `n_trees`, and not to trees that it stops."""
        taken = self.settings()
        return "n_trees" in taken and not ("stop" in taken and self.stop == WINDOW_STOP)

    def require_samples(self, n_samples: int, provides: Collection[str]) -> None:
        """Refuse data of which the method or its settings need more; see `Method`."""
        METHODS[self.method].require_samples(n_samples, provides)
        if self.knock_outs == MULTIPLY:
            require(
                KNOCK_OUTS,
                provides,
                who="the knock-out factor",
                otherwise="choose --knock-outs ignore",
            )

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


def method_settings(method: str) -> dict[str, Setting]:
    """Return the settings of a method, by name, with its own defaults: those of `ForestSpec`.

    Parameters
    ----------
    method : str
        Its name in `METHODS`.
    """
    record = METHODS[method]
    # The engines of members are their own; nothing is inferred where lists are combined.
    engine = () if record.members or method == COMBINED else ("engine",)
    defaults = {"n_trees": _N_TREES, **record.defaults}
    return {
        name: replace(each, default=defaults.get(name, each.default))
        for name, each in settings_of(ForestSpec).items()
        if name in {"method", *engine, *record.settings}
    }
