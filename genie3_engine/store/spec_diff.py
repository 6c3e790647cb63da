"""Differences between two runs that affect their result."""

from __future__ import annotations

from genie3_engine.model import LayoutSpec, RunSpec

_LABELS = {"k": "K", "n_trees": "trees"}


def differences(
    first: RunSpec, second: RunSpec, *, sides: tuple[str, str] = ("there", "asked for")
) -> list[str]:
    """Return in which settings that decide the result two runs differ.

    Parameters
    ----------
    first, second : RunSpec
        The two runs.
    sides : tuple of str
        What the phrases call them.

    Returns
    -------
    list of str
        One phrase a setting, such as ``seed 1 there, 2 asked for``; empty when they are the same.
    """
    names = [name for name in first.forest.settings() if name in second.forest.settings()]
    values = {
        "data set": (_data_name(first), _data_name(second)),
        **{
            _LABELS.get(name, name): (getattr(first.forest, name), getattr(second.forest, name))
            for name in names
        },
        "lists": (_lists(first), _lists(second)),
        "keep": (first.keep or "all", second.keep or "all"),
        "confidence": (str(first.confidence or "none"), str(second.confidence or "none")),
        "shard": (shard_name(first.layout), shard_name(second.layout)),
    }
    if first.dataset == second.dataset:
        del values["data set"]  # the same, whatever its file was called
    different = [
        f"{label} {one} {sides[0]}, {other} {sides[1]}"
        for label, (one, other) in values.items()
        if one != other
    ]
    for label in ("regulators", "targets"):
        different += _name_differences(label, getattr(first, label), getattr(second, label), sides)
    return different


def _lists(spec: RunSpec) -> str:
    return ", ".join(f"{parent.name} ({parent.sha256[:12]})" for parent in spec.parents) or "none"


def _data_name(spec: RunSpec) -> str:
    short = spec.dataset[:12]
    return f"{spec.source} ({short})" if spec.source else short


def shard_name(layout: LayoutSpec) -> str:
    """Return the shard as ``--shard`` takes it: 1/3, 2/3, and 3/3 for the index 0."""
    return f"{layout.shard_index or layout.n_shards}/{layout.n_shards}"


def _name_differences(
    label: str,
    first: tuple[str, ...] | None,
    second: tuple[str, ...] | None,
    sides: tuple[str, str],
) -> list[str]:
    if first == second:
        return []
    one, other = ("all genes" if given is None else f"{len(given):,}" for given in (first, second))
    if one != other:
        return [f"{label} {one} {sides[0]}, {other} {sides[1]}"]
    odd = sorted(set(first or ()) ^ set(second or ()))
    return [f"{label} of other names" + (f", such as {odd[0]}" if odd else "")]
