"""What people share with the group: a home of its own that holds links to what its owners have.

Everyone who may log in can look at the group's home, and no one writes there. Each person's home
has a list of what its owner shares; the group's home is made from all lists.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from genie3_engine.errors import OptionError
from genie3_engine.jobs import atomic_write, filenames, user_directory
from genie3_engine.jobs.locks import locked
from genie3_engine.people import homes
from genie3_engine.people.log import Action, record
from genie3_engine.people.person import Person

LIST = "shared.json"
_LOCK = ".shared.lock"
_NAME = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,199}")
# What can be shared, and how the log names it.
_NOUNS = {
    filenames.RUNS: "run",
    filenames.DATA: "data set",
    "comparisons": "comparison",
    "experiments": "experiment",
}
FOLDERS = frozenset(_NOUNS)


@dataclass(frozen=True, slots=True)
class Shared:
    """Something that a person can share.

    Parameters
    ----------
    folder : str
        The folder of the home that it lies in, such as ``runs``.
    name : str
        Its own folder there.
    """

    folder: str
    name: str

    def __post_init__(self) -> None:
        if self.folder not in _NOUNS or not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.folder}/{self.name} cannot be shared")

    def __str__(self) -> str:
        """Return its path from a home."""
        return f"{self.folder}/{self.name}"

    @property
    def title(self) -> str:
        """How the log names it."""
        return f"{_NOUNS[self.folder]} {self.name}"

    @classmethod
    def parse(cls, text: str) -> Shared:
        """Return what a path from a home names; raises `ValueError` for others."""
        folder, _, name = text.partition("/")
        return cls(folder, name)


def group_home() -> Path:
    """Return the home of the group."""
    return user_directory.server_home() / filenames.GROUP


def share(item: Shared, *, needs: Iterable[Shared] = (), owner: Person) -> None:
    """Share something with the group, with what it takes to show it.

    Parameters
    ----------
    item : Shared
        What is shared.
    needs : iterable of Shared
        What comes with it, such as the data set of a run.
    owner : Person
        Whose it is.

    Raises
    ------
    OptionError
        When the owner has no such thing.
    StorageError
        When the server's home may not be written.
    """
    if not _is_own(homes.home_of(owner), item):
        raise OptionError("This cannot be shared: it is not in your home.", "Look at your runs.")
    _change(owner, {str(item): sorted(str(each) for each in needs)})
    record(Action.SHARED, item.title, who=owner)


def unshare(item: Shared, *, owner: Person) -> None:
    """Share something no longer, and what came with it unless something else takes it.

    Raises
    ------
    StorageError
        When the server's home may not be written.
    """
    if is_shared(item, owner=owner):
        _change(owner, {str(item): None})
        record(Action.UNSHARED, item.title, who=owner)


def forget(folder: str, name: str, *, owner: Person) -> None:
    """Share something no longer that was deleted, where its owner is one of several people.

    Raises
    ------
    StorageError
        When the server's home may not be written.
    """
    if owner.identifier and _NAME.fullmatch(name):
        unshare(Shared(folder, name), owner=owner)


def is_shared(item: Shared, *, owner: Person) -> bool:
    """Return whether its owner shares something, itself or because something else takes it."""
    return str(item) in _list(homes.home_of(owner))


def shared_of(home: Path) -> frozenset[str]:
    """Return what the home of a person shares, each by its path from there."""
    return frozenset(_list(home))


def owner_of(path: Path) -> Person | None:
    """Return who shares a folder of the group's home; None when that is not known."""
    with suppress(OSError):
        target = PurePosixPath(os.path.normpath(path.parent / os.readlink(path)))
        return homes.owner_of(Path(target).parent.parent)
    return None


def refresh() -> None:
    """Make the group's home hold what the people's lists name, and nothing else.

    Raises
    ------
    StorageError
        When it may not be written.

    Notes
    -----
    Where two people share the same name, such as runs of one archive, the first one stays, so that
    nothing else appears in the place of what others have seen.
    """
    root = group_home()
    wanted: dict[str, list[Path]] = {}
    for person in homes.people():
        home = homes.home_of(person)
        for name, needs in _list(home).items():
            for each in (name, *needs):
                if _is_own(home, Shared.parse(each)):
                    wanted.setdefault(each, []).append(home / each)
    with user_directory.writing_for_the_group(), atomic_write.storage_errors(root):
        for folder in _NOUNS:
            (root / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
            for found in (root / folder).iterdir():
                if found.is_symlink() and not _leads(
                    found, wanted.get(f"{folder}/{found.name}", [])
                ):
                    found.unlink(missing_ok=True)
        for each, (target, *_) in wanted.items():
            place = root / each
            if not place.is_symlink():
                with suppress(FileExistsError):
                    place.symlink_to(os.path.relpath(target, place.parent))


def _leads(link: Path, targets: Iterable[Path]) -> bool:
    place = os.readlink(link)
    return any(place == os.path.relpath(target, link.parent) for target in targets)


def _is_own(home: Path, item: Shared) -> bool:
    """Return whether a home holds something itself, not by a link to another place."""
    path = home / str(item)
    return os.path.isdir(path) and not path.is_symlink() and not path.parent.is_symlink()


def _change(owner: Person, changes: Mapping[str, list[str] | None]) -> None:
    home = homes.home_of(owner)
    with locked(home / _LOCK):
        after = {**_list(home), **changes}
        kept = {name: needs for name, needs in after.items() if needs is not None}
        atomic_write.write_json(home / LIST, kept)
    root = user_directory.server_home()
    with locked(root / _LOCK):
        refresh()


def _list(home: Path) -> dict[str, list[str]]:
    """Return what a home shares, each with what it needs; damaged entries are left out."""
    try:
        values = atomic_write.read_json(home / LIST)
        entries = values.items()
    except (OSError, ValueError, AttributeError):
        return {}
    found = {}
    for name, needs in entries:
        with suppress(ValueError, TypeError, AttributeError):
            found[str(Shared.parse(name))] = [str(Shared.parse(each)) for each in needs]
    return found
