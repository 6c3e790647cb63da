"""Damaged homes: a sample of those that `damaged_homes` makes."""

from __future__ import annotations

import pytest

from tests.generated.damaged_homes import DAMAGES, Template, findings

N_HOMES, N_PAGES = 40, 4


@pytest.mark.slow(12)
def test_damaged_homes__are_met_with_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("GENIE3_HOME", "")
    template = Template(tmp_path)
    chosen = [template.choose(seed) for seed in range(N_HOMES)]
    assert len({damage for _, damage in chosen}) >= len(DAMAGES) // 2
    every = N_HOMES // N_PAGES
    assert not [
        each
        for seed in range(N_HOMES)
        for each in findings(template, seed, n_pages=seed % every == 0, n_commands=2)
    ]
