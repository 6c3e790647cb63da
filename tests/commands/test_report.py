from __future__ import annotations

import json

from tests.commands.command_line import assert_one_line_error
from tests.pages.comparison import put_comparison


def test_report__is_one_file(call, run, tmp_path):
    path = tmp_path / "report.html"
    code, out, err = call("report", run, "-o", path, "--title", "<b>", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"file": str(path), "n_bytes": path.stat().st_size}
    assert "<title>&lt;b&gt;</title>" in path.read_text(encoding="utf-8")


def test_report__what_cannot_be(call, run, tmp_path):
    path = tmp_path / "report.html"
    assert_one_line_error(call("report", tmp_path, "-o", path), str(tmp_path))
    assert_one_line_error(call("report", run, "-o", tmp_path), "is a folder")
    result = call("report", run, "-o", tmp_path / "absent" / "x.html")
    assert_one_line_error(result, "no such folder")
    assert_one_line_error(call("report", run, "-o", path, "--top", "0"), "--top is 0")
    assert not path.exists()


def test_report__of_a_comparison_has_its_links_and_its_title(call, home, tmp_path):
    comparison = home / "comparisons" / put_comparison(home, title="ill and well")
    path = tmp_path / "report.html"
    code, _, err = call("report", comparison, "-o", path, "--top", "10")
    assert (code, err) == (0, "")
    text = path.read_text(encoding="utf-8")
    assert "<title>ill and well</title>" in text
    assert "The 10 links drawn of 36" in text
