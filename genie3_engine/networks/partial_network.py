"""Read the strongest links of the targets that a run has finished so far."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from genie3_engine.errors import RunError
from genie3_engine.store.external_sort import LinkSource
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.shards import gathered, genes_of, repeated_targets


@dataclass(frozen=True, slots=True)
class PartialNetwork:
    """The strongest links of a run that is not finished.

    Parameters
    ----------
    links : DataFrame
        ``rank``, ``regulator``, ``target``, ``importance``; strongest first.
    n_targets : int
        Finished targets with links on disk.
    n_links : int
        Links of these targets in total.
    """

    links: pd.DataFrame
    n_targets: int
    n_links: int


def partial_network(run: Path, *, top: int, home: Path | None = None) -> PartialNetwork:
    """Return the strongest links of the targets that are finished.

    Parameters
    ----------
    run : Path
        The run's folder.
    top : int
        Maximum number of links.
    home : Path, optional
        Home folder that has the data set; the user's by default.

    Returns
    -------
    PartialNetwork
        Ranks count the links so far: they change until the run is done. Memory holds one batch
        of links and the ``top`` strongest.

    Raises
    ------
    InputError
        When the data set is no longer stored.
    RunError
        When there is no run in the folder, or a part is another data set's.
    """
    folder = RunFolder.open(run)
    names = genes_of(folder.spec, home=home)
    shard = gathered(folder)
    repeated = repeated_targets([shard], names)
    strongest, n_links = np.empty((0, 3)), 0
    for file in shard.files:
        with suppress(RunError):  # a new attempt has just removed it
            for batch in LinkSource([file], repeated).batches():
                n_links += batch.num_rows
                columns = [batch[name].to_numpy() for name in ("importance", "target", "regulator")]
                strongest = _strongest(np.vstack([strongest, np.column_stack(columns)]), top)
    genes = np.array(names, dtype=object)
    links = pd.DataFrame(
        {
            "rank": np.arange(1, len(strongest) + 1),
            "regulator": genes[strongest[:, 2].astype(np.intp)],
            "target": genes[strongest[:, 1].astype(np.intp)],
            "importance": strongest[:, 0].astype(np.float32),
        }
    )
    return PartialNetwork(links, len(shard.targets), n_links)


def _strongest(links: np.ndarray, top: int) -> np.ndarray:
    """Return the rows of highest importance, ties by target and regulator."""
    if len(links) > 4 * top:
        least = np.partition(links[:, 0], -top)[-top]
        links = links[links[:, 0] >= least]
    order = np.lexsort((links[:, 2], links[:, 1], -links[:, 0]))
    chosen: np.ndarray = links[order[:top]]
    return chosen
