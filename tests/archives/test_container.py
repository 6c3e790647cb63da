from __future__ import annotations

import io
import zipfile

import pytest

from genie3_engine.archives import container
from genie3_engine.archives.container import ContainerReader, ContainerWriter, may_unpack
from genie3_engine.errors import InputError

FILES = {"run/spec.json": b"{}" * 400, "run/links.parquet": b"PAR1", "run/empty.json": b""}


def written(files=FILES, **options):
    stream = io.BytesIO()
    with ContainerWriter(stream, **options) as writer:
        for name, content in files.items():
            writer.add(name, len(content), iter([content[:3], content[3:]]))
    return stream.getvalue()


def read(content):
    reader = ContainerReader(io.BytesIO(content))
    return {name: b"".join(reader.chunks(name)) for name in reader.entries}


@pytest.mark.parametrize("is_packed", [True, False])
def test_container__gives_back_what_was_written(is_packed):
    content = written(is_packed=is_packed)
    assert read(content) == FILES
    assert content == written(is_packed=is_packed)
    with zipfile.ZipFile(io.BytesIO(content)) as other:  # any other program reads it, too
        assert other.testzip() is None
        assert {info.date_time for info in other.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_container__packs_what_is_not_packed_already():
    with zipfile.ZipFile(io.BytesIO(written())) as other:
        kinds = {info.filename: info.compress_type for info in other.infolist()}
    assert kinds["run/spec.json"] == zipfile.ZIP_DEFLATED
    assert kinds["run/links.parquet"] == zipfile.ZIP_STORED


def test_container__of_large_files_is_read(monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)  # as if 10 bytes were 4 GB
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    content = written()
    assert b"PK\x06\x06" in content
    assert read(content) == FILES


def test_container__that_fails_leaves_no_list():
    stream = io.BytesIO()

    def failing():
        yield b"a"
        raise OSError("full")

    with pytest.raises(OSError, match="full"), ContainerWriter(stream) as writer:
        writer.add("run/spec.json", 2, failing())
    with pytest.raises(InputError):
        ContainerReader(io.BytesIO(stream.getvalue()))


def test_read__refuses_what_is_too_long():
    reader = ContainerReader(io.BytesIO(written()))
    assert reader.read("run/links.parquet", at_most=4) == b"PAR1"
    with pytest.raises(InputError, match="800 bytes"):
        reader.read("run/spec.json", at_most=799)


def test_reader__holds_a_megabyte_of_a_file_at_most():
    content = written({"run/a.json": bytes(5_000_000)})
    reader = ContainerReader(io.BytesIO(content))
    assert max(map(len, reader.chunks("run/a.json"))) <= 1 << 20


def test_may_unpack__bounds_the_ratio():
    assert may_unpack(200_000_000, 1_000_000)
    assert not may_unpack(200_000_001, 1_000_000)
    assert may_unpack(container._FREE_BYTES, 100)
