"""The lists that a combined run was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parent:
    """A finished run, or a list of links of another tool, whose links a run combines.

    Parameters
    ----------
    name : str
        What it is called.
    path : str
        The run's folder, or the file of the list, where it was when the run was made.
    sha256 : str
        Hash of the run's ranked links, or of the file, in hexadecimal.
    method : str
        Name of the run's method in the registry `METHODS`; empty for a list of another tool.
    imported : str
        Name of the file, in the combined run's folder, that holds the ranked links of a list of
        another tool; empty for a run.
    """

    name: str
    path: str
    sha256: str
    method: str = ""
    imported: str = ""


def hash_of_lists(hashes: Iterable[str]) -> str:
    """Return what stands for the data set of a run whose lists have none in common.

    Parameters
    ----------
    hashes : iterable of str
        Those of its parents, in order.
    """
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()
