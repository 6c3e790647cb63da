"""Append the logs of the instances to the run's log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.stored_files import open_to_append
from genie3_engine.launchers.sagemaker.client import client_of
from genie3_engine.launchers.sagemaker.errors import refusals

if TYPE_CHECKING:
    from genie3_engine.launchers.sagemaker.state import TrainingState
    from genie3_engine.launchers.shared_jobs import SharedJob

GROUP = "/aws/sagemaker/TrainingJobs"
_MOST_LINES = 10_000  # of one host at one time; what is left comes the next time


def fetch(session: Any, folder: SharedJob, record: TrainingState) -> None:  # noqa: ANN401 -- boto3's
    """Append what the hosts have logged since to the run's log, each line with its host.

    Parameters
    ----------
    session : boto3.Session
        Where.
    folder : SharedJob
        The run; this process is alone with it.
    record : TrainingState
        Holds where reading continues. It moves on stream by stream, after the stream's lines are
        written: a refusal in between loses none.

    Raises
    ------
    CloudError
        When the logs cannot be read.
    StorageError
        When the run's log may not be written.
    """
    if record.job is None:
        return
    client = client_of(session, "logs")
    with refusals("reading the log"):
        streams = _streams(client, record.job.name)
    for stream in streams:
        with refusals("reading the log"):
            messages, token = _messages(client, stream, record.logs_read.get(stream))
        begin = f"[{_host(stream)}] "
        lines = [begin + line for text in messages for line in text.splitlines() or [""]]
        if lines:
            with (
                atomic_write.storage_errors(folder.log_path),
                open_to_append(folder.log_path) as log,
            ):
                log.write(("\n".join(lines) + "\n").encode())
        record.logs_read[stream] = token


def delete(session: Any, record: TrainingState) -> int:  # noqa: ANN401 -- boto3's
    """Delete the hosts' logs in the cloud, and return how many."""
    client = client_of(session, "logs")
    n_deleted = 0
    with refusals("deleting the logs"):
        for job in record.jobs:
            for stream in _streams(client, job.name):
                client.delete_log_stream(logGroupName=GROUP, logStreamName=stream)
                n_deleted += 1
    return n_deleted


def _streams(client: Any, job: str) -> list[str]:  # noqa: ANN401 -- boto3's
    pages = client.get_paginator("describe_log_streams")
    try:
        return sorted(
            (
                stream["logStreamName"]
                for page in pages.paginate(logGroupName=GROUP, logStreamNamePrefix=f"{job}/")
                for stream in page["logStreams"]
            ),
            key=_order,
        )
    except client.exceptions.ResourceNotFoundException:
        return []  # nothing is logged yet


def _messages(client: Any, stream: str, token: str | None) -> tuple[list[str], str]:  # noqa: ANN401
    """Return a stream's new messages, and the token with which reading continues."""
    messages: list[str] = []
    while True:
        since = {} if token is None else {"nextToken": token}
        answer = client.get_log_events(
            logGroupName=GROUP, logStreamName=stream, startFromHead=True, **since
        )
        messages += [event["message"] for event in answer["events"]]
        is_end = not answer["events"] or token == answer["nextForwardToken"]
        token = str(answer["nextForwardToken"])
        if is_end or len(messages) >= _MOST_LINES:
            return messages, token


def _host(stream: str) -> str:
    """Return ``algo-10`` of ``job/algo-10-1700000000``."""
    return "-".join(stream.rsplit("/", 1)[-1].split("-")[:2])


def _order(stream: str) -> tuple[int, str]:
    number = _host(stream).rpartition("-")[2]
    return (int(number) if number.isdigit() else 0, stream)
