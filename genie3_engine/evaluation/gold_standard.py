"""Read gold standards: true links, and the pairs of genes that are judged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from genie3_engine.errors import InputError
from genie3_engine.evaluation.link_files import GoldReading, read_together

Keys = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class GoldStandard:
    """The true links of a network and the pairs of genes that are judged.

    A pair is the number ``regulator * n_genes + target``, by positions in ``genes``.

    Parameters
    ----------
    genes : tuple of str
        Every gene that the gold standard names, sorted.
    positives : (n_positives,) int64, ascending
        The true links; never a self-link.
    listed : (n_universe,) int64, ascending, or None
        The pairs that are judged, when the gold standard lists them; None means every
        regulator with a true link x every other gene.
    """

    genes: tuple[str, ...]
    positives: Keys
    listed: Keys | None

    @property
    def n_positives(self) -> int:
        """Number of true links."""
        return len(self.positives)

    @property
    def n_universe(self) -> int:
        """Number of pairs that are judged."""
        if self.listed is not None:
            return len(self.listed)
        return len(self._regulators()) * (len(self.genes) - 1)

    @property
    def universe(self) -> str:
        """The pairs that are judged, in words."""
        if self.listed is not None:
            return f"the {self.n_universe:,} pairs that the gold standard lists"
        return (
            f"{len(self._regulators()):,} regulators with a known target x {len(self.genes):,}"
            f" genes of the gold standard, self-links aside: {self.n_universe:,} pairs"
        )

    def judges(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Return which pairs are judged.

        Parameters
        ----------
        keys : (n,) int64
            Pairs of the gold standard's genes; quick when ascending.

        Returns
        -------
        (n,) bool
            True where the pair belongs to the universe.
        """
        if self.listed is not None:
            return is_among(keys, self.listed)
        regulator, target = np.divmod(keys, len(self.genes))
        known = np.zeros(len(self.genes), dtype=np.bool_)
        known[self._regulators()] = True
        judged: npt.NDArray[np.bool_] = known[regulator] & (regulator != target)
        return judged

    @property
    def digest(self) -> str:
        """Hash of the true links and of the judged pairs."""
        content = hashlib.sha256("\n".join(self.genes).encode())
        content.update(self.positives.tobytes())
        content.update(b"" if self.listed is None else self.listed.tobytes())
        return content.hexdigest()

    def pairs_per_target(self) -> Keys:
        """Return how many pairs are judged of each gene as a target; (n_genes,) int64."""
        n_genes = len(self.genes)
        if self.listed is not None:
            return np.bincount(self.listed % n_genes, minlength=n_genes).astype(np.int64)
        regulators = self._regulators()
        pairs = np.full(n_genes, len(regulators), dtype=np.int64)
        pairs[regulators] -= 1
        return pairs

    def _regulators(self) -> Keys:
        return np.unique(self.positives // len(self.genes))


def is_among(keys: Keys, ascending: Keys) -> npt.NDArray[np.bool_]:
    """Return which keys occur in a sorted array."""
    if not len(ascending):
        return np.zeros(len(keys), dtype=np.bool_)
    place = np.minimum(np.searchsorted(ascending, keys), len(ascending) - 1)
    found: npt.NDArray[np.bool_] = ascending[place] == keys
    return found


def read_gold_standard(path: Path | str) -> GoldStandard:
    """Read a gold standard alone, without a list of links; see `gold_standard_of`.

    Parameters
    ----------
    path : Path or str
        Regulator, target and perhaps a label, as TSV or CSV with or without a header, plain or
        gzipped, or a matrix.

    Returns
    -------
    GoldStandard
        The links and the universe of pairs.

    Raises
    ------
    InputError
        When the file cannot be read, or holds no true link or no false pair.
    """
    path = Path(path)
    return gold_standard_of(read_together(path, path)[1])


def gold_standard_of(reading: GoldReading) -> GoldStandard:
    """Return the true links of a file whose columns have roles.

    Parameters
    ----------
    reading : GoldReading
        The file. Its label marks pairs that are judged but are not links; without one, each listed
        pair is a link.

    Returns
    -------
    GoldStandard
        The links and the universe of pairs.

    Raises
    ------
    InputError
        When the file cannot be read, or holds no true link or no false pair.

    Notes
    -----
    DREAM's gold standards list the pairs that count, true (1) and false (0), and only those are
    judged. A gold standard of true links alone is judged as DREAM5 built its lists (Marbach et
    al. 2012, Supplementary Note 3): the regulators that have a target x the genes that occur,
    since nothing is known of the others; so the universe does not depend on the list that is
    judged, and lists can be compared. Self-links are left out.
    """
    path = reading.table.path
    pairs: list[tuple[pa.Array, pa.Array]] = []
    labels: list[npt.NDArray[np.bool_]] = []
    for batch, is_link in reading.batches():
        pairs.append((batch.column(0), batch.column(1)))
        labels.append(is_link)
    if not pairs:
        raise InputError(f"{path} holds no links.", "Give a file with a true link in each row.")
    names = {str(name) for pair in pairs for side in pair for name in side.unique().to_pylist()}
    genes = tuple(sorted(names))
    keys = np.concatenate([pair_keys(*pair, genes=pa.array(genes)) for pair in pairs])
    label = np.concatenate(labels)
    regulator, target = np.divmod(keys, len(genes))
    label, keys = label[regulator != target], keys[regulator != target]
    gold = GoldStandard(
        genes=genes,
        positives=np.unique(keys[label]),
        listed=None if label.all() else np.unique(keys),
    )
    if not 0 < gold.n_positives < gold.n_universe:
        missing = "true link between two genes" if not gold.n_positives else "pair without a link"
        raise InputError(
            f"{path} holds no {missing}.",
            "Give columns of regulator and target, and a label of 1 or 0 if pairs without a link "
            "are listed too.",
        )
    return gold


def pair_keys(regulators: pa.Array, targets: pa.Array, *, genes: pa.Array) -> Keys:
    """Return the number of each pair of names; -1 where a name is not among ``genes``.

    Parameters
    ----------
    regulators, targets : (n,) dictionary-encoded string arrays
        The pairs.
    genes : (n_genes,) string array
        The names in order.

    Returns
    -------
    (n,) int64
        ``regulator * n_genes + target``.
    """
    first, second = (_positions(side, genes) for side in (regulators, targets))
    keys = first * len(genes) + second
    keys[(first < 0) | (second < 0)] = -1
    return keys


def _positions(names: pa.DictionaryArray, genes: pa.Array) -> Keys:
    place = pc.fill_null(pc.index_in(names.dictionary.cast(pa.string()), value_set=genes), -1)
    found: Keys = place.to_numpy(zero_copy_only=False).astype(np.int64)[
        names.indices.to_numpy(zero_copy_only=False)
    ]
    return found
