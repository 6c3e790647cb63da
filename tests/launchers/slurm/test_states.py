from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.launchers.base import Host
from genie3_engine.launchers.slurm import reasons, states
from genie3_engine.launchers.slurm.record import Submission
from genie3_engine.launchers.slurm.rows import Ending, Row
from genie3_engine.model import ErrorRecord, JobState, RunStatus

LIVE = reasons.WAITING | reasons.WAITING_AGAIN | reasons.AT_WORK
NOW = 10_000.0
SUBMISSION = Submission("12", "13", 2, NOW - 1_000.0)
QUEUED = RunStatus(JobState.QUEUED, step="waiting", targets_total=100)
MEBIBYTE = 1 << 20


def task(index, state="RUNNING", reason="", node="node1"):
    return Row("12", index, state, reason, node)


def merge(state="PENDING", reason="Dependency"):
    return Row("13", None, state, reason)


def host(rank, state="running", step="computing", *, age=5.0, n_done=10, error=None):
    return Host(
        name=f"task {rank + 1}",
        rank=rank,
        state=state,
        step=step,
        targets_done=n_done,
        targets_total=50,
        heartbeat=NOW - age,
        error=error,
    )


def status_of(
    rows=(),
    endings=(),
    hosts=(),
    *,
    status=QUEUED,
    is_cancelled=False,
    log_tail="",
    submission=SUBMISSION,
):
    return states.run_status(
        status,
        rows=rows,
        endings=endings,
        hosts=hosts,
        submission=submission,
        is_cancelled=is_cancelled,
        now=NOW,
        log_tail=log_tail,
    )


DONE = [host(rank, "done", "", n_done=50, age=500.0) for rank in (0, 1)]
DISK = {"code": "storage", "message": "The disk is full.", "remedy": "Free some space."}


@pytest.mark.parametrize(
    ("rows", "hosts", "state", "step"),
    [
        (
            [task(0, "PENDING", "Resources"), task(1, "PENDING", "Priority")],
            [],
            "queued",
            "waiting",
        ),
        ([task(0, "PENDING"), task(1, "CONFIGURING"), merge()], [], "running", "starting"),
        ([task(0), task(1), merge()], [], "running", "starting"),
        ([task(0), task(1), merge()], [host(0, step="reading")], "running", "reading"),
        ([task(0), task(1)], [host(0, step="reading"), host(1)], "running", "computing"),
        ([task(0), task(1, "PENDING", "Resources")], [host(0)], "running", "computing"),
        ([task(0, "SUSPENDED"), task(1, "SUSPENDED")], [host(0)], "running", "computing"),
        ([task(0, "COMPLETING"), task(1, "COMPLETING")], DONE, "running", "writing"),
        ([task(0), task(1)], [host(0, "cancelled"), host(1, "cancelled")], "running", "starting"),
        ([task(0, "PENDING", "BeginTime"), task(1, "COMPLETED")], [], "running", "interrupted"),
        ([task(0, "REQUEUED"), task(1, "PENDING")], [], "running", "interrupted"),
        ([task(0, "PENDING", "Resources")], [host(0, "cancelled")], "running", "interrupted"),
        ([task(0, "PENDING", "JobArrayTaskLimit")], [DONE[1]], "running", "waiting"),
        ([task(0, "PENDING"), task(1, "COMPLETED")], [], "running", "waiting"),
        ([task(0, "NEW_STATE"), task(1, "COMPLETED")], [], "running", "starting"),
        ([merge("PENDING")], DONE, "running", "writing"),
        ([merge("RUNNING", "")], DONE, "running", "writing"),
    ],
)
def test_run_status__of_a_live_job(rows, hosts, state, step):
    found = status_of(rows, hosts=hosts)
    assert (found.state, found.step, found.error) == (state, step, None)


@pytest.mark.parametrize(
    ("ended", "heartbeat", "state"),
    [(5.0, 400.0, "running"), (400.0, 5.0, "running"), (400.0, 400.0, "lost")],
)
def test_run_status__waits_for_the_last_words_of_a_long_merge(ended, heartbeat, state):
    """A shared file system may show a minute late that the run is done."""
    row = Row("13", None, "COMPLETED", "", "node1", NOW - ended)
    merging = replace(QUEUED, state=JobState.RUNNING, step="writing", heartbeat=NOW - heartbeat)
    assert status_of([row], hosts=DONE, status=merging).state == state


