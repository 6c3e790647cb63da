from __future__ import annotations

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.model import LayoutSpec


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_threads": 0}, "Threads per process is 0"),
        ({"n_processes": 0}, "Processes is 0"),
        ({"n_jobs": 0}, "Jobs per process is 0"),
        ({"n_shards": 0}, "number of shards is 0"),
        ({"shard_index": 3, "n_shards": 3}, "Shard 3 of 3 does not exist"),
        ({"shard_index": -1}, "Shard -1 of 1 does not exist"),
    ],
)
def test_layout_spec__refuses_a_value_that_is_not_allowed(wrong, message):
    with pytest.raises(OptionError, match=message):
        LayoutSpec(**wrong)


def test_layout_spec__takes_all_cores_by_default():
    assert LayoutSpec().n_threads is None
