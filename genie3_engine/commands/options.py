"""Make command-line flags of declared settings, and read the options of ``infer``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any, Literal

from genie3_engine.errors import OptionError
from genie3_engine.model import Engine, ForestSpec, LayoutSpec, Method
from genie3_engine.model.settings import Setting

_SHARD = re.compile(r"(\d+)/(\d+)")


def add_settings(
    parser: argparse._ActionsContainer, settings: Iterable[Setting], *, has_defaults: bool = True
) -> None:
    """Add the flag of each setting to a parser.

    Parameters
    ----------
    parser : ArgumentParser or a group of arguments
        Where the flags are added; a value is stored under the setting's name.
    settings : iterable of Setting
        The settings.
    has_defaults : bool
        Whether a setting that is not given has its default; otherwise it is None, so that a saved
        value can take its place.
    """
    for each in settings:
        default = each.default if has_defaults else None
        text = _help(each)
        if each.kind == "boolean":
            parser.add_argument(
                each.flag,
                dest=each.name,
                action=argparse.BooleanOptionalAction,
                default=default,
                help=text,
            )
        else:
            parser.add_argument(
                each.flag,
                dest=each.name,
                action="append" if each.kind in {"list", "mapping"} else "store",
                type=_Parse(each),
                default=None if each.kind in {"list", "mapping"} else default,
                metavar=_metavar(each),
                help=text,
            )


def given_settings(args: argparse.Namespace, settings: Iterable[Setting]) -> dict[str, Any]:
    """Return the values of the settings that were given, by name.

    Parameters
    ----------
    args : argparse.Namespace
        The options.
    settings : iterable of Setting
        Those of `add_settings`.
    """
    given: dict[str, Any] = {}
    for each in settings:
        value = getattr(args, each.name)
        if value is None:
            continue
        if each.kind == "list":
            value = tuple(item for items in value for item in items)
        elif each.kind == "mapping":
            value = {name: text for items in value for name, text in items.items()}
        given[each.name] = value
    return given


class _Parse:
    """The type of an argument: a setting's own parser, which names the flag in its errors."""

    def __init__(self, each: Setting) -> None:
        self._setting = each

    def __call__(self, text: str) -> Any:  # noqa: ANN401 -- of the setting's kind
        """Return the value of a text."""
        return self._setting.parse(text, called=self._setting.flag)


def _metavar(each: Setting) -> str:
    if each.metavar:
        return each.metavar
    words = "|".join(each.words)
    kinds = {"integer": "INT", "number": "X", "duration": "TIME", "mapping": "NAME=VALUE"}
    kind = "" if each.kind == "choice" else kinds.get(each.kind, "TEXT")
    return "|".join(part for part in (words, kind) if part)


def _help(each: Setting) -> str:
    """Return a setting's help as the command line shows it: lower case, with the default."""
    text = each.help.rstrip(".").replace("%", "%%")
    if text[1:2].islower():
        text = text[0].lower() + text[1:]
    if each.kind in {"list", "mapping"}:
        text += "; may be given several times"
    default = each.unset if each.default is None else each.to_text(each.default)
    if default and each.kind != "boolean":
        text += f" (default: {default})"
    return text


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
