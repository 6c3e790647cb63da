"""Files of a comparison: the folder of the job, and the reader of its results."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.datasets.gene_tables import gene_table
from genie3_engine.differential.comparison_spec import (
    UNDECISIVE,
    ComparisonSpec,
    ComparisonStatus,
)
from genie3_engine.errors import RunError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.jobs.folder import JobFolder
from genie3_engine.jobs.stored_files import require_stored
from genie3_engine.jobs.turns import Claim
from genie3_engine.jobs.user_directory import home
from genie3_engine.store.parts import METADATA_KEY, STALE_SECONDS, remove_leftover_parts

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from genie3_engine.data.gene_table import GeneTable

COMPARISON = "comparison.json"
CHANGES = "changes.parquet"
TARGETS = filenames.TARGETS
REGULATORS = "regulators.parquet"
_POOLED, _DESIGN = "pooled.npy", "pooled.json"
_CANDIDATES, _PROMISING = "candidates.npz", "promising.npz"
_GRACE_SECONDS = 10.0


def comparisons_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the comparisons that were given no place of their own."""
    return (home_folder or home()) / "comparisons"


def is_comparison(path: Path) -> bool:
    """Return whether a folder holds a comparison."""
    return os.path.isfile(path / COMPARISON)


class ComparisonFolder(JobFolder[ComparisonSpec, ComparisonStatus]):
    """A comparison on disk.

    Parameters
    ----------
    path : Path
        The folder. `create` makes one, `open` checks that it holds a comparison.
    """

    noun = "comparison"
    spec_file = COMPARISON
    module = "genie3_engine.differential"
    spec_type = ComparisonSpec
    status_type = ComparisonStatus

    def claim(self) -> Claim:
        """Return what the comparison asks of this machine; see `JobFolder.claim`."""
        return replace(super().claim(), n_cores=self.spec.layout.n_cores(usable_cores()))

    def differences(self, spec: ComparisonSpec) -> list[str]:
        """Return what would change the result; names, dates and the layout may differ."""
        here = self.spec
        same = {name: getattr(here, name) for name in (*UNDECISIVE, "sample_labels")}
        found = super().differences(replace(spec, **same))
        if not found and here.sample_labels not in ("", spec.sample_labels):
            columns = {here.first.column, here.second.column, here.blocks} - {""}
            found.append(f"the labels of its samples ({', '.join(sorted(columns))}) were corrected")
        return found

    @property
    def grace_seconds(self) -> float:
        """Seconds that the comparison has to stop by itself: for the forests under way."""
        return _GRACE_SECONDS

    def lost(self, status: ComparisonStatus) -> ComparisonStatus:
        """Return the status of a comparison whose process has vanished."""
        return replace(status, step="", expected_end=None)

    @property
    def parts_folder(self) -> Path:
        """Forests that were grown, until the results are written."""
        return self.path / filenames.PARTS

    @property
    def pooled_path(self) -> Path:
        """Expression of both groups, while the comparison is computed."""
        return self.path / _POOLED

    @property
    def design_path(self) -> Path:
        """Groups, blocks, regulators and targets, while the comparison is computed."""
        return self.path / _DESIGN

    @property
    def candidates_path(self) -> Path:
        """Links that are compared, once the observed networks are there, until the results are."""
        return self.path / _CANDIDATES

    @property
    def promising_path(self) -> Path:
        """Links that are permuted further, once that is known, until the results are there."""
        return self.path / _PROMISING

    @property
    def changes_path(self) -> Path:
        """One row for each link; written last, so that its presence shows a complete result."""
        return self.path / CHANGES

    @property
    def has_result(self) -> bool:
        """True when the results are in place."""
        names = (TARGETS, REGULATORS, CHANGES)
        return all(os.path.isfile(self.path / name) for name in names)

    def remove_leftovers(self) -> None:
        """Remove what a killed process left half-written; only the lock's holder may ask."""
        atomic_write.remove_leftovers(
            self.path, except_ending=".json", older_than_seconds=STALE_SECONDS
        )
        remove_leftover_parts(self.parts_folder, shard_index=0, n_shards=1)

    def remove_work(self) -> None:
        """Remove what only the computation needs, once the results are in place.

        What the disk refuses to remove stays; the results are whole without it.
        """
        chosen = (self.candidates_path, self.promising_path)
        for path in (self.pooled_path, self.design_path, *chosen):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        shutil.rmtree(self.parts_folder, ignore_errors=True)


