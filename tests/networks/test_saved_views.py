from __future__ import annotations

import json
from dataclasses import replace
from threading import Thread

import pytest

from genie3_engine.errors import OptionError, RunError, StorageError
from genie3_engine.networks import saved_views
from genie3_engine.networks.saved_views import (
    delete_view,
    move_view,
    read_views,
    restore_view,
    save_view,
    update_view,
)
from tests.simulated_networks import tiny_run
from tests.small_views import small_saved_view


@pytest.fixture
def run(home):
    return tiny_run(home / "run").path


def names(run):
    return [view.name for view in read_views(run)]


def test_read_views__none_where_none_was_saved(run):
    assert read_views(run) == ()
    assert {path.name for path in run.iterdir() if "views" in path.name} == set()


def test_save_view__is_read_back_with_its_picture(run):
    saved = save_view(run, small_saved_view("  A\n name ", " Two\nlines. ", gene="b"))
    (found,) = read_views(run)
    assert (found.id, found.name, found.caption) == (saved.id, "A name", "Two\nlines.")
    assert found.settings == {"cut": "2", "colour": "role"}
    assert found.light.gene == found.dark.gene == "b"
    assert found.light.run == run
    assert found.picture(dark=True).colours == ("#ddeeff",) * 3
    assert found.picture(dark=False).colours != found.dark.colours


def test_views__are_moved_changed_deleted_and_restored(run):
    first, second, third = (save_view(run, small_saved_view(name)) for name in "abc")
    move_view(run, third.id, by=-2)
    assert names(run) == ["c", "a", "b"]
    move_view(run, third.id, by=-1)
    move_view(run, first.id, by=9)
    assert names(run) == ["c", "b", "a"]
    update_view(run, second.id, lambda view: replace(view, name="d", caption="new"))
    assert [(view.name, view.caption) for view in read_views(run)][1] == ("d", "new")
    deleted = read_views(run)[1]
    delete_view(run, deleted.id)
    assert names(run) == ["c", "a"]
    restore_view(run, deleted, place=1)
    restore_view(run, deleted, place=1)  # pressed twice
    assert names(run) == ["c", "d", "a"]
    move_view(run, "absent", by=1)
    delete_view(run, "absent")
    assert names(run) == ["c", "d", "a"]


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (small_saved_view("x" * 81), "The name of the view has 81 characters"),
        (small_saved_view("x", "y" * 1001), "The caption of the view has 1,001 characters"),
        (small_saved_view(" \n"), "The view has no name"),
    ],
)
def test_save_view__refuses_texts_that_do_not_fit(run, view, message):
    with pytest.raises(OptionError, match=message):
        save_view(run, view)
    assert read_views(run) == ()


def test_save_view__removes_control_characters(run):
    save_view(run, small_saved_view("red \x1b[31m 👩‍🔬", "a\x00b\nc\ud800"))
    (found,) = read_views(run)
    assert found.name == "red [31m 👩‍🔬"
    assert found.caption == "a b\nc"


def test_update_view__that_was_deleted_elsewhere_is_refused(run):
    saved = save_view(run, small_saved_view())
    delete_view(run, saved.id)
    with pytest.raises(OptionError, match="does not exist"):
        update_view(run, saved.id, lambda view: view)
    assert read_views(run) == ()


def test_save_view__refuses_too_many(run, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    save_view(run, small_saved_view())
    with pytest.raises(OptionError, match="1 views"):
        save_view(run, small_saved_view())


def test_save_view__refuses_a_folder_without_a_run(tmp_path):
    with pytest.raises(RunError, match="no run"):
        save_view(tmp_path, small_saved_view())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("#112233", "red' onload='x"),
        lambda text: json.dumps([1]),
        lambda text: json.dumps({"format": 1, "views": [{"id": "a"}]}),
        lambda text: text.replace('"id": "', '"id": "../'),
        lambda text: json.dumps({**json.loads(text), "views": json.loads(text)["views"] * 2}),
        lambda text: "[" * 100_000,
    ],
)
def test_views__damaged_file_is_reported_and_kept(run, damage):
    save_view(run, small_saved_view())
    file = run / "views.json"
    text = damage(file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=r"saved views in .*views\.json cannot be read"):
        read_views(run)
    with pytest.raises(RunError, match="cannot be read"):
        save_view(run, small_saved_view())
    assert file.read_text(encoding="utf-8") == text


def test_views__of_a_later_version_are_kept(run):
    text = json.dumps({"format": 2, "views": "unknown"})
    (run / "views.json").write_text(text)
    with pytest.raises(RunError, match="later version"):
        save_view(run, small_saved_view())
    assert (run / "views.json").read_text() == text


def test_save_view__folder_that_may_not_be_written(run, monkeypatch):
    def refuse(path, values):
        raise StorageError(f"{path} could not be written.", "Free some space.")

    monkeypatch.setattr(saved_views.atomic_write, "write_json", refuse)
    with pytest.raises(StorageError, match=r"views\.json"):
        save_view(run, small_saved_view())


def test_save_view__of_several_processes_are_all_kept(run):
    threads = [
        Thread(target=save_view, args=(run, small_saved_view(str(number)))) for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(run)) == [str(number) for number in range(6)]
