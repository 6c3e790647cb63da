from __future__ import annotations

import pytest

from genie3_engine.evaluation.link_tables import TableLayout, detect_layout


@pytest.mark.parametrize(
    ("first_rows", "columns", "skip"),
    [
        ("A\tB\t0.5\nC\tD\t0.4\n", (0, 1, 2), 0),
        ("TF\ttarget\timportance\nA\tB\t0.5\n", (0, 1, 2), 1),
        ("Gene1\tGene2\tEdgeWeight\nA\tB\t0.5\n", (0, 1, 2), 1),
        ("source\tregulator\ttarget\tscore\npaper\tA\tB\t0.5\n", (1, 2, 3), 1),
        ("importance,target,regulator\n0.5,A,B\n", (2, 1, 0), 1),
        ("rank\tregulator\ttarget\timportance\n1\tA\tB\t0.5\n", (1, 2, 3), 1),
        ("von\tnach\tmass\nA\tB\t0.5\n", (0, 1, 2), 1),
        ("A\tB\nC\tD\n", (0, 1, None), 0),
        ("# a\n# b\nA\tB\t1\n", (0, 1, 2), 2),
    ],
)
def test_detect_layout__by_name_or_position(tmp_path, first_rows, columns, skip):
    path = tmp_path / "links"
    path.write_text(first_rows)
    layout = detect_layout(path)
    assert isinstance(layout, TableLayout)
    assert (layout.regulator, layout.target, layout.value) == columns
    assert layout.skip == skip
