"""Assumptions of a forecast about other machines: speed of their cores, start-up, spot prices.

None of these values was measured on those machines. Finished runs there correct them.
"""

from __future__ import annotations

from typing import Any

from genie3_engine.model import COMPILED, ENGINES

# One thread alone on a core, ml.m5 = 1: by generation and clock under load.
CORE_SPEED = {
    "ml.m4": 0.75,
    "ml.m5": 1.0,
    "ml.c5": 1.12,
    "ml.c6i": 1.25,
    "ml.m7i": 1.35,
    "ml.c7i": 1.4,
    "ml.g4dn": 0.95,
    "ml.g5": 1.15,
}
OTHER_SPEED = 1.0
# Words of a processor's name, the more telling first.
LOCAL_SPEED = (
    ("Apple M", 1.9),
    ("EPYC 9", 1.6),
    ("Ryzen", 1.7),
    ("EPYC 7", 1.25),
    ("EPYC", 1.5),
    ("Platinum 84", 1.4),
    ("Platinum 83", 1.25),
    ("Platinum", 1.1),
    ("Core", 1.5),
    ("Xeon", 1.0),
)
UNKNOWN_LOCAL_SPEED = 1.2
SECOND_THREAD = 0.25  # what the second thread of a core adds
SPEED_ERROR = 0.25  # one standard deviation of the logarithm
STARTUP_SECONDS = 240.0  # an instance is found, its image fetched, its programs installed
BILLED_STARTUP_SECONDS = 120.0
TRANSFER_BYTES_A_SECOND = 50e6
SPOT_SAVING = 0.6  # of the price on demand, where no spot price is known
MEMORY_FOR_THE_SYSTEM = 1.0e9


def core_speed(family: str) -> float:
    """Return the assumed speed of a family's core, ml.m5's = 1."""
    return CORE_SPEED.get(family, OTHER_SPEED)


def local_speed(machine: dict[str, Any]) -> float:
    """Return the assumed speed of a measured machine's core, ml.m5's = 1."""
    processor = str(machine.get("processor", ""))
    for words, speed in LOCAL_SPEED:
        if words in processor:
            return speed
    return UNKNOWN_LOCAL_SPEED


def busy_cores(n_workers: int, physical_cores: int, engine: str, n_jobs: int = 1) -> float:
    """Return how many cores' work so many threads do.

    Parameters
    ----------
    n_workers : int
        Threads at work.
    physical_cores : int
        Cores, of two threads each.
    engine : str
        The engine.
    n_jobs : int
        Its own jobs in each process.
    """
    first = min(n_workers, physical_cores)
    second = min(n_workers - first, physical_cores)
    record = ENGINES[engine]
    sharing = n_jobs if record.has_jobs else n_workers
    loss = 1.0 + record.worker_loss * (sharing - 1)
    return (first + SECOND_THREAD * second) / loss


def assumptions(price_date: str) -> list[str]:
    """Return the assumptions about cloud instances, one sentence each."""
    families = ", ".join(f"{family[3:]} {speed:g}" for family, speed in CORE_SPEED.items())
    return [
        f"Speed of a core by family, with m5 = 1: {families}; this machine's by the name of its"
        " processor. None of these was measured on those machines.",
        f"The second thread of a core adds {SECOND_THREAD:.0%}.",
        f"An instance starts work {STARTUP_SECONDS / 60:g} minutes after the request, of which"
        f" {BILLED_STARTUP_SECONDS / 60:g} are billed, and then compiles for"
        f" {ENGINES[COMPILED].compile_seconds:g} s; data travel at"
        f" {TRANSFER_BYTES_A_SECOND / 1e6:g} MB/s.",
        f"Prices on demand are of {price_date}; where no spot price is known it is taken as"
        f" {SPOT_SAVING:.0%} below, without interruptions.",
    ]