@pytest.mark.parametrize("reason", ["PartitionTimeLimit", "JobHeldAdmin", "BadConstraints"])
def test_run_status__says_what_slurm_will_never_start(reason):
    found = status_of([task(0, "PENDING", reason), task(1, "PENDING", "Priority"), merge()])
    assert found.state is JobState.QUEUED
    assert found.error is not None
    assert found.error.code == states.WAITS_FOREVER
    assert reason in found.error.message
    assert found.error.remedy


def test_run_status__takes_no_reason_of_some_tasks_for_the_run_while_others_work():
    found = status_of([task(0), task(1, "PENDING", "JobHeldAdmin")], hosts=[host(0)])
    assert (found.state, found.error) == (JobState.RUNNING, None)


def test_run_status__has_the_step_of_the_merge_while_it_works():
    merging = replace(QUEUED, state=JobState.RUNNING, step="halves")
    assert status_of([merge("RUNNING", "")], hosts=DONE, status=merging).step == "halves"


def test_run_status__adds_up_the_tasks():
    found = status_of([task(0), task(1)], hosts=[host(0, n_done=7), host(1, n_done=8)])
    assert found.targets_done == 15
    assert found.heartbeat == NOW - 5.0


@pytest.mark.parametrize(
    ("ends", "hosts", "state", "code"),
    [
        ([Ending(0, "COMPLETED"), Ending(1, "FAILED", exit_code=1)], [], "failed", "worker"),
        (
            [Ending(0, "FAILED", exit_code=1), Ending(1, "OUT_OF_MEMORY")],
            [host(0, "failed", error=DISK)],
            "failed",
            "storage",
        ),
        ([Ending(0, "OUT_OF_MEMORY"), Ending(1, "FAILED", exit_code=1)], [], "failed", "memory"),
        ([Ending(0, "TIMEOUT"), Ending(1, "COMPLETED")], [], "failed", "slurm-time"),
        ([Ending(0, "DEADLINE"), Ending(1, "NODE_FAIL")], [], "failed", "slurm-time"),
        (
            [Ending(0, "CANCELLED", by="7"), Ending(1, "COMPLETED")],
            [],
            "cancelled",
            states.CANCELLED,
        ),
        ([Ending(0, "REVOKED"), Ending(1, "COMPLETED")], [], "cancelled", states.CANCELLED),
        ([Ending(0, "NODE_FAIL", node="n1"), Ending(1, "COMPLETED")], [], "lost", "lost"),
        ([Ending(0, "BOOT_FAIL"), Ending(1, "COMPLETED")], [], "lost", "lost"),
        ([Ending(0, "PREEMPTED"), Ending(1, "COMPLETED")], [], "lost", "lost"),
        ([Ending(0, "FAILED", signal=9), Ending(1, "COMPLETED")], [], "lost", "lost"),
        ([Ending(0, "FAILED", signal=53), Ending(1, "COMPLETED")], [], "failed", "slurm-output"),
        ([Ending(None, "FAILED", exit_code=3)], DONE, "failed", "worker"),
        ([Ending(None, "CANCELLED")], DONE, "cancelled", states.CANCELLED),
        ([Ending(None, "COMPLETED")], DONE, "lost", "lost"),
        ([], DONE, "lost", "lost"),
        ([], [host(0, age=100.0)], "lost", "lost"),
        ([], [], "lost", "lost"),
    ],
)
def test_run_status__of_a_job_that_has_ended(ends, hosts, state, code):
    found = status_of(endings=ends, hosts=hosts)
    assert found.error is not None
    assert (found.state, found.error.code, found.step) == (state, code, "")
    assert found.ended is not None


@pytest.mark.parametrize("state", sorted(LIVE | reasons.ENDED | {"NEW_STATE"}))
@pytest.mark.parametrize("reason", ["", "Resources", "Priority", "BeginTime", "JobHeldUser"])
@pytest.mark.parametrize("is_cancelled", [False, True])
def test_run_status__has_a_state_for_every_state_and_reason(state, reason, is_cancelled):
    rows = [task(0, state, reason), task(1, state, reason)]
    found = status_of(rows, is_cancelled=is_cancelled)
    if state in reasons.ENDED:
        expected = (
            {JobState.CANCELLED}
            if is_cancelled
            else {JobState.FAILED, JobState.LOST, JobState.CANCELLED}
        )
    elif is_cancelled:
        expected = {JobState.STOPPING}
    elif state in reasons.AT_WORK:
        expected = {JobState.RUNNING}
    else:
        expected = {JobState.QUEUED, JobState.RUNNING}
    assert found.state in expected


