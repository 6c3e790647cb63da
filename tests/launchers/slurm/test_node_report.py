from __future__ import annotations

import fcntl

from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.launchers.slurm.node_report import QUESTION, REPORT, NodeReport, main, report
from genie3_engine.version import __version__


def test_main__writes_what_this_node_sees(tmp_path, monkeypatch):
    monkeypatch.setenv("SLURMD_NODENAME", "node7")
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "3")
    monkeypatch.setenv("SLURM_TMPDIR", str(tmp_path))
    (tmp_path / QUESTION).write_text("asked")
    assert main([str(tmp_path)]) == 0
    seen = NodeReport.from_dict(atomic_write.read_json(tmp_path / REPORT))
    assert (seen.node, seen.question, seen.n_cores_given) == ("node7", "asked", 3)
    assert (seen.engine, seen.n_cores, seen.scratch) == (__version__, usable_cores(), str(tmp_path))
    assert seen.has_locks
    assert seen.scratch_bytes > 0


def test_report__says_where_files_cannot_be_locked(tmp_path, monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    (tmp_path / QUESTION).write_text("asked")
    assert not report(tmp_path).has_locks
