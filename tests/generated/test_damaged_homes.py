"""Damaged homes: a sample of those that `damaged_homes` makes."""

from __future__ import annotations

import pytest

from tests.generated.damaged_homes import Template, findings

N_HOMES, EVERY = 40, 3  # pages of every third home


@pytest.mark.slow(12)
def test_damaged_homes__are_met_with_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("GENIE3_HOME", "")
    template = Template(tmp_path)
    seeds = range(N_HOMES)
    every = {damage for _, damage in template.pairs}
    assert len({damage for _, damage in map(template.choose, seeds)}) > 0.8 * len(every)
    assert not [
        each
        for seed in seeds
        for each in findings(template, seed, n_pages=seed % EVERY == 0, n_commands=2)
    ]
