from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.networks.saved_views import read_views, save_view
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.people import links
from genie3_engine.people.person import Person
from genie3_engine.reports import view_svg
from tests.small_views import small_saved_view


@pytest.fixture
def folder(home, done_run):
    return home / "runs" / done_run


def names(folder):
    return [view.name for view in read_views(folder)]


def press(app, start):
    """Press the button whose key starts so."""
    (button,) = [each for each in app.button if (each.key or "").startswith(start)]
    button.click().run()
    assert not app.exception


def save(app, name, caption=""):
    (field,) = [each for each in app.text_input if (each.key or "").startswith("new_")]
    field.set_value(name)
    (area,) = [each for each in app.text_area if (each.key or "").startswith("new_")]
    area.set_value(caption)
    press(app, "save_")


def query(app):
    """Return the query of the address; AppTest has lists of what a test has put there."""
    values = app.query_params.items()
    return {key: value if isinstance(value, str) else value[0] for key, value in values}


def test_views__are_saved_and_opened_by_their_address(open_page, done_run, folder):
    app = open_page("network", run=done_run, cut="target:2", gene="gene00")
    app.selectbox(key="colour").set_value("module").run()
    save(app, "Around **gene00**", "Its targets.")
    (view,) = read_views(folder)
    assert (view.name, view.caption) == ("Around **gene00**", "Its targets.")
    assert (str(view.light.threshold), view.light.gene) == ("target:2", "gene00")
    assert query(app) == {"run": done_run, "view": view.id}
    assert app.button_group(key="view_choice").options[0] == r"1 Around \*\*gene00\*\*"

    other = open_page("network", run=done_run, view=view.id)
    assert not other.exception
    assert other.subheader[0].value == "gene00"
    assert other.selectbox(key="colour").value == "module"
    assert other.select_slider(key="cut_each").value == 2
    assert query(other) == {"run": done_run, "view": view.id}
    assert any(view.id in code.value for code in other.code)  # its address, to share


def test_views__what_is_changed_is_no_longer_the_view(open_page, done_run, folder):
    app = open_page("network", run=done_run, cut="20", gene="gene00")
    save(app, "First")
    (view,) = read_views(folder)
    app.button(key="unfocus").click().run()
    assert query(app) == {"run": done_run, "cut": "20"}
    assert not app.subheader
    assert app.button_group(key="view_choice").value is None
    app.button_group(key="view_choice").set_value(view.id).run()
    assert app.subheader[0].value == "gene00"
    app.selectbox(key="size").set_value("same").run()
    assert query(app) == {"run": done_run, "cut": "20", "gene": "gene00"}
    press(app, f"view_{view.id}_replace")
    assert read_views(folder)[0].settings["size"] == "same"
    assert query(app)["view"] == view.id
    press(app, "undo")
    assert read_views(folder)[0].settings["size"] == "targets"
    assert "view" not in query(app)  # the page still shows the replacement


def test_views__are_renamed_moved_deleted_and_restored(open_page, done_run, folder):
    app = open_page("network", run=done_run)
    save(app, "First")
    save(app, "Second")
    _, second = read_views(folder)
    app.text_input(key=f"view_{second.id}_name").set_value("New name")
    app.text_area(key=f"view_{second.id}_caption").set_value("New caption")
    press(app, f"view_{second.id}_save")
    assert names(folder) == ["First", "New name"]
    assert read_views(folder)[1].caption == "New caption"
    press(app, f"view_{second.id}_earlier")
    assert names(folder) == ["New name", "First"]
    assert app.button(key=f"view_{second.id}_earlier").disabled
    press(app, f"view_{second.id}_delete")
    assert names(folder) == ["First"]
    assert "view" not in app.query_params
    press(app, "undo")
    assert names(folder) == ["New name", "First"]
    assert not [each for each in app.button if each.key == "undo"]


