import json
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine import planning, runs
from genie3_engine.cli import main
from tests.planning.pilots import pilot


@pytest.fixture
def table(tmp_path, home, monkeypatch):
    monkeypatch.setattr(planning, "measure", lambda spec, **_: pilot())
    file = tmp_path / "data.tsv"
    values = np.random.default_rng(0).normal(size=(6, 20))
    rows = ["\t".join(["gene", *(f"s{i}" for i in range(20))])]
    rows += ["\t".join([f"g{i}", *map(str, row)]) for i, row in enumerate(values)]
    file.write_text("\n".join(rows) + "\n")
    return file


def test_forecast__prints_time_memory_instances_and_grounds(table, capsys):
    assert main(["forecast", str(table), "--instances", "3"]) == 0
    said = capsys.readouterr().out
    assert "time" in said
    assert "On 3 instances" in said
    assert "* ml.c7i." in said
    assert "Measured:" in said
    assert "Prices: us-east-1, 2026-09-27" in said


def test_forecast__of_in_vivo_names_its_networks_and_no_instance(table, capsys, monkeypatch):
    both = planning.Pilot.of_members([pilot(), pilot()], n_trees=1000)
    monkeypatch.setattr(planning, "measure", lambda spec, **_: both)
    assert main(["forecast", str(table), "--method", "in-vivo"]) == 0
    said = capsys.readouterr().out
    assert "GRNBoost2: 10 random targets" in said
    assert "cannot share a run" in said
    assert "Prices" not in said


def test_forecast__json_has_everything_and_the_wishes(table, capsys):
    options = ["--trees", "50", "--within-hours", "1", "--budget", "0.0001", "--json"]
    assert main(["forecast", str(table), *options]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["low_seconds"] < found["wall_seconds"] < found["high_seconds"]
    assert found["memory_bytes"] > 10**8
    assert found["n_trees"] == 50
    assert len(found["instances"]) == len(planning.catalogue().instances)
    assert found["wishes"]["cheapest within 1 h"]["hours"] < 1
    assert found["wishes"]["fastest within $0.0001"] is None
    assert found["assumed"]


@pytest.mark.parametrize(
    "options", [["--instances", "0"], ["--within-hours", "nan"], ["--budget", "-1"]]
)
def test_forecast__refuses_what_cannot_be(table, capsys, options):
    assert main(["forecast", str(table), *options]) == 2
    assert options[0] in capsys.readouterr().err


def test_forecast__needs_no_folder_and_makes_none(table, capsys, tmp_path):
    assert main(["forecast", str(table), "--out", str(tmp_path / "run")]) == 0
    assert not (tmp_path / "run").exists()


def test_forecast__asks_for_todays_prices_and_says_when_there_are_none(table, capsys, monkeypatch):
    class Prices:
        region = ""

        def __init__(self, found):
            self.found = found

        def prices(self, instance_types, region):
            return self.found

    def answer(found):
        info = replace(runs.LAUNCHERS[runs.CLOUD], prices=lambda options: Prices(found))
        monkeypatch.setitem(runs.LAUNCHERS._records, runs.CLOUD, info)

    answer({})
    assert main(["forecast", str(table), "--live-prices"]) == 0
    assert "prices are of 2026-09-27" in capsys.readouterr().err
    answer({"ml.c5.xlarge": planning.Price(9.0)})
    assert main(["forecast", str(table), "--live-prices", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["prices"]["date"] == "today"
