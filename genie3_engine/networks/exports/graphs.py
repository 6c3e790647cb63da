"""Write links as graphs: GraphML, GEXF, SIF, CX2."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import IO
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa

from genie3_engine.errors import InputError
from genie3_engine.networks.exports.link_source import Links
from genie3_engine.networks.exports.tables import further_texts, text_columns
from genie3_engine.version import __version__

# What XML 1.0 cannot hold, escaped or not.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOT_SIF = re.compile("[\t\r\n]")
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF = "http://gexf.net/1.3"
_INTERACTION = "regulates"


def write_graphml(links: Links, file: IO[bytes]) -> None:
    """Write GraphML: genes as nodes with a ``name``, links as directed edges with a score.

    What the gene table has about a gene are attributes of its node. Each edge has the
    ``interaction`` that Cytoscape names it by, and the further columns that are known of the link.

    Parameters
    ----------
    links : Links
        What is written. It is read twice: genes come before links.
    file : binary file
        Where to.

    Raises
    ------
    InputError
        When a name holds a control character, which XML cannot.
    """
    check = _refuse(NOT_XML, "XML")
    ids, _ = _number_genes(links, check)
    score = quoteattr(links.score_column)
    _put(
        file,
        f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{_GRAPHML}">\n'
        f"<!-- genie3-engine {__version__}; {_in_comment(links.description)} -->\n"
        '<key id="name" for="node" attr.name="name" attr.type="string"/>\n'
        f'<key id="score" for="edge" attr.name={score} attr.type="double"/>\n'
        '<key id="interaction" for="edge" attr.name="interaction" attr.type="string"/>\n'
        + "".join(
            f'<key id="gene{i}" for="node" attr.name={quoteattr(_shown(name))} '
            'attr.type="string"/>\n'
            for i, name in enumerate(links.gene_table.attributes)
        )
        + "".join(
            f'<key id="{field.name}" for="edge" attr.name="{field.name}" '
            f'attr.type="{_type_of(field)}"/>\n'
            for field in links.further_fields
        )
        + '<graph id="network" edgedefault="directed">\n',
    )
    attributes = list(links.gene_table.attributes.values())
    for name, i in ids.items():
        about = "".join(
            f'<data key="gene{place}">{_element(_shown(of[name]))}</data>'
            for place, of in enumerate(attributes)
            if name in of
        )
        _put(file, f'<node id="n{i}"><data key="name">{_element(name)}</data>{about}</node>\n')
    spell = {name: f'<data key="{name}">{{}}</data>' for name in _names(links)}
    for regulators, targets, scores, further in _edges(
        links, lambda name: _element(check(name)), spell
    ):
        _put(
            file,
            "".join(
                f'<edge source="n{ids[a]}" target="n{ids[b]}"><data key="score">{s}</data>'
                f'<data key="interaction">{_INTERACTION}</data>{more}</edge>\n'
                for a, b, s, more in zip(regulators, targets, scores, further, strict=True)
            ),
        )
    _put(file, "</graph>\n</graphml>\n")


def write_gexf(links: Links, file: IO[bytes]) -> None:
    """Write GEXF 1.3: genes as labelled nodes, links as directed edges weighted by score.

    The further columns are attributes of the edges. Where there are symbols, they label the genes,
    whose names are the attribute ``identifier``.

    Parameters
    ----------
    links : Links
        What is written.
    file : binary file
        Where to.

    Raises
    ------
    InputError
        When a name holds a control character, which XML cannot.
    """
    check = _refuse(NOT_XML, "XML")
    ids, _ = _number_genes(links, check)
    _put(
        file,
        f'<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="{_GEXF}" version="1.3">\n'
        f"<meta><creator>genie3-engine {__version__}</creator>"
        f"<description>weight is {_element(links.description)}</description></meta>\n"
        '<graph defaultedgetype="directed">\n' + _gexf_attributes(links) + "<nodes>\n",
    )
    attributes = _gexf_columns(links)
    for name, i in ids.items():
        label = quoteattr(_shown(links.gene_table.label(name)))
        about = "".join(
            f'<attvalue for="gene{place}" value="{_attribute(_shown(text))}"/>'
            for place, of in enumerate(attributes.values())
            if (text := name if of is None else of.get(name, ""))
        )
        tail = f"><attvalues>{about}</attvalues></node>" if about else "/>"
        _put(file, f'<node id="{i}" label={label}{tail}\n')
    _put(file, "</nodes>\n<edges>\n")
    number = count()
    spell = {name: f'<attvalue for="{name}" value="{{}}"/>' for name in _names(links)}
    for regulators, targets, scores, further in _edges(
        links, lambda name: _attribute(check(name)), spell
    ):
        _put(
            file,
            "".join(
                f'<edge id="{next(number)}" source="{ids[a]}" target="{ids[b]}" weight="{s}"'
                + (f"><attvalues>{more}</attvalues></edge>\n" if more else "/>\n")
                for a, b, s, more in zip(regulators, targets, scores, further, strict=True)
            ),
        )
    _put(file, "</edges>\n</graph>\n</gexf>\n")


def write_sif(links: Links, file: IO[bytes]) -> None:
    """Write Cytoscape's simple interaction format: regulator, ``regulates``, target; no scores.

    Parameters
    ----------
    links : Links
        What is written.
    file : binary file
        Where to.

    Raises
    ------
    InputError
        When a name holds a tab or a line break, which the format cannot.
    """
    spell = _refuse(NOT_SIF, "SIF")
    for batch in links.pieces():
        regulators, targets, _ = text_columns(batch, spell)
        _put(
            file,
            "".join(
                f"{a}\t{_INTERACTION}\t{b}\n" for a, b in zip(regulators, targets, strict=True)
            ),
        )


def write_cx2(links: Links, file: IO[bytes]) -> None:
    """Write CX2, Cytoscape's and NDEx's JSON: genes named ``name``, links with their columns.

    What the gene table has about a gene are attributes of its node.
    """
    ids, n_links = _number_genes(links, str)
    attributes = links.gene_table.attributes
    declared = {
        "networkAttributes": {"name": {"d": "string"}, "description": {"d": "string"}},
        "nodes": {name: {"d": "string"} for name in ("name", *attributes)},
        "edges": {
            "interaction": {"d": "string"},
            links.score_column: {"d": "double"},
            **{field.name: {"d": _type_of(field)} for field in links.further_fields},
        },
    }
    about = {"name": "Gene regulatory network", "description": links.description}
    sizes = {"attributeDeclarations": 1, "networkAttributes": 1, "nodes": len(ids)}
    counts = [{"name": name, "elementCount": n} for name, n in {**sizes, "edges": n_links}.items()]
    head = [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": counts},
        {"attributeDeclarations": [declared]},
        {"networkAttributes": [about]},
    ]
    _put(file, "[" + ",\n".join(json.dumps(part) for part in head) + ',\n{"nodes": [')
    separator = "\n"
    for name, i in ids.items():
        about = {"name": name, **{key: of[name] for key, of in attributes.items() if name in of}}
        _put(file, f'{separator}{{"id": {i}, "v": {json.dumps(about)}}}')
        separator = ",\n"
    _put(file, ']},\n{"edges": [')
    number, separator = count(), "\n"
    spell = {name: f', "{name}": {{}}' for name in _names(links)}
    for regulators, targets, scores, further in _edges(links, json.dumps, spell):
        _put(
            file,
            separator
            + ",\n".join(
                f'{{"id": {next(number)}, "s": {ids[a]}, "t": {ids[b]}, "v": '
                f'{{"interaction": "{_INTERACTION}", "{links.score_column}": {s}{more}}}}}'
                for a, b, s, more in zip(regulators, targets, scores, further, strict=True)
            ),
        )
        separator = ",\n"
    _put(file, ']},\n{"status": [{"success": true}]}]\n')


def _number_genes(links: Links, check: Callable[[str], str]) -> tuple[dict[str, int], int]:
    """Give each gene that occurs in a link a number, in order of occurrence; count the links."""
    ids: dict[str, int] = {}
    n_links = 0
    for batch in links.batches():
        n_links += batch.num_rows
        for column in (batch.column(0), batch.column(1)):
            for name in column.unique().to_pylist():
                if name not in ids:
                    ids[check(name)] = len(ids)
    return ids, n_links


def _names(links: Links) -> list[str]:
    return [field.name for field in links.further_fields]


def _type_of(field: pa.Field) -> str:
    return "string" if pa.types.is_string(field.type) else "double"


def _gexf_columns(links: Links) -> dict[str, dict[str, str] | None]:
    """Return the attributes of genes in GEXF; None for the identifier itself."""
    found: dict[str, dict[str, str] | None] = dict(links.gene_table.attributes)
    return {"identifier": None, **found} if links.gene_table.has_symbols else found


def _gexf_attributes(links: Links) -> str:
    of_genes = [
        (f"gene{i}", quoteattr(_shown(name)), "string")
        for i, name in enumerate(_gexf_columns(links))
    ]
    of_links = [(field.name, f'"{field.name}"', _type_of(field)) for field in links.further_fields]
    text = ""
    for kind, columns in (("node", of_genes), ("edge", of_links)):
        each = "".join(
            f'<attribute id="{key}" title={title} type="{type_}"/>\n'
            for key, title, type_ in columns
        )
        text += f'<attributes class="{kind}">\n{each}</attributes>\n' if columns else ""
    return text


def _edges(
    links: Links, spell: Callable[[str], str], templates: Mapping[str, str]
) -> Iterator[tuple[list[str], list[str], list[str], list[str]]]:
    """Yield regulators, targets, scores, and what a format writes of the further columns.

    A template has a place for the text of its column; a link without a value has none.
    """
    for batch in links.pieces():
        regulators, targets, scores = text_columns(batch, str)
        further = [""] * batch.num_rows
        columns = further_texts(links, batch, spell)
        for column, template in zip(columns, templates.values(), strict=True):
            before, after = template.split("{}")
            further = [
                text if value is None else f"{text}{before}{value}{after}"
                for text, value in zip(further, column.to_pylist(), strict=True)
            ]
        yield regulators, targets, scores, further


def _refuse(forbidden: re.Pattern[str], form: str) -> Callable[[str], str]:
    def check(name: str) -> str:
        if forbidden.search(name):
            raise InputError(
                f"The gene name {name!r} holds a character that {form} cannot.",
                "Rename the gene, or export as tsv, csv, parquet or cx2.",
            )
        return name

    return check


def _put(file: IO[bytes], text: str) -> None:
    file.write(text.encode())


def _in_comment(text: str) -> str:
    return re.sub("-(?=-)|-$", "- ", text)  # XML allows no two hyphens in a comment


def _shown(text: str) -> str:
    """Return a text about a gene with a replacement sign for what XML cannot hold."""
    return NOT_XML.sub("\ufffd", text)


def _element(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


def _attribute(text: str) -> str:
    """Return text for the inside of double quotes."""
    return escape(text, {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})
