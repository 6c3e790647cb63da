"""Impossible settings are refused with a remedy."""

import pytest

from genie3_engine.enrichment.options import EnrichmentOptions
from genie3_engine.errors import OptionError


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_size": 0},
        {"min_size": 20, "max_size": 10},
        {"largest_q": 0.0},
        {"largest_q": 1.5},
        {"folded_share": 0.0},
    ],
)
def test_options__refuse_what_is_impossible(wrong):
    with pytest.raises(OptionError) as refused:
        EnrichmentOptions(**wrong)
    assert refused.value.remedy
