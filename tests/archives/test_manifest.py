from __future__ import annotations

import hashlib

import pytest

from genie3_engine.archives.manifest import Digest, FileRecord, Manifest
from genie3_engine.errors import InputError

RECORD = FileRecord(3, "a" * 64)
MANIFEST = Manifest("one-run", "b" * 64, {"run/spec.json": RECORD, "data/values.npy": RECORD})


def test_manifest__is_read_as_it_was_written():
    assert Manifest.from_bytes(MANIFEST.to_bytes()) == MANIFEST
    assert set(MANIFEST.of("run")) == {"run/spec.json"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("one-run", "../one"),
        ("one-run", ""),
        ("genie3-archive", "tar"),
        ('"size": 3', '"size": -3'),
        ('"size": 3', '"size": true'),
        ('"version": 1', '"version": 1e999'),
        ("a" * 64, "a" * 63),
        ("b" * 64, "b" * 65),
        ('"files": {', '"file": {'),
    ],
)
def test_manifest__refuses_another_form(old, new):
    with pytest.raises(InputError, match="manifest cannot be read"):
        Manifest.from_bytes(MANIFEST.to_bytes().replace(old.encode(), new.encode()))


def test_require__names_the_file_that_differs():
    MANIFEST.require({"run/spec.json": 3, "data/values.npy": 3})
    with pytest.raises(InputError, match=r"'data/values.npy' is missing"):
        MANIFEST.require({"run/spec.json": 3})
    with pytest.raises(InputError, match=r"run/spec.json has another size"):
        MANIFEST.require({"run/spec.json": 4, "data/values.npy": 3})
    with pytest.raises(InputError, match=r"'run/x' is not in its manifest"):
        MANIFEST.require({"run/spec.json": 3, "data/values.npy": 3, "run/x": 0})


def test_digest__adds_up_chunks():
    digest = Digest()
    assert b"".join(digest.through([b"ab", b"c"])) == b"abc"
    assert digest.record == FileRecord(3, hashlib.sha256(b"abc").hexdigest())
