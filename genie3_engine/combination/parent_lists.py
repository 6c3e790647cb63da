"""Open the ranked links of the parents of a combined run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from genie3_engine.errors import RunError
from genie3_engine.jobs import filenames, user_directory
from genie3_engine.jobs.stored_files import open_stored, require_parquet
from genie3_engine.model.parents import Parent
from genie3_engine.store.links import RankedLinks


def open_parents(folder: Path, parents: Sequence[Parent]) -> list[RankedLinks]:
    """Return the ranked links of each parent of a combined run.

    Parameters
    ----------
    folder : Path
        The combined run's folder, which holds the lists of other tools.
    parents : sequence of Parent
        The parents.

    Raises
    ------
    RunError
        When a run is gone, damaged, or is not the one that was combined.
    """
    return [_open(folder, parent) for parent in parents]


def _open(folder: Path, parent: Parent) -> RankedLinks:
    if parent.imported:
        return RankedLinks(folder / parent.imported)
    path = Path(parent.path) / filenames.LINKS
    gone = RunError(
        f"The run {parent.name!r} is not in {parent.path} any more.", "Combine the runs again."
    )
    if not _is_own(path):
        raise gone
    try:
        found = file_hash(require_parquet(path))
    except OSError:
        raise gone from None
    except ValueError:
        found = ""
    if found != parent.sha256:
        raise RunError(
            f"The links of {parent.name!r} in {parent.path} are not those that were combined.",
            "Combine the runs again.",
        )
    return RankedLinks(path)


def _is_own(path: Path) -> bool:
    """Return whether a person of a server may read a run, which an archive may have named."""
    if not user_directory.is_one_of_many():
        return True
    home = os.path.realpath(user_directory.home())
    return Path(os.path.realpath(path)).is_relative_to(home)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal; `OSError` when it cannot be read."""
    with open_stored(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
