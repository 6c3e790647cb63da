from __future__ import annotations

import pytest

from genie3_engine.data.prepare import prepare
from genie3_engine.errors import InputError, OptionError

CSV = "gene,s1,s2,s3\nA,1,2,3\nA,3,2,1\nB,1,NA,5\nC,7,7,7\nD,1,4,2\nE,9,4,1\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text(CSV)
    return path


def test_prepare__refuses_what_is_odd_until_it_is_fixed(file):
    with pytest.raises(InputError):
        prepare(file)
    with pytest.raises(InputError, match="average-duplicates"):
        prepare(file, recipe=["fill-missing"])
    done = prepare(file, recipe=["fill-missing", "drop-constants", "average-duplicates"])
    assert done.expression.genes == ("A", "B", "D", "E")
    assert done.expression.values[:2].tolist() == [[2, 2, 2], [1, 3, 5]]
    assert done.recipe == ("fill-missing", "drop-constants", "average-duplicates")


def test_prepare__reports_its_steps_and_the_shape_they_left(file):
    report = prepare(file, recipe=["fill-missing", "suffix-duplicates"]).to_report()
    assert (report["n_genes"], report["n_samples"]) == (6, 3)
    assert [step["fix"] for step in report["recipe"]] == ["fill-missing", "suffix-duplicates"]


def test_prepare__refuses_an_unknown_fix_before_it_reads(tmp_path):
    with pytest.raises(OptionError, match="no fix 'polish'"):
        prepare(tmp_path / "absent.csv", recipe=["polish"])


def test_prepare__without_fixes_reads_as_ever(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("gene,s1,s2,s3\nA,1,2,3\nB,3,2,1\nC,1,9,5\n")
    done = prepare(path)
    assert (done.expression.genes, done.recipe) == (("A", "B", "C"), ())
