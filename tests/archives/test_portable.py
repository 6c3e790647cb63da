from __future__ import annotations

import json

import pytest

from genie3_engine.archives.portable import dumps, portable
from genie3_engine.errors import InputError
from genie3_engine.jobs.process import this_process
from genie3_engine.model import ErrorRecord, JobState, Parent, RunSpec, RunStatus


def travelled(name, values, **options):
    once = portable(name, dumps(values), **options)
    assert portable(name, once, **options) == once
    return json.loads(once)


def test_portable__status_has_no_process_and_no_error():
    status = RunStatus(
        JobState.FAILED,
        targets_done=3,
        targets_total=9,
        created=1.0,
        ended=5.5,
        expected_end=9.0,
        owner=this_process(),
        error=ErrorRecord("storage", "/home/ann/run could not be written."),
    )
    found = RunStatus.from_dict(travelled("status.json", status.to_dict()))
    assert found == RunStatus(
        JobState.CANCELLED,
        targets_done=3,
        targets_total=9,
        created=1.0,
        heartbeat=5.5,
        ended=5.5,
    )


def test_portable__spec_is_of_no_launcher_and_no_place():
    parents = (Parent("a", "/home/ann/.genie3/runs/one", "0" * 64, "RF"),) * 2
    spec = RunSpec(
        "1" * 64,
        launcher="sagemaker",
        launcher_options={"role": "arn:aws:iam::1:role/x"},
        source="C:\\Users\\ann\\data.tsv",
        parents=parents,
    )
    found = RunSpec.from_dict(travelled("spec.json", spec.to_dict()))
    assert (found.launcher, found.launcher_options, found.source) == ("local", {}, "data.tsv")
    assert [parent.path for parent in found.parents] == ["one", "one"]
    assert found.result_key == spec.result_key


def test_portable__timings_name_no_machine():
    timings = {
        "seconds": {"total": 1.5},
        "machine": {"host": "node17", "processor": "A w/ B", "system": "Linux"},
        "hosts": [{"machine": {"host": "node18"}, "seconds": {"total": 1.0}}],
        "billing": {"dollars": 3.0},
        "versions": {"numpy": "2.4", "path": "/usr/lib/numpy"},
    }
    assert travelled("timings.json", timings) == {
        "seconds": {"total": 1.5},
        "machine": {"processor": "A w/ B", "system": "Linux"},
        "hosts": [{"machine": {}, "seconds": {"total": 1.0}}],
        "versions": {"numpy": "2.4", "path": ""},
    }


def test_portable__labels_of_data_keep_the_fixes_but_no_upload():
    labels = {
        "name": "Mine",
        "regulators": ["a"],
        "regulators_from": "the list x",
        "upload": "0" * 32,
        "reading": {"recipe": ["log1p"], "sample_sheet": "1" * 32},
        "gene_table": "2" * 32,
    }
    found = travelled("labels.json", labels, of_data=True)
    assert (found["upload"], found["gene_table"]) == ("", "")
    assert found["reading"] == {"recipe": ["log1p"]}
    assert (found["name"], found["regulators"]) == ("Mine", ["a"])


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"a":' * 99_999, b"1" * 9_999])
@pytest.mark.parametrize("name", ["spec.json", "status.json", "views.json", "deposit.json"])
def test_portable__refuses_what_is_damaged(name, content):
    with pytest.raises(InputError, match=f"{name} cannot be read"):
        portable(name, content)
