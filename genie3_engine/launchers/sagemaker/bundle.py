"""Pack the source of the engine for the instances."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

from genie3_engine.errors import CloudError

ARCHIVE = "engine.tar.gz"
START = "start.py"
REQUIREMENTS = "requirements.txt"
_PACKAGE = Path(__file__).absolute().parents[2]
CONTAINER = _PACKAGE.parent / "containers" / "sagemaker"
_LEFT_OUT = {"__pycache__", ".DS_Store"}


@dataclass(frozen=True, slots=True)
class Pack:
    """The engine's own source and its locked requirements, ready to travel.

    Parameters
    ----------
    digest : str
        Hash of all that is in it.
    files : tuple
        Name and content of each file of the channel.
    names : tuple of str
        What the archive holds.
    """

    digest: str
    files: tuple[tuple[str, bytes], ...]
    names: tuple[str, ...]

    @property
    def n_bytes(self) -> int:
        """Return the size of the upload."""
        return sum(len(content) for _, content in self.files)


def pack_engine(package: Path = _PACKAGE, container: Path = CONTAINER) -> Pack:
    """Pack the source of the engine; the same source gives the same bytes.

    Parameters
    ----------
    package : Path
        The folder of ``genie3_engine``.
    container : Path
        Where ``start.py`` and ``requirements.txt`` lie.

    Raises
    ------
    CloudError
        When the program is installed without them.
    """
    try:
        start = (container / START).read_bytes()
        requirements = (container / REQUIREMENTS).read_bytes()
        members = [(REQUIREMENTS, requirements), *_sources(package)]
    except OSError as error:
        raise CloudError(
            f"This program cannot be packed: {error.filename} is missing.",
            "Start it from a copy of its repository.",
            code="cloud-pack",
        ) from error
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in members:
            about = tarfile.TarInfo(name)  # no owner, no time: these would change the hash
            about.size, about.mode = len(content), 0o644
            tar.addfile(about, io.BytesIO(content))
    packed = gzip.compress(archive.getvalue(), mtime=0)
    digest = hashlib.sha256(archive.getvalue() + start).hexdigest()
    return Pack(digest, ((ARCHIVE, packed), (START, start)), tuple(name for name, _ in members))


def _sources(package: Path) -> list[tuple[str, bytes]]:
    """Return the package's files, by name; symbolic links are left out."""
    return [
        (path.relative_to(package.parent).as_posix(), path.read_bytes())
        for path in sorted(package.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and not _LEFT_OUT & set(path.parts)
        and path.suffix != ".pyc"
    ]