@pytest.mark.parametrize(
    ("end", "message", "remedy"),
    [
        (
            Ending(0, "OUT_OF_MEMORY", node="n1", limit_bytes=100 * MEBIBYTE),
            "Task 1 has used up its memory on n1 (105 MB requested).",
            "Give --memory 256M, or more --tasks.",
        ),
        (
            Ending(0, "OUT_OF_MEMORY", peak_bytes=200 * MEBIBYTE, limit_bytes=100 * MEBIBYTE),
            "Task 1 has used up its memory (210 MB measured, 105 MB requested).",
            "Give --memory 300M",
        ),
        (Ending(1, "OUT_OF_MEMORY"), "Task 2 has used up its memory.", "Give more --memory"),
        (Ending(0, "CANCELLED", by="7"), "Task 1 was cancelled by the user 7.", "Resume"),
        (Ending(0, "NODE_FAIL", node="n1"), "Task 1 has vanished: the node n1 failed.", "Resume"),
        (Ending(0, "FAILED", signal=9), "Task 1 was killed (signal 9).", "Resume"),
        (Ending(0, "FAILED", signal=53), "the folder of the run cannot be written", "every node"),
        (Ending(0, "FAILED", exit_code=127, node="n1"), "exit code 127 on n1", "--setup"),
        (Ending(0, "TIMEOUT"), "Task 1 has reached its longest time (--time).", "more --time"),
    ],
)
def test_run_status__explains_the_end(end, message, remedy):
    other = Ending(1 - (end.task or 0), "COMPLETED")
    error = status_of(endings=[other, end]).error
    assert error is not None
    assert message in error.message
    assert remedy in error.remedy


def test_run_status__explains_that_a_completed_task_has_never_begun():
    ends = [Ending(0, "COMPLETED", node="n1"), Ending(1, "COMPLETED"), Ending(None, "COMPLETED")]
    found = status_of(endings=ends)
    assert found.state is JobState.FAILED
    assert found.error is not None
    assert found.error.message == "Task 1 ended on n1 before it computed anything."
    assert "--setup" in found.error.remedy


def test_run_status__shows_the_log_of_a_lost_run():
    found = status_of(endings=[Ending(0, "NODE_FAIL")], log_tail="[task 1] computing")
    assert found.error is not None
    assert found.error.message.endswith("The log ends with:\n[task 1] computing")


@pytest.mark.parametrize("code", ["failed", "cancelled", "lost", "done"])
def test_run_status__leaves_the_state_of_a_run_that_has_ended(code):
    ended = replace(QUEUED, state=JobState(code), ended=NOW)
    assert status_of([task(0, "FAILED")], status=ended) == ended


def test_run_status__of_a_merge_that_begins_again_is_live():
    interrupted = replace(QUEUED, state=JobState.CANCELLED, ended=NOW)
    found = status_of([merge("PENDING", "BeginTime")], hosts=DONE, status=interrupted)
    assert (found.state, found.step, found.ended) == (JobState.RUNNING, "writing", None)


def test_run_status__done_is_what_the_merge_has_written():
    done = replace(QUEUED, state=JobState.DONE, ended=NOW)
    assert status_of([merge("COMPLETING", "")], status=done) == done


def test_run_status__waits_for_a_slow_file_system_before_a_run_is_lost():
    assert status_of(hosts=[host(0, age=30.0)]).state is JobState.RUNNING
    assert status_of(hosts=[host(0, age=61.0)]).state is JobState.LOST
    merged = [Ending(None, "COMPLETED")]
    late = [replace(each, heartbeat=NOW - 30.0) for each in DONE]
    assert status_of(endings=merged, hosts=late).step == "writing"


def test_run_status__of_a_submission_that_slurm_does_not_list_yet():
    new = replace(SUBMISSION, submitted_at=NOW - 1.0)
    found = states.run_status(
        QUEUED, rows=[], endings=[], hosts=[], submission=new, is_cancelled=False, now=NOW
    )
    assert (found.state, found.step) == (JobState.QUEUED, "waiting")


def test_run_status__cancelled_from_here_has_no_error():
    found = status_of([task(0, "CANCELLED"), task(1, "CANCELLED")], is_cancelled=True)
    assert (found.state, found.error) == (JobState.CANCELLED, None)


STEPS = replace(SUBMISSION, n_steps=2, later_jobs=("14",))


def later(index, state="PENDING", reason="Dependency"):
    return Row("14", index, state, reason)


