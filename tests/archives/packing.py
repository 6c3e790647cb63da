"""Archives taken apart and put together again, in ways that this program would not."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping

Entries = dict[str, bytes]


def unpacked(archive: bytes) -> Entries:
    """Return the files of an archive, in their order."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(entries: Mapping[str, bytes], *infos: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    """Return a zip file of entries, and of more with properties of their own."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        for info, content in infos:
            file.writestr(info, content, info.compress_type)
    return stream.getvalue()


def listed(entries: Mapping[str, bytes], **changes: object) -> Entries:
    """Return entries with the manifest that belongs to them."""
    manifest = json.loads(entries["manifest.json"])
    manifest["files"] = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(entries.items())
        if name != "manifest.json"
    }
    return {**entries, "manifest.json": json.dumps({**manifest, **changes}).encode()}


def changed(archive: bytes, changes: Mapping[str, bytes | None], **manifest: object) -> bytes:
    """Return an archive with other files, or without some, that its manifest lists."""
    entries = {**unpacked(archive), **changes}
    kept = {name: content for name, content in entries.items() if content is not None}
    return packed(listed(kept, **manifest))


def edited(archive: bytes, file: str, /, **values: object) -> bytes:
    """Return an archive with other values in one of its JSON files, that its manifest lists."""
    record = json.loads(unpacked(archive)[file])
    return changed(archive, {file: json.dumps({**record, **values}).encode()})
