"""What a power cut may leave of a folder: what was not synchronised is lost in part."""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.faults.disk import (
    CREATE,
    LINK,
    MKDIR,
    RENAME,
    RMDIR,
    SYMLINK,
    SYNC,
    UNLINK,
    WRITE,
    Change,
)

if TYPE_CHECKING:
    from random import Random

_JOURNAL, _KEPT = "journal", "kept"


class Recorder:
    """A watcher that keeps a journal of changes, and the files that they replace or remove.

    Parameters
    ----------
    folder : Path
        Where, on the file system of what is watched and outside of it. The journal outlives a kill
        of the process.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        (folder / _KEPT).mkdir()
        self._kept = folder / _KEPT
        self._numbers = count(1)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._journal = os.open(folder / _JOURNAL, flags, 0o666)

    def before(self, change: Change) -> None:
        """Write down a change to come."""
        values: dict[str, Any] = asdict(change)
        doomed = {RENAME: change.target, UNLINK: change.path}.get(change.kind, "")
        if doomed and not os.path.isdir(doomed):
            with suppress(FileNotFoundError):
                kept = str(self._kept / str(next(self._numbers)))
                os.link(doomed, kept, follow_symlinks=False)
                values["kept"] = kept
        if change.kind == CREATE:
            values["is_new"] = not os.path.lexists(change.path)
        if change.kind == SYNC:
            values["is_folder"] = os.path.isdir(change.path)
            values["size"] = os.path.getsize(change.path)
        os.write(self._journal, json.dumps(values).encode() + b"\n")

    def after(self, change: Change) -> None:
        """Write down that the change was made."""
        os.write(self._journal, b'"made"\n')


@dataclass(slots=True)
class _File:
    """What is durable of a file's content."""

    n_durable: int = 0
    is_dirty: bool = False


@dataclass(slots=True)
class _Entry:
    """A change of a folder's entries that may be lost."""

    values: dict[str, Any]
    order: tuple[float, int]

    @property
    def folders(self) -> set[str]:
        """The folders whose entries it changes."""
        names = [self.values["path"], self.values["target"]]
        return {os.path.dirname(name) for name in names if name}


@dataclass(slots=True)
class _Model:
    """What of a folder is not durable, by the journal."""

    files: dict[str, _File] = field(default_factory=lambda: defaultdict(_File))
    entries: list[_Entry] = field(default_factory=list)

    def follow(self, values: dict[str, Any], number: int) -> None:
        """Take a change that was made."""
        kind, path, target = values["kind"], values["path"], values["target"]
        if kind == WRITE:
            self.files[path].is_dirty = True
        elif kind == SYNC and values["is_folder"]:
            self.entries = [each for each in self.entries if path not in each.folders]
        elif kind == SYNC:
            self.files[path] = _File(values["size"])
        elif kind == CREATE and not values["is_new"]:
            self.files[path] = _File(is_dirty=True)  # it may have been emptied
        else:
            self.entries.append(_Entry(values, (number, number)))
        if kind == RENAME:
            self._move(path, target, number)
        elif kind == LINK:
            self.files[target] = self.files[path]

    def _move(self, path: str, target: str, number: int) -> None:
        """Follow a file or a folder to its new name."""
        inside = path + os.sep
        for name in [name for name in self.files if name == path or name.startswith(inside)]:
            self.files[target + name[len(path) :]] = self.files.pop(name)
        for each in self.entries:
            if each.values["path"].startswith(inside):
                for key in ("path", "target"):
                    if each.values[key]:
                        each.values[key] = target + each.values[key][len(path) :]
                each.order = (number + 0.5, each.order[1])  # lost before the folder's new name is


def cut_power(recorded: Path, random: Random) -> int:
    """Change a folder, whose writer was killed, into what a power cut may leave of it.

    Parameters
    ----------
    recorded : Path
        The folder of its `Recorder`.
    random : random.Random
        Decides what is lost.

    Returns
    -------
    int
        Changes that were lost.

    Notes
    -----
    What was synchronised stays. Of every folder, the last changes of its entries since it was
    synchronised are undone, any number of them: files that were created are gone, renamed ones
    have their old names, removed and replaced ones are back. What was written into a file since it
    was synchronised is cut off anywhere, or is zeros. That is stricter than ext4 and XFS, which
    keep the order of changes across folders too.
    """
    model = _Model()
    lines = (recorded / _JOURNAL).read_text(encoding="utf-8").splitlines()
    changes: list[dict[str, Any]] = []
    for line in lines:
        values = json.loads(line)
        if values == "made":
            changes[-1]["is_made"] = True
        else:
            changes.append(values)
    for number, values in enumerate(changes):
        if values.get("is_made") or (number == len(changes) - 1 and _was_made(values)):
            model.follow(values, number)
    n_lost = sum(_lose_content(Path(name), file, random) for name, file in model.files.items())
    by_folder: dict[str, list[_Entry]] = defaultdict(list)
    for entry in model.entries:
        by_folder[os.path.dirname(entry.values["target"] or entry.values["path"])].append(entry)
    lost = []
    for entries in by_folder.values():
        lost += entries[random.randint(0, len(entries)) :]
    for entry in sorted(lost, key=lambda each: each.order, reverse=True):
        with suppress(FileNotFoundError):
            _undo(entry.values)
    return n_lost + len(lost)


def _was_made(values: dict[str, Any]) -> bool:
    """Return whether the change during which the writer was killed had been made."""
    is_there = os.path.lexists(values["path"])
    if values["kind"] in {RENAME, UNLINK, RMDIR}:
        return not is_there
    if values["kind"] == LINK:
        return os.path.lexists(values["target"])
    return is_there and values["kind"] != SYNC


def _lose_content(path: Path, file: _File, random: Random) -> bool:
    """Lose what was written into a file since it was synchronised, in part."""
    if not file.is_dirty or path.is_symlink() or not path.is_file():
        return False
    size = path.stat().st_size
    durable = min(file.n_durable, size)
    left = random.choice([durable, random.randint(durable, size), size])
    os.truncate(path, left)
    if random.random() < 0.5:  # the length was written, and the content was not
        os.truncate(path, size)
    return True


def _undo(values: dict[str, Any]) -> None:
    """Undo a change of entries."""
    kind, path, target, kept = (
        values["kind"],
        values["path"],
        values["target"],
        values.get("kept"),
    )
    if kind in {CREATE, SYMLINK}:
        os.unlink(path)
    elif kind == LINK:
        os.unlink(target)
    elif kind == MKDIR:
        shutil.rmtree(path)
    elif kind == RMDIR:
        os.mkdir(path)
    elif kind == RENAME:
        os.rename(target, path)
        if kept:
            os.link(kept, target)
    elif kind == UNLINK and kept:
        os.link(kept, path)
