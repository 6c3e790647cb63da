"""Fixtures of the tests of pages."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from genie3_engine import worker
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.process import this_process
from genie3_engine.model import (
    IN_VIVO,
    METHODS,
    PRECISION,
    SCIKIT_LEARN,
    ErrorRecord,
    ForestSpec,
    JobState,
    RunSpec,
    RunStatus,
)
from genie3_engine.store.run_folder import RunFolder
from tests.waiting import HANG_SECONDS

ROOT = Path(__file__).resolve().parents[2]
N_GENES = 12
Open = Callable[..., AppTest]


def small_expression() -> Expression:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(N_GENES, 20))
    values[3:] += values[:1]
    return Expression(
        values,
        tuple(f"gene{i:02d}" for i in range(N_GENES)),
        tuple(f"sample {i}" for i in range(1, 21)),
    )


@pytest.fixture
def dataset(home: Path) -> str:
    """A small data set in the home."""
    return save_dataset(small_expression(), name="small *data*")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is done, computed once."""
    home = tmp_path_factory.mktemp("finished")
    before = os.environ.get("GENIE3_HOME")
    os.environ["GENIE3_HOME"] = str(home)
    try:
        spec = RunSpec(
            save_dataset(small_expression(), name="small *data*"),
            forest=ForestSpec(n_trees=5, engine=SCIKIT_LEARN),
            name="a finished run",
            source="small *data*",
        )
        folder = home / "runs" / "done"
        RunFolder.create(folder, spec, RunStatus(JobState.QUEUED, created=time.time()))
        worker.run(folder)
    finally:
        if before is None:
            del os.environ["GENIE3_HOME"]
        else:
            os.environ["GENIE3_HOME"] = before
    return folder


@pytest.fixture
def done_run(home: Path, dataset: str, finished: Path) -> str:
    """The id of a run that is done."""
    shutil.copytree(finished, home / "runs" / "done")
    return "done"


@pytest.fixture
def in_vivo_run(home: Path, done_run: str) -> str:
    """The id of a run that is done, with one of its networks inside."""
    run = home / "runs" / done_run
    shutil.copytree(run, home / "inside")
    (run / "members").mkdir()
    shutil.move(home / "inside", run / "members" / PRECISION)
    for folder, method in ((run, IN_VIVO), (run / "members" / PRECISION, PRECISION)):
        spec = RunFolder.open(folder).spec
        changed = replace(spec, forest=ForestSpec(method), name=METHODS[method].label)
        atomic_write.write_json(folder / "spec.json", changed.to_dict())
    return done_run


@pytest.fixture
def run_in_state(home: Path, dataset: str) -> Callable[..., str]:
    """Return a function that puts a run in some state into the home and returns its id."""

    def put(state: JobState, *, error: ErrorRecord | None = None, name: str = "") -> str:
        run = f"run-{state.value}"
        now = time.time()
        status = RunStatus(
            state,
            targets_done=5,
            targets_total=N_GENES,
            step="computing",
            created=now - 20,
            started=now - 10,
            heartbeat=now,
            ended=None if state.is_live else now,
            owner=this_process() if state.is_live else None,
            error=error,
        )
        RunFolder.create(home / "runs" / run, RunSpec(dataset, name=name or state.value), status)
        return run

    return put


@pytest.fixture
def open_page(home: Path) -> Open:
    """Return a function that opens a page at an address, as a new session."""
    st.cache_data.clear()
    st.cache_resource.clear()

    def open_(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=HANG_SECONDS).run()
        app.switch_page(f"pages/{page}/page.py")
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return open_


def texts(app: AppTest) -> str:
    """Return everything that a page says, for a look."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "error", "warning")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))
