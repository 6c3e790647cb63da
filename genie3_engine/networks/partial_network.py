"""Which links are strongest so far, in a run that is still at work?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from genie3_engine.datasets.store import open_dataset
from genie3_engine.store.parts import list_parts
from genie3_engine.store.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class PartialNetwork:
    """What the finished targets of a run say.

    Parameters
    ----------
    links : DataFrame
        ``rank``, ``regulator``, ``target``, ``importance``; strongest first.
    n_targets : int
        Targets whose links are on disk here.
    n_links : int
        Their links.
    """

    links: pd.DataFrame
    n_targets: int
    n_links: int


def partial_network(run: Path, *, top: int, home: Path | None = None) -> PartialNetwork:
    """Return the strongest links of the targets that are finished.

    Parameters
    ----------
    run : Path
        The run's folder, at any time.
    top : int
        Links at most.
    home : Path, optional
        The home that has the data set; the user's by default.

    Returns
    -------
    PartialNetwork
        Ranks are those among the links so far: they change until the run is done. Memory holds one
        part at a time and ``top`` links.

    Raises
    ------
    InputError
        When the data set is not stored any more.
    RunError
        When there is no run in the folder, or a part is another data set's.
    """
    folder = RunFolder.open(run)
    dataset = folder.spec.dataset
    strongest = np.empty((0, 3))
    n_links, targets = 0, set()
    for part in list_parts(folder.parts_folder, dataset):
        try:
            table = pq.read_table(part.path)
        except (OSError, pa.ArrowException):  # a new attempt has just removed it
            continue
        targets |= {summary.target for summary in part.targets}
        n_links += table.num_rows
        columns = [table[name].to_numpy() for name in ("importance", "target", "regulator")]
        strongest = _strongest(np.vstack([strongest, np.column_stack(columns)]), top)
    genes = np.array(open_dataset(dataset, home=home).genes, dtype=object)
    links = pd.DataFrame(
        {
            "rank": np.arange(1, len(strongest) + 1),
            "regulator": genes[strongest[:, 2].astype(np.intp)],
            "target": genes[strongest[:, 1].astype(np.intp)],
            "importance": strongest[:, 0].astype(np.float32),
        }
    )
    return PartialNetwork(links, len(targets), n_links)


def _strongest(links: np.ndarray, top: int) -> np.ndarray:
    """Return the rows of highest importance, ties by target and regulator."""
    if len(links) > 4 * top:
        least = np.partition(links[:, 0], -top)[-top]
        links = links[links[:, 0] >= least]
    order = np.lexsort((links[:, 2], links[:, 1], -links[:, 0]))
    chosen: np.ndarray = links[order[:top]]
    return chosen
