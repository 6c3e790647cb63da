"""Make command-line flags of declared settings, and read the options of ``infer``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from genie3_engine.errors import OptionError
from genie3_engine.model import (
    ENGINES,
    METHODS,
    ForestSpec,
    LayoutSpec,
    Setting,
    method_settings,
    settings_of,
)

_FOREST = settings_of(ForestSpec)
HOW = _FOREST.pop("how")  # of lists that are combined, not of an inference
FOREST = tuple(_FOREST.values())
_CHOOSES = ("method", "engine")  # the other settings depend on them
_LAYOUT = settings_of(LayoutSpec)
LAYOUT = (
    _LAYOUT["n_processes"],
    _LAYOUT["n_threads"],
    replace(_LAYOUT["n_jobs"], default=None, unset="all cores"),
)
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
                action="append" if _may_repeat(each) else "store",
                type=_Parse(each),
                default=None if _may_repeat(each) else default,
                metavar=_metavar(each),
                help=text,
            )


def add_forest_settings(parser: argparse._ActionsContainer) -> None:
    """Add the flags of the method and its settings; only method and engine have a default."""
    for each in FOREST:
        add_settings(parser, [each], has_defaults=each.name in _CHOOSES)


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
        value = getattr(args, each.name, None)
        if value is None:
            continue
        if each.has_items:
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


def _may_repeat(each: Setting) -> bool:
    return each.has_items or each.kind == "mapping"


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
    if _may_repeat(each):
        text += "; may be given several times"
    default = each.unset if each.default is None else each.to_text(each.default)
    if default and each.kind != "boolean":
        text += f" (default: {default})"
    return text


def forest_of(args: argparse.Namespace) -> ForestSpec:
    """Return the forests that the options describe."""
    return ForestSpec(**given_settings(args, FOREST))


def layout_of(args: argparse.Namespace, *, n_cores: int) -> LayoutSpec:
    """Return the layout that the options describe.

    Parameters
    ----------
    args : argparse.Namespace
        The options.
    n_cores : int
        Cores that the jobs of an engine share where their number is not given.

    Raises
    ------
    OptionError
        When a shard does not exist.
    """
    shard_index, n_shards = shard_of(args.shard)
    n_jobs = 1
    if ENGINES[args.engine].has_jobs:
        n_jobs = args.n_jobs or args.n_threads or max(1, n_cores // args.n_processes)
    return LayoutSpec(
        n_threads=args.n_threads,
        n_processes=args.n_processes,
        n_jobs=n_jobs,
        shard_index=shard_index,
        n_shards=n_shards,
    )


def unused_options(args: argparse.Namespace) -> list[str]:
    """Return a sentence for each option given that the method or the engine does not use."""
    taken = method_settings(args.method)
    phrase = METHODS[args.method].phrase
    unused = [
        f"{each.flag} is not used by {phrase}."
        for each in FOREST
        if each.name not in taken and getattr(args, each.name) not in _not_given(each)
    ]
    return [*unused, *_unused_workers(args)]


def _not_given(each: Setting) -> tuple[object, ...]:
    """Return the values of a flag that was not given, or might as well not have been."""
    return (None, each.default) if each.name in _CHOOSES else (None,)


def _unused_workers(args: argparse.Namespace) -> list[str]:
    if args.n_jobs is None:
        return []
    record = ENGINES[args.engine]
    if not record.has_jobs:
        return [f"--n-jobs is not used by {record.phrase}; it takes --threads."]
    if args.n_threads is not None:
        return ["--threads is not used next to --n-jobs."]
    return []


def shard_of(text: str | None) -> tuple[int, int]:
    """Return the index, from 0, and the number of shards; ``3/3`` is the shard ``0/3``.

    Raises
    ------
    OptionError
        When the text has another form, or the shard does not exist.
    """
    if text is None:
        return 0, 1
    match = _SHARD.fullmatch(text)
    if match is None or not 0 <= int(match[1]) <= int(match[2]) or match[2] == "0":
        raise OptionError(
            f"--shard is {text!r}.", "Give I/N, such as 1/3, 2/3 and 3/3 for three shards."
        )
    index, n_shards = int(match[1]), int(match[2])
    return index % n_shards, n_shards
