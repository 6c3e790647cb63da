from __future__ import annotations

import botocore.exceptions
import pytest

from genie3_engine.errors import CloudError
from genie3_engine.launchers.sagemaker import logs
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.state import JobRecord, TrainingState
from tests.simulated_networks import tiny_run


class FakeLogs:
    """CloudWatch with one stream per host; a stream that is throttled refuses once."""

    def __init__(self, streams, *, throttled=()):
        self.streams = streams
        self.throttled = set(throttled)
        self.exceptions = type("", (), {"ResourceNotFoundException": KeyError})

    def get_paginator(self, _):
        return self

    def paginate(self, **_):
        return [{"logStreams": [{"logStreamName": name} for name in self.streams]}]

    def get_log_events(self, *, logStreamName, nextToken="0", **_):  # noqa: N803 -- AWS's names
        if logStreamName in self.throttled:
            self.throttled.remove(logStreamName)
            answer = {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}
            raise botocore.exceptions.ClientError(answer, "GetLogEvents")
        lines = self.streams[logStreamName]
        events = [{"message": line} for line in lines[int(nextToken) :]]
        return {"events": events, "nextForwardToken": str(len(lines))}


@pytest.fixture
def fetch(home, monkeypatch, tmp_path):
    """Fetch the logs of a run of a fake service, and return the run's log."""
    run = tiny_run(tmp_path / "run", launcher="sagemaker")
    record = TrainingState(
        SageMakerOptions(), key="k", jobs=[JobRecord("j", 1.0, "ml.x.y", 2, False)]
    )

    def act(service):
        monkeypatch.setattr(logs, "client_of", lambda *_: service)
        try:
            logs.fetch(None, run, record)
        finally:
            act.log = run.log_path.read_text() if run.log_path.exists() else ""
        return act.log

    return act


def test_fetch__loses_no_line_when_a_later_stream_is_throttled(fetch):
    service = FakeLogs({"j/algo-1-1": ["one"], "j/algo-2-1": ["two"]}, throttled=["j/algo-2-1"])
    with pytest.raises(CloudError):
        fetch(service)
    assert fetch.log == "[algo-1] one\n"
    assert fetch(service) == "[algo-1] one\n[algo-2] two\n"


def test_fetch__continues_where_it_ended(fetch):
    service = FakeLogs({"j/algo-1-1": ["one"]})
    fetch(service)
    service.streams["j/algo-1-1"].append("two\nlines")
    assert fetch(service) == "[algo-1] one\n[algo-1] two\n[algo-1] lines\n"
    assert fetch(service) == "[algo-1] one\n[algo-1] two\n[algo-1] lines\n"
