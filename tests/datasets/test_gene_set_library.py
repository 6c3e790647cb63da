"""Gene sets are kept once, by name, until they are deleted."""

import io

import pytest

from genie3_engine import runs
from genie3_engine.datasets.gene_set_library import (
    are_gene_sets,
    describe_gene_sets,
    keep_gene_sets,
    list_gene_sets,
    open_gene_sets,
)
from genie3_engine.datasets.uploads import keep_upload
from genie3_engine.errors import InputError, OptionError
from genie3_engine.people import log

FILES = [("sets.gmt", io.BytesIO(b"a\t\tb\n"))]


def test_keep__the_same_files_are_kept_once_by_name(home, monkeypatch):
    monkeypatch.setenv("GENIE3_SERVER_HOME", str(home))
    first = keep_gene_sets(FILES)
    assert first.name == "sets.gmt"
    again = keep_gene_sets(FILES, name="Hallmark")
    assert [sets.name for sets in list_gene_sets()] == ["Hallmark"]
    assert again.id == first.id
    assert open_gene_sets(first.id).upload.path.read_bytes() == b"a\t\tb\n"
    runs.delete_gene_sets(first.id)
    changes = [(each.action, each.text) for each in log.entries() if "sets" in each.subject]
    assert changes == [("stored", "sets.gmt"), ("stored", "Hallmark"), ("deleted", "")]


def test_describe__renames_and_chooses_columns(home):
    kept = keep_gene_sets(FILES)
    describe_gene_sets(kept.id, name=" new\nname ", columns={"gene": "2"})
    found = open_gene_sets(kept.id)
    assert (found.name, dict(found.columns)) == ("new name", {"gene": "2"})
    with pytest.raises(OptionError):
        describe_gene_sets(kept.id, name="x" * 1000)


def test_list__is_by_name_and_leaves_out_damaged_ones_and_other_uploads(home):
    for name in ("b", "A"):
        keep_gene_sets([(f"{name}.gmt", io.BytesIO(name.encode()))], name=name)
    damaged = keep_gene_sets([("c.gmt", io.BytesIO(b"c"))])
    (home / "uploads" / damaged.id / "gene-sets.json").write_text("[]")
    keep_upload([("data.tsv", io.BytesIO(b"d"))])
    assert [sets.name for sets in list_gene_sets()] == ["A", "b"]


@pytest.mark.parametrize("upload", ["", "..", "f" * 32])
def test_open__refuses_what_is_not_kept(home, upload):
    with pytest.raises(InputError):
        open_gene_sets(upload)
    assert not are_gene_sets(upload)


def test_delete__leaves_nothing_and_drop_upload_leaves_gene_sets(home):
    kept = keep_gene_sets(FILES)
    runs.drop_upload(kept.id)
    assert len(list_gene_sets()) == 1
    runs.delete_gene_sets(kept.id)
    assert not list_gene_sets()
    assert not list((home / "uploads").iterdir())


def test_keep__same_files_keep_the_columns_that_were_chosen(home):
    kept = keep_gene_sets(FILES)
    describe_gene_sets(kept.id, name="mine", columns={"gene": "1"})
    again = keep_gene_sets(FILES, name="sets")
    assert (again.name, dict(again.columns)) == ("sets", {"gene": "1"})
