"""A thousand labelled tables are read right, or their reading is called a guess."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.generated.confusion import REFUSED, RIGHT, SILENT, VAGUE, WARNED, Outcome, outcomes

N_FILES = 1_000
MOST_WRONG, LEAST_RIGHT = 0.005, 0.98


@pytest.fixture(scope="module")
def read() -> dict[str, Outcome]:
    """How each file was read, by the parts that it was made of."""
    return {
        f"{seed}: {labelled.parts}": outcome for seed, labelled, outcome in outcomes(range(N_FILES))
    }


def of_kind(read: dict[str, Outcome], *kinds: str) -> dict[str, str]:
    return {parts: each.detail for parts, each in read.items() if each.kind in kinds}


@pytest.mark.slow(20)
def test_tables__are_never_misread_in_silence(read):
    assert of_kind(read, SILENT) == {}


def test_tables__wrong_readings_are_rare_and_name_the_right_one(read):
    assert of_kind(read, VAGUE) == {}
    assert len(of_kind(read, WARNED)) <= MOST_WRONG * N_FILES, of_kind(read, WARNED)


def test_tables__are_read_right(read):
    wrong = of_kind(read, WARNED, VAGUE, REFUSED, SILENT)
    assert len(of_kind(read, RIGHT)) >= LEAST_RIGHT * N_FILES, wrong


def test_tables__have_every_part(read):
    counts: Counter[str] = Counter()
    for parts in read:
        counts.update(parts.split("'")[3::4])
    assert len(counts) > 35 + 15 + 5 + 2 + 9
