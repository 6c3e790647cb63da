from __future__ import annotations

import gzip

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine.errors import InputError
from genie3_engine.evaluation.gold_standard import read_gold_standard


def positives(gold):
    pairs = (divmod(int(key), len(gold.genes)) for key in gold.positives)
    return {(gold.genes[regulator], gold.genes[target]) for regulator, target in pairs}


def test_read_gold_standard__dream_format_lists_its_universe(shared_data):
    folder = shared_data / "dream4_size100"
    gold = read_gold_standard(folder / "DREAM4_GoldStandard_InSilico_Size100_multifactorial_1.tsv")
    assert (gold.n_positives, gold.n_universe, len(gold.genes)) == (176, 9_900, 100)
    assert "9,900 pairs that the gold standard lists" in gold.universe


def test_read_gold_standard__signed_csv_with_header(shared_data):
    gold = read_gold_standard(shared_data / "beeline" / "GSD_2000_1" / "refNetwork.csv")
    assert (gold.n_positives, gold.n_universe) == (76, 18 * 18)
    assert "18 regulators with a known target x 19 genes" in gold.universe
    assert "Gene1" not in gold.genes


def test_read_gold_standard__columns_by_name(shared_data):
    gold = read_gold_standard(shared_data / "ecoli_precise" / "gold_edges_derived.tsv")
    assert (gold.n_positives, gold.n_universe) == (7_072, 188 * 2_584)
    assert ("b0464", "b0462") in positives(gold)


@pytest.mark.parametrize(
    "text",
    [
        "A\tB\t1\nB\tC\t1\n",
        "A\tB\nB\tC\n",
        "A,B,+\nB,C,-\n",
        "A B 1\nB C 1\n",
        "\ufeffA\tB\t1\r\nB\tC\t1\r\n",
        "# made up\nTF\ttarget\nA\tB\nB\tC\n",
        '"regulator";"target";"sign"\n"A";"B";"+"\n"B";"C";"-"\n',
        "regulator\ttarget\tsign\nA\tB\t1\nB\tC\t-1\n",
        "A\tB\t1\nB\tC\t1\nB\tB\t1\n",
        "A\tB\t1\nB\tC\t1\nB\tC\t1\n",
    ],
)
def test_read_gold_standard__many_ways_to_write_two_links(tmp_path, text):
    plain, packed = tmp_path / "gold.txt", tmp_path / "gold.gz"
    plain.write_text(text, newline="")
    packed.write_bytes(gzip.compress(text.encode()))
    for path in (plain, packed):
        gold = read_gold_standard(path)
        assert positives(gold) == {("A", "B"), ("B", "C")}
        assert gold.n_universe == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A\tB\t0\nB\tC\t0\n", "no true link"),
        ("A\tA\t1\n", "no true link"),
        ("A\tB\t1\n", "no pair without a link"),
        ("only\n", "single column"),
        ("", "empty"),
    ],
)
def test_read_gold_standard__says_what_is_wrong(tmp_path, text, message):
    path = tmp_path / "gold.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_gold_standard(path)


def test_read_gold_standard__unreadable_files_are_named(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        read_gold_standard(tmp_path / "absent.tsv")
    with pytest.raises(InputError, match="is a folder"):
        read_gold_standard(tmp_path)
    latin = tmp_path / "latin.tsv"
    latin.write_bytes(b"A\tB\t1\nB\t\x81\t1\n")
    with pytest.raises(InputError, match=r"latin\.tsv .* not UTF-8 text"):
        read_gold_standard(latin)
    cut = tmp_path / "cut.tsv.gz"
    rows = "".join(f"{i * i % 9973}\tB{i * 7 % 91}\t1\n" for i in range(50_000))
    cut.write_bytes(gzip.compress(rows.encode())[:2_000])
    with pytest.raises(InputError, match=r"cut\.tsv\.gz ends in the middle of its gzip data"):
        read_gold_standard(cut)


@pytest.mark.parametrize("text", ["A\tB\nA\tC\nB\tC\n", "A\tB\t1\nA\tC\t0\nB\tC\t1\n"])
def test_gold_standard__pairs_per_target_are_its_universe(tmp_path, text):
    (tmp_path / "gold").write_text(text)
    gold = read_gold_standard(tmp_path / "gold")
    keys = np.arange(len(gold.genes) ** 2)
    judged = keys[gold.judges(keys)] % len(gold.genes)
    assert gold.pairs_per_target().tolist() == np.bincount(judged, minlength=3).tolist()


def test_gold_standard__digest_names_links_and_pairs(tmp_path):
    texts = ("A\tB\nB\tC\n", "A\tB\nC\tB\n", "A\tB\t1\nB\tC\t1\nA\tC\t0\n", "B\tC\nA\tB\n")
    digests = []
    for text in texts:
        (tmp_path / "gold").write_text(text)
        digests.append(read_gold_standard(tmp_path / "gold").digest)
    assert digests[0] == digests[3]
    assert len(set(digests)) == 3


@pytest.mark.parametrize("kind", ["int64", "float64", "bool"])
def test_read_gold_standard__takes_labels_of_any_type_from_parquet(kind, tmp_path):
    pairs = [(r, t) for r in (1, 2, 3) for t in range(1, 12) if r != t]
    label = [r == 1 for r, _ in pairs]
    columns = {"tf": [r for r, _ in pairs], "target": [t for _, t in pairs], "label": label}
    table = pa.table(columns).set_column(2, "label", pa.array(label).cast(kind))
    pq.write_table(table, tmp_path / "gold.parquet", row_group_size=7)
    gold = read_gold_standard(tmp_path / "gold.parquet")
    assert (gold.n_positives, gold.n_universe) == (10, 30)
    assert "10" in gold.genes


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_read_gold_standard__an_empty_label_next_to_1_is_no_link(ending, tmp_path):
    pairs = [(r, t) for r in "ABC" for t in "ABCDEFGH" if r != t]
    table = pa.table(
        {
            "tf": [r for r, _ in pairs],
            "target": [t for _, t in pairs],
            "label": [1.0 if r == "A" else None for r, _ in pairs],
        }
    )
    frame = table.to_pandas()
    path = tmp_path / f"gold.{ending}"
    (frame.to_csv if ending == "csv" else frame.to_parquet)(path, index=False)
    gold = read_gold_standard(path)
    assert (gold.n_positives, gold.n_universe) == (7, 21)
