from __future__ import annotations

import pytest

from genie3_engine.benchmark import PRESETS, configurations_of, grid, preset_named
from genie3_engine.commands.experiment_parser import PRESETS as NAMES
from genie3_engine.errors import OptionError
from genie3_engine.model import COMPILED, SCIKIT_LEARN

SKLEARN, COMPILED = SCIKIT_LEARN, COMPILED


def layouts(key, *, n_cores=4, **options):
    found = configurations_of(preset_named(key), n_cores=n_cores, **options)
    return [
        (str(each.engine), each.n_processes, each.per_process, each.n_targets) for each in found
    ]


def test_presets__are_those_of_the_command_line():
    assert tuple(preset.key for preset in PRESETS) == NAMES


def test_experiment_1__is_the_originals_and_the_compiled_engine():
    assert layouts("experiment-1") == [
        *(("scikit-learn", p, j, 10) for p, j in ((1, 1), (4, 1), (1, 4), (4, 4))),
        ("compiled", 1, 1, 10),
        ("compiled", 1, 4, 10),
    ]


def test_experiment_2__extrapolates_its_serial_row():
    found = configurations_of(preset_named("experiment-2"), n_cores=2)
    assert [each.is_extrapolated for each in found] == [True, False, False, False, False, False]
    assert found[0].targets_to_compute == 10
    assert [each.workers for each in found] == [1, 2, 32, 32, 1, 2]


def test_experiment_3__measures_types_where_there_are_some():
    preset = preset_named("experiment-3")
    found = configurations_of(preset, n_cores=2, has_types=True)
    assert [(each.instance, each.engine, each.workers) for each in found] == [
        (name, engine, workers)
        for name, vcpu in (
            ("ml.m4.xlarge", 4),
            ("ml.m5.2xlarge", 8),
            ("ml.m5.4xlarge", 16),
            ("ml.m4.10xlarge", 40),
        )
        for engine, workers in ((SKLEARN, 32), (COMPILED, vcpu))
    ]
    here = configurations_of(preset, n_cores=2)
    assert [(each.engine, each.workers, each.targets_to_compute) for each in here] == [
        (SKLEARN, 1, 10),
        (COMPILED, 1, 100),
        (COMPILED, 2, 100),
    ]


def test_experiment_4__has_each_type_with_twice_the_targets_too():
    found = configurations_of(preset_named("experiment-4"), n_cores=2, n_targets=5, has_types=True)
    assert {each.n_targets for each in found} == {5, 10}
    assert len({each.instance for each in found}) == 6
    assert len(found) == 24


def test_strong_scaling__keeps_the_work():
    assert {each[3] for each in layouts("strong-scaling", n_targets=7)} == {7}
    assert {each[1] * each[2] for each in layouts("strong-scaling", n_cores=6)} == {1, 2, 4, 6, 12}


def test_weak_scaling__grows_the_work_with_the_workers():
    assert all(
        targets == 5 * inner for _, _, inner, targets in layouts("weak-scaling", n_targets=5)
    )


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
@pytest.mark.parametrize("n_cores", [1, 2, 64])
def test_presets__have_a_serial_row_and_no_row_twice(preset, n_cores):
    found = configurations_of(preset, n_cores=n_cores)
    assert any(each.is_serial for each in found)
    assert len(set(found)) == len(found)


def test_grid__gives_jobs_to_scikit_learn_and_threads_to_the_compiled_engine():
    found = grid([SKLEARN, COMPILED], processes=(1, 2), n_jobs=(1, 3), threads=(4,), targets=(5,))
    assert [(each.n_processes, each.n_jobs, each.n_threads) for each in found] == [
        *((1, 1, 1), (1, 3, 1), (2, 1, 1), (2, 3, 1)),
        *((1, 1, 4), (2, 1, 4)),
    ]


def test_preset_named__refuses_another():
    with pytest.raises(OptionError, match="There is no preset 'x'"):
        preset_named("x")
