"""Views of a run's network that are saved by name, in the order of a presentation.

They lie in one file of the folder of the run, apart from its result. Each holds its picture as
it was saved, so that a presentation or a report needs neither the data nor the page.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from genie3_engine.errors import OptionError, RunError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.locks import locked
from genie3_engine.networks.view_record import colours_of, record_of, view_of
from genie3_engine.networks.views import View
from genie3_engine.people.log import Action, record
from genie3_engine.store.run_folder import RunFolder

LONGEST_NAME, LONGEST_CAPTION = 80, 1_000
MOST_VIEWS = 60
_FORMAT = 1
_LOCK = ".views.lock"
_REMEDY = "Rename the file to start anew. The network itself is not affected."


@dataclass(frozen=True, slots=True, eq=False)
class SavedView:
    """A view of a network under a name.

    Parameters
    ----------
    name : str
        What it is called, on one line.
    caption : str
        What it shows, in the user's words; may be empty.
    settings : mapping of str
        What the page needs to show it again, as plain JSON values.
    light, dark : View
        The picture on a light and on a dark ground; they differ in their colours.
    id : str
        Names it in an address; empty before it is saved.
    """

    name: str
    caption: str
    settings: Mapping[str, Any]
    light: View
    dark: View
    id: str = ""

    def picture(self, *, dark: bool) -> View:
        """Return the picture on a ground."""
        return self.dark if dark else self.light


Views = tuple[SavedView, ...]


def read_views(run: Path) -> Views:
    """Return the saved views of a run in their order; none where none was saved.

    Parameters
    ----------
    run : Path
        The run's folder.

    Raises
    ------
    RunError
        When their file is damaged, or of a later version of the program.
    """
    return _read(run, atomic_write.last_written(run / filenames.VIEWS))


def save_view(run: Path, view: SavedView) -> SavedView:
    """Save a view as the last one of a run, and return it with its id.

    Raises
    ------
    OptionError
        When its name or caption is too long, or there are too many views.
    RunError
        When there is no run in the folder, or the file of the views is damaged.
    StorageError
        When the disk refuses.
    """
    saved = replace(_tidy(view), id=secrets.token_hex(4))
    change_views(run, lambda views: (*views, saved))
    return saved


def update_view(run: Path, id: str, change: Callable[[SavedView], SavedView]) -> None:
    """Change one view of a run: its name, its caption or its picture.

    Raises
    ------
    OptionError
        When there is no such view, and as `save_view`.
    RunError, StorageError
        As `save_view`.
    """

    def updated(views: Views) -> Views:
        if all(each.id != id for each in views):
            raise OptionError("This view does not exist.", "It may have been deleted elsewhere.")
        return tuple(_tidy(change(each)) if each.id == id else each for each in views)

    change_views(run, updated)


def move_view(run: Path, id: str, *, by: int) -> None:
    """Move a view by some places in the order; errors as `save_view`."""

    def moved(views: Views) -> Views:
        chosen = [each for each in views if each.id == id]
        others = [each for each in views if each.id != id]
        place = next((i for i, each in enumerate(views) if each.id == id), 0) + by
        place = min(max(0, place), len(others))
        return (*others[:place], *chosen, *others[place:])

    change_views(run, moved)


def delete_view(run: Path, id: str) -> None:
    """Delete a view; `restore_view` takes it back. Errors as `save_view`."""
    change_views(run, lambda views: tuple(each for each in views if each.id != id))


def restore_view(run: Path, view: SavedView, *, place: int) -> None:
    """Put a deleted view back at its place; errors as `save_view`."""

    def restored(views: Views) -> Views:
        if any(each.id == view.id for each in views):
            return views
        return (*views[:place], view, *views[place:])

    change_views(run, restored)


def change_views(run: Path, change: Callable[[Views], Views]) -> None:
    """Replace the views of a run; changes by several processes wait for one another.

    Parameters
    ----------
    run : Path
        The run's folder.
    change : callable
        Takes the present views and returns the new ones.

    Raises
    ------
    OptionError
        When there are too many views.
    RunError
        When there is no run in the folder, or the file of the views is damaged; it stays as it is.
    StorageError
        When the disk refuses.
    """
    RunFolder.open(run)
    with locked(run / _LOCK):
        before = read_views(run)
        after = change(before)
        if len(after) > max(MOST_VIEWS, len(before)):
            raise OptionError(
                f"The run has {len(before)} views.", f"Keep {MOST_VIEWS} at most: delete some."
            )
        if after != before:
            views = [_record(view) for view in after]
            atomic_write.write_json(run / filenames.VIEWS, {"format": _FORMAT, "views": views})
            record(Action.CHANGED, f"views of run {run.name}")


def _tidy(view: SavedView) -> SavedView:
    """Return a view with its name on one line; refuse texts that are too long."""
    name, caption = " ".join(_printable(view.name).split()), _printable(view.caption).strip()
    if not name:
        raise OptionError("The view has no name.", "Give it one.")
    for what, text, most in (
        ("name", name, LONGEST_NAME),
        ("caption", caption, LONGEST_CAPTION),
    ):
        if len(text) > most:
            raise OptionError(
                f"The {what} of the view has {len(text):,} characters.", f"Give {most:,} at most."
            )
    return replace(view, name=name, caption=caption)


def _printable(text: str) -> str:
    """Return a text that can be written, without control characters but the ends of its lines."""
    return "".join(
        " " if sign != "\n" and unicodedata.category(sign) in ("Cc", "Cs") else sign
        for sign in text
    )


def _record(view: SavedView) -> dict[str, Any]:
    return {
        "id": view.id,
        "name": view.name,
        "caption": view.caption,
        "settings": dict(view.settings),
        "picture": record_of(view.light),
        "dark": colours_of(view.dark),
    }


def _saved(record: dict[str, Any], run: Path) -> SavedView:
    texts = [record[name] for name in ("id", "name", "caption")]
    if not all(isinstance(text, str) for text in texts) or not record["id"].isalnum():
        raise ValueError("a name that is not text")
    picture = record["picture"]
    return SavedView(
        id=record["id"],
        name=record["name"],
        caption=record["caption"],
        settings=dict(record["settings"]),
        light=view_of(picture, run=run),
        dark=view_of({**picture, **record["dark"]}, run=run),
    )


@lru_cache(maxsize=32)
def _read(run: Path, written: tuple[int, int, int]) -> Views:
    file = run / filenames.VIEWS
    try:
        content = atomic_write.read_json(file)
        if content["format"] > _FORMAT:
            raise RunError(
                f"The views in {file} were saved by a later version of this program.",
                "Install that version to see or change them.",
            )
        views = tuple(_saved(record, run) for record in content["views"])
        if len({view.id for view in views}) < len(views):
            raise ValueError("views of the same id")
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise RunError(f"The saved views in {file} cannot be read.", _REMEDY) from error
    return views
