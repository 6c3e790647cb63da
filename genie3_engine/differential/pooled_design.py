"""What a process must know of the pooled samples of a comparison to grow its forests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.errors import RunError
from genie3_engine.jobs import atomic_write

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.differential.pooled_samples import PooledSamples


@dataclass(frozen=True, slots=True, eq=False)
class PooledDesign:
    """Groups, blocks, regulators and targets, without any name of a sample or a label.

    Parameters
    ----------
    key : str
        The comparison's result key.
    genes : tuple of str
        The common genes, sorted; a target's seed follows from its name.
    regulators, targets : (n,) int32
        Positions among the genes.
    is_second : (n_samples,) bool
        True for a sample of the second group.
    blocks : (n_samples,) int64 or None
        The number of each sample's block.
    """

    key: str
    genes: tuple[str, ...]
    regulators: NDArray[np.int32]
    targets: NDArray[np.int32]
    is_second: NDArray[np.bool_]
    blocks: NDArray[np.int64] | None

    @classmethod
    def of(cls, pooled: PooledSamples) -> PooledDesign:
        """Return the design of pooled samples."""
        return cls(
            pooled.spec.result_key,
            pooled.genes,
            pooled.regulators,
            pooled.targets,
            pooled.is_second,
            pooled.blocks,
        )

    def write(self, path: Path) -> None:
        """Write a JSON file, unless there is one.

        Raises
        ------
        StorageError
            When the disk is full or may not be written.
        """
        if path.is_file():
            return
        values = {
            "key": self.key,
            "genes": list(self.genes),
            "regulators": self.regulators.tolist(),
            "targets": self.targets.tolist(),
            "is_second": self.is_second.astype(int).tolist(),
            "blocks": None if self.blocks is None else self.blocks.tolist(),
        }
        atomic_write.write_json(path, values)

    @classmethod
    def read(cls, path: Path) -> PooledDesign | None:
        """Read what `write` wrote; None when there is none.

        Raises
        ------
        RunError
            When the file is damaged.
        """
        try:
            values = atomic_write.read_json(path)
            return cls(
                str(values["key"]),
                tuple(values["genes"]),
                _positions(values["regulators"]),
                _positions(values["targets"]),
                np.array(values["is_second"], bool),
                None if values["blocks"] is None else np.array(values["blocks"], np.int64),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(f"{path} cannot be read.", "Delete it, and resume.") from error


def _positions(values: Sequence[int]) -> NDArray[np.int32]:
    return np.array(values, np.int32)
