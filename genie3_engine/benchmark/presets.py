"""Predefined experiments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from genie3_engine.benchmark.measurements import Configuration
from genie3_engine.errors import OptionError
from genie3_engine.model import COMPILED, ENGINES, SCIKIT_LEARN
from genie3_engine.planning import catalogue

ORIGINAL_GENES, ORIGINAL_SAMPLES = 49_196, 193
_FEW_TARGETS = 10  # of scikit-learn, from which instance types are forecast
_JOBS_3 = 32
_TYPES_3 = ("ml.m4.xlarge", "ml.m5.2xlarge", "ml.m5.4xlarge", "ml.m4.10xlarge")
_TYPES_4 = (
    *("ml.m5.2xlarge", "ml.m5.4xlarge", "ml.c5.2xlarge"),
    *("ml.c5.4xlarge", "ml.c5.9xlarge", "ml.c5.18xlarge"),
)
_SERIAL_SHARE = 10  # the serial row of experiment 2 computes a tenth of the targets

_Grid = Callable[[int, int], list[Configuration]]


@dataclass(frozen=True, slots=True)
class Preset:
    """A predefined experiment.

    Parameters
    ----------
    key : str
        Its name on the command line.
    title, question : str
        What it is called, and what it answers.
    n_targets : int
        Number of targets by default.
    grid : callable
        Takes the machine's cores and the targets, gives the configurations.
    published : int or None
        The original's experiment that it repeats.
    types : callable or None
        Takes the targets, gives the configurations on instance types, where the experiment compares
        these. On this machine `grid` measures what they are forecast from.
    """

    key: str
    title: str
    question: str
    n_targets: int
    grid: _Grid
    published: int | None = None
    types: Callable[[int], list[Configuration]] | None = None


def _threads(n_cores: int) -> list[int]:
    """Return 1, 2, 4 and so on, and the number of cores itself."""
    powers = [2**power for power in range(n_cores.bit_length()) if 2**power < n_cores]
    return [*powers, n_cores]


def _compiled(n_cores: int, n_targets: int) -> list[Configuration]:
    return [
        Configuration(COMPILED, n_threads=threads, n_targets=n_targets)
        for threads in sorted({1, n_cores})
    ]


def _experiment_1(n_cores: int, n_targets: int) -> list[Configuration]:
    original = [
        Configuration(SCIKIT_LEARN, processes, jobs, n_targets=n_targets)
        for processes, jobs in ((1, 1), (4, 1), (1, 4), (4, 4))
    ]
    return [*original, *_compiled(n_cores, n_targets)]


def _experiment_2(n_cores: int, n_targets: int) -> list[Configuration]:
    fewer = max(1, n_targets // _SERIAL_SHARE)
    serial = Configuration(SCIKIT_LEARN, n_targets=n_targets, n_computed=fewer)
    parallel = [
        Configuration(SCIKIT_LEARN, processes, jobs, n_targets=n_targets)
        for processes, jobs in ((1, n_cores), (1, 32), (32, 1))
        if (processes, jobs) != (1, 1)
    ]
    return [serial, *parallel, *_compiled(n_cores, n_targets)]


def _base_of_types(n_cores: int, n_targets: int) -> list[Configuration]:
    """Return what is measured on this machine to forecast instance types."""
    serial = [
        Configuration(engine, n_targets=n_targets, n_computed=min(n_targets, number))
        for engine, number in ((SCIKIT_LEARN, _FEW_TARGETS), (COMPILED, 10 * _FEW_TARGETS))
    ]
    all_cores = replace(serial[1], n_threads=n_cores)
    return [*serial, *([all_cores] if n_cores > 1 else [])]


def _on_types(names: Sequence[str], n_targets: int, n_jobs: int | None) -> list[Configuration]:
    """Return scikit-learn's jobs (None takes all) and the compiled engine on instance types."""
    found = []
    for name in names:
        n_cores = catalogue().named(name).vcpu
        here = {"n_targets": n_targets, "instance": name}
        found += [
            Configuration(SCIKIT_LEARN, n_jobs=n_jobs or n_cores, **here),  # type: ignore[arg-type]
            Configuration(COMPILED, n_threads=n_cores, **here),  # type: ignore[arg-type]
        ]
    return found


def _types_3(n_targets: int) -> list[Configuration]:
    return _on_types(_TYPES_3, n_targets, _JOBS_3)


def _types_4(n_targets: int) -> list[Configuration]:
    return [
        each for number in (n_targets, 2 * n_targets) for each in _on_types(_TYPES_4, number, None)
    ]


