from dataclasses import replace

from genie3_engine.model import SCIKIT_LEARN, ConfidenceSpec, LayoutSpec
from genie3_engine.planning import workload_of
from tests.planning.pilots import spec


def test_workload_of__counts_the_targets_of_the_shard():
    run = replace(spec(), layout=LayoutSpec(n_threads=3, shard_index=1, n_shards=4))
    work = workload_of(run, 10, 5)
    assert (work.n_targets, work.n_regulators, work.n_workers) == (3, 10, 3)


def test_workload_of__threads_share_the_cores_when_nobody_says():
    work = workload_of(replace(spec(), layout=LayoutSpec(n_processes=2)), 10, 5, n_cores=8)
    assert (work.n_processes, work.n_threads, work.targets_at_once) == (2, 4, 8)


def test_workload_of__scikit_learn_has_jobs_and_no_threads():
    run = replace(spec(engine=SCIKIT_LEARN), layout=LayoutSpec(n_processes=2, n_jobs=3))
    work = workload_of(run, 10, 5)
    assert (work.n_workers, work.targets_at_once) == (6, 2)


def test_n_links__follow_what_is_kept():
    work = workload_of(spec(keep=4), 11, 5)
    assert work.n_links() == 44
    assert replace(work, keep=None).n_links() == 110
    assert replace(work, keep=None).n_links(0.25) == 33


def test_on__compiled_engine_fills_an_instance_with_threads():
    share = workload_of(spec(), 100, 5).on(16, n_instances=3)
    assert (share.n_targets, share.n_processes, share.n_threads) == (34, 1, 16)


def test_on__scikit_learn_keeps_its_processes():
    run = replace(spec(engine=SCIKIT_LEARN), layout=LayoutSpec(n_processes=4, n_jobs=2))
    share = workload_of(run, 100, 5).on(16)
    assert (share.n_processes, share.n_jobs) == (4, 4)


def test_workload_of__shares_the_replicates_over_shards():
    asked = spec(confidence=ConfidenceSpec())
    shard = replace(asked, layout=LayoutSpec(shard_index=2, n_shards=3))
    whole, third = (workload_of(each, 90, 20, n_cores=1).replicates for each in (asked, shard))
    assert [(load.name, load.number) for load in whole] == [("nulls", 2048), ("halves", 1800)]
    assert [load.number for load in third] == [682, 600]
    assert workload_of(spec(), 90, 20).replicates == ()
