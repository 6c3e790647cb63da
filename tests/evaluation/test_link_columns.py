from __future__ import annotations

import pyarrow as pa
import pytest

from genie3_engine.evaluation.link_columns import LinkColumn


def column(*cells, name="x", is_whole=True):
    return LinkColumn.of(pa.array(cells, pa.string()), 0, name, is_whole=is_whole)


@pytest.mark.parametrize(
    ("cells", "is_count", "may_have_names"),
    [
        (("0", "1", "2", "3"), True, False),
        (("3", "1", "2", "4"), True, False),
        (("7157", "4609", "7157", "2"), False, True),
        (("0.5", "1", "2"), False, False),
        (("A", "B", "A"), False, True),
        (("0", "1"), False, True),
    ],
)
def test_column__tells_row_numbers_from_names(cells, is_count, may_have_names):
    found = column(*cells)
    assert (found.is_count, found.may_have_names) == (is_count, may_have_names)


def test_column__trims_cells_and_counts_names_in_links():
    found = column("A ", " B", "A", None)
    assert found.names == {"A", "B"}
    assert [found.values[code] for code in found.codes] == ["A", "B", "A", ""]


@pytest.mark.parametrize("space", [" ", "\t", "\x1f", "\u00a0", "\u2003"])
def test_column__trims_any_kind_of_space(space):
    found = column("A", f"A{space}", "B", f"{space}B")
    assert (found.values, found.codes.tolist()) == (("A", "B"), [0, 0, 1, 1])


def test_column__reads_categories_of_numbers():
    cells = pa.array([2, 1, 2]).dictionary_encode()
    found = LinkColumn.of(cells, 0, "score", is_whole=True)
    assert found.values == ("2", "1")
    assert found.is_numeric


def test_trend__tells_the_order_of_the_rows():
    assert column("3", "2", "2", "1").trend() == 1
    assert column("1", "2", "3").trend() == -1
    assert column("1", "3", "2").trend() == 0


def test_is_sign__knows_words_and_numbers():
    assert column("+", "-", "?").is_sign
    assert column("1", "-1", "0.0").is_sign
    assert column("Activation", "Repression", "Unknown").is_sign
    assert not column("A", "B").is_sign


def test_is_cut_short__where_few_of_many_groups_were_seen():
    assert column(*("A" * 50 + "B" * 50), is_whole=False).is_cut_short
    assert not column(*("AB" * 50), is_whole=False).is_cut_short
    assert not column(*("A" * 50 + "B" * 50)).is_cut_short
