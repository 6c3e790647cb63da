"""Results of an experiment, computed from its measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genie3_engine.benchmark.experiment import ExperimentSpec
from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.benchmark.measurements import Measurement
from genie3_engine.benchmark.presets import PRESETS
from genie3_engine.benchmark.reference_benchmarks import PublishedRow, published
from genie3_engine.benchmark.scaling import SeriesFits, fits
from genie3_engine.benchmark.speedup import ResultRow, results, series
from genie3_engine.benchmark.summary import summary_sentences


@dataclass(frozen=True, slots=True)
class ExperimentResults:
    """An experiment as far as it is measured.

    Parameters
    ----------
    spec : ExperimentSpec
        What was asked for.
    machine : mapping
        Where it was measured.
    measurements : tuple of Measurement
        Every run.
    rows : tuple of ResultRow
        Every configuration.
    fits : tuple of SeriesFits
        The laws of scaling.
    summary : tuple of str
        The results in sentences.
    published : tuple of PublishedRow
        The original's rows that the experiment repeats.
    """

    spec: ExperimentSpec
    machine: Mapping[str, Any]
    measurements: tuple[Measurement, ...]
    rows: tuple[ResultRow, ...]
    fits: tuple[SeriesFits, ...]
    summary: tuple[str, ...]
    published: tuple[PublishedRow, ...]


def experiment_results(folder: Path) -> ExperimentResults:
    """Return what an experiment has found so far.

    Parameters
    ----------
    folder : Path
        The experiment's folder.

    Raises
    ------
    RunError
        When there is no experiment in the folder.
    """
    experiment = ExperimentFolder.open(folder)
    measured, machine = experiment.rows(), experiment.read_status().machine
    rows = results(measured)
    n_cores = int(machine.get("usable_cores", 1))
    fitted = fits(series(rows), n_cores=n_cores)
    return ExperimentResults(
        spec=experiment.spec,
        machine=machine,
        measurements=measured,
        rows=rows,
        fits=fitted,
        summary=summary_sentences(
            rows, fitted, n_cores=n_cores, load_at_start=machine.get("load_at_start")
        ),
        published=_published(experiment.spec.preset),
    )


def _published(preset: str) -> tuple[PublishedRow, ...]:
    number = next((each.published for each in PRESETS if each.key == preset), None)
    return () if number is None else published().experiment(number)
