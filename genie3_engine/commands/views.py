"""The command ``views``: list the saved views of a run."""

from __future__ import annotations

import argparse
import unicodedata

from genie3_engine.commands import output
from genie3_engine.networks.saved_views import SavedView, read_views
from genie3_engine.store.run_folder import RunFolder

_HEADINGS = ("view", "name", "links", "genes", "focus", "caption")
_LONGEST = 60


def views(args: argparse.Namespace) -> int:
    """Print the saved views of a run, in the order of the presentation."""
    run = RunFolder.open(args.run).path
    found = read_views(run)
    if args.json:
        output.print_json({"run": str(run), "views": [_as_json(view) for view in found]})
    elif found:
        rows = [_row(number, view) for number, view in enumerate(found, 1)]
        output.print_table(_HEADINGS, rows)
    else:
        print("This run has no saved views: save one on the page Network.")
    return 0


def _focus(view: SavedView) -> str:
    shown = view.light
    return " to ".join(gene for gene in (shown.gene, shown.to) if gene is not None)


def _row(number: int, view: SavedView) -> tuple[str, ...]:
    layout = view.light.layout
    counts = f"{len(layout.source):,}", f"{len(layout.genes):,}"
    texts = (view.name, *counts, _focus(view), view.caption)
    return (str(number), *(_one_line(text) for text in texts))


def _one_line(text: str) -> str:
    """Return a text for one cell of a terminal, without control characters."""
    signs = (" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    line = " ".join("".join(signs).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _as_json(view: SavedView) -> dict[str, object]:
    shown = view.light
    return {
        "id": view.id,
        "name": view.name,
        "caption": view.caption,
        "threshold": str(shown.threshold),
        "n_links": len(shown.layout.source),
        "n_genes": len(shown.layout.genes),
        "gene": shown.gene,
        "to": shown.to,
        "settings": dict(view.settings),
    }
