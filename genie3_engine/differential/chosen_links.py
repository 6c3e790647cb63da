"""Links that are chosen between the steps of a comparison, on disk for all its processes.

The links compared are known once both observed networks are there, and those permuted further once
the first permutations are. The first process that sees that writes them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from genie3_engine.differential.classes import Candidates
from genie3_engine.errors import RunError
from genie3_engine.jobs.atomic_write import written_aside
from genie3_engine.jobs.stored_files import open_stored

if TYPE_CHECKING:
    from numpy.typing import NDArray


def store_candidates(path: Path, candidates: Candidates) -> None:
    """Store the links compared, unless another process has done so.

    Raises
    ------
    StorageError
        When the disk is full or may not be written.
    """
    _store(path, candidates._asdict())


def load_candidates(path: Path) -> Candidates | None:
    """Return the links compared; None before they are known.

    Raises
    ------
    RunError
        When the file is damaged.
    """
    values = _load(path, Candidates._fields)
    if values is None:
        return None
    regulators, targets, importance, is_in, least = values
    return Candidates(
        regulators, targets, importance, is_in, least=(float(least[0]), float(least[1]))
    )


def store_promising(path: Path, links: NDArray[np.intp]) -> None:
    """Store the positions of the links that are permuted further; see `store_candidates`."""
    _store(path, {"links": links})


def load_promising(path: Path) -> NDArray[np.intp] | None:
    """Return the positions of the links that are permuted further; see `load_candidates`."""
    values = _load(path, ("links",))
    return None if values is None else values[0].astype(np.intp)


def _store(path: Path, arrays: Mapping[str, Any]) -> None:
    with (
        suppress(FileExistsError),
        written_aside(path, may_replace=False) as aside,
        aside.open("wb") as file,
    ):
        np.savez(file, allow_pickle=False, **arrays)


def _load(path: Path, names: tuple[str, ...]) -> list[NDArray[Any]] | None:
    try:
        with open_stored(path) as file, np.load(file, allow_pickle=False) as stored:
            return [stored[name] for name in names]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RunError(f"{path} cannot be read.", "Delete it, and resume.") from error
