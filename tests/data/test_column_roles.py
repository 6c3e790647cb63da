"""Tests of the roles of columns: what is not a measurement is set aside, and samples stay."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from genie3_engine.data.column_roles import interpret_columns
from genie3_engine.data.decisions import Certainty
from genie3_engine.data.io.table import ReadOptions, Table
from genie3_engine.data.prepare import prepare, read_raw
from genie3_engine.errors import OptionError

CASES = Path(__file__).parents[3] / "shared" / "cases" / "input"
N_GENES, N_SAMPLES = 60, 10
RANDOM = np.random.default_rng(7)
LOGS = (RANDOM.normal(8, 2, (N_GENES, 1)) + RANDOM.normal(0, 0.7, (N_GENES, N_SAMPLES))).round(3)
COUNTS = np.floor(2**LOGS)
GENES = [f"ENSG{i:011d}" for i in RANDOM.permutation(N_GENES)]
SAMPLES = [f"s{i}" for i in range(N_SAMPLES)]
WHOLE = np.floor(RANDOM.uniform(1e2, 1e6, N_GENES))
SHARES = RANDOM.uniform(0, 1, N_GENES).round(4)
COLUMNS = {
    "EntrezID": WHOLE,
    "ncbi_gene_number": WHOLE,
    "CloneID": WHOLE,
    "rank": RANDOM.permutation(N_GENES) + 1.0,
    "Start": np.floor(RANDOM.uniform(1e5, 2e8, N_GENES)),
    "chromosome_end_position": np.floor(RANDOM.uniform(1e5, 2e8, N_GENES)),
    "Strand": RANDOM.choice([-1.0, 1.0], N_GENES),
    "Length": np.floor(RANDOM.lognormal(8, 1, N_GENES)),
    "percentage_gene_gc_content": 30 + 40 * SHARES,
    "logFC": RANDOM.normal(0, 1, N_GENES).round(4),
    "adj.P.Val": SHARES,
    "AveExpr": LOGS.mean(axis=1).round(2),
    "CV": (COUNTS.std(axis=1) / COUNTS.mean(axis=1)).round(4),
}


def table(values, *, columns, rows=GENES):
    return Table([np.ascontiguousarray(values)], list(columns), list(rows))


def reading(values, *, columns, rows=GENES, **options):
    return interpret_columns(table(values, columns=columns, rows=rows), ReadOptions(**options))


def decided(found, certainty=None):
    return [
        name
        for decision in found.decisions
        if certainty in (None, decision.certainty)
        for name in decision.names
    ]


@pytest.mark.parametrize("values", [LOGS, COUNTS], ids=["logs", "counts"])
@pytest.mark.parametrize("place", [0, N_SAMPLES])
@pytest.mark.parametrize("name", COLUMNS)
def test_interpret_columns__sets_aside_what_is_about_genes(name, place, values):
    columns = [*SAMPLES[:place], name, *SAMPLES[place:]]
    found = reading(np.insert(values, place, COLUMNS[name], axis=1), columns=columns)
    assert found.column_names == SAMPLES
    np.testing.assert_array_equal(found.blocks[0], values)
    assert decided(found, Certainty.CLEAR) == [name]


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("Mean", lambda x: x.mean(axis=1)),
        ("SD", lambda x: x.std(axis=1, ddof=1)),
        ("total", lambda x: x.sum(axis=1)),
        ("Max", lambda x: x.max(axis=1)),
        ("mean_control", lambda x: x[:, :4].mean(axis=1)),
        ("anything", lambda x: x.sum(axis=1)),
        ("another", lambda x: x.mean(axis=1)),
    ],
)
def test_interpret_columns__verifies_what_is_computed(name, function):
    found = reading(np.column_stack([LOGS, function(LOGS).round(3)]), columns=[*SAMPLES, name])
    assert found.column_names == SAMPLES
    assert decided(found, Certainty.CLEAR) == [name]


@pytest.mark.parametrize(
    "name", ["Mean", "Length1", "age5", "batch1", "SD", "total", "End", "Total"]
)
def test_interpret_columns__keeps_a_sample_whatever_its_name(name):
    columns = [*SAMPLES[:4], name, *SAMPLES[5:]]
    found = reading(LOGS, columns=columns)
    assert found.column_names == columns
    assert decided(found, Certainty.CLEAR) == []


@pytest.mark.parametrize("name", ["SD", "MT", "END", "AGE", "MAX", "GC", "SUM", "T", "PCA3"])
@pytest.mark.parametrize("values", [LOGS, COUNTS], ids=["logs", "counts"])
def test_interpret_columns__keeps_a_gene_whatever_its_name(values, name):
    genes = ["TP53", "MYC", "EGR", "FOS", "JUN", "SP", name, *(f"KLF{i}" for i in range(53))]
    found = reading(values.T, columns=genes, rows=SAMPLES)
    assert found.column_names == genes
    assert decided(found, Certainty.CLEAR) == []


@pytest.mark.parametrize("scale", ["logs", "z-scores", "counts"])
@pytest.mark.parametrize("others", ["KLF", "abc", "Notch"])
@pytest.mark.parametrize("name", ["age", "time", "Length", "Batch", "dose"])
def test_interpret_columns__keeps_a_gene_named_like_a_description(name, others, scale):
    values = {"logs": LOGS, "counts": COUNTS}.get(scale)
    if values is None:
        centred = LOGS - LOGS.mean(axis=1, keepdims=True)
        values = (centred / centred.std(axis=1, keepdims=True)).round(4)
    genes = [f"{others}{i}" if i % 3 else f"{others}{'xyz'[i % 2]}{i}" for i in range(N_GENES)]
    genes[int(np.argsort(values.max(axis=1))[-5])] = name
    found = reading(values, columns=SAMPLES, rows=genes)
    assert found.row_names == genes
    assert decided(found) == [name]
    assert decided(found, Certainty.GUESS) == [name]


@pytest.mark.parametrize("n", [9, 20])
@pytest.mark.parametrize("name", ["run", "plate", "batch"])
def test_interpret_columns__knows_codes_among_counts_of_genes_written_alike(name, n):
    codes = np.arange(n) * 5 % 3 + 1.0
    genes = [f"abc{i}" if i % 3 else f"xyz{i}" for i in range(N_GENES)]
    cells = [f"cell{i}" for i in range(n)]
    counts = np.floor(2 ** (LOGS[:, :1].T + RANDOM.normal(0, 0.7, (n, N_GENES))))
    found = reading(np.column_stack([counts, codes]), columns=[*genes, name], rows=cells)
    assert found.column_names == genes
    assert decided(found) == [name]


@pytest.mark.parametrize("name", ["gene 7", "Extra", "Foo"])
def test_interpret_columns__warns_of_a_sample_unlike_all_others(name):
    found = reading(np.column_stack([LOGS, WHOLE]), columns=[*SAMPLES, name])
    assert found.column_names == [*SAMPLES, name]
    assert decided(found, Certainty.GUESS) == [name]


@pytest.mark.parametrize(
    ("values", "extra"), [(LOGS, WHOLE % 5), (COUNTS, LOGS[:, 0]), (COUNTS, -WHOLE)]
)
def test_interpret_columns__warns_of_a_gene_unlike_all_others(values, extra):
    genes = [f"GENE{i}" for i in range(N_SAMPLES)]
    cells = [f"cell{i}" for i in range(N_GENES)]
    found = reading(np.column_stack([values, extra]), columns=[*genes, "Foo"], rows=cells)
    assert decided(found, Certainty.GUESS) == ["Foo"]


@pytest.mark.parametrize("n", [7, 10, 20])
@pytest.mark.parametrize("has_genes", [True, False])
def test_interpret_columns__warns_of_a_score_of_a_few_levels(n, has_genes):
    centred = LOGS[:n] - LOGS[:n].mean(axis=1, keepdims=True)
    values = (centred / centred.std(axis=1, keepdims=True)).round(4)
    levels = np.arange(n) * 7 % 4.0
    genes, others = [f"GENE{i}" for i in range(n)], [f"cell{i}" for i in range(N_SAMPLES)]
    columns, rows = (others, genes) if not has_genes else ([f"KLF{i}" for i in range(10)], others)
    rows = rows if not has_genes else [f"cell{i}" for i in range(n)]
    found = reading(np.column_stack([values, levels]), columns=[*columns, "foo"], rows=rows)
    assert found.column_names == [*columns, "foo"]
    assert decided(found, Certainty.GUESS) == ["foo"]
    nameless = reading(np.column_stack([values, levels]), columns=[*columns, ""], rows=rows)
    assert nameless.column_names == columns
    assert decided(nameless, Certainty.GUESS) == [""]


def test_interpret_columns__knows_the_sum_of_two_columns_whatever_its_name():
    columns = np.column_stack([COUNTS[:, :2], COUNTS[:, :2].sum(axis=1)])
    found = reading(columns, columns=["ctrl", "kd", "both"])
    assert found.column_names == ["ctrl", "kd"]
    assert decided(found, Certainty.CLEAR) == ["both"]


def test_interpret_columns__does_not_warn_of_a_few_numbers_below_0():
    values = LOGS.copy()
    values[3, 2] = -0.1
    assert reading(values, columns=SAMPLES).decisions == []


def test_interpret_columns__finds_the_records_of_each_array():
    kinds = ("AVG_Signal", "NARRAYS", "BEAD_STDEV", "Avg_NBEADS", "Detection")
    parts = [COUNTS, np.ones_like(COUNTS), LOGS, np.floor(LOGS) + 20, LOGS / LOGS.max()]
    found = reading(
        np.stack(parts, axis=2).reshape(N_GENES, -1),
        columns=[f"{kind}-{name}" for name in SAMPLES for kind in kinds],
    )
    np.testing.assert_array_equal(found.blocks[0], COUNTS)
    assert found.column_names == SAMPLES


@pytest.mark.parametrize("second", ["{}.Detection Pval", "Detection Pval", "{}_pval", "{}_b"])
def test_interpret_columns__sets_aside_detection_p_values(second):
    shares = RANDOM.uniform(0, 1, COUNTS.shape).round(4)
    values = np.stack([COUNTS, shares], axis=2).reshape(N_GENES, -1)
    columns = [text.format(name) for name in SAMPLES for text in ("{}.AVG_Signal", second)]
    found = reading(values, columns=columns)
    np.testing.assert_array_equal(found.blocks[0], COUNTS)
    assert len(found.decisions) == 1
    assert found.column_names == SAMPLES or second == "{}_b"


def test_interpret_columns__annotates_cells_with_their_metadata():
    n = 40
    cells = [f"cell{i}" for i in range(n)]
    values = RANDOM.poisson(5, (n, 30)).astype(float)
    columns = {
        "nCount_RNA": values.sum(axis=1),
        "percent.mt": RANDOM.uniform(0, 20, n),
        "seurat_clusters": RANDOM.integers(0, 5, n),
        "batch": np.repeat([1, 2], n // 2),
        "age": RANDOM.integers(20, 80, n),
        "pseudotime": RANDOM.uniform(0, 1, n),
    }
    found = reading(
        np.column_stack([*columns.values(), values]),
        columns=[*columns, *(f"GENE{i}" for i in range(30))],
        rows=cells,
    )
    np.testing.assert_array_equal(found.blocks[0][:, -30:], values)
    left = set(found.column_names) & set(columns)
    assert left <= set(decided(found, Certainty.GUESS)) & {"age"}
    assert found.row_annotations["seurat_clusters"] == [
        str(label) for label in columns["seurat_clusters"]
    ]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("Total", COUNTS.sum(axis=0)),
        ("__no_feature", COUNTS.sum(axis=0) // 3),
        ("N_unmapped", COUNTS.sum(axis=0) // 5),
        ("column mean", COUNTS.mean(axis=0).round(2)),
    ],
)
def test_interpret_columns__sets_aside_rows_that_are_no_genes(name, row):
    found = reading(np.vstack([COUNTS, row]), columns=SAMPLES, rows=[*GENES, name])
    assert found.row_names == GENES
    assert decided(found) == [name]


@pytest.mark.parametrize("name", ["{}_vs_control_logFC", "log2ratio {}", "HGNC:{}", "PC_{}"])
def test_interpret_columns__keeps_a_matrix_whose_names_are_all_of_one_kind(name):
    columns = [name.format(i) for i in range(N_SAMPLES)]
    assert reading(LOGS, columns=columns).column_names == columns


def test_interpret_columns__obeys_the_user():
    values = np.column_stack([LOGS, COLUMNS["Length"]])
    columns = [*SAMPLES, "Length"]
    kept = reading(values, columns=columns, keep=("Length",))
    assert kept.column_names == columns
    assert kept.decisions[0].certainty is Certainty.TOLD
    aside = reading(values, columns=columns, set_aside=("s3",))
    assert aside.column_names == [name for name in SAMPLES if name != "s3"]
    with pytest.raises(OptionError, match="nothing"):
        reading(values, columns=columns, set_aside=("nothing",))


def test_interpret_columns__obeys_the_user_about_a_sparse_table():
    from scipy.sparse import csr_matrix

    values = csr_matrix(np.floor(COUNTS[:, :3]))
    sparse = Table([], ["a", "b", "c"], GENES, sparse=values, genes_in_rows=True)
    found = interpret_columns(sparse, ReadOptions(set_aside=["b", GENES[1]], keep=["c"]))
    assert (found.column_names, found.row_names) == (["a", "c"], [GENES[0], *GENES[2:]])
    np.testing.assert_array_equal(
        found.sparse.toarray(), np.delete(values.toarray(), 1, axis=0)[:, [0, 2]]
    )
    assert decided(found, Certainty.TOLD) == ["b", "c", GENES[1]]
    with pytest.raises(OptionError, match=r"'d' for --set-aside"):
        interpret_columns(sparse, ReadOptions(set_aside=["d"]))


def test_read_raw__sets_aside_a_column_of_a_table_without_a_header(tmp_path):
    file = tmp_path / "table.tsv"
    lines = ["\t".join([gene, *map(str, row)]) for gene, row in zip(GENES, LOGS, strict=True)]
    file.write_text("\n".join(lines) + "\n")
    raw, _ = read_raw(file, set_aside=["column 3"])
    np.testing.assert_array_equal(raw.values, np.delete(LOGS, 2, axis=1))


def test_prepare__stores_what_was_set_aside(tmp_path):
    file = tmp_path / "table.csv"
    rows = (
        ",".join([gene, str(int(number)), *map(str, numbers)])
        for gene, number, numbers in zip(GENES, WHOLE, LOGS, strict=True)
    )
    file.write_text("\n".join([",".join(["gene", "EntrezID", *SAMPLES]), *rows]))
    stored = json.loads(json.dumps(prepare(file).to_report()))
    assert ["EntrezID"] in [decision["names"] for decision in stored["decisions"]]


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not here")
@pytest.mark.parametrize(
    ("file", "n_samples", "aside"),
    [
        ("01-numeric-id-column/symbol_entrez.csv", 24, ["EntrezID"]),
        ("01-numeric-id-column/symbol_entrez.xlsx", 24, ["EntrezID"]),
        ("01-numeric-id-column/hugo_entrez.tsv", 24, ["Entrez_Gene_Id"]),
        ("01-numeric-id-column/counts_entrez.tsv", 24, ["entrezgene"]),
        ("02-annotation-columns/featurecounts.txt", 24, ["Start", "End", "Length"]),
        ("02-annotation-columns/gene_length.tsv", 24, ["length"]),
        ("02-annotation-columns/with_deseq2.csv", 24, ["baseMean", "log2FoldChange", "padj"]),
        ("02-annotation-columns/with_summary.csv", 24, ["Mean", "SD"]),
        ("03-detection-p-values/genomestudio.txt", 12, None),
        ("03-detection-p-values/geo_non_normalized.txt", 12, ["Detection Pval"]),
    ],
)
def test_read_raw__finds_the_samples_of_a_case(file, n_samples, aside):
    raw, report = read_raw(CASES / file)
    assert raw.n_samples == n_samples
    found = [
        name for each in report.decisions if each.subject == "set-aside" for name in each.names
    ]
    assert aside is None or found == aside


@pytest.mark.parametrize("name", ["Reverse", "Only identified by site", "class_code"])
def test_interpret_columns__sets_aside_a_named_column_without_numbers(name):
    values = np.column_stack([LOGS, np.full(N_GENES, np.nan)])
    found = reading(values, columns=[*SAMPLES, name])
    assert found.column_names == SAMPLES
    assert decided(found, Certainty.CLEAR) == [name]
    failed = reading(values, columns=[*SAMPLES, "s99"])
    assert failed.column_names == [*SAMPLES, "s99"]


def test_interpret_columns__reads_the_table_of_protein_groups():
    intensities = 2 ** (LOGS + 18)
    about = {
        "Peptides": WHOLE % 40,
        "Razor + unique peptides": WHOLE % 30,
        "Sequence coverage [%]": 90 * SHARES,
        "Mol. weight [kDa]": 200 * SHARES[::-1],
        "Intensity": intensities.sum(axis=1),
        "Reverse": np.full(N_GENES, np.nan),
    }
    kinds = {"Intensity": intensities * 1.3, "LFQ intensity": intensities}
    names = [*about, *(f"{kind} {sample}" for kind in kinds for sample in SAMPLES)]
    found = reading(np.column_stack([*about.values(), *kinds.values()]), columns=names)
    assert found.column_names == [f"LFQ intensity {sample}" for sample in SAMPLES]


@pytest.mark.parametrize("heading", ["Length.{i}", "Length_{sample}", "{sample}.Length"])
def test_interpret_columns__sets_aside_the_lengths_of_joined_counts(heading):
    lengths = np.floor(RANDOM.lognormal(8, 1, N_GENES))
    pairs = [(lengths, COUNTS[:, i]) for i in range(N_SAMPLES)]
    names = [
        name
        for i, sample in enumerate(SAMPLES)
        for name in (heading.format(i=i, sample=sample), sample)
    ]
    found = reading(np.column_stack([each for pair in pairs for each in pair]), columns=names)
    assert found.column_names == SAMPLES
