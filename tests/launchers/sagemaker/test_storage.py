from __future__ import annotations

from genie3_engine.launchers.sagemaker.storage import usable_bucket


def test_bucket__keeps_files_until_they_are_deleted(options, tmp_path):
    from dataclasses import replace

    bucket = usable_bucket(replace(options, bucket="kept", region="us-east-1"))
    file = tmp_path / "file"
    file.write_bytes(b"two")
    bucket.put("folder/one", b"1")
    bucket.upload("folder/two", file)
    assert [(each.key, each.n_bytes) for each in bucket.list("folder/")] == [
        ("folder/one", 1),
        ("folder/two", 3),
    ]
    assert bucket.holds("folder/one")
    assert not bucket.holds("folder/on")
    bucket.download("folder/two", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"two"
    assert bucket.delete(["folder/one", "folder/two"]) == 2
    assert list(bucket.list("folder/")) == []
