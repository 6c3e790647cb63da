import pytest

from genie3_engine.model import TargetLinks
from genie3_engine.planning.pilot_rounds import Sweep, fixed_seconds, second_trees


def links(target, seconds):
    return TargetLinks(target, None, None, 0.0, seconds)


def sweep(*seconds):
    return Sweep(links=[links(target, one) for target, one in enumerate(seconds)])


def test_second_trees__as_many_as_two_dozen_targets_have_time_for():
    first = sweep(0.2, 0.1)  # 10 trees: 0.02 s each at worst
    assert second_trees(first, n_first=10, n_trees=1000, slots=24.0) == 50
    assert second_trees(first, n_first=10, n_trees=30, slots=24.0) == 30
    assert second_trees(first, n_first=10, n_trees=1000, slots=0.1) == 10


def test_fixed_seconds__recovers_what_does_not_grow():
    first, second = sweep(0.5 + 0.02 * 10, 0.5 + 0.03 * 10), sweep(0.5 + 2.0, 0.5 + 3.0)
    assert fixed_seconds(first, second, n_first=10, n_second=100) == pytest.approx(0.5)
    assert fixed_seconds(first, first, n_first=10, n_second=10) == 0.0
    assert fixed_seconds(sweep(1.0), sweep(100.0), n_first=10, n_second=100) == 0.0


def test_slot_seconds__until_each_place_has_had_its_last():
    assert Sweep(finished=[1.0, 2.0, 2.5, 4.0]).slot_seconds(2) == 6.5


def test_relative_error__of_one_target_is_unknown():
    assert sweep(1.0).relative_error() == 1.0
    assert sweep(1.0, 1.0).relative_error() == 0.0
