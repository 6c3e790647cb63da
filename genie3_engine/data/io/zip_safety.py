"""May an archive be opened: no bomb, no paths out of it, no XML that grows by itself?"""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from genie3_engine.errors import InputError

_BYTES_AT_MOST = 2 << 30
_SURELY_FINE = 64 << 20
_RATIO_AT_MOST = 300
_MEMBERS_AT_MOST = 10_000
_HEAD = 4096


def check_archive(name: str, path: Path) -> None:
    """Refuse a zip archive that no honest program writes.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    path : Path
        The archive.

    Raises
    ------
    InputError
        With the code ``bomb`` or ``archive``.
    zipfile.BadZipFile
        When it is damaged.
    """
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        n_bytes = sum(member.file_size for member in members)
        stored = path.stat().st_size
        too_dense = n_bytes > _SURELY_FINE and n_bytes > _RATIO_AT_MOST * stored
        if n_bytes > _BYTES_AT_MOST or too_dense or len(members) > _MEMBERS_AT_MOST:
            raise InputError(
                f"{name} grows to {n_bytes:,} bytes from {stored:,} when it is unpacked.",
                "Save the sheet as CSV if you trust the file.",
                code="bomb",
            )
        for member in members:
            place = PurePosixPath(member.filename.replace("\\", "/"))
            if place.is_absolute() or ".." in place.parts or ":" in member.filename[:2]:
                raise InputError(
                    f"{name} contains a file named '{member.filename[:80]}', which points out of "
                    "it.",
                    "Save it again with Excel or LibreOffice.",
                    code="archive",
                )
            if member.flag_bits & 0x1:
                raise InputError(f"{name} is encrypted.", "Save it without a password.")
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as content:
                    if b"<!DOCTYPE" in content.read(_HEAD).replace(b"\0", b""):
                        raise InputError(
                            f"{name} defines its own XML entities, as Excel never does.",
                            "Save it again with Excel or LibreOffice.",
                            code="archive",
                        )
