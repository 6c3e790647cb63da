"""Tests of what headers say."""

from __future__ import annotations

import pytest

from genie3_engine.data.link_words import Role, role_of_header

STRONG = {
    Role.REGULATOR: "TF|tf_name|reg|Regulators|from|source_genesymbol|Transcription factor|reg_id",
    Role.TARGET: "Target gene|target_gene|to|regulatedGene|TG|downstream|TF target|target_symbol",
    Role.SCORE: "importance|edgeWeight|combined_score|-log10(p)|TF importance|rank_score|MI",
    Role.P_VALUE: "p|padj|adj.P.Val|p_value|FDR|qval",
    Role.RANK: "rank|Ranking",
    Role.LABEL: "label|is_edge|Class|ground_truth",
    Role.SIGN: "mor|Type|effect|sign",
    Role.SIGNED: "correlation|coef|zscore|spearman",
    Role.DISTANCE: "distance",
    Role.INDEX: "Unnamed: 0|index",
}


@pytest.mark.parametrize(
    ("header", "role"), [(h, role) for role, each in STRONG.items() for h in each.split("|")]
)
def test_role_of_header__knows_the_words_of_the_field(header, role):
    found = role_of_header(header)
    assert (found.role, found.is_strong) == (role, True)


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Gene1", Role.REGULATOR),
        ("Gene2", Role.TARGET),
        ("gene", Role.TARGET),
        ("V1", Role.REGULATOR),
        ("is_stimulation", Role.SIGN),
        ("n_references", Role.OTHER),
        ("TF family", Role.OTHER),
        ("Is TF?", Role.OTHER),
        ("", Role.INDEX),
        ("von", Role.NONE),
        ("TP53", Role.NONE),
        ("TF01", Role.NONE),
        ("G1", Role.NONE),
    ],
)
def test_role_of_header__weak_words_leave_doubt(header, role):
    found = role_of_header(header)
    assert (found.role, found.is_strong) == (role, False)
