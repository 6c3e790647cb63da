from __future__ import annotations

from tests.commands.command_line import QUICK, assert_one_line_error, object_in


def test_merge__reports_the_whole_network_as_json(call, data, tmp_path):
    for shard in (1, 2):
        call("infer", data, "--out", tmp_path / f"p{shard}", "--shard", f"{shard}/2", *QUICK)
    code, out, _ = call(
        "merge", tmp_path / "p1", tmp_path / "p2", "--out", tmp_path / "m", "--json"
    )
    assert code == 0
    assert object_in(out)["n_targets"] == 12


def test_merge__refuses_a_network_with_a_missing_shard(call, data, tmp_path):
    call("infer", data, "--out", tmp_path / "p1", "--shard", "1/2", *QUICK)
    assert_one_line_error(call("merge", tmp_path / "p1", "--out", tmp_path / "m"), "shard")
    assert not (tmp_path / "m" / "links.parquet").exists()
