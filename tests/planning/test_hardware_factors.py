import pytest

from genie3_engine.model import COMPILED, ENGINES
from genie3_engine.planning import (
    assumptions,
    hardware_factors,
)


def test_assumptions__name_families_and_the_date():
    text = " ".join(assumptions("2026-09-27"))
    assert "c5 1.12" in text
    assert "2026-09-27" in text


@pytest.mark.parametrize(
    ("workers", "cores", "expected"), [(1, 2, 1.0), (2, 2, 2.0), (4, 2, 2.5), (9, 2, 2.5)]
)
def test_busy_cores__second_threads_add_a_quarter(workers, cores, expected):
    loss = 1.0 + ENGINES[COMPILED].worker_loss * (workers - 1)
    assert hardware_factors.busy_cores(workers, cores, COMPILED) == expected / loss
