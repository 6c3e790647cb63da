from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.differential import chosen_links
from genie3_engine.differential.classes import Candidates
from genie3_engine.errors import RunError


def test_candidates__come_back_as_they_were_stored_first(tmp_path):
    path = tmp_path / "candidates.npz"
    assert chosen_links.load_candidates(path) is None
    found = Candidates(
        np.array([0, 3], np.int32),
        np.array([1, 2], np.int32),
        np.array([[0.5, 0.1], [0.25, 1.0]], np.float32),
        np.array([[True, False], [True, True]]),
        (0.5, 0.25),
    )
    chosen_links.store_candidates(path, found)
    chosen_links.store_candidates(path, found._replace(least=(9.0, 9.0)))
    back = chosen_links.load_candidates(path)
    assert back.least == found.least
    for name in ("regulators", "targets", "importance", "is_in"):
        mine, stored = getattr(found, name), getattr(back, name)
        assert (stored == mine).all()
        assert stored.dtype == mine.dtype


def test_load__of_a_damaged_file_fails_in_words(tmp_path):
    path = tmp_path / "promising.npz"
    chosen_links.store_promising(path, np.array([4, 7]))
    assert chosen_links.load_promising(path).tolist() == [4, 7]
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(RunError, match="cannot be read"):
        chosen_links.load_promising(path)
