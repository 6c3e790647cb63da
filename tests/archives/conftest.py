"""Fixtures of the tests of archives: a small run that is done, and its archive."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from genie3_engine import worker
from genie3_engine.archives import archive_run, import_archive
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.datasets.gene_tables import save_gene_table
from genie3_engine.networks.saved_views import save_view
from genie3_engine.runs import label
from tests.simulated_networks import tiny_run
from tests.small_views import small_saved_view


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> tuple[Path, Path]:
    """The home and the folder of a run that is done, with labels, a view and a gene table."""
    home = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENIE3_HOME", str(home))
        run = tiny_run(home / "runs" / "20261130-120000-a1b2c3", name="mine", source="data.tsv")
        worker.run(run.path)
        label(run.path, name="Ours", tags=["good"], note="Seen twice.")
        save_view(run.path, small_saved_view("Overview", "All of them."))
        table = GeneTable(("gene 001",), {"symbol": ("ABC1",)}, {"symbol": "symbol"}, "table.tsv")
        save_gene_table(run.spec.dataset, table)
    return home, run.path


@pytest.fixture
def first(finished, monkeypatch) -> Path:
    """The folder of the finished run, in its home."""
    home, run = finished
    monkeypatch.setenv("GENIE3_HOME", str(home))
    return run


@pytest.fixture(scope="session")
def archive(finished) -> bytes:
    """The archive of the finished run."""
    home, run = finished
    return archived(run, home=home)


def archived(run: Path, **options) -> bytes:
    """Return the archive of a run."""
    stream = io.BytesIO()
    archive_run(run, stream, **options)
    return stream.getvalue()


def imported(content: bytes, home: Path):
    """Import an archive into a home."""
    return import_archive(io.BytesIO(content), home=home)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return what the files below a folder hold, by their paths in it."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
