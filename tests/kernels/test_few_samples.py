from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.few_samples import gains_of_four, gains_of_three, split_few
from genie3_engine.kernels.random_splits import grid_layout
from tests import naive
from tests.kernels.test_random_splits import VALUES, Node


@kernel
def compiled_split(work, n, k, total):
    step = np.uint64(grid_layout(work, n)[2])
    r, s = work.response, work.samples
    for i in range(n):
        work.spare[i] = s[i]
    if n == 3:
        best = gains_of_three(work.gains, (r[s[0]], r[s[1]], r[s[2]]), total)
        places = np.uint64(s[0]) * step, np.uint64(s[1]) * step, np.uint64(s[2]) * step
        return split_few(work, places, k, best)
    best = gains_of_four(work.gains, (r[s[0]], r[s[1]], r[s[2]], r[s[3]]), total)
    a, b, c, d = s[0], s[1], s[2], s[3]
    fours = np.uint64(a) * step, np.uint64(b) * step, np.uint64(c) * step, np.uint64(d) * step
    return split_few(work, fours, k, best)


def split_by(samples, sides):
    """Return the samples whose bit is set, and the others."""
    return [[s for i, s in enumerate(samples) if (sides >> i) & 1 == bit] for bit in (1, 0)]


@pytest.mark.parametrize(("n", "fill"), [(3, gains_of_three), (4, gains_of_four)])
@given(data=st.data())
def test_gains__are_those_of_each_division(n, fill, data):
    responses = sorted(data.draw(st.lists(st.integers(-5, 5), min_size=n, max_size=n)))
    gains = np.zeros(16)
    best = fill.py_func(gains, tuple(responses), sum(responses))
    samples = [(1, response) for response in responses]
    expected = [naive.split_gain(*split_by(samples, sides)) for sides in range(1, 2**n - 1)]
    assert gains[0] == -1.0
    assert gains[1 : 2**n - 1] == pytest.approx([float(gain) for gain in expected])
    for sides, gain in enumerate(expected, 1):
        assert (best >> sides) & 1 == (gain == max(expected))


@settings(max_examples=150)
@given(
    seed=st.integers(0, 2**64 - 1),
    n=st.sampled_from([3, 4]),
    kind=st.sampled_from(sorted(VALUES)),
    n_candidates=st.sampled_from([1, 5, 17]),
    k=st.integers(1, 17),
    n_samples=st.sampled_from([20, 1_000]),  # and a row of the grid for each sample
)
def test_split_few__is_the_plain_search(seed, n, kind, n_candidates, k, n_samples):
    rng = np.random.default_rng(seed)
    responses = rng.integers(-5, 6, n_samples)
    responses[:n].sort()
    node = Node(VALUES[kind](rng, (n_candidates, n_samples)), responses, n)
    k = min(k, n_candidates)
    node.work.state[0] = seed
    candidate, sides = compiled_split(node.work, n, k, node.total[1])
    bound = max(naive.split_gain(*split_by(node.samples, sides)) for sides in range(1, 2**n - 1))
    stream = naive.Stream(seed)
    expected = naive.random_node_split(
        stream, n_candidates, node.ranks_of, node.levels, node.samples, k, bound
    )
    assert candidate == expected[1]
    assert node.work.state[0] == stream.state
    if candidate >= 0:
        assert split_by(node.inside, sides)[0] == node.left_of(candidate, expected[2])[0]
        assert node.work.gains[sides] == pytest.approx(float(expected[0]))
    assert sorted(node.work.pool[:n_candidates].tolist()) == list(range(n_candidates))
