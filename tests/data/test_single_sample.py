"""Tests of tables that are not a matrix."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError

TABLES = {
    "kallisto": "target_id length eff_length est_counts tpm",
    "salmon": "Name Length EffectiveLength TPM NumReads",
    "Cufflinks": "tracking_id class_code coverage FPKM FPKM_conf_lo FPKM_conf_hi",
    "RSEM": "gene_id length effective_length expected_count TPM FPKM",
    "one sample": "gene count TPM FPKM",
    "of one sample": "gene_id unstranded stranded_first stranded_second tpm_unstranded "
    "fpkm_unstranded fpkm_uq_unstranded",
    "test": "gene baseMean log2FoldChange lfcSE stat pvalue padj",
}


def rows(n_columns, names=()):
    names = (*names, *(f"ENSG{i:011d}" for i in range(30)))
    return "".join(
        "\t".join([name, *(f"{(i * 37 + j * 11) % 100 / 100}" for j in range(n_columns))]) + "\n"
        for i, name in enumerate(names)
    )


@pytest.mark.parametrize("said", TABLES)
def test_refuse_single_sample__knows_the_tables_of_programs(said, tmp_path):
    header = TABLES[said].split()
    file = tmp_path / "table.tsv"
    file.write_text("\t".join(header) + "\n" + rows(len(header) - 1))
    with pytest.raises(InputError, match=said):
        read_expression(file)


@pytest.mark.parametrize(
    ("said", "n_columns", "names"),
    [
        ("STAR", 3, ["N_unmapped", "N_multimapping"]),
        ("STAR", 3, ["N_unmapped\t181815\t356876\t663381\nN_multimapping"]),
        ("htseq", 1, ["__no_feature", "__ambiguous"]),
    ],
)
def test_refuse_single_sample__knows_tables_without_a_header(said, n_columns, names, tmp_path):
    file = tmp_path / "table.tsv"
    file.write_text(rows(n_columns, names))
    with pytest.raises(InputError, match=said) as caught:
        read_expression(file)
    assert "Join" in caught.value.remedy


def test_refuse_single_sample__leaves_samples_alone(tmp_path):
    file = tmp_path / "table.tsv"
    file.write_text("gene\tTPM_1\tTPM_2\tTPM_3\n" + rows(3))
    assert read_expression(file)[0].samples == ("TPM_1", "TPM_2", "TPM_3")


def strands(n_genes, *, forward, overlap=0.0):
    """Return counts of both strands, of one and of the other; some genes overlap with others."""
    random = np.random.default_rng(n_genes)
    both = random.poisson(np.exp(random.normal(4, 2, n_genes)))
    one = random.binomial(both, forward)
    other = both - one
    both = both - random.binomial(both, 0.2) * (random.random(n_genes) < overlap)
    return np.column_stack([both, one, other])


def three_samples(n_genes):
    random = np.random.default_rng(n_genes)
    level = np.exp(random.normal(4, 2, (n_genes, 1)))
    return random.poisson(level * random.gamma(8, 0.125, (n_genes, 3)) * [1, 0.5, 0.5])


def counts_file(folder, counts, header=""):
    lines = ["\t".join([f"ENSG{i:011d}", *map(str, row)]) for i, row in enumerate(counts)]
    file = folder / "sample.ReadsPerGene.out.tab"
    file.write_text("\n".join([*([header] if header else []), *lines]) + "\n")
    return file


@pytest.mark.parametrize("header", ["", "gene\tunstranded\tforward\treverse", "V1\tV2\tV3\tV4"])
@pytest.mark.parametrize(
    "counts",
    [
        strands(30, forward=0.5),
        strands(500, forward=0.02),
        strands(200, forward=0.98, overlap=0.4),
        strands(12, forward=0.5),
    ],
    ids=["unstranded", "reverse", "overlapping", "few genes"],
)
def test_refuse_single_sample__knows_countings_of_strands_by_their_sum(header, counts, tmp_path):
    with pytest.raises(InputError, match="STAR's table of one sample"):
        read_expression(counts_file(tmp_path, counts, header))


def test_refuse_single_sample__keeps_three_samples_without_a_header(tmp_path):
    file = counts_file(tmp_path, three_samples(200))
    assert read_expression(file)[0].values.shape == (200, 3)


def test_refuse_single_sample__keeps_three_named_samples(tmp_path):
    file = counts_file(tmp_path, three_samples(200), "gene\treads_1\tplus_1\tminus_1")
    assert read_expression(file)[0].values.shape == (200, 3)


def test_read_expression__refuses_a_row_for_each_gene_of_each_sample(tmp_path):
    path = tmp_path / "long.csv"
    lines = [f"g{i},s{j},{i * j % 7}.5" for i in range(6) for j in range(5)]
    path.write_text("\n".join(["gene,sample,tpm", *lines]) + "\n")
    with pytest.raises(InputError, match="a row for each gene of each sample") as caught:
        read_expression(path)
    assert "pivot" in caught.value.remedy


def test_read_expression__refuses_a_summary_of_reads(tmp_path):
    path = tmp_path / "counts.txt.summary"
    kinds = ["Assigned", "Unassigned_Unmapped", "Unassigned_NoFeatures", "Unassigned_Ambiguity"]
    rows = [f"{kind}\t{i + 3}\t{7 * i + 1}" for i, kind in enumerate(kinds)]
    path.write_text("\n".join(["Status\ta.bam\tb.bam", *rows]) + "\n")
    with pytest.raises(InputError, match="counts reads by what became of them"):
        read_expression(path)
