"""Watch every change of the files below a folder, as this process asks the system for it."""

from __future__ import annotations

import builtins
import io
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

CREATE, WRITE, SYNC = "create", "write", "fsync"
RENAME, LINK, SYMLINK, MKDIR = "rename", "link", "symlink", "mkdir"
UNLINK, RMDIR = "unlink", "rmdir"
_WRITING = os.O_WRONLY | os.O_RDWR


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a file or folder that is asked for.

    Parameters
    ----------
    kind : str
        `CREATE` (open for writing), `WRITE`, `SYNC`, `RENAME` and so on.
    path : str
        What is changed.
    target : str
        The new name, of a file that is renamed or linked.
    """

    kind: str
    path: str
    target: str = ""


class Watcher(Protocol):
    """Learns of changes; one at a time, whichever thread asks for them."""

    def before(self, change: Change) -> None:
        """Learn of a change to come; an `OSError` that is raised takes its place."""

    def after(self, change: Change) -> None:
        """Learn of a change that was made."""


@contextmanager
def watched(folder: Path, watcher: Watcher) -> Iterator[None]:
    """Report every change below a folder to a watcher while the block runs.

    Parameters
    ----------
    folder : Path
        The folder.
    watcher : Watcher
        Learns of the changes that Python code of this process asks for. Those of other processes,
        and the overflow files of DuckDB, are left out.
    """
    layer = _Layer(os.path.realpath(folder), watcher)
    replaced = [(place, name, getattr(place, name)) for place, name in _REPLACED]
    try:
        for place, name, original in replaced:
            setattr(place, name, layer.replacement(name, original))
        yield
    finally:
        for place, name, original in replaced:
            setattr(place, name, original)


_REPLACED: list[tuple[Any, str]] = [
    (builtins, "open"),
    (io, "open"),
    *((os, name) for name in ("open", "fsync", "mkdir", "rmdir", "unlink", "remove")),
    *((os, name) for name in ("rename", "replace", "link", "symlink")),
]


class _Layer:
    """The functions that take the place of Python's."""

    def __init__(self, root: str, watcher: Watcher) -> None:
        self._root = root
        self._watcher = watcher
        self._lock = threading.RLock()

    def replacement(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function for a name."""
        if original is os.open:
            return self._os_open(original)
        if name == "open":
            return self._open(original)
        if name == "fsync":
            return self._fsync(original)
        kinds = {"replace": RENAME, "remove": UNLINK}
        return self._changing(kinds.get(name, name), original)

    def act(self, change: Change, act: Callable[[], Any]) -> Any:  # noqa: ANN401 -- any result
        """Make a change, with the watcher before and after it."""
        with self._lock:
            self._watcher.before(change)
            result = act()
            self._watcher.after(change)
        return result

    def _below(self, path: Any, dir_fd: int | None = None) -> str:  # noqa: ANN401 -- a path
        """Return the whole path of what is below the folder; empty for everything else."""
        if isinstance(path, int):
            text = _name_of(path)
        else:
            text = os.fsdecode(path)
            if dir_fd is not None:
                text = os.path.join(_name_of(dir_fd), text)
        text = os.path.abspath(text)
        return text if text.startswith(self._root + os.sep) or text == self._root else ""

    def _changing(self, kind: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*names: Any, **options: Any) -> Any:  # noqa: ANN401 -- as the original
            has_target = kind in {RENAME, LINK, SYMLINK}
            fd = options.get("dir_fd")
            subject = names[1] if kind == SYMLINK else names[0]
            path = self._below(subject, fd)
            if not path:
                return original(*names, **options)
            target = self._below(names[1]) if has_target and kind != SYMLINK else ""
            return self.act(Change(kind, path, target), lambda: original(*names, **options))

        return changed

    def _fsync(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def fsync(descriptor: Any) -> None:  # noqa: ANN401 -- as the original
            number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
            path = self._below(number)
            if path:
                self.act(Change(SYNC, path), lambda: original(number))
            else:
                original(number)

        return fsync

    def _os_open(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: Any, flags: int, *more: Any, **options: Any) -> Any:  # noqa: ANN401
            name = self._below(path, options.get("dir_fd")) if flags & _WRITING else ""
            if not name:
                return original(path, flags, *more, **options)
            return self.act(Change(CREATE, name), lambda: original(path, flags, *more, **options))

        return opened

    def _open(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def opened(file: Any, mode: str = "r", *more: Any, **options: Any) -> Any:  # noqa: ANN401
            path = self._below(file) if set(mode) & set("wxa+") else ""
            if not path:
                return original(file, mode, *more, **options)
            names = ("buffering", "encoding", "errors", "newline", "closefd", "opener")
            given = {**dict(zip(names, more, strict=False)), **options}
            raw_options = {k: v for k, v in given.items() if k in ("closefd", "opener")}
            raw_mode = mode.replace("b", "").replace("t", "")

            def create() -> _File:
                return _File(
                    file if isinstance(file, int) else os.fspath(file),
                    raw_mode,
                    self,
                    path,
                    **raw_options,
                )

            raw = create() if isinstance(file, int) else self.act(Change(CREATE, path), create)
            if given.get("buffering") == 0:
                return raw
            stream: Any = (io.BufferedRandom if "+" in mode else io.BufferedWriter)(raw)
            if "b" in mode:
                return stream
            return io.TextIOWrapper(
                stream, given.get("encoding"), given.get("errors"), given.get("newline")
            )

        return opened


class _File(io.FileIO):
    """A file whose writes are watched."""

    def __init__(self, file: Any, mode: str, layer: _Layer, path: str, **options: Any) -> None:  # noqa: ANN401
        self._layer, self._path = layer, path
        super().__init__(file, mode, **options)

    def write(self, data: Any, /) -> int:  # noqa: ANN401 -- any buffer
        """Write, unless the watcher refuses: then half of it is written before."""
        try:
            return int(
                self._layer.act(Change(WRITE, self._path), lambda: super(_File, self).write(data))
            )
        except OSError:
            super().write(memoryview(data).cast("B")[: memoryview(data).nbytes // 2])
            raise


def _name_of(descriptor: int) -> str:
    """Return the path that an open file has; empty when the system does not give it."""
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return ""
