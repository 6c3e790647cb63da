"""What a run must have so that there can be evidence for its links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genie3_engine.errors import OptionError
from genie3_engine.model import METHODS

if TYPE_CHECKING:
    from genie3_engine.model import ConfidenceSpec, ForestSpec


def require_confidence(confidence: ConfidenceSpec, forest: ForestSpec, *, n_samples: int) -> None:
    """Refuse evidence that cannot be had for a method, or from so few samples.

    Parameters
    ----------
    confidence : ConfidenceSpec
        The evidence.
    forest : ForestSpec
        The run's method and settings.
    n_samples : int
        Samples of its data set.

    Raises
    ------
    OptionError
        When the method has no such evidence.
    InputError
        When there are too few samples to be halved.
    """
    method = METHODS[forest.method]
    if method.no_confidence:
        raise OptionError(
            f"There are no p-values and no stability with {method.phrase}: {method.no_confidence}.",
            "Leave the confidence out, or ask for it in a run with another method, such as RF.",
        )
    if confidence.stability:
        from genie3_engine.confidence.halves import require_halves

        require_halves(n_samples, forest)
