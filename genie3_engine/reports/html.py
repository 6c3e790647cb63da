"""Parts of the HTML of a report: the whole document, tables, pairs, the graph, escaped texts.

Every text is escaped, data are JSON in which no tag can end, and a content security policy allows
exactly the scripts and styles that are in the file, by their hashes, and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from html import escape, unescape
from importlib import resources
from typing import Any

import pandas as pd

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.networks.graph_payload import graph_payload
from genie3_engine.networks.views import View

_STYLES = ("graph.css", "presentation.css", "report.css")
_SCRIPTS = ("graph.js", "presentation.js", "story.js", "report.js")
_OF_GRAPH = {"graph.css", "graph.js", "report.js"}
_HEIGHT = 620
_LONGEST_FILE_NAME = 60
_SMALL = 0.001  # such as a p-value


def whole_document(title: str, body: Iterable[str], view: View | None) -> str:
    """Return a whole HTML document that opens offline.

    Parameters
    ----------
    title : str
        What the report is called.
    body : iterable of str
        HTML; `graph_section` is a part of it.
    view : View or None
        What the graph draws; None in a document without a graph.
    """
    styles, scripts = (
        [asset(name) for name in names if view is not None or name not in _OF_GRAPH]
        for names in (_STYLES, _SCRIPTS)
    )
    drawing = "" if view is None else _json(_drawn(title, view))
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
            f"<title>{text(title)}</title>\n",
            *(f"<style>{style}</style>\n" for style in styles),
            "</head>\n<body>\n",
            *body,
            f'<script type="application/json" id="drawing">{drawing}</script>\n',
            *(f"<script>{script}</script>\n" for script in scripts),
            "</body>\n</html>\n",
        ]
    )


def policy_of(document: str) -> str:
    """Return the content security policy of a whole document, for its HTTP header."""
    begin = '<meta http-equiv="Content-Security-Policy" content="'
    return unescape(document.partition(begin)[2].partition('"')[0])


def header(kind: str, title: str, facts: Sequence[tuple[str, str]]) -> str:
    """Return the head of a report: its kind, its title, and a few numbers."""
    rows = (f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>" for name, value in facts)
    return (
        f'<header><p class="kind">{text(kind)}</p><h1>{text(title)}</h1>'
        f'<dl class="facts">{"".join(rows)}</dl></header>\n'
    )


def footer(created: str) -> str:
    """Return the end of a report that was made at a time."""
    return f"<footer>Made {text(created)}. This file holds everything it shows.</footer>\n"


def notes(sentences: Iterable[str]) -> str:
    """Return what to be careful about, a paragraph each."""
    return "".join(f'<p class="note">{text(sentence)}</p>\n' for sentence in sentences)


def section(title: str, content: str) -> str:
    """Return a titled section of HTML."""
    return f"<section><h2>{text(title)}</h2>{content}</section>\n"


def graph_section(view: View, title: str, caption: str) -> Iterable[str]:
    """Yield the section of the graph, with a search for genes.

    Parameters
    ----------
    view : View
        What is drawn; `whole_document` takes the same.
    title : str
        The section's.
    caption : str
        What is drawn, in words.
    """
    yield f'<section id="network"><h2>{text(title)}</h2>\n<div class="controls">'
    yield '<label>Find a gene <input id="find" type="search" list="genes"></label>'
    yield f'<datalist id="genes">{_options({*view.layout.genes, *view.labels})}</datalist>'
    yield '<output id="focus" aria-live="polite"></output></div>\n'
    yield asset("graph.html")
    yield "<noscript><p>The picture needs JavaScript; the tables do not.</p></noscript>"
    yield f'<p class="note">{text(caption)}</p>'
    yield "</section>\n"


def inline_svg(svg: str) -> str:
    """Return a drawing of `network_svg` as a part of an HTML document with others of them."""
    drawing = svg.partition("?>\n")[2].replace("<svg ", '<svg role="img" ', 1)
    return drawing.replace('<g id="', '<g class="')  # no name holds this: its "<" is escaped


def table(
    rows: pd.DataFrame,
    columns: Mapping[str, str],
    *,
    genes: Collection[str],
    words: Collection[str] = (),
    gene_table: GeneTable = NO_GENE_TABLE,
) -> str:
    """Return a table.

    Parameters
    ----------
    rows : DataFrame
        What it lists.
    columns : mapping of str to str
        Titles by the names of the columns, in order.
    genes : collection of str
        Columns of genes; a click finds the gene in the graph.
    words : collection of str
        Columns of other text; the rest are numbers.
    gene_table : GeneTable
        Labels of the genes; where it has symbols, the identifiers follow in columns of their own.
    """
    if gene_table.has_symbols:
        of_genes = [name for name in columns if name in genes]
        rows = rows.assign(**{f"{name}_identifier": rows[name] for name in of_genes})
        more = {f"{name}_identifier": f"{columns[name]} identifier" for name in of_genes}
        columns, words = {**columns, **more}, {*words, *more}
    numeric = {name for name in columns if name not in genes and name not in words}
    cells = ["<div class=scroll><table><thead><tr>"]
    cells += [
        f"<th scope=col{' class=number' if name in numeric else ''}>{text(title)}</th>"
        for name, title in columns.items()
    ]
    cells.append("</tr></thead><tbody>\n")
    for row in rows[list(columns)].itertuples(index=False):
        cells.append("<tr>")
        for name, value in zip(columns, row, strict=True):
            if name in numeric:
                cells.append(f"<td class=number>{number(value)}</td>")
            elif pd.isna(value):
                cells.append("<td>–</td>")
            elif name in genes:
                gene = str(value)
                label = gene_table.label(gene)
                data = f' data-gene="{text(gene)}"' if label != gene else ""
                cells.append(f"<td><button class=gene{data}>{text(label)}</button></td>")
            else:
                cells.append(f"<td>{text(str(value))}</td>")
        cells.append("</tr>\n")
    return "".join([*cells, "</tbody></table></div>"])


def number(value: Any) -> str:  # noqa: ANN401 -- whatever a column holds
    """Return a number as tables show it."""
    if pd.isna(value):
        return "–"
    if not isinstance(value, float):
        return f"{int(value):,}"
    return f"{value:.2g}" if 0 < abs(value) < _SMALL else f"{value:.4f}"


def pair_table(pairs: Sequence[tuple[str, str]]) -> str:
    """Return names and values as a table."""
    rows = (
        f"<tr><th scope=row>{text(name)}</th><td>{text(value)}</td></tr>" for name, value in pairs
    )
    return f"<table class=pairs>{''.join(rows)}</table>"


def paragraphs(words: str) -> str:
    """Return a text whose paragraphs are separated by blank lines."""
    parts = (part.strip() for part in words.split("\n\n"))
    return "".join(f"<p>{'<br>'.join(text(part).splitlines())}</p>" for part in parts if part)


def text(words: str) -> str:
    """Return text that is shown as it is; what HTML cannot hold becomes a replacement sign."""
    kept = "".join(sign if sign in "\t\n" or sign >= " " else "\ufffd" for sign in words)
    return escape(kept.encode("utf-8", "replace").decode("utf-8"))


def _options(names: Iterable[str]) -> str:
    return "".join(f'<option value="{text(name)}"></option>' for name in sorted(names))


def _drawn(title: str, view: View) -> dict[str, Any]:
    """Return what the graph's script takes."""
    name = "".join(sign if sign.isalnum() else "-" for sign in title)[:_LONGEST_FILE_NAME]
    return {**graph_payload(view, version="0", name=name), "height": _HEIGHT}


def _json(value: object) -> str:
    """Write JSON for a script element: no tag begins or ends in it."""
    written = json.dumps(value, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def asset(name: str) -> str:
    """Return a file that reports are made of."""
    return (resources.files("genie3_engine.reports") / "assets" / name).read_text("utf-8")


def _hashes(texts: Iterable[str]) -> str:
    digests = (hashlib.sha256(words.encode()).digest() for words in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
