"""Results of an experiment, computed from its measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genie3_engine.benchmark.experiment import ExperimentSpec, Slot
from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.benchmark.instance_forecasts import TypeForecast, type_forecasts
from genie3_engine.benchmark.measurements import Measurement
from genie3_engine.benchmark.presets import PRESETS, Preset
from genie3_engine.benchmark.reference_benchmarks import PublishedRow, published
from genie3_engine.benchmark.scaling import SeriesFits, fits
from genie3_engine.benchmark.speedup import ResultRow, results, series
from genie3_engine.benchmark.summary import Headline, headline, summary_sentences
from genie3_engine.benchmark.timeline import Timeline, run_timeline
from genie3_engine.planning import catalogue


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
    headline : Headline or None
        The result at a glance; None before anything is measured.
    forecasts : tuple of TypeForecast
        What its preset compares on instance types, forecast from serial rows of this machine.
    """

    spec: ExperimentSpec
    machine: Mapping[str, Any]
    measurements: tuple[Measurement, ...]
    rows: tuple[ResultRow, ...]
    fits: tuple[SeriesFits, ...]
    summary: tuple[str, ...]
    published: tuple[PublishedRow, ...]
    headline: Headline | None = None
    forecasts: tuple[TypeForecast, ...] = ()

    @property
    def compares_types(self) -> bool:
        """Whether instance types are compared, measured or forecast."""
        types = {row.configuration.instance for row in self.rows}
        return bool(self.forecasts) or len(types) > 1


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
    n_cores, load = int(machine.get("usable_cores", 1)), machine.get("load_at_start")
    fitted = fits(series(rows), n_cores=n_cores)
    return ExperimentResults(
        spec=experiment.spec,
        machine=machine,
        measurements=measured,
        rows=rows,
        fits=fitted,
        summary=summary_sentences(rows, fitted, n_cores=n_cores, load_at_start=load),
        published=_published(experiment.spec.preset),
        forecasts=_forecasts(experiment.spec, rows, machine),
        headline=headline(rows, fitted, n_cores=n_cores, load_at_start=load),
    )


def timeline_of(folder: Path, row: ResultRow) -> Timeline:
    """Return the timeline of a configuration: of the repeat in the middle.

    Parameters
    ----------
    folder : Path
        The experiment's folder.
    row : ResultRow
        One of its rows that was measured.

    Raises
    ------
    RunError
        When there is no experiment in the folder.
    """
    experiment = ExperimentFolder.open(folder)
    own = [
        each
        for each in experiment.rows()
        if each.configuration == row.configuration and not each.error
    ]
    ordered = sorted(own, key=lambda each: each.elapsed_seconds)
    middle = ordered[(len(ordered) - 1) // 2]
    index = experiment.spec.configurations.index(row.configuration)
    return run_timeline(experiment.run_path(Slot(index, middle.repeat)), middle.seconds)


def _published(preset: str) -> tuple[PublishedRow, ...]:
    known = _preset(preset)
    if known is None or known.published is None:
        return ()
    return published().experiment(known.published)


def _forecasts(
    spec: ExperimentSpec, rows: Sequence[ResultRow], machine: Mapping[str, Any]
) -> tuple[TypeForecast, ...]:
    """Return what a preset compares on instance types, as it should be."""
    preset = _preset(spec.preset)
    if preset is None or preset.types is None:
        return ()
    wanted = preset.types(min(each.n_targets for each in spec.configurations))
    return type_forecasts(wanted, rows, machine=machine, catalogue=catalogue())


def _preset(key: str) -> Preset | None:
    return next((each for each in PRESETS if each.key == key), None)
