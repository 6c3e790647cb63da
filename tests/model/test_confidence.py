"""Tests of what is asked about the confidence of links."""

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.model import CONFIDENCE_CHOICES, ConfidenceSpec


def test_confidence_spec__refuses_to_ask_for_nothing():
    with pytest.raises(OptionError, match="asked for"):
        ConfidenceSpec(p_values=False, stability=False)


def test_parse__reads_what_str_returns():
    for choice in CONFIDENCE_CHOICES:
        assert str(ConfidenceSpec.parse(str(choice.value))) == choice.value
    assert ConfidenceSpec.parse("both") == ConfidenceSpec()
    assert not ConfidenceSpec.parse("stability").p_values


def test_parse__names_the_value_it_refuses():
    with pytest.raises(OptionError, match="'certainty'"):
        ConfidenceSpec.parse("certainty")
