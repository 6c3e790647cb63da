from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from genie3_engine.differential import replicate_parts
from genie3_engine.differential.classes import Candidates
from genie3_engine.differential.label_forests import LabelDesign
from genie3_engine.differential.replicate_parts import ReplicateNames, Strongest
from genie3_engine.errors import RunError
from genie3_engine.model import TargetLinks
from genie3_engine.store.parts import PartWriter

KEY = "k" * 64
DESIGN = LabelDesign(np.array([False, True]), np.array([2, 5], np.int32), n_labellings=3)


def links(number, importance):
    """A forest with regulators 0, 1, ... of some importance."""
    found = np.array(importance, np.float32)
    regulators = np.arange(found.size, dtype=np.int32)
    fit = number / 10
    return TargetLinks(number, regulators, found, fit, 0.0, carried_r2=-fit)


@pytest.fixture
def parts(tmp_path):
    """Eight forests, one of them in two parts."""
    clock = count(0, 100.0)
    with PartWriter(tmp_path, KEY, genes=ReplicateNames(), clock=lambda: next(clock)) as writer:
        for number in [*range(8), 7]:
            writer.add(links(number, [number + 1, 0.5, number]))
    return tmp_path


def test_finished_numbers__are_those_in_parts_of_this_comparison(parts):
    found = replicate_parts.finished_numbers(parts, KEY, n_replicates=12)
    assert np.flatnonzero(found).tolist() == list(range(8))
    with pytest.raises(RunError):
        replicate_parts.finished_numbers(parts, "x" * 64, n_replicates=12)


def test_observed_networks__are_of_the_labels_as_they_are(parts):
    first, second = replicate_parts.observed_networks(parts, KEY, DESIGN, top=2)
    assert sorted(zip(first.targets.tolist(), first.importance.tolist(), strict=True)) == [
        (2, 1.0),
        (5, 1.0),
        (5, 2.0),
    ]  # links as strong as the second come too
    assert sorted(second.importance.tolist()) == [3.0, 3.0, 4.0]


def test_gather__takes_candidates_and_fits_of_some_labels(parts):
    links = Candidates(
        np.array([0, 2], np.int32),
        np.array([5, 2], np.int32),
        np.zeros((2, 2), np.float32),
        np.ones((2, 2), bool),
        (0.0, 0.0),
    )
    scores = replicate_parts.gather(parts, KEY, DESIGN, links, labellings=range(1, 2))
    assert scores.importance.tolist() == [[[6.0, 4.0], [8.0, 6.0]]]
    assert scores.r2[0, 1].tolist() == [[0.6, -0.6], [0.7, -0.7]]
    without = replicate_parts.gather(
        parts, KEY, DESIGN, links, labellings=range(1, 2), with_fits=False
    )
    assert without.importance.tolist() == scores.importance.tolist()
    assert without.r2.size == 0


def test_read_replicates__refuses_a_damaged_part(parts):
    part = next(parts.iterdir())
    whole = part.read_bytes()
    part.write_bytes(whole[:4] + bytes(40) + whole[44:])
    with pytest.raises(RunError, match="cannot be read"):
        list(replicate_parts.read_replicates(parts, KEY))


def test_strongest__holds_few_of_many_links_and_all_ties():
    rng = np.random.default_rng(0)
    importance = rng.integers(0, 50, (40, 30)).astype(np.float32)
    strongest = Strongest(20)
    for target, row in enumerate(importance):
        strongest.add(np.arange(30, dtype=np.int32), target, row)
    found = strongest.network()
    least = np.sort(importance.ravel())[-20]
    regulators = np.nonzero(importance >= least)[1]
    assert sorted(found.regulators.tolist()) == sorted(regulators.tolist())
    assert (importance[found.targets, found.regulators] == found.importance).all()
    assert Strongest(3).network().regulators.size == 0
