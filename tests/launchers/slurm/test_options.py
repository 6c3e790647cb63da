from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.errors import OptionError
from genie3_engine.launchers.slurm.options import (
    SlurmOptions,
    parse_memory,
    parse_time,
    slurm_memory,
    slurm_time,
)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"tasks": 0}, "--tasks"),
        ({"at_once": 0}, "--at-once"),
        ({"cpus": 0}, "--cpus"),
        ({"memory": "4"}, "--memory"),
        ({"memory": "4G; id"}, "--memory"),
        ({"time": 5}, "--time"),
        ({"partition": "a b"}, "--partition"),
        ({"account": "$(id)"}, "--account"),
        ({"qos": "a\n"}, "--qos"),
        ({"constraint": "a;b"}, "--constraint"),
        ({"setup": ("a\nb",)}, "--setup"),
        ({"sbatch": ("-p",)}, "--sbatch"),
        ({"sbatch": ("--comment=a\nb",)}, "--sbatch"),
        ({"sbatch": ("--array=0-3",)}, "--array"),
        ({"sbatch": ("--mem=3G",)}, "--mem"),
        ({"sbatch": ("--arr=0-7",)}, "--arr"),  # sbatch takes beginnings of names
        ({"sbatch": ("--version",)}, "--version"),
        ({"sbatch": ("--help",)}, "--help"),
        ({"sbatch": ("--uid=nobody",)}, "--uid"),
        ({"requeues": -1}, "--requeues"),
    ],
)
def test_options__that_no_job_can_have_are_refused(values, named):
    with pytest.raises(OptionError, match=named) as refused:
        SlurmOptions(**values)
    assert refused.value.remedy


def test_options__of_sbatch_that_are_settings_name_the_setting():
    with pytest.raises(OptionError, match="Use --memory instead"):
        SlurmOptions(sbatch=("--mem=3G",))
    with pytest.raises(OptionError, match="Use --tasks and --at-once instead"):
        SlurmOptions(sbatch=("--arr=0-7",))


def test_options__of_sbatch_whose_names_begin_as_reserved_ones_are_allowed():
    options = ("--time-min=5", "--mem-bind=local", "--nodelist=node1", "--exclusive", "--nice=3")
    assert SlurmOptions(sbatch=options).sbatch == options


def test_options__come_back_from_plain_values():
    options = SlurmOptions(
        tasks=3,
        memory="4G",
        time=7200,
        partition="short,long",
        constraint="[rack1|rack2]&avx2",
        setup=("module load python/3.11", "conda activate 'a b'"),
        sbatch=("--no-requeue", "--gres=gpu:1,craynetwork"),
    )
    assert SlurmOptions.from_dict(options.to_dict()) == options
    assert SlurmOptions().to_dict() == {}


@pytest.mark.parametrize("values", [{"unknown": 1}, {"tasks": "3"}, {"setup": "module load"}])
def test_from_dict__refuses_what_it_does_not_know(values):
    with pytest.raises(OptionError):
        SlurmOptions.from_dict(values)


def test_merged__takes_what_was_given_even_where_it_is_the_default():
    saved = SlurmOptions(tasks=4, partition="long").to_dict()
    assert SlurmOptions.merged(saved, {"tasks": None}) == SlurmOptions(partition="long")
    assert SlurmOptions.merged(saved, SlurmOptions().to_dict(is_whole=True)) == SlurmOptions()


def test_memory_bytes__is_what_slurm_takes_the_size_for():
    assert SlurmOptions(memory="3M").memory_bytes == 3 * 2**20
    assert SlurmOptions().memory_bytes is None


@given(st.integers(1, 2**42))
def test_slurm_memory__is_an_allowed_size_and_not_less(n_bytes):
    size = SlurmOptions(memory=slurm_memory(n_bytes)).memory_bytes
    assert size is not None
    assert 0 <= size - n_bytes < 2**20
    assert parse_memory(slurm_memory(n_bytes)) == size


@given(st.integers(1, 10**8))
def test_slurm_time__reads_back_as_the_next_minute(seconds):
    read = parse_time(slurm_time(seconds))
    assert read is not None
    assert 0 <= read - seconds < 60


@pytest.mark.parametrize(
    ("text", "seconds"), [("1-00:00:00", 86400), ("UNLIMITED", None), ("n/a", None), ("", None)]
)
def test_parse_time__reads_what_slurm_writes(text, seconds):
    assert parse_time(text) == seconds


@pytest.mark.parametrize(
    ("text", "n_bytes"), [("1500", 1500 * 2**20), ("4Gc", 4 * 2**30), ("0.5M+", 2**19), ("x", None)]
)
def test_parse_memory__reads_what_slurm_writes(text, n_bytes):
    assert parse_memory(text) == n_bytes
