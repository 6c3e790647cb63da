"""Tree methods: how a forest grows its trees, as records of a registry."""

from __future__ import annotations

from dataclasses import dataclass

from genie3_engine.model.settings import Choice
from genie3_engine.registry import Registry

RANDOM_FOREST = "RF"
EXTRA_TREES = "ET"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeMethod:
    """A tree method.

    Parameters
    ----------
    label : str
        Name for people.
    help : str
        One sentence that explains it.
    phrase : str
        Its name in the methods paragraph, such as ``Random Forest``.
    reference : str
        The paper to cite.
    has_random_splits : bool
        True when thresholds are drawn at random on all samples; False when the best threshold is
        sought on samples drawn with replacement. Decides which kernel the compiled engine runs.
    has_out_of_bag : bool
        True when each tree leaves out samples, on which its prediction is tested.
    estimator : str
        The class of scikit-learn's interface that grows the forest, as ``module:name``.
    """

    label: str
    help: str
    phrase: str
    reference: str
    has_random_splits: bool
    has_out_of_bag: bool
    estimator: str


_RANDOM_FOREST = TreeMethod(
    label="Random Forest",
    help="The best split is sought on samples drawn with replacement.",
    phrase="Random Forest",
    reference="Breiman L (2001) Random forests. Machine Learning 45:5-32. "
    "https://doi.org/10.1023/A:1010933404324",
    has_random_splits=False,
    has_out_of_bag=True,
    estimator="sklearn.ensemble:RandomForestRegressor",
)
_EXTRA_TREES = TreeMethod(
    label="Extra-Trees",
    help="Splits are drawn at random on all samples.",
    phrase="forest of extremely randomized trees (Extra-Trees)",
    reference="Geurts P, Ernst D, Wehenkel L (2006) Extremely randomized trees. Machine Learning "
    "63:3-42. https://doi.org/10.1007/s10994-006-6226-1",
    has_random_splits=True,
    has_out_of_bag=False,
    estimator="sklearn.ensemble:ExtraTreesRegressor",
)

METHODS: Registry[TreeMethod] = Registry(
    "tree method",
    group="genie3.methods",
    built_in={
        RANDOM_FOREST: "genie3_engine.model.methods:_RANDOM_FOREST",
        EXTRA_TREES: "genie3_engine.model.methods:_EXTRA_TREES",
    },
)


def method_choices() -> tuple[Choice, ...]:
    """Return the tree methods as the choices of a setting."""
    return tuple(Choice(name, METHODS[name].label, METHODS[name].help) for name in METHODS)
