"""Gradient boosting of small trees: the record of GRNBoost2, and its generations."""

from __future__ import annotations

from genie3_engine.model.engines import ForestSize
from genie3_engine.model.methods import Method
from genie3_engine.model.settings import Choice

AS_PUBLISHED = "G1"
SUMMED_GAINS = "G2"
SHIFTED_SAMPLES = "G3"
WINDOW_STOP = "window"
NO_STOP = "none"
MOST_TREES = 5000
MIN_SAMPLES = 20
MOST_SAMPLES = (1 << 16) - 1  # as the kernel numbers them

GENERATION_CHOICES = (
    Choice(
        AS_PUBLISHED,
        "G1: as published (scikit-learn up to 0.19)",
        "As in 2017 to 2019: every tree counts the same in the importance.",
    ),
    Choice(
        SUMMED_GAINS,
        "G2: scikit-learn 0.20 to 1.2",
        "Gains are summed over trees, so that the first trees decide.",
    ),
    Choice(
        SHIFTED_SAMPLES,
        "G3: as arboreto is today (scikit-learn 1.3 and later)",
        "As G2, and losses of different samples are compared: stops by chance after 25 to 30 "
        "trees.",
    ),
)
STOP_CHOICES = (
    Choice(
        WINDOW_STOP,
        "No more gain",
        "After 25 trees that have not improved the fit of samples out of bag.",
    ),
    Choice(NO_STOP, "Fixed number", "All trees are grown."),
)


def _memory_bytes(size: ForestSize) -> float:
    """Return the bytes of the sorted samples and of each thread's workspace."""
    thread = 45.0 * size.n_samples + 20.0 * size.n_regulators
    return 6.0 * size.n_regulators * size.n_samples + size.n_workers * thread


METHOD = Method(
    label="GRNBoost2",
    help="Small trees are boosted until the fit of samples out of bag no longer improves.",
    phrase="GRNBoost2",
    settings=("generation", "stop", "n_trees", "seed"),
    defaults={"n_trees": MOST_TREES},
    paragraph="genie3_engine.reports.method_sentences:boosting_sentences",
    scale="shares of the gain of each tree, summed over the target's trees",
    references=(
        "Moerman T et al. (2019) GRNBoost2 and Arboreto: efficient and scalable inference of gene "
        "regulatory networks. Bioinformatics 35:2159-2161. "
        "https://doi.org/10.1093/bioinformatics/bty916",
        "Friedman JH (2002) Stochastic gradient boosting. Computational Statistics & Data "
        "Analysis 38:367-378. https://doi.org/10.1016/S0167-9473(01)00065-2",
    ),
    builder="genie3_engine.inference.boosting:Boosting",
    min_samples=MIN_SAMPLES,
    most_samples=MOST_SAMPLES,
    memory_bytes=_memory_bytes,
    notes="genie3_engine.inference.boosting:notes",
    null_work=0.1,  # measured: 0.08 on E. coli, 0.6 on DREAM4, whose targets have few trees
    half_work=0.055,  # measured: 20 halves take 1.0 to 1.2 of the run on E. coli
)
