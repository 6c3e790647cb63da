"""A set is folded behind the strongest one that has most of its genes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from genie3_engine.enrichment.folding import fold_overlapping
from tests import naive

HITS = arrays.arrays(bool, st.tuples(st.integers(0, 8), st.just(6)))


@settings(max_examples=50)
@given(HITS, st.sampled_from([0.3, 0.5, 0.7, 1.0]))
def test_fold__is_the_stated_rule(hits, share):
    hits = hits[hits.any(axis=1)]
    assert fold_overlapping(hits, share=share).tolist() == naive.folded_behind(hits, share)


def test_fold__equal_sets_are_one():
    assert fold_overlapping(np.ones((3, 4), np.bool_), share=0.7).tolist() == [0, 0, 0]
