"""Kinds of damage of a file, of a folder, or of a link."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from random import Random

N_HUGE_BYTES = 10 * 10**9
UNREADABLE = "not readable"
Damage = Callable[[Path, Random, Path], None]


def prepare_outside(outside: Path) -> None:
    """Make what links of a damaged home lead to."""
    (outside / "folder").mkdir(parents=True)
    (outside / "folder" / "inside").write_text("something of somebody else\n")
    (outside / "foreign.txt").write_text("something of somebody else\n")


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it, also what cannot be read."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for folder, names, _ in os.walk(path):
        for name in names:
            inside = Path(folder, name)
            if not inside.is_symlink() and inside.stat().st_mode & stat.S_IRWXU != stat.S_IRWXU:
                inside.chmod(0o700)
    shutil.rmtree(path)


def _cut(file: Path, random: Random, outside: Path) -> None:
    os.truncate(file, random.randrange(max(1, file.stat().st_size)))


def _flip(file: Path, random: Random, outside: Path) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(8 if content else 0):
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    file.write_bytes(content)


def _empty(file: Path, random: Random, outside: Path) -> None:
    os.truncate(file, 0)


def _garble(file: Path, random: Random, outside: Path) -> None:
    file.write_bytes(random.randbytes(random.choice([3, 300, 30_000])))


def _become_folder(path: Path, random: Random, outside: Path) -> None:
    remove(path)
    path.mkdir()
    (path / "inside").write_text("x")


def _become_file(path: Path, random: Random, outside: Path) -> None:
    remove(path)
    path.write_text("x\n")


def _become_link_to(name: str) -> Damage:
    def become(path: Path, random: Random, outside: Path) -> None:
        remove(path)
        path.symlink_to(outside / name)

    return become


def _become_loop(path: Path, random: Random, outside: Path) -> None:
    remove(path)
    path.symlink_to(path.name)


def _become_pipe(path: Path, random: Random, outside: Path) -> None:
    remove(path)
    os.mkfifo(path)


def _become_device(path: Path, random: Random, outside: Path) -> None:
    """Put an endless device in the place, where the system allows one, else a link to it."""
    remove(path)
    endless = os.stat("/dev/zero")
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, endless.st_rdev)
    except PermissionError:
        path.symlink_to("/dev/zero")


def _vanish(path: Path, random: Random, outside: Path) -> None:
    remove(path)


def _close(path: Path, random: Random, outside: Path) -> None:
    """Close a file; of a folder its names, what they lead to, or both."""
    path.chmod(random.choice([0, 0o111, 0o444]) if path.is_dir() else 0)


def _grow(file: Path, random: Random, outside: Path) -> None:
    os.truncate(file, N_HUGE_BYTES)


def _come_from_a_later_version(file: Path, random: Random, outside: Path) -> None:
    """Change a file as a later version of the program might have written it."""
    if file.suffix != ".json":
        file.write_bytes(b"GENIE3 2\n" + file.read_bytes())
        return
    values = json.loads(file.read_text())
    if not isinstance(values, dict):
        values = {"version": 99, "content": values}
    else:
        values["added_later"] = {"version": 99}
        old = random.choice(sorted(values))
        values[old] = random.choice([{"as": "an object"}, "a word", 99, [1, 2], None])
    file.write_text(json.dumps(values))


_OF_ALL: dict[str, Damage] = {
    "missing": _vanish,
    UNREADABLE: _close,
    "a link that leads nowhere": _become_link_to("nowhere"),
    "a link to itself": _become_loop,
    "a pipe": _become_pipe,
    "an endless device": _become_device,
}
OF_FILES: dict[str, Damage] = {
    "truncated": _cut,
    "bits flipped": _flip,
    "emptied": _empty,
    "garbage": _garble,
    "a folder": _become_folder,
    "a link to a foreign file": _become_link_to("foreign.txt"),
    "huge": _grow,
    "of a later version": _come_from_a_later_version,
    **_OF_ALL,
}
OF_FOLDERS: dict[str, Damage] = {
    **_OF_ALL,
    "a file": _become_file,
    "a link to a foreign folder": _become_link_to("folder"),
}
OF_LINKS: dict[str, Damage] = {
    name: damage
    for name, damage in {**OF_FOLDERS, "a folder": _become_folder}.items()
    if name != UNREADABLE
}


def damages_of(path: Path) -> dict[str, Damage]:
    """Return the kinds of damage by name, of what is at a path."""
    if path.is_symlink():
        return OF_LINKS
    return OF_FOLDERS if path.is_dir() else OF_FILES
