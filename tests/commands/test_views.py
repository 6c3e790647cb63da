from __future__ import annotations

import json

from genie3_engine.networks.saved_views import save_view
from tests.commands.command_line import assert_one_line_error
from tests.small_views import small_saved_view


def test_views__are_listed_in_their_order(call, run):
    code, out, err = call("views", run)
    assert (code, err) == (0, "")
    assert "no saved views" in out
    first = save_view(run, small_saved_view("Overview", "All of\nthem."))
    save_view(run, small_saved_view("a to c", gene="a", to="c"))
    _, out, _ = call("views", run)
    lines = [line.split("  ") for line in out.splitlines()]
    assert [line[0].strip() for line in lines] == ["view", "1", "2"]
    assert "All of them." in lines[1]
    assert "a to c" in out
    _, out, _ = call("views", run, "--json")
    found = json.loads(out)["views"]
    assert [view["name"] for view in found] == ["Overview", "a to c"]
    assert found[0]["id"] == first.id
    assert (found[1]["gene"], found[1]["to"], found[1]["threshold"]) == ("a", "c", "2")


def test_views__what_cannot_be(call, run, tmp_path):
    assert_one_line_error(call("views", tmp_path / "absent"), "absent")
    (run / "views.json").write_text("{")
    assert_one_line_error(call("views", run), "views.json cannot be read")


def test_report__has_the_views_unless_they_are_damaged(call, run, tmp_path):
    path = tmp_path / "report.html"
    for name in ("Overview", "<b>Second</b>"):
        save_view(run, small_saved_view(name, "Its & caption"))
    call("report", run, "-o", path)
    text = path.read_text(encoding="utf-8")
    assert text.count('<figure class="view"') == 2
    assert text.index("1. Overview") < text.index("2. &lt;b&gt;Second&lt;/b&gt;")
    assert "Its &amp; caption" in text
    (run / "views.json").write_text("{")
    code, _, err = call("report", run, "-o", path)
    assert (code, err) == (0, "")
    text = path.read_text(encoding="utf-8")
    assert '<figure class="view"' not in text
    assert "could not be read" in text
