"""Find the columns of symbols and of descriptions in a table about genes.

A header counts most; the texts decide between equal headers, and where no header is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from genie3_engine.data.gene_identifiers import identifiers
from genie3_engine.data.gene_labels import NameKind
from genie3_engine.data.gene_table import GeneRole

_SYMBOL_HEADERS = (
    r"((gene|hgnc|mgi|rgd|zfin|official|official gene|approved|external gene|current|locus) ?)?"
    r"symbols?|gene ?symbol",
    r"(external |associated |preferred |primary |common |standard )?gene ?(short )?names?"
    r"|short ?name|preferred ?name|primary symbol|standard name|feature name|hgnc",
    r"genes?|names?|gene assignment|locus name|gene primary",
)
_DESCRIPTION_HEADERS = (
    r"(gene |protein |wikigene |feature )?descriptions?|gene title|definition|product( name)?"
    r"|gene product",
    r"((gene|protein|approved|official)? ?(full )?)?names?|full name from nomenclature authority"
    r"|titles?|functions?|summary|annotations?|note",
)
_SYMBOLS, _DESCRIPTIONS = (
    [re.compile(form, re.IGNORECASE) for form in forms]
    for forms in (_SYMBOL_HEADERS, _DESCRIPTION_HEADERS)
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SPACE, _SEVERAL = re.compile(r"\s"), re.compile(r"\s*///\s*")  # of a probe set of GEO
_SENTENCES = 0.3  # share of texts with several words in a column of descriptions
_ONE_WORD = 0.8  # share of texts of one word in a column of symbols
_REPEATS_GENES = 0.9


def roles_of_columns(
    columns: Mapping[str, Sequence[str]], genes: Sequence[str]
) -> dict[GeneRole, str]:
    """Return the headers of the columns of symbols and of descriptions, as far as there are any.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        A text for each gene, by header; empty where there is none.
    genes : sequence of str
        The identifiers of the genes. A column that repeats them has no symbols.
    """
    found: dict[GeneRole, str] = {}
    kinds = [NameKind(header, list(texts)) for header, texts in columns.items()]
    own = NameKind("", list(genes))
    usable = [each for each in kinds if each.counts]
    ranked = [(_likeness_to_symbols(each, own), each) for each in usable]
    best = max(ranked, key=lambda pair: pair[0], default=(0.0, own))
    if best[0] > 0:
        found[GeneRole.SYMBOL] = best[1].name
    ranked = [(_likeness_to_descriptions(each), each) for each in usable]
    best = max(ranked, key=lambda pair: pair[0], default=(0.0, own))
    if best[0] > 0:
        found[GeneRole.DESCRIPTION] = best[1].name
    return found


def _likeness_to_symbols(column: NameKind, genes: NameKind) -> float:
    """Return how likely a column has symbols, from 0 for none."""
    pairs = [pair for pair in zip(column.texts, genes.texts, strict=True) if pair[0]]
    n_same = sum(text.casefold() == gene.casefold() for text, gene in pairs)
    if n_same >= _REPEATS_GENES * len(pairs):
        return 0.0
    n_words = sum(not _SPACE.search(_SEVERAL.sub("/", text)) for text in column.sample)
    if n_words < _ONE_WORD * len(column.sample):
        return 0.0
    kind = identifiers(column.sample).kind
    by_header = _place_among(_SYMBOLS, column.name)
    by_texts = column.likeness_to_symbols
    if by_header == 3:
        return 6 + 0.1 * by_texts
    if genes.is_symbols and by_header < 2:
        return 0.0  # they go by symbols already
    is_other = kind not in ("", "gene symbols", "numbered names")
    if by_header and not is_other and (by_texts or by_header > 1):
        return 2 + by_header + 0.1 * by_texts
    return float(by_texts > 1)


def _likeness_to_descriptions(column: NameKind) -> float:
    """Return how likely a column has descriptions, from 0 for none."""
    n_texts = max(1, len(column.sample))
    sentences = sum(" " in text for text in column.sample) / n_texts
    by_header = _place_among(_DESCRIPTIONS, column.name)
    if by_header == 2 and sentences > 0:
        return 2 + sentences
    if sentences < _SENTENCES:
        return 0.0
    if by_header:
        return 1 + sentences
    several = len(column.counts) / max(1, column.counts.total())
    return sentences * several if several > 0.5 else 0.0


def _place_among(forms: Sequence[re.Pattern[str]], header: str) -> int:
    """Return how sure a header is: as many as there are forms for the first, 0 for none."""
    words = " ".join(_WORDS.findall(header))
    matching = (i for i, form in enumerate(forms) if form.fullmatch(words))
    return len(forms) - next(matching, len(forms))
