import json
import time
from dataclasses import replace

import pytest

from genie3_engine.planning import pilot as kept
from tests.planning.pilots import pilot, spec


def test_find__no_pilot_of_long_ago_or_of_another_forest(tmp_path):
    kept.keep(pilot(measured_at=time.time()), kept.pilot_file(spec(), tmp_path))
    assert kept.find(spec(5), home_folder=tmp_path) is not None
    assert kept.find(replace(spec(), regulators=("a",)), home_folder=tmp_path) is None
    assert kept.find(spec(n_threads=3), home_folder=tmp_path) is None
    kept.keep(pilot(measured_at=time.time() - 10_000), kept.pilot_file(spec(), tmp_path))
    assert kept.find(spec(), home_folder=tmp_path) is None


def test_pilot__round_trip_and_numbers():
    made = pilot()
    assert kept.Pilot.from_dict(json.loads(json.dumps(made.to_dict()))) == made
    assert made.mean_seconds == pytest.approx(1.0)
    assert made.spread_seconds == pytest.approx(0.2108, abs=1e-4)
    assert made.core_share == 1.0
    assert pilot(slot_seconds=40.0).core_share == 0.25


def test_of_members__adds_up_what_one_process_does_in_turn():
    one, other = pilot(), pilot(target_seconds=(0.5,) * 20, slot_seconds=10.0, write_bytes=10**9)
    both = kept.Pilot.of_members([one, other], n_trees=7)
    assert both.mean_seconds == pytest.approx(1.5)
    assert both.slot_seconds / both.n_targets == pytest.approx(1.5)
    assert both.step_seconds["writing"] == pytest.approx(0.6)
    assert both.write_bytes == 10**9
    assert both.n_trees == 7
    assert kept.Pilot.from_dict(json.loads(json.dumps(both.to_dict()))) == both


def test_busyness__a_lucky_pilot_on_a_crowded_machine():
    assert pilot().busyness == 0.0
    assert pilot(slot_seconds=40.0).busyness == 0.75
    assert pilot(load=8.0).busyness == 0.375
    assert pilot(load=1.5).busyness == 0.0
