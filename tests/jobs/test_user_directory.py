"""Tests of the home's place."""

from pathlib import Path

from genie3_engine.jobs import user_directory as homes
from genie3_engine.jobs.filenames import PartName


class TestHome:
    def test_home__is_where_the_variable_says(self, home):
        assert homes.home() == home
        assert homes.data_folder() == home / "data"
        assert homes.runs_folder() == home / "runs"

    def test_home__is_in_the_users_home_by_default(self, monkeypatch):
        monkeypatch.delenv("GENIE3_HOME", raising=False)
        assert homes.home() == Path.home() / ".genie3"

    def test_home__is_given(self, tmp_path):
        assert homes.runs_folder(tmp_path) == tmp_path / "runs"


class TestPartName:
    def test_part_name__comes_back_from_its_text(self):
        name = PartName(2, 12, 34567890)
        assert PartName.parse(str(name)) == name

    def test_part_name__is_not_read_into_other_files(self):
        assert PartName.parse(".part-0000-of-0001-000001.parquet.1-ab.aside") is None
        assert PartName.parse("links.parquet") is None
