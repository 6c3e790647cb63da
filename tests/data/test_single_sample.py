"""Tests of tables that are not a matrix."""

from __future__ import annotations

import pytest

from genie3_engine.data import read_expression
from genie3_engine.errors import InputError

TABLES = {
    "kallisto": "target_id length eff_length est_counts tpm",
    "salmon": "Name Length EffectiveLength TPM NumReads",
    "Cufflinks": "tracking_id class_code coverage FPKM FPKM_conf_lo FPKM_conf_hi",
    "RSEM": "gene_id length effective_length expected_count TPM FPKM",
    "one sample": "gene count TPM FPKM",
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
