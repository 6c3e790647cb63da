"""Check zip archives before they are read: size, paths that leave the archive, XML entities."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath

from genie3_engine.errors import InputError

_BYTES_AT_MOST = 2 << 30
_SURELY_FINE = 64 << 20
_RATIO_AT_MOST = 300
_MEMBERS_AT_MOST = 10_000
_PROLOG_BYTES = 1 << 16
_SKIPPED = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ELEMENT = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<[^!?]")


def check_archive(name: str, path: Path) -> None:
    """Refuse a zip archive that may do harm.

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
                    if not _has_plain_prolog(content.read(_PROLOG_BYTES)):
                        raise InputError(
                            f"{name} defines its own XML entities, as Excel never does.",
                            "Save it again with Excel or LibreOffice.",
                            code="archive",
                        )


def _has_plain_prolog(head: bytes) -> bool:
    """Return whether the first element comes soon, after comments and instructions only.

    A document type can only be declared before the first element; UTF-16 has zeros in between.
    """
    prolog = _SKIPPED.sub(b"", head.replace(b"\0", b""))
    return b"<!DOCTYPE" not in head.replace(b"\0", b"") and _ELEMENT.match(prolog) is not None
