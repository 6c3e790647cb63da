"""Tests of what evidence takes."""

import pytest

from genie3_engine.confidence.requirements import require_confidence
from genie3_engine.errors import InputError, OptionError
from genie3_engine.model import (
    COMBINED,
    IN_VIVO,
    METHODS,
    TIME_SERIES,
    ConfidenceSpec,
    ForestSpec,
)

P_VALUES = ConfidenceSpec(stability=False)


@pytest.mark.parametrize("method", [IN_VIVO, COMBINED, TIME_SERIES])
def test_require_confidence__refuses_methods_that_have_none(method):
    for asked in (P_VALUES, ConfidenceSpec(p_values=False)):
        with pytest.raises(OptionError, match=METHODS[method].no_confidence) as caught:
            require_confidence(asked, ForestSpec(method), n_samples=100)
        assert "RF" in caught.value.remedy


@pytest.mark.parametrize("method", ["RF", "ET", "GRNBoost2", "precision"])
def test_require_confidence__takes_the_other_methods(method):
    require_confidence(ConfidenceSpec(), ForestSpec(method), n_samples=100)


def test_require_confidence__refuses_halves_of_few_samples():
    require_confidence(P_VALUES, ForestSpec(), n_samples=19)
    with pytest.raises(InputError, match="19 samples"):
        require_confidence(ConfidenceSpec(), ForestSpec(), n_samples=19)
