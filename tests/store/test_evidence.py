"""Tests of the evidence for ranked links."""

import hashlib

import numpy as np
import pytest

from genie3_engine.errors import RunError
from genie3_engine.store.evidence import COLUMNS, NO_RIVAL, Evidence, EvidenceWriter

GENES = ("aceB", "crp", "fnr", "ünïcode")
SIZES = (5, 5, 3)


def columns_of(n_links, seed):
    rng = np.random.default_rng(seed)
    numbers = {name: rng.random(n_links).astype(np.float32) for name in COLUMNS}
    numbers["rival"] = rng.integers(-1, len(GENES), n_links).astype(np.int32)
    numbers["rival_correlation"][numbers["rival"] == NO_RIVAL] = np.nan
    return numbers


def write(path, *, columns=COLUMNS, sizes=SIZES):
    with EvidenceWriter(path, genes=GENES, columns=columns, about={"pi0": 0.9}) as writer:
        for seed, size in enumerate(sizes):
            writer.add({} if size is None else columns_of(size, seed))
    return path


@pytest.fixture
def evidence(tmp_path):
    write(tmp_path / "evidence.parquet")
    return Evidence.open(tmp_path)


@pytest.fixture
def expected():
    parts = [columns_of(size, seed) for seed, size in enumerate(SIZES)]
    return {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}


def test_open__is_none_without_evidence(tmp_path):
    assert Evidence.open(tmp_path) is None


def test_evidence__tells_its_columns_and_how_it_was_computed(evidence):
    assert evidence.columns == COLUMNS
    assert evidence.about == {"pi0": 0.9}
    assert len(evidence) == sum(SIZES)


@pytest.mark.parametrize("ranks", [[1], [13, 1, 7, 7, 6], list(range(1, 14)), []])
def test_rows__are_those_of_the_ranks_in_their_order(evidence, expected, ranks):
    rows = evidence.rows(np.array(ranks, np.int64))
    places = np.array(ranks, np.int64) - 1
    assert rows.schema.names == list(COLUMNS)
    assert rows.num_rows == len(ranks)
    for name in COLUMNS:
        if name == "rival":
            names = [None if i == NO_RIVAL else GENES[i] for i in expected[name][places]]
            assert rows.column(name).to_pylist() == names
        else:
            found = rows.column(name).to_numpy(zero_copy_only=False)
            np.testing.assert_array_equal(found, expected[name][places])


def test_rows__are_right_whatever_another_thread_has_read(tmp_path, expected):
    class Shared(Evidence):
        """Holds what another thread has read last."""

        _held = property(lambda self: self.__dict__.get("other"), lambda self, held: None)

    evidence = Shared(write(tmp_path / "evidence.parquet"))
    evidence.__dict__["other"] = 0, evidence._group(0)
    found = evidence.rows(np.array([13, 1])).column("q").to_numpy()
    assert found.tolist() == expected["q"][[12, 0]].tolist()


def test_rows__stay_when_columns_are_added_meanwhile(tmp_path, expected):
    path = tmp_path / "evidence.parquet"
    evidence = Evidence(write(path, columns=("stability",)))
    write(path)
    rows = evidence.rows(np.array([13, 1]))
    assert rows.schema.names == ["stability"]
    assert rows.column(0).to_pylist() == expected["stability"][[12, 0]].tolist()


def test_rows__refuse_a_rank_that_no_link_has(evidence):
    for rank in (0, 14):
        with pytest.raises(RunError, match="does not belong"):
            evidence.rows(np.array([rank]))


def test_values__are_a_whole_column(evidence, expected):
    np.testing.assert_array_equal(evidence.values("q"), expected["q"])
    np.testing.assert_array_equal(
        evidence.values("rival_correlation"), expected["rival_correlation"]
    )


def test_values__refuse_a_column_that_was_not_computed(tmp_path):
    write(tmp_path / "evidence.parquet", columns=["stability"])
    evidence = Evidence.open(tmp_path)
    assert evidence.columns == ("stability",)
    with pytest.raises(RunError, match="no column q"):
        evidence.values("q")


def test_evidence__of_a_network_without_links_has_no_row(tmp_path):
    write(tmp_path / "evidence.parquet", sizes=(0,))
    evidence = Evidence.open(tmp_path)
    assert len(evidence) == 0
    assert evidence.rows(np.array([], np.int64)).num_rows == 0
    assert evidence.values("p").size == 0


def test_writer__writes_the_same_bytes_again(tmp_path):
    first, second = (write(tmp_path / name) for name in ("one.parquet", "two.parquet"))
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, second)}
    assert len(digests) == 1


def test_writer__leaves_nothing_after_an_error(tmp_path):
    with pytest.raises(KeyError):
        write(tmp_path / "evidence.parquet", sizes=(3, None))
    assert not list(tmp_path.iterdir())


def test_evidence__refuses_a_damaged_file(tmp_path):
    (tmp_path / "evidence.parquet").write_bytes(b"PAR1 this is not one")
    with pytest.raises(RunError, match="cannot be read"):
        Evidence.open(tmp_path)


def test_count__counts_values_between_limits(evidence, expected):
    assert evidence.count("q", most=0.5) == (expected["q"] <= np.float32(0.5)).sum()
    assert (
        evidence.count("stability", least=0.2, most=0.8)
        == (
            (expected["stability"] >= np.float32(0.2)) & (expected["stability"] <= np.float32(0.8))
        ).sum()
    )
    known = ~np.isnan(expected["rival_correlation"])
    assert evidence.count("rival_correlation") == known.sum()


def test_count__of_a_column_that_is_not_there_is_an_error(tmp_path):
    evidence = Evidence(write(tmp_path / "evidence.parquet", columns=["stability"]))
    with pytest.raises(RunError, match="no column q"):
        evidence.count("q")