class Comparison:
    """The results of a comparison, read from its folder.

    Parameters
    ----------
    folder : ComparisonFolder
        A comparison that is done; see `open`.
    """

    def __init__(self, folder: ComparisonFolder) -> None:
        self.path = folder.path
        self.spec = folder.spec
        self.about = self._read_about()

    @classmethod
    def open(cls, path: Path) -> Comparison:
        """Open the results in a folder.

        Parameters
        ----------
        path : Path
            The folder of a comparison.

        Raises
        ------
        RunError
            When there is no comparison, or its results are missing or damaged.
        """
        folder = ComparisonFolder.open(path)
        if not folder.has_result:
            raise RunError(
                f"The comparison in {path} has no results yet.", "Wait for it, or resume it."
            )
        return cls(folder)

    @property
    def labels(self) -> tuple[str, str]:
        """The labels of the two groups."""
        return self.spec.labels

    @property
    def gene_table(self) -> GeneTable:
        """What the genes are labelled by: the gene table of the first group's data, or second's."""
        first, second = (gene_table(group.dataset) for group in (self.spec.first, self.spec.second))
        return first or second

    @property
    def n_samples(self) -> tuple[int, int]:
        """Samples of the first and of the second group."""
        return int(self.about["n_samples_1"]), int(self.about["n_samples_2"])

    @property
    def members(self) -> tuple[Sequence[int], Sequence[int]] | None:
        """Positions of the samples of both groups in their data sets, as they were compared.

        None for a comparison of a version that did not store them.
        """
        found = self.about.get("members")
        return None if found is None else (found[0], found[1])

    @property
    def notes(self) -> list[str]:
        """What to be careful about, one or two sentences each."""
        return [str(note) for note in self.about["notes"]]

    def changes(self) -> pd.DataFrame:
        """Return the links, the most changed first.

        Returns
        -------
        DataFrame
            ``regulator`` and ``target`` (categories over the genes), ``importance_1``,
            ``importance_2``, ``difference`` (of group 2 from group 1), ``z``, ``p``, ``q``,
            ``spearman_1``, ``spearman_2`` and ``fisher_z`` (float32), ``rank_by_z`` and
            ``rank_by_correlation`` (int32, 1 is the most changed), ``change`` (gained, lost,
            reversed or kept).

        Raises
        ------
        RunError
            When the file is damaged.
        """
        return self._frame(CHANGES)

    def targets(self) -> pd.DataFrame:
        """Return the targets in the order of their names.

        Returns
        -------
        DataFrame
            ``target``, ``oob_r2_1``, ``oob_r2_2``, ``r2_1_on_2`` (forest of group 1 on samples of
            group 2), ``r2_2_on_1``, ``rewiring``, ``rewiring_p``, ``rewiring_q`` (float64, NaN
            where there is none).

        Raises
        ------
        RunError
            When the file is damaged.
        """
        return self._frame(TARGETS)

    def regulators(self) -> pd.DataFrame:
        """Return the regulators of the links compared, the one with most change first.

        Returns
        -------
        DataFrame
            ``regulator``, ``n_gained``, ``n_lost``, ``n_reversed``, ``n_kept`` and ``sum_abs_z``,
            the sum of the sizes of z over its links.

        Raises
        ------
        RunError
            When the file is damaged.
        """
        return self._frame(REGULATORS)

    def table(self, name: str) -> pa.Table:
        """Return one of the results as an Arrow table: ``changes``, ``targets``, ``regulators``."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.path / f"{name}.parquet"
        try:
            with pq.ParquetFile(require_stored(path)) as stored:
                return stored.read()
        except (OSError, ValueError, pa.ArrowException) as error:
            raise _damaged(path) from error

    def _frame(self, file: str) -> pd.DataFrame:
        frame: pd.DataFrame = self.table(file.removesuffix(".parquet")).to_pandas()
        return frame

    def _read_about(self) -> dict[str, Any]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.path / CHANGES
        try:
            metadata = pq.read_metadata(require_stored(path)).metadata
            about: dict[str, Any] = json.loads(metadata[METADATA_KEY])
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise _damaged(path) from error
        return about


def _damaged(path: Path) -> RunError:
    return RunError(f"{path} cannot be read.", "Start the comparison again in another folder.")
