from __future__ import annotations

import pytest

from genie3_engine.launchers.slurm import reasons

NEVER = [
    "PartitionTimeLimit",
    "PartitionNodeLimit",
    "PartitionConfig",
    "BadConstraints",
    "InvalidAccount",
    "AccountNotAllowed",
    "InvalidQOS",
    "QOSMaxWallDurationPerJobLimit",
    "ReservationDeleted",
    "JobHeldUser",
    "JobHeldAdmin",
    "launch failed requeued held",
    "launch_failed_requeued_held",
    "JobHoldMaxRequeue",
]


@pytest.mark.parametrize("reason", NEVER)
def test_never_passes__has_words_and_a_remedy(reason):
    assert reasons.never_passes(reason)
    assert reasons.meaning(reason) != reason
    assert reasons.remedy(reason).endswith(".")


def test_remedy__does_not_ask_for_other_options_of_a_job_that_is_held():
    assert reasons.remedy("JobHeldUser") == "Release it with `scontrol release`, or cancel the run."
    assert reasons.remedy("PartitionConfig").endswith("resume it with other options.")


@pytest.mark.parametrize("reason", ["", "Resources", "Priority", "BeginTime", "Dependency", "New"])
def test_never_passes__is_false_of_what_may_pass(reason):
    assert not reasons.never_passes(reason)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Resources", "no node is free"),
        ("Priority", "other jobs come first"),
        ("AssocGrpCpuLimit", "your account's or group's limit is reached"),
        ("SomethingNew", "SomethingNew"),
        ("", ""),
    ],
)
def test_meaning__is_in_words_where_the_reason_is_known(reason, words):
    assert reasons.meaning(reason) == words


def test_states__are_live_or_ended_and_not_both():
    live = reasons.WAITING | reasons.WAITING_AGAIN | reasons.AT_WORK
    assert not live & reasons.ENDED
