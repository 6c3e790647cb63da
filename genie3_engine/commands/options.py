"""What do the options of ``infer`` mean?"""

from __future__ import annotations

import argparse
import re
from typing import Literal

from genie3_engine.errors import OptionError
from genie3_engine.model import Engine, ForestSpec, LayoutSpec, Method

_SHARD = re.compile(r"(\d+)/(\d+)")


def forest_of(args: argparse.Namespace) -> ForestSpec:
    """Return the forests that the options describe.

    Raises
    ------
    OptionError
        When a value is out of its range.
    """
    return ForestSpec(
        method=Method(args.method),
        k=args.k,
        n_trees=args.trees,
        seed=args.seed,
        engine=Engine(args.engine),
    )


def layout_of(args: argparse.Namespace, *, n_cores: int) -> LayoutSpec:
    """Return the layout that the options describe.

    Parameters
    ----------
    args : argparse.Namespace
        The options.
    n_cores : int
        Cores that scikit-learn's jobs share when nobody says how many.

    Raises
    ------
    OptionError
        When a count is below one or a shard does not exist.
    """
    for name in ("threads", "processes", "n_jobs"):
        value = getattr(args, name)
        if value is not None and value < 1:
            option = "--" + name.replace("_", "-")
            raise OptionError(f"{option} is {value}.", "Give a whole number from 1.")
    shard_index, n_shards = shard_of(args.shard)
    n_jobs = 1
    if args.engine == Engine.SCIKIT_LEARN:
        n_jobs = args.n_jobs or args.threads or max(1, n_cores // args.processes)
    return LayoutSpec(
        n_threads=args.threads,
        n_processes=args.processes,
        n_jobs=n_jobs,
        shard_index=shard_index,
        n_shards=n_shards,
    )


def idle_options(args: argparse.Namespace) -> list[str]:
    """Return a sentence for each option given that the engine has no use for."""
    if args.n_jobs is None:
        return []
    if args.engine == Engine.COMPILED:
        return ["--n-jobs is scikit-learn's; the compiled engine takes --threads."]
    if args.threads is not None:
        return ["--threads does nothing beside --n-jobs; scikit-learn has its jobs only."]
    return []


def shard_of(text: str | None) -> tuple[int, int]:
    """Return the index, from 0, and the number of shards; ``3/3`` is the shard ``0/3``.

    Raises
    ------
    OptionError
        When the text is no shard, or the shard does not exist.
    """
    if text is None:
        return 0, 1
    found = _SHARD.fullmatch(text)
    if found is None or not 0 <= int(found[1]) <= int(found[2]) or found[2] == "0":
        raise OptionError(
            f"--shard is {text!r}.", "Give I/N, such as 1/3, 2/3 and 3/3 for three shards."
        )
    index, n_shards = int(found[1]), int(found[2])
    return index % n_shards, n_shards


def keep_of(value: str | int | None) -> Literal["default", "all"] | int:
    """Return the links kept for each target, as `prepare_spec` takes them.

    Raises
    ------
    OptionError
        When the number is below one.
    """
    if value is None:
        return "default"
    if value == "all":
        return "all"
    if int(value) < 1:
        raise OptionError(f"--keep is {value}.", "Give all or a whole number from 1.")
    return int(value)
