"""Plans of small inferences that the tests share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import psutil
import pytest

from genie3_engine.inference.layout import InferencePlan
from genie3_engine.model import SCIKIT_LEARN, ForestSpec, LayoutSpec
from tests.inference import fakes

ROOT = Path(__file__).parents[2]
ALL = np.arange(12, dtype=np.int32)
REFERENCE = ForestSpec(n_trees=5, seed=3, engine=SCIKIT_LEARN)
ONE, TWO_THREADS = LayoutSpec(n_threads=1), LayoutSpec(n_threads=2)
TWO_PROCESSES = LayoutSpec(n_processes=2, n_threads=1)
LAYOUTS = pytest.mark.parametrize(
    "layout", [ONE, TWO_THREADS, TWO_PROCESSES], ids=["one", "threads", "processes"]
)


def plan(layout=ONE, *, build=fakes.hash_forests, forest=None, keep=None, targets=ALL):
    return InferencePlan(
        open_expression=fakes.small_expression,
        regulators=ALL,
        targets=np.asarray(targets, np.int32),
        forest=forest or ForestSpec(seed=3),
        keep=keep,
        layout=layout,
        build=build,
    )


def bits(found):
    return sorted(
        (links.target, links.regulators.tobytes(), links.importance.tobytes(), repr(links.oob_r2))
        for links in found
    )


def is_worker(process):
    """Return whether a live process was spawned to infer targets.

    Other tests of the same session may leave children that have ended and are not yet reaped.
    """
    try:
        command = process.cmdline()
    except (psutil.ZombieProcess, psutil.NoSuchProcess):
        return False
    return "spawn_main" in " ".join(command) and "tracker" not in command[-1]
