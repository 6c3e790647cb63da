"""Signed regulons, and their table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable

Positions = npt.NDArray[np.int32]
TABLE_GENES = 30  # named in the table


class Sign(StrEnum):
    """Whether a regulator seems to activate or to repress the targets of a regulon."""

    ACTIVATING = "activating"
    REPRESSING = "repressing"
    UNSIGNED = "unsigned"

    @property
    def suffix(self) -> str:
        """The end of a regulon's name."""
        return {"activating": "(+)", "repressing": "(-)", "unsigned": ""}[self.value]


@dataclass(frozen=True, slots=True, eq=False)
class Regulon:
    """A regulator and some of its targets.

    Parameters
    ----------
    name : str
        Differs from that of every other regulon of the set, such as ``myc(+)``.
    regulator : str
        The regulator's name; it is a gene of its regulon.
    sign : Sign
        Sign of Pearson's correlation of regulator and targets.
    rule : str
        The rule that chose the targets, such as ``targets=50``.
    context : str
        That rule in pySCENIC's words, such as ``top50``.
    targets : (n_targets,) int32
        Positions of the targets among the genes of the set, strongest first.
    importance : (n_targets,) float32
        Importance of each target's link.
    """

    name: str
    regulator: str
    sign: Sign
    rule: str
    context: str
    targets: Positions
    importance: npt.NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of genes, with the regulator."""
        return len(self.targets) + 1


@dataclass(frozen=True, slots=True, eq=False)
class RegulonSet:
    """The regulons of a network.

    Parameters
    ----------
    genes : tuple of str
        The genes of the network, which targets are positions of.
    regulons : tuple of Regulon
        By sign, by rule, and by name of the regulator.
    gene_table : GeneTable
        What the genes are labelled by.
    """

    genes: tuple[str, ...]
    regulons: tuple[Regulon, ...]
    gene_table: GeneTable = NO_GENE_TABLE

    def __len__(self) -> int:
        """Return the number of regulons."""
        return len(self.regulons)

    def __iter__(self) -> Iterator[Regulon]:
        """Return the regulons one by one."""
        return iter(self.regulons)

    def genes_of(self, regulon: Regulon) -> list[str]:
        """Return the names of a regulon's genes: the regulator, then its targets."""
        return [regulon.regulator, *(self.genes[place] for place in regulon.targets)]

    def label(self, regulon: Regulon) -> str:
        """Return the name of a regulon with the label of its regulator, such as ``MYC(+)``."""
        return self.gene_table.label(regulon.regulator) + regulon.name.removeprefix(
            regulon.regulator
        )

    def table(self) -> pd.DataFrame:
        """Return one row per regulon.

        Returns
        -------
        DataFrame
            ``regulon`` (its label), ``regulator`` (its identifier), ``sign``, ``rule``,
            ``n_genes``, and ``genes``: the first 30 labels.
        """
        rows = []
        for each in self.regulons:
            first = [self.genes[place] for place in each.targets[: TABLE_GENES - 1]]
            rest = len(each) - 1 - len(first)
            shown = self.gene_table.labels([each.regulator, *first])
            names = ", ".join([*shown, *([f"and {rest:,} more"] if rest else [])])
            row = (self.label(each), each.regulator, each.sign.value, each.rule, len(each), names)
            rows.append(row)
        columns = ["regulon", "regulator", "sign", "rule", "n_genes", "genes"]
        return pd.DataFrame(rows, columns=columns)