def test_views__name_that_is_too_long_is_reported(open_page, done_run, folder):
    app = open_page("network", run=done_run)
    save(app, " ")
    assert "The view has no name" in app.error[0].value
    assert names(folder) == []


def test_views__absent_or_damaged_are_reported(open_page, done_run, folder):
    app = open_page("network", run=done_run, view="absent", cut="20")
    assert "does not exist" in app.warning[0].value
    assert query(app) == {"run": done_run, "cut": "20"}
    (folder / "views.json").write_text("{")
    app = open_page("network", run=done_run, view="absent")
    assert not app.exception
    assert "cannot be read" in app.error[0].value
    assert len(app.dataframe[0].value) > 0
    assert (folder / "views.json").read_text() == "{"


def test_views__without_some_settings_open_with_what_they_have(open_page, done_run, folder):
    saved = save_view(folder, small_saved_view("Old", genes=("gene00", "gene01", "gene02")))
    app = open_page("network", run=done_run, view=saved.id)
    assert not app.exception
    assert app.selectbox(key="colour").value == "role"
    assert app.button_group(key="view_choice").value == saved.id
    assert query(app) == {"run": done_run, "view": saved.id}


def test_views__settings_that_are_no_names_are_ignored(open_page, done_run, folder):
    view = small_saved_view("Odd", genes=("gene00", "gene01"))
    saved = save_view(folder, replace(view, settings={"colour": ["module"], "column": 5}))
    app = open_page("network", run=done_run, view=saved.id)
    assert not app.exception
    assert app.selectbox(key="colour").value == "role"


def test_views__keep_the_arrangement_of_the_graph(open_page, done_run, folder):
    arrangement = {"hidden": ["gene01"], "pinned": {"gene02": [5, 6]}, "camera": None}
    first = small_saved_view("First", threshold=Threshold.parse("target:1"))
    saved = save_view(folder, replace(first, settings={"arrangement": arrangement}))
    app = open_page("network", run=done_run, view=saved.id)
    assert not app.exception
    assert query(app)["view"] == saved.id
    assert any("1 gene is hidden." in caption.value for caption in app.caption)
    save(app, "Second")
    second = read_views(folder)[1]
    assert second.settings["arrangement"]["pinned"] == {"gene02": [5.0, 6.0]}
    assert second.light.arrangement.hidden == ("gene01",)
    assert "gene01" not in view_svg(second, dark=False)
    app.select_slider(key="cut_each").set_value(2).run()  # the threshold changes, genes stay hidden
    assert "view" not in query(app)
    assert app.session_state["arranged_graph"][2]["hidden"] == ["gene01"]


class TestLinks:
    """Links that open views without an account; `tests/ui/test_shared_links.py` opens them."""

    @pytest.fixture
    def app(self, open_page, done_run, folder):
        for name in ("First", "Second"):
            save_view(folder, small_saved_view(name, run=folder))
        return open_page("network", run=done_run)

    def made(self, app, done_run):
        press(app, f"make_link_{done_run}")
        address = next(code.value for code in app.code if "/shared/" in code.value)
        return links.open_link(address.rpartition("/")[2])

    def test_link__opens_the_presentation_until_it_is_taken_back(self, app, done_run, home):
        link, document = self.made(app, done_run)
        assert document.count(b"<figure") == 2
        assert link.run == done_run
        assert 29.9 < (link.expires - link.created) / 86_400 < 30.1
        press(app, "take_back_")
        assert links.links_of(Person("")) == []
        assert not any("/shared/" in code.value for code in app.code)

    def test_link__opens_what_is_shown(self, app, done_run):
        app.button_group(key=f"link_what_{done_run}").set_value("What is shown now").run()
        app.number_input(key=f"link_days_{done_run}").set_value(2).run()
        link, document = self.made(app, done_run)
        assert document.count(b"<figure") == 1
        assert 1.9 < (link.expires - link.created) / 86_400 < 2.1