def _engines(n_cores: int, n_targets: int) -> list[Configuration]:
    workers = sorted({1, n_cores})
    jobs = [Configuration(SCIKIT_LEARN, n_jobs=each, n_targets=n_targets) for each in workers]
    return [*jobs, *_compiled(n_cores, n_targets)]


def _strong(n_cores: int, n_targets: int) -> list[Configuration]:
    configurations = [Configuration(COMPILED, n_targets=n_targets)]
    for workers in [*_threads(n_cores), 2 * n_cores]:
        if workers > 1:
            configurations += [
                Configuration(COMPILED, n_threads=workers, n_targets=n_targets),
                Configuration(COMPILED, n_processes=workers, n_targets=n_targets),
            ]
    return configurations


def _weak(n_cores: int, n_targets: int) -> list[Configuration]:
    return [
        Configuration(COMPILED, n_threads=workers, n_targets=n_targets * workers)
        for workers in [*_threads(n_cores), 2 * n_cores]
    ]


PRESETS: tuple[Preset, ...] = (
    Preset(
        "experiment-1",
        "Experiment 1",
        "Processes, jobs, or both? The original's first experiment, and the compiled engine.",
        10,
        _experiment_1,
        published=1,
    ),
    Preset(
        "experiment-2",
        "Experiment 2",
        "Many jobs or many processes? The original's second; its serial row is extrapolated.",
        100,
        _experiment_2,
        published=2,
    ),
    Preset(
        "experiment-3",
        "Experiment 3",
        "Which instance type is fastest? The original's third: measured on SageMaker, forecast "
        "from here.",
        100,
        _base_of_types,
        published=3,
        types=_types_3,
    ),
    Preset(
        "experiment-4",
        "Experiment 4",
        "Which instance type has enough memory for thousands of targets? The original's fourth: "
        "measured on SageMaker, forecast from here.",
        3_000,
        _base_of_types,
        published=4,
        types=_types_4,
    ),
    Preset(
        "engines",
        "Engines compared",
        "How much faster are compiled forests, on one core and on all?",
        10,
        _engines,
    ),
    Preset(
        "strong-scaling",
        "Strong scaling",
        "The same work on more and more threads and processes: how much faster is it?",
        100,
        _strong,
    ),
    Preset(
        "weak-scaling",
        "Weak scaling",
        "Work that grows with the workers: does the time stay the same?",
        50,
        _weak,
    ),
)
MY_OWN = "my-own"


def preset_named(key: str) -> Preset:
    """Return the preset of a name.

    Raises
    ------
    OptionError
        When there is none.
    """
    for preset in PRESETS:
        if preset.key == key:
            return preset
    names = ", ".join(preset.key for preset in PRESETS)
    raise OptionError(f"There is no preset {key!r}.", f"Choose {names}.")


def configurations_of(
    preset: Preset, *, n_cores: int, n_targets: int | None = None, has_types: bool = False
) -> tuple[Configuration, ...]:
    """Return a preset's grid on a machine.

    Parameters
    ----------
    preset : Preset
        The preset.
    n_cores : int
        Cores of the machine.
    n_targets : int, optional
        Targets of each configuration (of one worker, in weak scaling); the preset's by default.
    has_types : bool
        Whether instance types can be chosen where it is measured.

    Raises
    ------
    OptionError
        When the number of targets is below one.
    """
    wanted = preset.n_targets if n_targets is None else n_targets
    if has_types and preset.types is not None and wanted > 0:
        return tuple(dict.fromkeys(preset.types(wanted)))
    return tuple(dict.fromkeys(preset.grid(n_cores, wanted)))


def grid(
    engines: Sequence[str],
    *,
    processes: Sequence[int] = (1,),
    n_jobs: Sequence[int] = (1,),
    threads: Sequence[int] = (1,),
    targets: Sequence[int] = (10,),
) -> tuple[Configuration, ...]:
    """Return every combination; jobs for engines that have them, threads for the others.

    Parameters
    ----------
    engines : sequence of str
        The engines.
    processes, n_jobs, threads, targets : sequence of int
        The values of each.

    Raises
    ------
    OptionError
        When a count is below one.
    """
    configurations = []
    for engine, n_targets, n_processes in product(engines, targets, processes):
        one = Configuration(engine, n_processes, n_targets=n_targets)
        if ENGINES[engine].has_jobs:
            configurations += [replace(one, n_jobs=each) for each in n_jobs]
        else:
            configurations += [replace(one, n_threads=each) for each in threads]
    return tuple(dict.fromkeys(configurations))
