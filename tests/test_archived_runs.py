"""Runs that are archived by one person and imported, looked at and resumed by another elsewhere."""

from __future__ import annotations

import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from genie3_engine import runs, worker
from genie3_engine.archives import archive_run, import_archive
from genie3_engine.combined_runs import create_combination
from genie3_engine.errors import RunInterruptedError
from genie3_engine.model import (
    COMPILED,
    IN_VIVO,
    SCIKIT_LEARN,
    ConfidenceSpec,
    ForestSpec,
    JobState,
)
from genie3_engine.networks.saved_views import save_view
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.run_folder import RunFolder
from tests.pages.conftest import ROOT, open_page, small_expression, texts  # noqa: F401 -- a fixture
from tests.small_views import small_saved_view

NOBODY = 65534
FOREST = ForestSpec(n_trees=5, seed=3, engine=COMPILED)


class Elsewhere:
    """Another home at another path, and another user of this machine where there may be one.

    Parameters
    ----------
    user : int or None
        The user's number.
    """

    def __init__(self, user: int | None) -> None:
        self.user = user
        self.folder = Path(tempfile.mkdtemp(prefix="elsewhere-"))
        self.home = self.folder / "their home"
        self.home.mkdir()
        for folder in (self.folder, self.home):
            folder.chmod(0o777)

    def call(self, *arguments: object) -> str:
        """Run Python as the other user, and return what it printed."""
        environment = {
            "PATH": os.environ["PATH"],
            "GENIE3_HOME": str(self.home),
            "HOME": str(self.home),
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            user=self.user,
            env=environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def other_user():
    """The number of a user who can read the program; None where there can be no other."""
    if os.geteuid():
        return None
    place = Elsewhere(NOBODY)
    try:
        place.call("-c", "import genie3_engine, numpy")
    except (AssertionError, OSError, subprocess.SubprocessError):
        return None
    finally:
        shutil.rmtree(place.folder)
    return NOBODY


@pytest.fixture
def elsewhere(other_user):
    place = Elsewhere(other_user)
    yield place
    shutil.rmtree(place.folder)


def archived(run: Path) -> bytes:
    stream = io.BytesIO()
    archive_run(run, stream)
    return stream.getvalue()


def infer(home, name, **choices):
    """Infer a network with evidence, labels and a view in a home."""
    run = runs.infer(
        small_expression(),
        home / "runs" / name,
        **{"forest": FOREST, "source": str(home / "data.tsv"), **choices},
    )
    runs.label(run, name="Ours", tags=["good"])
    save_view(run, small_saved_view("Overview", genes=("gene00", "gene01", "gene02")))
    return run


def shown(app):
    """Return what a page shows: texts, tables and choices."""
    assert not app.exception
    tables = [table.value.to_csv() for table in app.dataframe]
    return (
        re.sub("ended .* ago|ended just now", "ended", texts(app)),
        tables,
        [each.options for each in app.selectbox],
    )


@pytest.mark.slow(10)
def test_archive__opens_elsewhere_with_the_same_page(home, elsewhere, open_page, monkeypatch):  # noqa: F811
    stated = {"confidence": ConfidenceSpec(), "source": "data.tsv"}
    run = infer(home, "20261130-120000-a1b2c3", **stated)
    content = archived(run)
    file = elsewhere.folder / "run.genie3.zip"
    file.write_bytes(content)
    file.chmod(0o644)
    found = json.loads(elsewhere.call("-m", "genie3_engine", "import", file, "--json"))
    there = Path(found["run"])
    assert there == elsewhere.home / "runs" / run.name
    assert there.stat().st_uid == (os.geteuid() if elsewhere.user is None else elsewhere.user)
    for name in ("links.parquet", "evidence.parquet", "targets.parquet", "views.json"):
        assert (there / name).read_bytes() == (run / name).read_bytes()

    of_first = [str(home), *([platform.node()] if len(platform.node()) > 3 else [])]
    for path in elsewhere.home.rglob("*.json"):
        assert not [text for text in of_first if text in path.read_text(encoding="utf-8")]
    assert json.loads((there / "status.json").read_text())["pid"] is None

    pages = ("network", "runs")
    here = [shown(open_page(page, run=run.name)) for page in pages]
    monkeypatch.setenv("GENIE3_HOME", str(elsewhere.home))
    seen = [shown(open_page(page, run=run.name)) for page in pages]
    for page, ours, theirs in zip(pages, here, seen, strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert (page, other) == (page, one)
    assert archived(there) == content


def cut(run, n_targets):
    """Interrupt a run once so many targets, also of its replicates and inside it, are on disk."""
    n_added = 0
    add = PartWriter.add

    def counted(writer, links):
        nonlocal n_added
        if n_added == n_targets:
            raise RunInterruptedError("Cut.", "Go on.")
        n_added += 1
        return add(writer, links)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PartWriter, "add", counted)
        with pytest.raises(RunInterruptedError):
            worker.run(run)


def combined(home, name):
    """Make a run that combines two others."""
    parents = [infer(home, f"{name}-{seed}", forest=ForestSpec(n_trees=seed)) for seed in (2, 3)]
    return create_combination(parents, home / "runs" / name).path


def created(home, name, **choices):
    """Make a run that nobody has begun."""
    expression = small_expression()
    dataset = runs.save_dataset(expression)
    spec = runs.build_run_spec(expression, dataset=dataset, **{"forest": FOREST, **choices})
    return runs.create(spec, home / "runs" / name)


KINDS = {
    "forests": created,
    "evidence": lambda home, name: created(home, name, confidence=ConfidenceSpec()),
    "networks inside": lambda home, name: created(home, name, forest=ForestSpec(IN_VIVO)),
    "combined": combined,
}


@pytest.mark.parametrize(
    ("kind", "n_targets"),
    [("forests", 3), ("evidence", 40), ("networks inside", 4), ("combined", 5)],
)
def test_archive__of_a_partial_run_is_resumed_to_the_same_bytes(
    home, tmp_path, monkeypatch, kind, n_targets
):
    whole = KINDS[kind](home, "whole")
    worker.run(whole)
    partial = KINDS[kind](home, "partial")
    cut(partial, n_targets)
    content = archived(partial)
    n_kept = RunFolder.open(partial).read_status().targets_done
    shutil.rmtree(partial)
    if kind == "combined":  # its parents need not be there
        for parent in (home / "runs").glob("partial-*"):
            shutil.rmtree(parent)
    monkeypatch.setenv("GENIE3_HOME", str(tmp_path / "elsewhere"))
    there = import_archive(io.BytesIO(content)).path
    assert RunFolder.open(there).read_status().state is JobState.CANCELLED
    assert archived(there) == content
    status = worker.run(there)
    assert status.state is JobState.DONE
    assert status.targets_found == n_kept or kind == "networks inside"
    for name in ("links.parquet", "evidence.parquet"):
        assert (whole / name).exists() == (there / name).exists()
        assert (
            not (whole / name).exists()
            or (whole / name).read_bytes() == (there / name).read_bytes()
        )


def test_archive__of_a_partial_run_is_resumed_by_another_user(home, elsewhere):
    forest = ForestSpec(n_trees=2, engine=SCIKIT_LEARN)  # nothing is compiled for the other user
    whole, partial = (created(home, name, forest=forest) for name in ("whole", "partial"))
    worker.run(whole)
    cut(partial, 3)
    file = elsewhere.folder / "run.genie3.zip"
    file.write_bytes(archived(partial))
    file.chmod(0o644)
    there = Path(json.loads(elsewhere.call("-m", "genie3_engine", "import", file, "--json"))["run"])
    elsewhere.call("-m", "genie3_engine.worker", there)
    assert (there / "links.parquet").read_bytes() == (whole / "links.parquet").read_bytes()
