from __future__ import annotations

import pytest

from genie3_engine.launchers.slurm import partitions
from genie3_engine.launchers.slurm.errors import SlurmError
from genie3_engine.launchers.slurm.partitions import Cluster, KnownCluster, parse_partitions

SINFO = """\
short*|up|10:00|4|2|2000|(null)
short*|up|10:00|2|64|256000+|avx2,ib
long|up|7-00:00:00|1|8|16000|avx2
endless|inact|infinite|1|8|16000|(null)
no partition
"""


def test_parse_partitions__joins_the_kinds_of_nodes_of_each():
    short, long, endless = parse_partitions(SINFO)
    assert (short.name, short.is_default, short.is_up, short.longest_seconds) == (
        "short",
        True,
        True,
        600,
    )
    assert (short.n_nodes, short.n_cores, short.memory_bytes) == (6, 64, 256000 * 2**20)
    assert short.features == {"avx2", "ib"}
    assert (long.is_default, long.longest_seconds, long.features) == (False, 604800, {"avx2"})
    assert (endless.is_up, endless.longest_seconds) == (False, None)


def test_limits__are_in_words():
    short, _, endless = parse_partitions(SINFO)
    assert short.limits() == "up to 10 min, 6 nodes with 64 cores and 268 GB"
    assert endless.limits().startswith("no time limit, 1 node with 8 cores")
    assert endless.limits().endswith("takes no jobs now")


@pytest.mark.parametrize(
    ("names", "found"), [("", "short"), ("long", "long"), ("none,long", "long"), ("none", None)]
)
def test_partition__is_the_first_of_its_names_or_the_default(names, found):
    partition = Cluster(parse_partitions(SINFO)).partition(names)
    assert (partition and partition.name) == found


def test_read_cluster__knows_how_many_tasks_there_may_be(monkeypatch):
    texts = {"sinfo": SINFO, "scontrol": "MaxArraySize            = 1001\nMaxJobCount = 9"}
    monkeypatch.setattr(partitions, "ask", lambda program, *words: texts[program])
    cluster = partitions.read_cluster()
    assert (len(cluster.partitions), cluster.most_tasks) == (3, 1001)


def test_known_cluster__keeps_the_answer_and_has_none_while_slurm_is_away(monkeypatch):
    asked = []

    def read():
        asked.append(1)
        if len(asked) == 1:
            raise SlurmError("Slurm cannot be asked.")
        return Cluster(())

    monkeypatch.setattr(partitions, "read_cluster", read)
    known = KnownCluster()
    assert known.look() is None
    assert known.look() is None  # it is asked again only after a while
    assert known.ask() == Cluster(())
    assert known.look() == Cluster(())
    assert len(asked) == 2
