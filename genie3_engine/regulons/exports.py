"""Write regulons: GMT, YAML, pySCENIC's CSV, TSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from genie3_engine.errors import InputError, OptionError
from genie3_engine.regulons.regulon import Regulon, RegulonSet

_NOT_GMT = re.compile(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|^#|^\s|\s$|^$")
# What YAML does not print, or reads as the end of a line.
_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_SYMBOLS = ("regulator_symbol", "symbol")
_REGULATOR_WEIGHT = 1.0  # pySCENIC's, of the regulator that it adds to its targets
_PYSCENIC_COLUMNS = (
    *("AUC", "NES", "MotifSimilarityQvalue", "OrthologousIdentity"),
    *("Annotation", "Context", "TargetGenes", "RankAtMax"),
)


def write_gmt(regulons: RegulonSet, file: IO[bytes]) -> None:
    """Write GMT, a line of tab-separated text per regulon: name, description, genes.

    Raises
    ------
    InputError
        When a name holds a tab or a line break, or begins like a comment.
    """
    for regulon in regulons:
        about = f"regulator={regulon.regulator};sign={regulon.sign.value};rule={regulon.rule}"
        cells = [regulon.name, about, *regulons.genes_of(regulon)]
        bad = next((cell for cell in cells if _NOT_GMT.search(cell)), None)
        if bad is not None:
            raise InputError(
                f"The name {bad!r} has a character that GMT does not allow.",
                "Rename the gene, or export as yaml, tsv or pyscenic.",
            )
        _put(file, "\t".join(cells) + "\n")


def write_yaml(regulons: RegulonSet, file: IO[bytes]) -> None:
    """Write a YAML list with pySCENIC's fields of a regulon; texts are quoted as in JSON.

    Notes
    -----
    The weight of a gene is the importance of its link, that of the regulator 1, as in pySCENIC.
    """
    if not len(regulons):
        _put(file, "[]\n")
    for regulon in regulons:
        genes = regulons.genes_of(regulon)
        weights = [_REGULATOR_WEIGHT, *_weights(regulon)]
        _put(file, f"- name: {_quoted(regulon.name)}\n")
        _put(file, f"  transcription_factor: {_quoted(regulon.regulator)}\n")
        _put(file, f"  context: [{', '.join(map(_quoted, _context(regulon)))}]\n")
        _put(file, f"  rule: {_quoted(regulon.rule)}\n")
        _put(file, "  genes:\n")
        _put(file, "".join(f"  - {_quoted(gene)}\n" for gene in genes))
        _put(file, "  weights:\n")
        _put(file, "".join(f"  - {weight!r}\n" for weight in weights))


def write_pyscenic(regulons: RegulonSet, file: IO[bytes], *, delimiter: str = ",") -> None:
    """Write the table of ``pyscenic ctx``, which ``pyscenic aucell`` reads as regulons.

    Parameters
    ----------
    regulons : RegulonSet
        Signed or unsigned; pySCENIC takes unsigned ones for activating.
    file : binary file
        Where to.
    delimiter : str
        A comma, or a tab for a file that ends in ``.tsv``: pySCENIC goes by the ending.

    Notes
    -----
    The rule stands where a motif would, its scores are 0: no motif was searched for. pySCENIC joins
    the rows of one regulator and sign into one regulon.
    """
    blank = ("",) * len(_PYSCENIC_COLUMNS)
    head = [
        ("", "", *("Enrichment" for _ in blank)),
        ("", "", *_PYSCENIC_COLUMNS),
        ("TF", "MotifID", *blank),
    ]
    _put(file, _lines(head, delimiter))
    for regulon in regulons:
        names = regulons.genes_of(regulon)
        weights = [_REGULATOR_WEIGHT, *_weights(regulon)]
        context = f"frozenset({{{', '.join(map(repr, _context(regulon)))}}})"
        genes = repr(list(zip(names, weights, strict=True)))
        row = (regulon.regulator, regulon.context, 0.0, 0.0, "", "", "", context, genes, 0)
        _put(file, _lines([row], delimiter))


def write_tsv(regulons: RegulonSet, file: IO[bytes]) -> None:
    """Write a line per gene: regulon, regulator, sign, rule, gene, importance of its link.

    Where genes have symbols, those of regulator and gene follow.
    """
    head = ("regulon", "regulator", "sign", "rule", "gene", "importance")
    genes = regulons.gene_table
    _put(file, _lines([(*head, *(_SYMBOLS if genes.has_symbols else ()))], "\t"))
    for regulon in regulons:
        about = (regulon.name, regulon.regulator, regulon.sign.value, regulon.rule)
        names = regulons.genes_of(regulon)
        scores = ["", *_weights(regulon)]
        rows: list[tuple[object, ...]] = [
            (*about, *pair) for pair in zip(names, scores, strict=True)
        ]
        if genes.has_symbols:
            own = genes.symbol(regulon.regulator)
            symbols = map(genes.symbol, names)
            rows = [(*row, own, symbol) for row, symbol in zip(rows, symbols, strict=True)]
        _put(file, _lines(rows, "\t"))


@dataclass(frozen=True, slots=True)
class RegulonFormat:
    """A format that regulons can be written in.

    Parameters
    ----------
    name : str
        What the user asks for.
    suffixes : tuple of str
        How its files' names end, the usual ending first.
    purpose : str
        Programs that read it, in a few words.
    mime : str
        Its media type.
    write : callable
        Writes a `RegulonSet` to an open binary file.
    """

    name: str
    suffixes: tuple[str, ...]
    purpose: str
    mime: str
    write: Callable[[RegulonSet, IO[bytes]], None]

    def for_suffix(self, suffix: str) -> Callable[[RegulonSet, IO[bytes]], None]:
        """Return what writes a file of an ending."""
        if self.name == "pyscenic" and suffix == ".tsv":
            return lambda regulons, file: write_pyscenic(regulons, file, delimiter="\t")
        return self.write


FORMATS = {
    form.name: form
    for form in (
        RegulonFormat("gmt", (".gmt",), "GSEA, decoupler, pySCENIC", "text/plain", write_gmt),
        RegulonFormat("yaml", (".yaml", ".yml"), "Python, R", "application/yaml", write_yaml),
        RegulonFormat("pyscenic", (".csv",), "pyscenic aucell", "text/csv", write_pyscenic),
        RegulonFormat(
            *("tsv", (".tsv", ".txt"), "spreadsheets, R, Python", "text/tab-separated-values"),
            write_tsv,
        ),
    )
}


def regulon_format(name: str | None, suffix: str) -> RegulonFormat:
    """Return a format by its name, otherwise by the ending of a file's name, otherwise GMT.

    Raises
    ------
    OptionError
        When there is none of that name.
    """
    if name is None:
        return next((form for form in FORMATS.values() if suffix in form.suffixes), FORMATS["gmt"])
    if name not in FORMATS:
        raise OptionError(
            f"There is no format {name!r} for regulons.", f"Give one of {', '.join(FORMATS)}."
        )
    return FORMATS[name]


def _context(regulon: Regulon) -> list[str]:
    return [regulon.context] if not regulon.sign.suffix else [regulon.context, regulon.sign.value]


def _weights(regulon: Regulon) -> Iterator[float]:
    """Return importances with the fewest digits that give the same float32."""
    return (float(str(weight)) for weight in regulon.importance)


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _NOT_YAML.sub(lambda sign: f"\\u{ord(sign.group()):04x}", quoted)


def _lines(rows: Iterable[tuple[object, ...]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _put(file: IO[bytes], text: str) -> None:
    file.write(text.encode())
