from __future__ import annotations

import pytest

import genie3_engine


@pytest.mark.parametrize("name", sorted(genie3_engine._HOMES))
def test_public_name__is_found_and_listed(name):
    assert callable(getattr(genie3_engine, name))
    assert name in dir(genie3_engine)


def test_other_name__is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = genie3_engine.nothing_such
