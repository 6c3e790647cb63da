"""Expression of a regulator and a target in the samples of both groups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from genie3_engine.datasets.store import open_dataset, sample_annotations
from genie3_engine.differential.pooled_samples import members_of
from genie3_engine.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.differential.comparison_spec import ComparisonSpec


class GroupSamples(NamedTuple):
    """Some genes in the samples of one group.

    Parameters
    ----------
    label : str
        What the group is called.
    samples : tuple of str
        Names of the samples, in the order of the data set.
    values : (n_genes, n_samples) float64
        Expression, as it is stored.
    """

    label: str
    samples: tuple[str, ...]
    values: NDArray[np.float64]


def samples_of_groups(
    spec: ComparisonSpec,
    genes: tuple[str, ...],
    *,
    members: tuple[Sequence[int], Sequence[int]] | None = None,
    home: Path | None = None,
) -> tuple[GroupSamples, GroupSamples]:
    """Return the expression of some genes in both groups of a comparison.

    Parameters
    ----------
    spec : ComparisonSpec
        What is compared.
    genes : tuple of str
        Genes of both data sets.
    members : pair of sequence of int, optional
        Positions of the samples of both groups, see `Comparison.members`; those that have the
        labels now by default.
    home : Path, optional
        Where the data sets are stored; the user's home by default.

    Raises
    ------
    InputError
        When a data set is not stored any more, or does not have a gene.
    """
    found = []
    for number, group in enumerate((spec.first, spec.second)):
        expression = open_dataset(group.dataset, home=home)
        if members is None:
            annotations = sample_annotations(group.dataset, home=home) if group.column else {}
            inside = sorted(members_of(group, annotations, expression.n_samples))
        else:
            inside = list(members[number])
        places = {gene: place for place, gene in enumerate(expression.genes)}
        missing = [gene for gene in genes if gene not in places]
        if missing:
            raise InputError(
                f"The data of {group.label!r} have no gene {missing[0]!r}.",
                "Choose a gene of the comparison.",
            )
        rows = [np.asarray(expression.values[places[gene]], np.float64)[inside] for gene in genes]
        names = tuple(expression.samples[member] for member in inside)
        found.append(GroupSamples(group.label, names, np.array(rows)))
    return found[0], found[1]
