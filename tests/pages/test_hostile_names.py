"""Tests that names are shown as text."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from genie3_engine import runs, worker
from genie3_engine.data.expression import Expression
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.datasets.store import save_dataset
from genie3_engine.model import SCIKIT_LEARN, ForestSpec, JobState, RunSpec, RunStatus
from genie3_engine.store.run_folder import RunFolder
from ui import text_format

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.invalid")',
    "../../etc",
    "g" * 300,
    "🧬",
    "شبكة",
    "![x](http://x.invalid/a.png)",
    "$x$ **y** :material/home:",
]


@pytest.fixture(params=[0, 2, 6])
def run(request, home: Path) -> str:
    """A finished run with a hostile name, of hostile data, with hostile symbols, tags and notes."""
    name = HOSTILE[request.param]
    values = np.random.default_rng(0).normal(size=(len(HOSTILE), 12))
    data = Expression(values, tuple(HOSTILE), tuple(f"{name} {i}" for i in range(12)))
    fingerprint = save_dataset(data, name=name)
    runs.label_dataset(fingerprint, name=name[:200], note=name)
    roles = {"identifier": name, "symbol": name, "description": name}
    table = GeneTable(tuple(HOSTILE), {name: tuple(HOSTILE[::-1])}, roles, name)
    runs.attach_gene_table(fingerprint, table)
    spec = RunSpec(
        fingerprint,
        forest=ForestSpec(n_trees=3, engine=SCIKIT_LEARN),
        name=name,
        source=name,
    )
    folder = home / "runs" / "hostile"
    RunFolder.create(folder, spec, RunStatus(JobState.QUEUED, created=time.time()))
    worker.run(folder)
    runs.label(folder, tags=[name[:20]], note=name)
    return "hostile"


def test_pages__show_hostile_names_as_text(open_page, home, run):
    fingerprint = runs.list_datasets()[0].fingerprint
    pages = ("home", "data", "regulators", "infer", "runs", "network", "regulons", "compare")
    for page in (*pages, "accuracy"):
        app = open_page(page, run=run, data=fingerprint, gene=HOSTILE[0])
        assert not app.exception, page
        for text in app.markdown:
            assert not (text.allow_html and any(name[:20] in text.value for name in HOSTILE))
            assert "![x](http" not in text.value
    inside = {path.relative_to(home).parts[0] for path in home.rglob("*")}
    assert inside <= {"runs", "data", "uploads", "pilots", "experiments", "cloud"}


@pytest.mark.parametrize("name", [*HOSTILE, "..", ".hidden", "", "a/b\\c", "nul\x00byte", "a\nb"])
def test_file_name__is_never_a_path(name):
    kept = text_format.file_name(name)
    assert kept
    assert Path(kept).name == kept
    assert not kept.startswith(".")
    assert len(kept) <= 60
    assert not set(kept) & set('<>:"/\\|?*\x00\n')
