"""Fixtures of the tests of readers."""

from __future__ import annotations

import pytest

from tests.data.io.samples import WRITERS


@pytest.fixture
def loom(tmp_path):
    path = tmp_path / "cells.loom"
    WRITERS["loom"][1](path)
    return path


@pytest.fixture
def written(tmp_path):
    def write(title):
        name, writer = WRITERS[title]
        path = tmp_path / name
        writer(path)
        return path

    return write
