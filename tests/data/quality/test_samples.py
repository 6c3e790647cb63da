"""Tests of samples: copies, blocks, empty ones."""

from __future__ import annotations

import math

from genie3_engine.data.quality import diagnose
from tests.data.quality.test_init import blocky
from tests.data.raws import fixed, raw_of, sparse

NAN = math.nan


def test_drop_copied_samples__keeps_the_first():
    values = [[1, 2, 1, 1], [3, 4, 3, NAN]]
    for raw in (raw_of(values), raw_of(sparse(values))):
        assert fixed(raw, "drop-copied-samples").samples == ("s1", "s2", "s4")


def test_drop_empty_samples():
    assert fixed(raw_of([[0, 1], [0, 0]]), "drop-empty-samples").samples == ("s2",)


def test_blocks__are_explained_by_names_or_annotations():
    batches = tuple("AB"[j >= 30] for j in range(60))
    raw = raw_of(blocky(), annotations={"batch": batches})
    assert "they go with the annotation 'batch'" in found_blocks(raw)
    raw = raw_of(blocky(), samples=[f"{batch}_{j}" for j, batch in enumerate(batches)])
    assert "part 1 of the samples' names" in found_blocks(raw)


def found_blocks(raw):
    return next(found.sentence for found in diagnose(raw).findings if found.code == "blocks")
