"""Methods of inference: how the links into a target are scored, as records of a registry."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import InputError, OptionError
from genie3_engine.model.settings import Choice
from genie3_engine.registry import Registry, load

if TYPE_CHECKING:
    from genie3_engine.model.engines import ForestSize
    from genie3_engine.model.links import TargetSummary

RANDOM_FOREST = "RF"
EXTRA_TREES = "ET"
PRECISION = "precision"
IN_VIVO = "in-vivo"
COMBINED = "combined"  # of finished runs; nobody chooses it to infer
GRNBOOST2 = "GRNBoost2"
TIME_SERIES = "time-series"

# What a method may need to know of the samples: in words, and the columns that hold it.
SERIES = "series"
KNOCK_OUTS = "knock-outs"
NEEDS = {
    SERIES: (
        "a time series of two samples at least",
        "with the columns series and time",
    ),
    KNOCK_OUTS: (
        "samples in which a gene is knocked out or down",
        "with the columns perturbed and perturbation (KO or KD)",
    ),
}

GENIE3_PAPER = (
    "Huynh-Thu VA, Irrthum A, Wehenkel L, Geurts P (2010) Inferring regulatory networks from "
    "expression data using tree-based methods. PLoS ONE 5(9):e12776. "
    "https://doi.org/10.1371/journal.pone.0012776"
)


def require(need: str, provides: Collection[str], *, who: str, otherwise: str) -> None:
    """Require that a data set provides what a method or a setting needs.

    Parameters
    ----------
    need : str
        One of `NEEDS`.
    provides : collection of str
        What the data set provides.
    who : str
        What needs it, in words.
    otherwise : str
        The other remedy, an instruction.

    Raises
    ------
    InputError
        When it does not.
    """
    if need not in provides:
        what, columns = NEEDS[need]
        raise InputError(
            f"{who[:1].upper()}{who[1:]} needs {what}, and the data set has none.",
            f"Add a sample sheet {columns}, or {otherwise}.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method of inference.

    Parameters
    ----------
    label : str
        Name for people.
    help : str
        One sentence that explains it.
    phrase : str
        Its name within a sentence, such as ``Random Forest``.
    settings : tuple of str
        Names of the fields of `ForestSpec` that it takes, besides method and engine, in the order
        in which they are shown.
    paragraph : str
        What describes it in the methods paragraph, as ``module:name``: a function of the
        `ForestSpec`, the regulators and the targets in words, which returns sentences that cite
        `references` by their numbers from 1.
    scale : str
        What its importance is, in words.
    references : tuple of str
        The papers to cite.
    defaults : mapping of str to object
        Defaults of its own, by the name of the setting.
    builder : str
        What makes its scorer of a process, as ``module:name`` (see `EngineBuilder`); empty where
        every engine grows the forests.
    block_size : int
        Targets that its scorer takes in one call.
    min_samples : int
        Samples that it needs.
    most_samples : int
        The most samples that it takes; 0 for any number.
    holds_matrix : bool
        Whether it holds the whole matrix, which large sparse data do not allow.
    needs : tuple of str
        What it needs of the sample sheet, by the names of `NEEDS`.
    memory_bytes : callable, optional
        Returns the memory of its scorer of one process from a `ForestSize`; the engine's by
        default.
    members : tuple of str
        Methods whose networks a run infers first, inside itself, and combines; with their own
        defaults. Such a run is not sent elsewhere.
    notes : str
        The function that names, in sentences, the cautions of a finished run, as ``module:name``;
        it takes the sequence of `TargetSummary`.
    no_confidence : str
        Why its links get neither p-values nor stability, the end of a sentence; empty where they
        do.
    null_builder : str
        What makes the scorer of permuted targets, as ``module:name``, for a scorer that takes
        several targets in one call: with the keywords ``members``, the positions of the targets,
        and ``order``, which returns the order of the samples of a permuted target from its number
        and the number of samples. Without one such a method has no p-values.
    null_work : float
        Time that a permuted target takes, as a multiple of that of a target, where that is not in
        proportion to the trees asked for.
    half_work : float
        Time that a target takes in half of the samples, likewise.
    """

    label: str
    help: str
    phrase: str
    settings: tuple[str, ...]
    paragraph: str
    scale: str
    references: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    builder: str = ""
    block_size: int = 1
    min_samples: int = 1
    most_samples: int = 0
    holds_matrix: bool = False
    needs: tuple[str, ...] = ()
    memory_bytes: Callable[[ForestSize], float] | None = None
    members: tuple[str, ...] = ()
    notes: str = ""
    no_confidence: str = ""
    null_builder: str = ""
    null_work: float = 1.0
    half_work: float = 1.0

    @property
    def papers(self) -> tuple[str, ...]:
        """The papers to cite, in the order of their numbers."""
        return self.references

    def require_samples(self, n_samples: int, provides: Collection[str] = ()) -> None:
        """Refuse data of too few or too many samples, or of which too little is known.

        Parameters
        ----------
        n_samples : int
            Samples of the data set.
        provides : collection of str
            What its sample sheet provides, by the names of `NEEDS`.

        Raises
        ------
        InputError
            When the method needs more, or takes fewer.
        """
        for need in self.needs:
            require(need, provides, who=self.phrase, otherwise="choose another method, such as RF")
        if n_samples < self.min_samples:
            raise InputError(
                f"The data have {n_samples:,} samples; {self.phrase} needs {self.min_samples:,}.",
                "Choose another method, such as RF.",
            )
        if self.most_samples and n_samples > self.most_samples:
            raise InputError(
                f"The data have {n_samples:,} samples; {self.phrase} takes up to "
                f"{self.most_samples:,}.",
                "Choose another method, such as RF, average similar samples, or draw some of them.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeMethod(Method):
    """A method that grows a forest for each target; every engine grows it.

    Parameters
    ----------
    reference : str
        The paper of the trees, cited after GENIE3's.
    has_random_splits : bool
        True when thresholds are drawn at random on all samples; False when the best threshold is
        sought on samples drawn with replacement. Decides which kernel the compiled engine runs.
    has_out_of_bag : bool
        True when each tree leaves out samples, on which its prediction is tested.
    estimator : str
        The class of scikit-learn's interface that grows the forest, as ``module:name``.
    """

    settings: tuple[str, ...] = ("k", "n_trees", "seed")
    paragraph: str = "genie3_engine.reports.method_sentences:forest_sentences"
    scale: str = "share of the target's variance, averaged over trees"
    reference: str
    has_random_splits: bool
    has_out_of_bag: bool
    estimator: str

    @property
    def papers(self) -> tuple[str, ...]:
        """GENIE3's paper and that of the trees."""
        return (GENIE3_PAPER, self.reference)


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

METHODS: Registry[Method] = Registry(
    "method",
    group="genie3.methods",
    built_in={
        RANDOM_FOREST: "genie3_engine.model.methods:_RANDOM_FOREST",
        EXTRA_TREES: "genie3_engine.model.methods:_EXTRA_TREES",
        GRNBOOST2: "genie3_engine.model.boosting:METHOD",
        PRECISION: "genie3_engine.model.precision:METHOD",
        IN_VIVO: "genie3_engine.model.in_vivo:METHOD",
        TIME_SERIES: "genie3_engine.model.time_series:METHOD",
    },
    unlisted={COMBINED: "genie3_engine.model.combination:METHOD"},
)


def tree_method(name: str) -> TreeMethod:
    """Return a method that grows forests.

    Parameters
    ----------
    name : str
        Its name in `METHODS`.

    Raises
    ------
    OptionError
        When the method does not grow forests, so that no engine is asked to.
    """
    method = METHODS[name]
    if not isinstance(method, TreeMethod):
        raise OptionError(f"{method.phrase} grows no forest.", "Choose RF or ET.")
    return method


def tree_method_names() -> tuple[str, ...]:
    """Return the names of the methods that grow forests."""
    return tuple(name for name in METHODS if isinstance(METHODS[name], TreeMethod))


def method_notes(name: str, targets: Sequence[TargetSummary]) -> list[str]:
    """Return what to be careful about in a finished run, one sentence or two each.

    Parameters
    ----------
    name : str
        The method's name in `METHODS`.
    targets : sequence of TargetSummary
        The run's targets.
    """
    place = METHODS[name].notes
    return list(load(place)(targets)) if place else []


def method_choices() -> tuple[Choice, ...]:
    """Return the methods as the choices of a setting."""
    return tuple(Choice(name, METHODS[name].label, METHODS[name].help) for name in METHODS)
