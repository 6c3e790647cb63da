from __future__ import annotations

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.launchers.registry import LAUNCHERS, complete_options, save_options
from genie3_engine.launchers.slurm import INFO, asking
from genie3_engine.launchers.slurm.errors import SlurmError
from genie3_engine.launchers.slurm.partitions import Cluster, KnownCluster, Partition


def test_info__is_registered():
    assert LAUNCHERS["slurm"] is INFO
    assert not INFO.is_this_machine
    assert INFO.create(None).name == "slurm"


def test_complete__returns_all_options_and_refuses_wrong_ones(home, monkeypatch):
    monkeypatch.setattr(asking, "is_here", lambda: False)
    save_options("slurm", {"partition": "short", "cpus": 8})
    whole = complete_options("slurm", {"tasks": 3, "cpus": 2})
    assert (whole["tasks"], whole["cpus"], whole["partition"]) == (3, 2, "short")
    assert INFO.cores(whole) == 2
    with pytest.raises(OptionError, match="partition"):
        complete_options("slurm", {"partition": "a; rm -rf /"})


def test_refuse__knows_the_partitions_where_slurm_answers(home, monkeypatch):
    monkeypatch.setattr(asking, "is_here", lambda: True)
    short = Partition("short", True, True, 3600, 4, 2, 2000 * 2**20)
    monkeypatch.setattr(KnownCluster, "ask", lambda _: Cluster((short,)))
    with pytest.raises(OptionError, match="no partition 'nope'"):
        save_options("slurm", {"partition": "nope"})
    save_options("slurm", {"partition": "short"})  # whose nodes are small

    def away(_):
        raise SlurmError("Slurm cannot be asked.")

    monkeypatch.setattr(KnownCluster, "ask", away)
    save_options("slurm", {"partition": "nope"})


def test_notice__is_shown_where_slurm_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(KnownCluster, "look", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "login node" in INFO.notice({})
    (tmp_path / "sbatch").touch(mode=0o755)
    assert INFO.notice({}) == ""
