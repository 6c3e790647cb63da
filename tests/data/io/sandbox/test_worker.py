"""Tests of the separate process that reads files."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.waiting import HANG_SECONDS


def replies(*questions):
    done = subprocess.run(
        [sys.executable, "-m", "genie3_engine.data.io.sandbox.worker"],
        input="".join(f"{json.dumps(question)}\n" for question in questions),
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=True,
    )
    ready, *lines = done.stdout.splitlines()
    assert ready == "ready"
    return [json.loads(line) for line in lines]


@pytest.fixture
def question(loom):
    return {
        "path": str(loom),
        "name": "mine.loom",
        "size": loom.stat().st_size,
        "module": "hdf5.safe_file",
        "function": "top_of",
    }


def test_main__answers_each_question(question):
    assert replies(question, question) == [{"answer": "loom"}] * 2


def test_main__calls_the_file_by_the_users_name(question, loom):
    loom.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(500))
    [reply] = replies(question)
    kind, message, remedy, code = reply["error"]
    assert (kind, code) == ("InputError", "input")
    assert message.startswith("mine.loom is damaged")
    assert remedy
