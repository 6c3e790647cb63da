import numpy as np
import pytest

from genie3_engine.regulons import heat_map as module
from genie3_engine.regulons.heat_map import NO_GROUP, heat_map

NAMES = tuple(f"r{i}" for i in range(6))


def activity(n_samples=12, seed=0):
    values = np.random.default_rng(seed).random((n_samples, len(NAMES))).astype(np.float32)
    values[:, 1] *= 0.1
    values[:, 4] = 0.25
    return values


def samples(n):
    return tuple(f"s{i}" for i in range(n))


def test_heat_map__shows_what_varies_most():
    assert "r1" not in heat_map(activity(), NAMES, samples(12), n_regulons=4).regulons
    assert "r4" not in heat_map(activity(), NAMES, samples(12)).regulons


def test_heat_map__values_belong_to_their_names():
    values = activity()
    shown = heat_map(values, NAMES, samples(12))
    assert sorted(shown.columns) == sorted(samples(12))
    for row, regulon in enumerate(shown.regulons):
        of_regulon = values[:, NAMES.index(regulon)]
        for column, sample in enumerate(shown.columns):
            assert shown.activity[row, column] == of_regulon[int(sample[1:])]
    np.testing.assert_allclose(shown.scores.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(shown.scores.std(axis=1), 1, rtol=1e-5)


def test_heat_map__groups_are_side_by_side_in_natural_order():
    labels = ["day 10", "day 2", "", "Day 1"] * 3
    shown = heat_map(activity(), NAMES, samples(12), labels=labels)
    assert shown.groups == (
        *(("Day 1", 0, 3), ("day 2", 3, 6), ("day 10", 6, 9), (NO_GROUP, 9, 12)),
    )
    for label, first, last in shown.groups:
        of_group = {labels[int(sample[1:])] or NO_GROUP for sample in shown.columns[first:last]}
        assert of_group == {label}


def test_heat_map__many_samples_are_averaged_inside_groups(monkeypatch):
    monkeypatch.setattr(module, "MOST_COLUMNS", 5)
    labels = ["a"] * 7 + ["b"] * 5
    values = activity()
    shown = heat_map(values, NAMES, samples(12), labels=labels)
    assert shown.groups == (("a", 0, 3), ("b", 3, 5))
    assert shown.columns[0] == "mean of 3 samples"
    sizes = [3, 3, 1, 3, 2]
    for row, regulon in zip(shown.activity, shown.regulons, strict=True):
        assert (row * sizes).sum() == pytest.approx(values[:, NAMES.index(regulon)].sum(), 1e-5)


def test_heat_map__similar_regulons_are_neighbours():
    base = np.random.default_rng(1).random((20, 2)).astype(np.float32)
    shown = heat_map(base[:, [0, 1, 0, 1, 0, 1]], NAMES, samples(20))
    kinds = [int(name[1:]) % 2 for name in shown.regulons]
    assert kinds in ([0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0])


@pytest.mark.parametrize("n", [0, 1, 2])
def test_heat_map__few_regulons(n):
    shown = heat_map(activity()[:, :n], NAMES[:n], samples(12))
    assert shown.scores.shape == (n, 12)


def test_heat_map__one_sample_has_nothing_to_show():
    assert heat_map(activity(1), NAMES, samples(1)).regulons == ()
