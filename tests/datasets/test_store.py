"""A data set is stored once, complete, and in canonical order."""

import json
import os
import threading
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.data.sparse_genes import FiledGenes
from genie3_engine.datasets import store
from genie3_engine.datasets.catalogue import list_datasets
from genie3_engine.datasets.store import dataset_folder, open_dataset, save_dataset
from genie3_engine.errors import InputError, RunError, StorageError
from genie3_engine.jobs import atomic_write
from genie3_engine.model import SERIES
from tests.data.raws import filed, sheet_of, sparse
from tools.faults.rights import without_root_rights


def shuffled(expression):
    return Expression(
        expression.values[::-1][:, [1, 2, 0]],
        expression.genes[::-1],
        tuple(expression.samples[sample] for sample in (1, 2, 0)),
        expression.has_sample_names,
    )


class TestSaveDataset:
    def test_save_dataset__keeps_canonical_order_and_exact_values(self, home, expression):
        fingerprint = save_dataset(expression, name="small", report={"format": "tsv"})
        stored = open_dataset(fingerprint)
        assert stored.genes == ("a", "b", "c", "d")
        assert stored.samples == ("s1", "s2", "s3")
        assert stored.values[0, 0] == expression.values[2, 1]
        assert stored.fingerprint == fingerprint == expression.fingerprint

    def test_save_dataset__maps_values_read_only(self, home, expression):
        values = open_dataset(save_dataset(expression)).values
        assert isinstance(values, np.memmap)
        assert values.flags.c_contiguous
        assert not values.flags.writeable

    @pytest.mark.parametrize("kind", [sparse, filed])
    def test_save_dataset__keeps_sparse_values_sparse(self, home, expression, kind):
        values = np.where(expression.values > np.median(expression.values), expression.values, 0)
        dense = replace(expression, values=values)
        fingerprint = save_dataset(replace(expression, values=kind(values)))
        assert fingerprint == dense.fingerprint
        folder = dataset_folder(fingerprint)
        assert sorted(os.listdir(folder)) == ["dataset.json", "values.genes"]
        stored = open_dataset(fingerprint)
        assert isinstance(stored.values, FiledGenes)
        np.testing.assert_array_equal(np.asarray(stored.values), dense.canonical().values)
        assert stored.fingerprint == fingerprint
        assert stored.canonical() is stored
        content = (folder / "values.genes").read_bytes()
        (folder / "values.genes").write_bytes(content[:9] + b"?" + content[10:])
        with pytest.raises(RunError, match="damaged"):
            np.asarray(open_dataset(fingerprint).values)
        os.truncate(folder / "values.genes", 140)
        with pytest.raises(RunError, match="damaged"):
            open_dataset(fingerprint)

    def test_save_dataset__stores_the_same_data_once(self, home, expression):
        fingerprint = save_dataset(expression, name="first")
        again = save_dataset(shuffled(expression), name="second")
        assert again == fingerprint
        assert os.listdir(home / "data") == [fingerprint]
        assert [info.name for info in list_datasets()] == ["first"]

    def test_save_dataset__lets_many_save_the_same_at_once(self, home, expression):
        barrier = threading.Barrier(8)
        found = []

        def save():
            barrier.wait()
            found.append(save_dataset(expression))

        threads = [threading.Thread(target=save) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert os.listdir(home / "data") == [found[0]]

    def test_save_dataset__leaves_nothing_when_the_disk_is_full(
        self, home, expression, monkeypatch
    ):
        def full(path, values):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(atomic_write, "write_json", full)
        with pytest.raises(StorageError, match="the disk is full"):
            save_dataset(expression)
        assert os.listdir(home / "data") == []

    def test_save_dataset__over_one_that_is_closed_is_refused_in_words(self, home, expression):
        folder = dataset_folder(save_dataset(expression))
        folder.chmod(0)
        try:
            with without_root_rights(), pytest.raises(StorageError, match=folder.name):
                save_dataset(expression)
        finally:
            folder.chmod(0o700)

    def test_save_dataset__removes_what_a_killed_saver_left_long_ago(self, home, expression):
        abandoned = home / "data" / ".0123.abcd.aside"
        abandoned.mkdir(parents=True)
        os.utime(abandoned, (0, 0))
        (home / "data" / ".4567.abcd.aside").mkdir()
        fingerprint = save_dataset(expression)
        assert sorted(os.listdir(home / "data")) == [".4567.abcd.aside", fingerprint]

    def test_save_dataset__writes_large_values_in_pieces(self, home, expression, monkeypatch):
        monkeypatch.setattr(store, "_CHUNK_BYTES", 10)
        stored = open_dataset(save_dataset(expression))
        np.testing.assert_array_equal(stored.values, expression.canonical().values)


class TestOpenDataset:
    def test_open_dataset__says_what_is_not_there(self, home):
        with pytest.raises(InputError, match="is not stored"):
            open_dataset("0" * 64)

    @pytest.mark.parametrize("fingerprint", ["", "../" * 22, "0" * 63, "G" * 64])
    def test_open_dataset__refuses_what_is_no_fingerprint(self, home, fingerprint):
        with pytest.raises(InputError, match="not a fingerprint of a data set"):
            open_dataset(fingerprint)

    def test_open_dataset__refuses_values_that_are_cut_off(self, home, expression):
        fingerprint = save_dataset(expression)
        os.truncate(dataset_folder(fingerprint) / "values.npy", 140)
        with pytest.raises(RunError, match="damaged"):
            open_dataset(fingerprint)

    def test_open_dataset__never_reads_a_pickle(self, home, expression):
        fingerprint = save_dataset(expression)
        values = np.array([[object()] * 3] * 4)
        np.save(dataset_folder(fingerprint) / "values.npy", values, allow_pickle=True)
        with pytest.raises(RunError, match="damaged"):
            open_dataset(fingerprint)

    def test_open_dataset__refuses_names_that_do_not_fit(self, home, expression):
        fingerprint = save_dataset(expression)
        path = dataset_folder(fingerprint) / "dataset.json"
        about = json.loads(path.read_text())
        path.write_text(json.dumps({**about, "genes": ["a", "b"]}))
        with pytest.raises(RunError, match="damaged"):
            open_dataset(fingerprint)


class TestListDatasets:
    def test_list_datasets__says_what_each_is(self, home, expression):
        fingerprint = save_dataset(expression, name="small", report={"format": "tsv"})
        (info,) = list_datasets()
        assert (info.fingerprint, info.name, info.n_genes, info.n_samples) == (
            fingerprint,
            "small",
            4,
            3,
        )
        assert info.report == {"format": "tsv"}

    def test_list_datasets__is_empty_in_a_new_home(self, home):
        assert list_datasets() == []

    def test_list_datasets__leaves_out_damaged_ones(self, home, expression):
        (dataset_folder(save_dataset(expression)) / "dataset.json").write_text("{")
        assert list_datasets() == []


class TestSampleSheet:
    @pytest.fixture
    def with_sheet(self, expression):
        return replace(expression, sheet=sheet_of(series="aab", time=(1, 0, 0)))

    def test_sheet__is_stored_with_the_data(self, home, expression, with_sheet):
        fingerprint = save_dataset(with_sheet)
        assert open_dataset(fingerprint).sheet == with_sheet.canonical().sheet
        assert open_dataset(fingerprint).fingerprint == fingerprint != save_dataset(expression)
        assert {info.provides for info in list_datasets()} == {(), (SERIES,)}
        bare = dataset_folder(expression.fingerprint) / "dataset.json"
        assert "sheet" not in json.loads(bare.read_text())

    def test_sheet__that_is_damaged_is_refused(self, home, with_sheet):
        fingerprint = save_dataset(with_sheet)
        path = dataset_folder(fingerprint) / "dataset.json"
        about = json.loads(path.read_text())
        about["sheet"]["time"] = [1, None, 0]
        path.write_text(json.dumps(about))
        with pytest.raises(RunError, match="damaged"):
            open_dataset(fingerprint)
        assert list_datasets() == []
