"""The method that learns links from time series: its record, and the choices of its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genie3_engine.model.engines import COMPILED, ENGINES
from genie3_engine.model.methods import GENIE3_PAPER, SERIES, Method
from genie3_engine.model.settings import Choice

if TYPE_CHECKING:
    from genie3_engine.model.engines import ForestSize

AUTOMATIC = "auto"
LAG = "lag"
DECAY = "dyn"
ADD = "add"
LEAVE_OUT = "leave-out"
IGNORE = "ignore"
MULTIPLY = "multiply"

DYNAMICS_CHOICES = (
    Choice(
        AUTOMATIC,
        "Automatic",
        "The one of the next two that predicts the next values of samples out of bag better.",
    ),
    Choice(LAG, "Lag", "The expression of regulators now predicts that of the target next."),
    Choice(
        DECAY,
        "Decay (dynGENIE3)",
        "Regulators predict how fast the target is made; it decays at a rate from the data.",
    ),
)
STEADY_STATE_CHOICES = (
    Choice(ADD, "Add", "Samples of no series are learned from too."),
    Choice(LEAVE_OUT, "Leave out", "Time series alone are learned from."),
)
KNOCK_OUT_CHOICES = (
    Choice(IGNORE, "Ignore", "Knock-outs are samples like others."),
    Choice(
        MULTIPLY,
        "Multiply",
        "The importance of a link is multiplied by how far the target moves when the regulator is "
        "knocked out, in standard deviations.",
    ),
)


def _memory_bytes(size: ForestSize) -> float:
    """Return the bytes of forests whose candidates are all genes: the target is one of them.

    Besides, each gene has a decay rate, and in each thread an importance before and after the
    knock-out factor.
    """
    from dataclasses import replace

    forests = ENGINES[COMPILED].memory_bytes(replace(size, n_regulators=size.n_genes))
    return forests + 8.0 * size.n_genes * (1 + 2 * size.n_workers)


METHOD = Method(
    label="Time series (dynGENIE3, lag)",
    help="Forests predict the next point of a time series; needs a sample sheet with series and "
    "time.",
    phrase="the time-series method",
    settings=("dynamics", "steady_states", "knock_outs", "k", "n_trees", "seed"),
    paragraph="genie3_engine.reports.method_sentences:time_series_sentences",
    scale="share of the variance of what is predicted, averaged over trees; times the knock-out "
    "factor where that is chosen",
    references=(
        "Huynh-Thu VA, Geurts P (2018) dynGENIE3: dynamical GENIE3 for the inference of gene "
        "networks from time series expression data. Scientific Reports 8:3384. "
        "https://doi.org/10.1038/s41598-018-21715-0",
        "Cirrone J, Brooks MD, Bonneau R, Coruzzi GM, Shasha DE (2020) OutPredict: multiple "
        "datasets can improve prediction of expression and inference of causality. Scientific "
        "Reports 10:6804. https://doi.org/10.1038/s41598-020-63347-3",
        GENIE3_PAPER,
    ),
    builder="genie3_engine.inference.time_series:TimeSeriesForests",
    needs=(SERIES,),
    memory_bytes=_memory_bytes,
    notes="genie3_engine.inference.time_series:notes",
    no_confidence="the samples of a series cannot be exchanged with one another",
)
