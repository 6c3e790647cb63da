from __future__ import annotations

import pytest

from tests.commands.command_line import assert_one_line_error, object_in


def test_evaluate__names_missing_files(call, tmp_path):
    result = call("evaluate", tmp_path / "absent", tmp_path / "gold")
    assert_one_line_error(result, "absent")


def test_evaluate__published_list(call, shared_data):
    code, out, _ = call(
        "evaluate",
        shared_data / "dream5_reference" / "DREAM5_NetworkInference_Other1_Network3.txt.gz",
        shared_data / "dream5" / "DREAM5_NetworkInference_GoldStandard_Network3.tsv.gz",
        "--json",
    )
    found = object_in(out)
    assert code == 0
    assert found["aupr"] == pytest.approx(0.0930, abs=2e-4)
    assert found["auroc"] == pytest.approx(0.6170, abs=2e-4)
