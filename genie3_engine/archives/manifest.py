"""The list of the files of an archive, with their hashes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from genie3_engine.archives.container import CODE, damaged, refused, shown
from genie3_engine.errors import InputError

NAME = "manifest.json"
FORMAT, VERSION = "genie3-archive", 1
MOST_MANIFEST_BYTES = 16_000_000
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of an archive.

    Parameters
    ----------
    size : int
        Its bytes.
    sha256 : str
        Its hash, in hexadecimal.
    """

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds.

    Parameters
    ----------
    run : str
        The id of the run.
    dataset : str
        Fingerprint of the data set that is in the archive; empty when none is.
    files : mapping of str to FileRecord
        All files but the manifest itself, by name.
    """

    run: str
    dataset: str
    files: Mapping[str, FileRecord]

    def to_bytes(self) -> bytes:
        """Return the file."""
        values = {
            "format": FORMAT,
            "version": VERSION,
            "run": self.run,
            "dataset": self.dataset,
            "files": {
                name: {"size": record.size, "sha256": record.sha256}
                for name, record in sorted(self.files.items())
            },
        }
        return (json.dumps(values, indent=1) + "\n").encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """Read the file.

        Raises
        ------
        InputError
            When it is not a manifest, is damaged, or of a later version of the program.
        """
        try:
            values = json.loads(content)
            if values["format"] != FORMAT:
                raise ValueError(values["format"])
            if int(values["version"]) > VERSION:
                raise InputError(
                    "The archive was made by a later version of this program.",
                    "Import it with that version.",
                    code=CODE,
                )
            manifest = cls(
                _matched(RUN_ID, values["run"]),
                values["dataset"] and _matched(_HASH, values["dataset"]),
                {str(name): _record(each) for name, each in values["files"].items()},
            )
        except InputError:
            raise
        except (
            *(ValueError, LookupError, TypeError, AttributeError),
            *(ArithmeticError, RecursionError),
        ) as error:
            raise damaged("its manifest cannot be read") from error
        return manifest

    def require(self, sizes: Mapping[str, int]) -> None:
        """Refuse an archive whose files are not those of the manifest.

        Parameters
        ----------
        sizes : mapping of str to int
            The bytes of each file by its name, without the manifest.

        Raises
        ------
        InputError
            With the name of the first file that is missing, is too many, or has another size.
        """
        for name in sorted(sizes.keys() | self.files.keys()):
            if name not in self.files:
                raise refused(f"{shown(name)} is not in its manifest")
            if name not in sizes:
                raise damaged(f"{shown(name)} is missing")
            if self.files[name].size != sizes[name]:
                raise damaged(f"{name} has another size")

    def of(self, folder: str) -> dict[str, FileRecord]:
        """Return the files in a folder of the archive."""
        return {
            name: record for name, record in self.files.items() if name.startswith(f"{folder}/")
        }


class Digest:
    """Adds up the size and the hash of a file, chunk by chunk."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._size = 0

    def through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the chunks of the file."""
        for chunk in chunks:
            self._hash.update(chunk)
            self._size += len(chunk)
            yield chunk

    @property
    def record(self) -> FileRecord:
        """What the chunks so far add up to."""
        return FileRecord(self._size, self._hash.hexdigest())


def _record(values: Any) -> FileRecord:  # noqa: ANN401 -- JSON is any value
    size = values["size"]
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise ValueError("no size")
    return FileRecord(size, _matched(_HASH, values["sha256"]))


def _matched(pattern: re.Pattern[str], text: object) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise ValueError("another form")
    return text
