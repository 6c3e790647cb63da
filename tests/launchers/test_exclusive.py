from __future__ import annotations

import errno
import fcntl

import pytest

from genie3_engine.launchers.exclusive import exclusive
from tests.simulated_networks import tiny_run


@pytest.fixture
def run(home, tmp_path):
    return tiny_run(tmp_path / "run")


def test_exclusive__holds_one_at_a_time(run):
    with exclusive(run) as is_alone, exclusive(run, wait=False) as is_second:
        assert (is_alone, is_second) == (True, False)
    with exclusive(run, wait=False) as is_alone:
        assert is_alone


@pytest.mark.parametrize("wait", [True, False])
def test_exclusive__goes_on_where_a_file_system_has_no_locks(run, monkeypatch, wait):
    def flock(descriptor, how):
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", flock)
    with exclusive(run, wait=wait) as is_alone:
        assert is_alone


def test_exclusive__passes_other_errors_on(run, monkeypatch):
    def flock(descriptor, how):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(OSError, match="Input/output"), exclusive(run):
        pass
