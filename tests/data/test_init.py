"""Tests of what the package offers."""

from __future__ import annotations

import genie3_engine.data as data


def test_package__has_every_name_that_it_lists():
    assert all(hasattr(data, name) for name in data.__all__)
    assert list(data.__all__) == sorted(
        data.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name)
    )
