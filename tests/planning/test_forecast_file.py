import json
import time

from genie3_engine.jobs.filenames import FORECAST
from genie3_engine.planning import pilot as kept
from genie3_engine.planning import remember
from tests.planning.pilots import pilot, shape, spec


def test_remember__only_where_a_pilot_was_measured(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    remember(run, spec(), shape(), home_folder=tmp_path)
    assert not (run / FORECAST).exists()
    kept.keep(pilot(measured_at=time.time()), kept.pilot_file(spec(), tmp_path))
    remember(run, spec(700), shape(), home_folder=tmp_path)
    assert json.loads((run / FORECAST).read_text())["n_trees"] == 700


def test_remember__lets_the_run_start_when_a_pilot_is_damaged(tmp_path, caplog):
    damaged = pilot(measured_at=time.time(), step_seconds={"starting": "soon"})
    kept.keep(damaged, kept.pilot_file(spec(), tmp_path))
    run = tmp_path / "run"
    run.mkdir()
    remember(run, spec(), shape(), home_folder=tmp_path)
    assert not (run / FORECAST).exists()
    assert "The run has no forecast" in caplog.text


def test_remember__for_cloud_instances(tmp_path):
    kept.keep(pilot(measured_at=time.time()), kept.pilot_file(spec(), tmp_path))
    remember(tmp_path, spec(), shape(), instances=("ml.c5.xlarge", 3), home_folder=tmp_path)
    found = json.loads((tmp_path / FORECAST).read_text())
    assert (found["instance_type"], found["n_instances"]) == ("ml.c5.xlarge", 3)
    assert found["wall_seconds"] > 200
    assert found["dollars"] > 0
