"""The data and forests that an experiment measures, and the run of each configuration."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine import runs
from genie3_engine.benchmark.measurements import Configuration
from genie3_engine.errors import OptionError
from genie3_engine.model import ForestSpec, RunSpec

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression


@dataclass(frozen=True, slots=True)
class Subject:
    """What every configuration of an experiment is measured on.

    Parameters
    ----------
    dataset : str
        Fingerprint of the stored data.
    regulators : tuple of str or None
        Candidate regulators; None takes every gene.
    n_trees : int
        Trees per target.
    seed : int
        Of the forests, and of the choice of targets.
    source : str
        Name of the data.
    home : Path or None
        The home; the user's by default.
    """

    dataset: str
    regulators: tuple[str, ...] | None = None
    n_trees: int = 1000
    seed: int = 0
    source: str = ""
    home: Path | None = None


def random_targets(subject: Subject, number: int) -> tuple[str, ...]:
    """Return random targets; a larger number includes those of a smaller one.

    Genes without variance are never chosen, since their forests take no time.

    Raises
    ------
    OptionError
        When the data have fewer genes that vary.
    """
    genes = _varying_genes(subject.dataset, subject.home)
    if number > len(genes):
        raise OptionError(
            f"The experiment asks for {number:,} targets; {len(genes):,} genes of the data vary.",
            f"Ask for {len(genes):,} at most.",
        )
    shuffled = list(genes)
    random.Random(subject.seed).shuffle(shuffled)
    return tuple(shuffled[:number])


def run_spec_of(configuration: Configuration, subject: Subject) -> RunSpec:
    """Return the run that measures a configuration on this machine.

    Raises
    ------
    Genie3Error
        When the data set is not stored, or there are too few targets.
    """
    return runs.build_run_spec(
        runs.open_dataset(subject.dataset, home=subject.home),
        dataset=subject.dataset,
        regulators=subject.regulators,
        targets=random_targets(subject, configuration.targets_to_compute),
        forest=ForestSpec(n_trees=subject.n_trees, seed=subject.seed, engine=configuration.engine),
        layout=configuration.layout,
        name=configuration.label,
        source=subject.source,
    )


@lru_cache(maxsize=2)
def _varying_genes(dataset: str, home_folder: Path | None) -> tuple[str, ...]:
    expression: Expression = runs.open_dataset(dataset, home=home_folder)
    rows = zip(expression.genes, expression.values, strict=True)
    return tuple(gene for gene, row in rows if row.min() < row.max())
