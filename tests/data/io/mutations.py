"""Damage files in many ways."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.data.io.samples import WRITERS

_NUMBERS = (0, 1, 255, 65535, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1, 2**64 - 1)
_TEXT = b"0123456789.,;\t\n\r \"'#-=eENaI\x00\xff\xfe|<>&/"
Mutation = Callable[[random.Random, bytearray], None]


def _place(rng: random.Random, content: bytearray) -> int:
    return rng.randrange(max(len(content), 1))


def flip_bytes(rng: random.Random, content: bytearray) -> None:
    """Change a few bytes to any others."""
    for _ in range(rng.randint(1, 12)):
        if content:
            content[_place(rng, content)] = rng.randrange(256)


def flip_characters(rng: random.Random, content: bytearray) -> None:
    """Change a few bytes to those that mean something in a table."""
    for _ in range(rng.randint(1, 12)):
        if content:
            content[_place(rng, content)] = rng.choice(_TEXT)


def cut_off(rng: random.Random, content: bytearray) -> None:
    """Lose the end."""
    del content[_place(rng, content) :]


def lose_part(rng: random.Random, content: bytearray) -> None:
    """Lose something in between."""
    start = _place(rng, content)
    del content[start : start + rng.choice((1, 2, 7, 64, 1000))]


def repeat_part(rng: random.Random, content: bytearray) -> None:
    """Have something twice."""
    start = _place(rng, content)
    content[start:start] = content[start : start + rng.choice((1, 3, 16, 200))]


def swap_columns(rng: random.Random, content: bytearray) -> None:
    """Exchange two columns of text in some lines; two stretches of anything else."""
    lines = bytes(content).split(b"\n")
    if len(lines) > 3 and b"\0" not in content[:200]:
        delimiter = max((b"\t", b";", b",", b" "), key=content.count)
        for i in range(len(lines)):
            cells = lines[i].split(delimiter)
            if len(cells) > 1 and rng.random() < 0.7:
                a, b = rng.randrange(len(cells)), rng.randrange(len(cells))
                cells[a], cells[b] = cells[b], cells[a]
                lines[i] = delimiter.join(cells)
        content[:] = b"\n".join(lines)
        return
    n = rng.choice((4, 8, 64, 512))
    a, b = _place(rng, content), _place(rng, content)
    content[a : a + n], content[b : b + n] = content[b : b + n], content[a : a + n]


def damage_header(rng: random.Random, content: bytearray) -> None:
    """Change bytes at the beginning, or at the end, where some formats keep theirs."""
    n = min(len(content), rng.choice((8, 64, 512)))
    start = rng.choice((0, len(content) - n))
    for _ in range(rng.randint(1, 6)):
        if n:
            content[start + rng.randrange(n)] = rng.randrange(256)


def lie_about_size(rng: random.Random, content: bytearray) -> None:
    """Write an extreme number where lengths and offsets stand in binary files."""
    for _ in range(rng.randint(1, 4)):
        width = rng.choice((1, 2, 4, 8))
        at = _place(rng, content) & ~(width - 1)
        content[at : at + width] = (rng.choice(_NUMBERS) % 256**width).to_bytes(width, "little")


MUTATIONS: tuple[Mutation, ...] = (
    *(flip_bytes, flip_characters, cut_off, lose_part),
    *(repeat_part, swap_columns, damage_header, lie_about_size),
)


def mutated(seed: int, originals: Path, folder: Path) -> Path:
    """Write one damaged file.

    Parameters
    ----------
    seed : int
        Decides everything; consecutive seeds go through all formats and mutations.
    originals : Path
        Where sound files are kept from one call to the next.
    folder : Path
        Where the damaged one is written, with its companions.

    Returns
    -------
    Path
        What is to be read.
    """
    rng = random.Random(seed)
    titles = sorted(WRITERS)
    title = titles[seed % len(titles)]
    mutation = MUTATIONS[seed // len(titles) % len(MUTATIONS)]
    files = _sound(title, originals)
    name, _ = WRITERS[title]
    victim = rng.choice(sorted(files))
    for path, content in files.items():
        damaged = _damaged(rng, mutation, content) if path == victim else content
        target = folder / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(damaged)
    return folder / name


@cache
def _sound(title: str, originals: Path) -> dict[str, bytes]:
    name, writer = WRITERS[title]
    home = originals / title.replace("/", "_").replace(" ", "_")
    home.mkdir(parents=True, exist_ok=True)
    writer(home / name)
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def _damaged(rng: random.Random, mutation: Mutation, content: bytes) -> bytes:
    """Damage a file, or what is compressed in it; half of the gzip and zip files from inside."""
    if rng.random() < 0.5 and content.startswith(b"\x1f\x8b"):
        return gzip.compress(_damaged(rng, mutation, gzip.decompress(content)), 1, mtime=0)
    if rng.random() < 0.5 and content.startswith(b"PK"):
        return _inside_zip(rng, mutation, content)
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 5))):
        mutation(rng, changed)
    return bytes(changed)


def _inside_zip(rng: random.Random, mutation: Mutation, content: bytes) -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        victim = rng.choice(old.namelist())
        for member in old.namelist():
            inside = old.read(member)
            if member == victim:
                changed = bytearray(inside)
                mutation(rng, changed)
                inside = bytes(changed)
            new.writestr(member, inside)
    return packed.getvalue()
