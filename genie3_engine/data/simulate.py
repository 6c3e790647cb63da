"""Simulate expression of a known regulatory network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.expression import Expression
from genie3_engine.data.sparse_genes import FloatMatrix
from genie3_engine.errors import OptionError, StorageError

_SAMPLE_GENES, _SAMPLE_SAMPLES, _SAMPLE_SEED = 100, 120, 2010
_MOST_STEPS, _TOLERANCE = 200, 1e-6
_LINKS_AT_ONCE = 5_000
_DECIMALS = 4
_LEAK = 0.05

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SimulatedNetwork:
    """A network that is known, and expression that follows from it.

    Parameters
    ----------
    expression : Expression
        log2 expression, 4 decimals; genes and samples in canonical order.
    gold : tuple of (regulator, target, sign)
        Every true link; sign is 1 for activation and -1 for repression.
    regulators : tuple of str
        The genes that may regulate, with or without targets.
    """

    expression: Expression
    gold: tuple[tuple[str, str, int], ...]
    regulators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Links:
    """Links and their kinetics, one entry a link, sorted by target."""

    regulator: Ints
    target: Ints
    sign: Ints
    threshold: FloatMatrix
    hill: FloatMatrix
    strength: FloatMatrix

    def only(self, chosen: NDArray[np.bool_]) -> _Links:
        """Return some of the links."""
        return _Links(
            *(getattr(self, name)[chosen] for name in ("regulator", "target", "sign")),
            *(getattr(self, name)[chosen] for name in ("threshold", "hill", "strength")),
        )


def simulate_network(
    n_genes: int,
    n_samples: int,
    *,
    seed: int = 0,
    n_regulators: int | None = None,
    links_per_target: float = 2.0,
    repression: float = 0.4,
    perturbation: float = 0.5,
    noise: float = 0.1,
) -> SimulatedNetwork:
    """Simulate steady-state expression of a scale-free network of activation and repression.

    Parameters
    ----------
    n_genes, n_samples : int
        Size, at least 3 genes and 2 samples.
    seed : int
        The same seed gives the same network and the same expression.
    n_regulators : int, optional
        Genes that may regulate; by default a fifth of 100 genes and a twentieth of 20,000.
    links_per_target : float
        Regulators a gene has on average, at least one.
    repression : float
        Share of links that repress.
    perturbation : float
        Standard deviation, in natural logarithms, of each gene's basal rate over the samples.
    noise : float
        Standard deviation, in natural logarithms, of the measurement.

    Returns
    -------
    SimulatedNetwork
        Expression, true links and regulators. Regulators are called ``TF01``, other genes
        ``GENE042``, samples ``S001``.

    Raises
    ------
    OptionError
        When a number is out of its range.

    Notes
    -----
    Structure: out-degrees follow a power law (exponent 2.25), drawn with the static model of Goh,
    Kahng and Kim (Phys Rev Lett 2001, 87:278701), whose nodes have the fixed weights
    ``i ** -0.8``; in-degrees are one plus a Poisson number, since they are narrow in known
    networks (Guelzim et al., Nat Genet 2002, 31:60). Regulators regulate one another like all
    genes, so feedback loops occur; a quarter of them has no regulator.

    Kinetics: the rate law of Mendes, Sha and Ye (Bioinformatics 2003, 19 Suppl 2:ii122, section on
    kinetics), ``dx/dt = v * prod(K^n / (I^n + K^n)) * prod(1 + a * A^n / (A^n + K^n)) - x`` over
    repressors I and activators A. We differ: the fold of activation ``a`` is drawn (theirs is 1);
    repression leaves a leak of 5 %; a factor is divided by its value at its threshold, and
    thresholds K are drawn about 1, the level of an unregulated gene, so that genes with many
    regulators stay near that level; degradation is the same for all genes, since only the steady
    state counts.

    Samples are multifactorial perturbations as in DREAM4 (Marbach et al., PNAS 2010, 107:6286;
    GeneNetWeaver, Schaffter et al., Bioinformatics 2011, 27:2263): in each sample the basal rates
    ``v`` of all genes change slightly together. The steady state is the fixed point of the rate
    law, by damped iteration among the regulators; a loop that still oscillates after 200 steps
    is left where it is. Measurement noise is log-normal.
    """
    _check_size(n_genes, n_samples, n_regulators=n_regulators)
    _check_kinetics(links_per_target, repression, spreads=(perturbation, noise))
    if seed < 0:
        raise OptionError(f"The seed is {seed}.", "Give a whole number from 0.")
    rng = np.random.default_rng([seed, n_genes, n_samples])
    n_regulators = n_regulators or _usual_regulators(n_genes)
    links = _drawn_links(
        rng,
        n_genes,
        n_regulators=n_regulators,
        links_per_target=links_per_target,
        repression=repression,
    )
    basal = np.exp(rng.normal(0.0, perturbation, (n_genes, n_samples)))
    levels = _steady_state(links, basal, n_regulators)
    levels *= np.exp(rng.normal(0.0, noise, levels.shape))
    return _named(np.round(np.log2(levels) + 8.0, _DECIMALS), links, n_regulators)


def sample_network() -> SimulatedNetwork:
    """Return the sample data of the program: 100 genes, 20 of them regulators, 120 samples."""
    return simulate_network(_SAMPLE_GENES, _SAMPLE_SAMPLES, seed=_SAMPLE_SEED)


def write_simulation(network: SimulatedNetwork, folder: Path | str) -> None:
    """Write a simulated network as files that the program reads.

    Parameters
    ----------
    network : SimulatedNetwork
        What to write.
    folder : Path or str
        Where; made when it is not there. ``expression.tsv`` has genes in rows; ``gold.tsv`` has
        regulator, target, 1 and the sign (``+`` or ``-``), without a header, as DREAM's gold
        standards but for the sign; ``regulators.txt`` has one name a line.

    Raises
    ------
    StorageError
        When the files cannot be written.
    """
    folder = Path(folder)
    expression = network.expression
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "expression.tsv").open("w", encoding="utf-8", newline="\n") as out:
            out.write("\t".join(("gene", *expression.samples)) + "\n")
            for gene, row in zip(expression.genes, expression.values, strict=True):
                out.write("\t".join((gene, *map(repr, row.tolist()))) + "\n")
        with (folder / "gold.tsv").open("w", encoding="utf-8", newline="\n") as out:
            for regulator, target, sign in network.gold:
                out.write(f"{regulator}\t{target}\t1\t{'+' if sign > 0 else '-'}\n")
        with (folder / "regulators.txt").open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(f"{name}\n" for name in network.regulators)
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be written: {error.strerror or error}.", "Choose another folder."
        ) from error


def _check_size(n_genes: int, n_samples: int, *, n_regulators: int | None) -> None:
    if n_genes < 3:
        raise OptionError(f"The number of genes is {n_genes}.", "Give 3 or more.")
    if n_samples < 2:
        raise OptionError(f"The number of samples is {n_samples}.", "Give 2 or more.")
    if n_regulators is not None and not 2 <= n_regulators <= n_genes:
        raise OptionError(
            f"The number of regulators is {n_regulators}.", f"Give a number from 2 to {n_genes}."
        )


def _check_kinetics(
    links_per_target: float, repression: float, *, spreads: tuple[float, float]
) -> None:
    if not 1.0 <= links_per_target <= 20.0:
        raise OptionError(f"links_per_target is {links_per_target}.", "Give 1 to 20.")
    if not 0.0 <= repression <= 1.0:
        raise OptionError(f"repression is {repression}.", "Give a share from 0 to 1.")
    if not all(0.0 <= spread <= 3.0 for spread in spreads):
        raise OptionError(
            f"perturbation is {spreads[0]} and noise {spreads[1]}.", "Give numbers from 0 to 3."
        )


def _usual_regulators(n_genes: int) -> int:
    """Return about a fifth of a hundred genes and a twentieth of twenty thousand."""
    return int(min(n_genes, max(2, round(n_genes**0.74 * 0.66))))


def _drawn_links(
    rng: np.random.Generator,
    n_genes: int,
    *,
    n_regulators: int,
    links_per_target: float,
    repression: float,
) -> _Links:
    """Draw links among genes of which the first ``n_regulators`` regulate."""
    weights = np.arange(1, n_regulators + 1) ** -0.8
    hub_order = rng.permutation(n_regulators)
    n_inputs = 1 + rng.poisson(links_per_target - 1.0, n_genes)
    n_inputs[:n_regulators][rng.random(n_regulators) < 0.25] = 0
    target = np.repeat(np.arange(n_genes), n_inputs)
    drawn = rng.choice(n_regulators, size=len(target), p=weights / weights.sum())
    regulator = hub_order[drawn]
    pairs = np.unique(np.stack([target, regulator])[:, target != regulator], axis=1)
    target, regulator = pairs[0].astype(np.int64), pairs[1].astype(np.int64)
    n_links = len(target)
    return _Links(
        regulator,
        target,
        np.where(rng.random(n_links) < repression, -1, 1).astype(np.int64),
        np.exp(rng.normal(0.0, 0.3, n_links)),
        rng.uniform(2.0, 4.0, n_links),
        rng.uniform(2.0, 6.0, n_links),
    )


def _steady_state(links: _Links, basal: FloatMatrix, n_regulators: int) -> FloatMatrix:
    """Return the levels (genes x samples) at which production equals degradation."""
    among = links.only(links.target < n_regulators)
    onto = links.only(links.target >= n_regulators)
    levels = np.ones((n_regulators, basal.shape[1]))
    for _ in range(_MOST_STEPS):
        produced = basal[:n_regulators].copy()
        _regulate(produced, among, levels)
        step = 0.5 * (produced - levels)
        levels += step
        if float(np.abs(step).max()) < _TOLERANCE:
            break
    everything = basal.copy()
    everything[:n_regulators] = levels
    _regulate(everything, onto, levels)
    return everything


def _regulate(produced: FloatMatrix, links: _Links, levels: FloatMatrix) -> None:
    """Multiply production by what each link does, a few thousand links at a time.

    An activator's factor is divided by its value at its threshold, a repressor's likewise, so
    that a gene with many regulators stays near the level of one with none.
    """
    for start in range(0, len(links.target), _LINKS_AT_ONCE):
        part = slice(start, start + _LINKS_AT_ONCE)
        ratio = levels[links.regulator[part]] / links.threshold[part, None]
        bound = 1.0 / (1.0 + ratio ** -links.hill[part, None])
        fold = links.strength[part, None]
        activated = (1.0 + fold * bound) / (1.0 + fold / 2.0)
        repressed = (_LEAK + (1.0 - _LEAK) * (1.0 - bound)) * 2.0 / (1.0 + _LEAK)
        factor = np.where(links.sign[part, None] > 0, activated, repressed)
        targets, starts = np.unique(links.target[part], return_index=True)
        produced[targets] *= np.multiply.reduceat(factor, starts, axis=0)


def _named(values: FloatMatrix, links: _Links, n_regulators: int) -> SimulatedNetwork:
    n_genes, n_samples = values.shape
    regulators = _numbered("TF", n_regulators)
    genes = regulators + _numbered("GENE", n_genes - n_regulators)
    order = np.array(sorted(range(n_genes), key=genes.__getitem__))
    values = np.ascontiguousarray(values[order]) + 0.0
    values.flags.writeable = False
    expression = Expression(
        values, tuple(genes[i] for i in order), tuple(_numbered("S", n_samples)), True
    )
    gold = [
        (genes[regulator], genes[target], int(sign))
        for regulator, target, sign in zip(
            links.regulator.tolist(), links.target.tolist(), links.sign.tolist(), strict=True
        )
    ]
    return SimulatedNetwork(expression, tuple(sorted(gold)), tuple(regulators))


def _numbered(stem: str, count: int) -> list[str]:
    width = max(2 if stem == "TF" else 3, len(str(count)))
    return [f"{stem}{number:0{width}d}" for number in range(1, count + 1)]
