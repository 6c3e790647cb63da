"""Tests of the names of files."""

from genie3_engine.jobs.filenames import PartName, TaskName


class TestPartName:
    def test_part_name__comes_back_from_its_text(self):
        name = PartName(2, 12, 34567890)
        assert PartName.parse(str(name)) == name

    def test_part_name__is_not_read_into_other_files(self):
        assert PartName.parse(".part-0000-of-0001-000001.parquet.1-ab.aside") is None
        assert PartName.parse("links.parquet") is None

    def test_part_name__orders_the_parts_of_a_shard_as_they_were_written(self):
        names = [PartName(0, 2, batch) for batch in (1, 2, 999_999)]
        assert sorted(map(str, names)) == [str(name) for name in names]
        assert PartName(0, 2, 9) < PartName(1, 2, 1)


class TestTaskName:
    def test_task_name__comes_back_from_its_text(self):
        name = TaskName(11, 12_345)
        assert str(name) == "0012-of-12345"
        assert TaskName.parse(str(name)) == name

    def test_task_name__is_not_read_into_other_files(self):
        for other in ("letter.txt", "0000-of-0003", "0004-of-0003"):
            assert TaskName.parse(other) is None
