"""Comparisons on disk keep the contract of every job."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest

from genie3_engine.differential.comparison_folder import Comparison, ComparisonFolder
from genie3_engine.errors import RunError
from genie3_engine.model import LayoutSpec
from tests.contracts.job_contract import JobContract
from tools.faults.disk import UNLINK, watched
from tools.faults.failing import FailingDisk


@pytest.mark.slow(3)
class TestComparison(JobContract):
    @pytest.fixture
    def job(self, folder):
        return ComparisonFolder.open(folder)


def test_require_same__lets_name_and_layout_differ(folder):
    comparison = ComparisonFolder.open(folder)
    other = replace(comparison.spec, name="other", created="now", layout=LayoutSpec(n_threads=2))
    comparison.require_same(other)
    with pytest.raises(RunError, match="top differs"):
        comparison.require_same(replace(comparison.spec, top=99))


def test_remove_work__leaves_what_the_disk_keeps(folder):
    comparison = ComparisonFolder.open(folder)
    for path in (comparison.candidates_path, comparison.promising_path):
        path.touch()
    with watched(folder, FailingDisk(errno.EIO, at=3, kinds={UNLINK})):
        comparison.remove_work()
    assert comparison.candidates_path.exists()
    assert not comparison.promising_path.exists()


def test_open__refuses_a_comparison_without_results(folder):
    with pytest.raises(RunError, match="no results yet"):
        Comparison.open(folder)
