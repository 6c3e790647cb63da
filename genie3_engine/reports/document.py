"""Write a report as one HTML file that needs no network.

Every text is escaped, data are JSON in which no tag can end, and a content security policy allows
exactly the scripts and styles that are in the file, by their hashes, and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib import resources
from typing import Any

import pandas as pd

from genie3_engine.labels import PHASES
from genie3_engine.networks.graph_payload import graph_payload
from genie3_engine.networks.link_evidence import COLUMNS, RIVAL
from genie3_engine.reports.content import RunReport

_STYLES = ("graph.css", "report.css")
_SCRIPTS = ("graph.js", "report.js")
_HEIGHT = 620
_LONGEST_FILE_NAME = 60
_SMALL = 0.001  # such as a p-value


def html_report(report: RunReport) -> str:
    """Write a report.

    Parameters
    ----------
    report : RunReport
        What it shows.

    Returns
    -------
    str
        A whole HTML document.
    """
    styles = [_asset(name) for name in _STYLES]
    scripts = [_asset(name) for name in _SCRIPTS]
    policy = (
        "default-src 'none'; img-src data: blob:; base-uri 'none'; form-action 'none'; "
        f"script-src {_hashes(scripts)}; style-src {_hashes(styles)}"
    )
    return "".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="color-scheme" content="light dark">\n',
            f"<title>{_text(report.title)}</title>\n",
            *(f"<style>{style}</style>\n" for style in styles),
            "</head>\n<body>\n",
            *_body(report),
            f'<script type="application/json" id="drawing">{_json(_drawn(report))}</script>\n',
            *(f"<script>{script}</script>\n" for script in scripts),
            "</body>\n</html>\n",
        ]
    )


def _body(report: RunReport) -> Iterable[str]:
    yield f'<header><p class="kind">Gene regulatory network</p><h1>{_text(report.title)}</h1>'
    yield '<dl class="facts">'
    for name, value in report.facts:
        yield f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>"
    yield "</dl></header>\n<main>\n"
    for note in report.notes:
        yield f'<p class="note">{_text(note)}</p>\n'
    yield from _network(report)
    yield from _tables(report)
    yield f"<section><h2>Methods, and how to cite</h2>{_paragraphs(report.methods)}</section>\n"
    yield '<div class="pair">\n'
    yield f"<section><h2>Settings</h2>{_pairs(report.settings)}</section>\n"
    yield f"<section><h2>Time</h2>{_times(report.seconds)}</section>\n</div>\n"
    yield f"<section><h2>Provenance</h2>{_pairs(report.provenance)}</section>\n</main>\n"
    yield f"<footer>Made {_text(report.created)}. This file holds everything it shows.</footer>\n"


def _network(report: RunReport) -> Iterable[str]:
    view = report.view
    n_drawn, n_genes = len(view.layout.source), len(view.layout.genes)
    yield '<section id="network"><h2>Network</h2>\n<div class="controls">'
    yield '<label>Find a gene <input id="find" type="search" list="genes"></label>'
    yield f'<datalist id="genes">{_options(view.layout.genes)}</datalist>'
    yield '<output id="focus" aria-live="polite"></output></div>\n'
    yield _asset("graph.html")
    yield "<noscript><p>The picture needs JavaScript; the tables do not.</p></noscript>"
    yield (
        f'<p class="note">The {n_drawn:,} links drawn of {view.n_links:,}, among {n_genes:,} '
        "genes. Arrows point from a regulator to its target. Drag a gene, scroll to zoom, click "
        "for its neighbours.</p>"
    )
    yield "</section>\n"


def _tables(report: RunReport) -> Iterable[str]:
    yield '<div class="pair">\n'
    yield f"<section><h2>Strongest links</h2><p class=note>{len(report.links):,} of "
    yield f"{report.view.n_links:,}. Importance: {_text(report.scale)}.</p>"
    titles = {name: name.capitalize() for name in ("rank", "regulator", "target", "importance")}
    titles |= {name: words.label for name, words in COLUMNS.items() if name in report.links}
    yield _table(report.links, titles, genes=("regulator", "target", RIVAL))
    yield "</section>\n<section><h2>Strongest regulators</h2><p class=note>Strength is the sum of "
    yield "the importance of a regulator's links. R² is out-of-bag: how well the gene itself is "
    yield "predicted.</p>"
    yield _table(
        report.regulators,
        {"gene": "Regulator", "n_targets": "Targets", "strength": "Strength", "oob_r2": "R²"},
        genes=("gene",),
    )
    yield "</section>\n</div>\n"


def _table(table: pd.DataFrame, columns: dict[str, str], *, genes: Sequence[str]) -> str:
    numeric = {name for name in columns if name not in genes}
    cells = ["<div class=scroll><table><thead><tr>"]
    cells += [
        f"<th scope=col{' class=number' if name in numeric else ''}>{_text(title)}</th>"
        for name, title in columns.items()
    ]
    cells.append("</tr></thead><tbody>\n")
    for row in table[list(columns)].itertuples(index=False):
        cells.append("<tr>")
        for name, value in zip(columns, row, strict=True):
            if name in genes and pd.isna(value):
                cells.append("<td>–</td>")
            elif name in genes:
                cells.append(f"<td><button class=gene>{_text(str(value))}</button></td>")
            else:
                cells.append(f"<td class=number>{_number(value)}</td>")
        cells.append("</tr>\n")
    return "".join([*cells, "</tbody></table></div>"])


def _number(value: Any) -> str:  # noqa: ANN401 -- whatever a column holds
    if pd.isna(value):
        return "–"
    if not isinstance(value, float):
        return f"{int(value):,}"
    return f"{value:.2g}" if 0 < abs(value) < _SMALL else f"{value:.4f}"


def _times(seconds: Sequence[tuple[str, float]]) -> str:
    if not seconds:
        return "<p>Not known.</p>"
    total = sum(value for _, value in seconds)
    rows = [
        f"<tr><th scope=row>{_text(PHASES[step])}</th><td class=number>{value:,.2f} s</td>"
        f'<td><svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{100 * value / max(total, 1e-9):.2f}" height="6"/></svg></td></tr>'
        for step, value in seconds
    ]
    whole = f"<tr><th scope=row>Total</th><td class=number>{total:,.2f} s</td><td></td></tr>"
    return f"<table>{''.join(rows)}{whole}</table>"


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    rows = (
        f"<tr><th scope=row>{_text(name)}</th><td>{_text(value)}</td></tr>" for name, value in pairs
    )
    return f"<table class=pairs>{''.join(rows)}</table>"


def _paragraphs(text: str) -> str:
    parts = (part.strip() for part in text.split("\n\n"))
    return "".join(f"<p>{'<br>'.join(_text(part).splitlines())}</p>" for part in parts if part)


def _options(names: Iterable[str]) -> str:
    return "".join(f'<option value="{escape(name)}"></option>' for name in sorted(names))


def _drawn(report: RunReport) -> dict[str, Any]:
    """Return what the graph's script takes."""
    name = "".join(sign if sign.isalnum() else "-" for sign in report.title)[:_LONGEST_FILE_NAME]
    return {**graph_payload(report.view, version="0", name=name), "height": _HEIGHT}


def _json(value: object) -> str:
    """Write JSON for a script element: no tag begins or ends in it."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _text(text: str) -> str:
    """Return text that is shown as it is; what HTML cannot hold becomes a replacement sign."""
    kept = "".join(sign if sign in "\t\n" or sign >= " " else "\ufffd" for sign in text)
    return escape(kept.encode("utf-8", "replace").decode("utf-8"))


@cache
def _asset(name: str) -> str:
    return (resources.files("genie3_engine.reports") / "assets" / name).read_text("utf-8")


def _hashes(texts: Iterable[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
