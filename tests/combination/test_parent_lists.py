"""Tests of opening the parents of a combined run."""

import shutil
from dataclasses import replace

import pytest

from genie3_engine.combination.parent_lists import file_hash, open_parents
from genie3_engine.errors import RunError
from genie3_engine.jobs.user_directory import at_home
from genie3_engine.model import Parent
from tests.combination.lists import ranked_list

GENES = ("a", "b", "c")
LINKS = [("a", "b", 0.5), ("b", "c", 0.25)]


@pytest.fixture
def parent(tmp_path):
    links = ranked_list(tmp_path / "run", LINKS, GENES)
    return Parent("one", str(tmp_path / "run"), file_hash(links.path), method="Random Forest")


class TestOpenParents:
    def test_open_parents__finds_runs_and_imported_lists(self, parent, tmp_path):
        ranked_list(tmp_path / "other", LINKS[:1], GENES)
        folder = tmp_path / "combined"
        folder.mkdir()
        shutil.move(tmp_path / "other" / "links.parquet", folder / "list-2.parquet")
        imported = Parent("two", "elsewhere.tsv", "0" * 64, imported="list-2.parquet")
        assert [len(links) for links in open_parents(folder, [parent, imported])] == [2, 1]

    def test_open_parents__refuses_a_run_that_is_gone(self, parent, tmp_path):
        shutil.rmtree(parent.path)
        with pytest.raises(RunError, match="'one' is not in"):
            open_parents(tmp_path, [parent])

    def test_open_parents__of_a_server_are_in_the_home_of_their_person(
        self, parent, tmp_path, home, monkeypatch
    ):
        monkeypatch.setenv("GENIE3_SERVER_HOME", str(home))
        with at_home(tmp_path):
            assert len(open_parents(tmp_path, [parent])) == 1
        other = tmp_path / "people"
        (other / "runs").mkdir(parents=True)
        (other / "runs" / "link").symlink_to(parent.path)
        linked = replace(parent, path=str(other / "runs" / "link"))
        for each in (parent, linked, replace(parent, path="/etc", sha256="")):
            with at_home(other), pytest.raises(RunError, match="is not in"):
                open_parents(tmp_path, [each])

    def test_open_parents__refuses_other_links(self, parent, tmp_path):
        shutil.rmtree(parent.path)
        ranked_list(tmp_path / "run", LINKS[:1], GENES)
        with pytest.raises(RunError, match="are not those that were combined"):
            open_parents(tmp_path, [parent])
