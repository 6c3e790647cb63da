from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.launchers.slurm.rows import Row, parse_rows, parse_tasks

SQUEUE = """\
12|0|RUNNING|1795990000|None|node1|1796000000
12|2-4%3|PENDING|1796000000|Resources||N/A
13|N/A|PENDING|N/A|Dependency||N/A
14|N/A|FAILED|N/A|launch failed requeued held|node2|1796000060
15|1|PENDING|N/A|ReqNodeNotAvail, UnavailableNodes:node[1-2]|(null)|NONE
"""


def test_parse_rows__reads_each_task_and_job():
    assert parse_rows(SQUEUE) == [
        Row("12", 0, "RUNNING", "", "node1", 1796000000.0, 1795990000.0),
        Row("12", 2, "PENDING", "Resources", start=1796000000.0),
        Row("12", 3, "PENDING", "Resources", start=1796000000.0),
        Row("12", 4, "PENDING", "Resources", start=1796000000.0),
        Row("13", None, "PENDING", "Dependency"),
        Row("14", None, "FAILED", "launch failed requeued held", "node2", 1796000060.0),
        Row("15", 1, "PENDING", "ReqNodeNotAvail, UnavailableNodes:node[1-2]"),
    ]


def test_parse_rows__keeps_a_bar_inside_the_reason():
    (row,) = parse_rows("1|0|PENDING|N/A|a|b|node1|5")
    assert (row.reason, row.node, row.end) == ("a|b", "node1", 5.0)


@pytest.mark.parametrize(
    "text", ["", "\n", "slurm_load_jobs error", "1|2|PENDING", "|0|R|N/A|None||5"]
)
def test_parse_rows__leaves_out_what_is_no_row(text):
    assert parse_rows(text) == []


@given(st.text())
def test_parse_rows__survives_any_text(text):
    assert all(row.job for row in parse_rows(text))


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("N/A", [None]),
        ("", [None]),
        ("3", [3]),
        ("0-5%3", [0, 1, 2, 3, 4, 5]),
        ("[1,4-9:2%2]", [1, 4, 6, 8]),
        ("0-1,...", [0, 1]),
    ],
)
def test_parse_tasks__reads_what_slurm_writes(text, tasks):
    assert parse_tasks(text) == tasks
