from __future__ import annotations

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.launchers.slurm.limits import refusals, require_possible
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.partitions import Cluster, Partition

SHORT = Partition("short", True, True, 600, 4, 2, 2000 * 2**20, frozenset({"avx2"}))
DOWN = Partition("old", False, False, None, 1, 8, 0)
CLUSTER = Cluster((SHORT, DOWN), most_tasks=1001)
SMALL = {"cpus": 2}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"time": 600, "memory": "2000M", "tasks": 1001},
        {"partition": "none,short"},
        {"constraint": "avx2"},
        {"constraint": "[rack1|rack2]"},
    ],
)
def test_refusals__has_none_for_what_can_run(values):
    assert list(refusals(SlurmOptions(**SMALL, **values), CLUSTER)) == []


@pytest.mark.parametrize(
    ("values", "message", "remedy"),
    [
        ({"tasks": 1002}, "--tasks is 1,002", "1,001 --tasks"),
        ({"time": 3600}, "--time is 1 h, but the partition short allows 10 min", "--time 600s"),
        ({"cpus": 4}, "--cpus is 4, but nodes of the partition short have 2", "--cpus 2"),
        ({"memory": "3G"}, "--memory is 3G", "less --memory"),
        ({"constraint": "avx2&gpu"}, "has the feature gpu", "avx2"),
        ({"partition": "none"}, "There is no partition 'none'", "short, old"),
        ({"partition": "old"}, "takes no jobs now", "another --partition"),
    ],
)
def test_refusals__says_what_can_never_run(values, message, remedy):
    with pytest.raises(OptionError) as refused:
        require_possible(SlurmOptions(**{**SMALL, **values}), CLUSTER)
    assert message in refused.value.message
    assert remedy in refused.value.remedy


def test_refusals__of_a_cluster_without_a_default_partition():
    (error,) = refusals(SlurmOptions(), Cluster((DOWN,)))
    assert "no default partition" in error.message


def test_require_possible__believes_everything_of_an_unknown_cluster():
    require_possible(SlurmOptions(cpus=999), None)
    require_possible(SlurmOptions(cpus=999), Cluster(()))