@pytest.mark.parametrize(
    ("rows", "hosts", "state", "step"),
    [
        ([task(0), later(0), later(1)], [host(0)], "running", "computing"),
        ([task(0), task(1, "COMPLETED"), later(0), later(1)], DONE, "running", "writing"),
        (
            [task(0, "COMPLETED"), task(1, "COMPLETED"), later(0, "PENDING", "Priority"), later(1)],
            [host(rank, "queued", "waiting") for rank in (0, 1)],
            "running",
            "waiting",
        ),
        (
            [task(0, "COMPLETED"), task(1, "COMPLETED"), later(0, "RUNNING"), later(1)],
            [host(0, "queued", "waiting")],
            "running",
            "starting",
        ),
    ],
)
def test_run_status__of_a_job_in_steps(rows, hosts, state, step):
    found = status_of([*rows, merge()], hosts=hosts, submission=STEPS)
    assert (found.state, found.step, found.error) == (state, step, None)


def test_run_status__of_a_job_in_steps_names_the_step_that_went_wrong():
    """What waits for a failed array is cancelled for it."""
    rows = [
        task(0, "COMPLETED"),
        task(1, "OUT_OF_MEMORY"),
        *(later(rank, "CANCELLED") for rank in (0, 1)),
        merge("CANCELLED"),
    ]
    found = status_of(rows, submission=STEPS)
    assert found.error is not None
    assert (found.state, found.error.code) == (JobState.FAILED, "memory")
    live = states.jobs_of([task(1), later(1, "PENDING", reasons.NEVER_SATISFIED)], [], STEPS)
    assert live.tasks[1].job == "12"
    assert not states.jobs_of([later(0, "PENDING", reasons.NEVER_SATISFIED)], [], STEPS).is_live


ROWS = st.lists(
    st.builds(
        Row,
        job=st.sampled_from(["12", "13", "14", "99"]),
        task=st.sampled_from([None, 0, 1]),
        state=st.sampled_from(sorted(LIVE | reasons.ENDED | {"NEW_STATE"})),
        reason=st.sampled_from(["", "Resources", "BeginTime", "JobHeldUser", "TimeLimit"]),
        node=st.sampled_from(["", "node1"]),
    ),
    max_size=6,
)
HOSTS = st.lists(
    st.builds(
        host,
        st.integers(0, 1),
        st.sampled_from([str(state) for state in JobState]),
        age=st.sampled_from([1.0, 100.0, 1_000.0]),
    ),
    max_size=2,
    unique_by=lambda each: each.rank,
)


SUBMISSIONS = st.sampled_from([SUBMISSION, STEPS])


@given(ROWS, HOSTS, st.booleans(), st.sampled_from(list(JobState)), SUBMISSIONS, st.randoms())
def test_run_status__does_not_depend_on_the_order_of_rows(
    rows, hosts, is_cancelled, state, submission, random
):
    def found(rows):
        return status_of(
            rows,
            hosts=hosts,
            status=replace(QUEUED, state=state),
            is_cancelled=is_cancelled,
            submission=submission,
        )

    assert found(random.sample(rows, len(rows))) == found(rows)
    assert found([row for row in rows if row.job in submission.jobs]) == found(rows)


@given(ROWS, HOSTS, st.booleans(), SUBMISSIONS)
def test_run_status__is_live_exactly_while_a_job_is(rows, hosts, is_cancelled, submission):
    found = status_of(rows, hosts=hosts, is_cancelled=is_cancelled, submission=submission)
    assert found.state not in {JobState.DONE, JobState.UNKNOWN}
    if states.jobs_of(rows, [], submission).is_live:
        assert found.state.is_live
    if not found.state.is_live and found.state is not JobState.CANCELLED:
        assert found.error is not None
    assert (found.step == "") is not found.state.is_live


REFUSAL = ErrorRecord("slurm-unreachable", "Slurm cannot be asked.", "Wait.")


@pytest.mark.parametrize(
    ("before", "hosts", "is_cancelled", "state"),
    [
        (QUEUED, [], False, "unknown"),
        (QUEUED, [host(0)], False, "running"),
        (QUEUED, [host(0, age=179.0)], False, "running"),
        (QUEUED, [host(0, age=181.0)], False, "unknown"),
        (QUEUED, [host(0, "failed")], False, "unknown"),
        (QUEUED, [host(0)], True, "stopping"),
        (replace(QUEUED, state=JobState.RUNNING, heartbeat=NOW), DONE, False, "running"),
        (replace(QUEUED, state=JobState.DONE), [], False, "done"),
    ],
)
def test_unanswered__judges_by_the_tasks_heartbeats(before, hosts, is_cancelled, state):
    found = states.unanswered(before, REFUSAL, hosts=hosts, is_cancelled=is_cancelled, now=NOW)
    assert found.state == state
    assert (found.error == REFUSAL) is (state == "unknown")
