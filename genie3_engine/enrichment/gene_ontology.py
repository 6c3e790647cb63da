"""Read annotations (GAF) and terms (OBO) of the Gene Ontology."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from genie3_engine import labels
from genie3_engine.enrichment.gene_sets import GeneSets, NamedGene, SetBuilder
from genie3_engine.errors import InputError

_FEWEST_COLUMNS = 15
_IDENTIFIER, _SYMBOL, _QUALIFIER, _TERM, _EVIDENCE, _SYNONYMS = 1, 2, 3, 4, 6, 10
_NO_DATA = "ND"
_PART_OF = re.compile(r"relationship: part_of (\S+)")


@dataclass(slots=True)
class Ontology:
    """Terms of an ontology.

    Parameters
    ----------
    names : dict of str to str
        A term's name by its identifier.
    parents : dict of str to list of str
        The more general terms that a term is a kind or a part of.
    current : dict of str to str
        The identifier in use, by those that were merged into it.
    """

    names: dict[str, str] = field(default_factory=dict)
    parents: dict[str, list[str]] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)


def is_gaf(lines: Iterable[str]) -> bool:
    """Return whether the first lines of a file are those of a GAF file, version 2."""
    for line in lines:
        if line.startswith("!gaf-version: 2"):
            return True
        if line.strip() and not line.startswith("!"):
            cells = line.split("\t")
            return len(cells) >= _FEWEST_COLUMNS and ":" in cells[_TERM]
    return False


def read_gaf(lines: Iterable[str], *, name: str) -> GeneSets:
    """Read the annotations of genes with terms: a set for each term.

    Parameters
    ----------
    lines : iterable of str
        Lines of a GAF 2.x file.
    name : str
        What the file is called, for messages.

    Returns
    -------
    GeneSets
        Named by the identifiers of terms. Annotations that are denied (``NOT``), and those that
        state that nothing is known (evidence code ``ND``), are left out.

    Raises
    ------
    InputError
        When a line has too few columns, or no annotation is left.
    """
    builder = SetBuilder()
    n_denied = n_empty = 0
    pairs: dict[tuple[int, int], None] = {}
    for number, line in enumerate(lines, 1):
        if line.startswith("!") or not line.strip():
            continue
        cells = line.rstrip("\n").split("\t")
        if len(cells) < _FEWEST_COLUMNS:
            raise InputError(
                f"{name} has {len(cells)} columns in line {number:,}, and GAF has 17.",
                "Download the file again.",
            )
        if "NOT" in cells[_QUALIFIER].split("|"):
            n_denied += 1
        elif cells[_EVIDENCE] == _NO_DATA:
            n_empty += 1
        else:
            synonyms = tuple(part for part in cells[_SYNONYMS].split("|") if part)
            gene = NamedGene(cells[_SYMBOL], (cells[_IDENTIFIER],), synonyms)
            place = builder.gene_place(gene, cells[_IDENTIFIER])
            pairs[builder.set_place(cells[_TERM]), place] = None
    for term, gene_place in pairs:
        builder.add(term, [gene_place])
    if not pairs:
        raise InputError(f"{name} has no annotations.", "Download the file again.")
    left = [
        f"{labels.count(n, 'annotation')} {why}"
        for n, why in ((n_denied, "with the qualifier NOT"), (n_empty, "without data (ND)"))
        if n
    ]
    return builder.gene_sets([f"Left out: {' and '.join(left)}."] if left else [])


def read_obo(lines: Iterable[str]) -> Ontology:
    """Read the terms of an OBO file: names, and what they are kinds or parts of."""
    found = Ontology()
    term: str | None = None
    for line in lines:
        line = line.rstrip("\n")
        if line.startswith("["):
            term = "" if line == "[Term]" else None
        elif term is None:
            continue
        elif line.startswith("id: "):
            term = line[4:].strip()
            found.current[term] = term
        elif line.startswith("name: "):
            found.names[term] = line[6:].strip()
        elif line.startswith("alt_id: "):
            found.current[line[8:].strip()] = term
        elif line.startswith("is_a: "):
            found.parents.setdefault(term, []).append(line[6:].split(" ! ")[0].split(" {")[0])
        elif part := _PART_OF.match(line):
            found.parents.setdefault(term, []).append(part[1])
    return found


def with_names(sets: GeneSets, names: Mapping[str, str]) -> GeneSets:
    """Return sets described by the names of their terms, where these are known."""
    described = [
        names.get(name, before) for name, before in zip(sets.names, sets.descriptions, strict=True)
    ]
    n_named = sum(name in names for name in sets.names)
    note = f"{n_named:,} of {labels.count(len(sets), 'set')} have a name of their term."
    return replace(sets, descriptions=tuple(described), notes=(*sets.notes, note))


def passed_on(sets: GeneSets, ontology: Ontology) -> GeneSets:
    """Return sets whose genes also belong to the more general terms.

    Parameters
    ----------
    sets : GeneSets
        A set for each term, as annotated.
    ontology : Ontology
        The terms.

    Returns
    -------
    GeneSets
        With a set for each term that is annotated, or more general than one.
    """
    names = [ontology.current.get(name, name) for name in sets.names]
    above = _above(names, ontology)
    terms = list(dict.fromkeys(term for name in names for term in (name, *above[name])))
    place = {term: i for i, term in enumerate(terms)}
    rows = [place[term] for name in names for term in (name, *above[name])]
    columns = [i for i, name in enumerate(names) for _ in range(1 + len(above[name]))]
    shape = (len(terms), len(sets))
    spread = sparse.csr_array((np.ones(len(rows), np.int32), (rows, columns)), shape=shape)
    ones = np.ones(len(sets.set_of), np.int32)
    shape = (len(sets), len(sets.genes))
    members = sparse.coo_array(
        spread @ sparse.csr_array((ones, (sets.set_of, sets.gene_of)), shape)
    )
    note = "Genes of a term also belong to the more general terms (is_a, part_of)."
    return GeneSets(
        tuple(terms),
        ("",) * len(terms),
        sets.genes,
        members.row.astype(np.int32),
        members.col.astype(np.int32),
        (*sets.notes, note),
    )


def _above(names: Iterable[str], ontology: Ontology) -> dict[str, frozenset[str]]:
    """Return all more general terms of each term and of those."""
    known: dict[str, frozenset[str]] = {}
    waiting = list(names)
    entered: set[str] = set()
    while waiting:
        term = waiting[-1]
        parents = ontology.parents.get(term, ())
        missing = [each for each in parents if each not in known and each not in entered]
        if term not in known and missing:
            entered.add(term)
            waiting += missing
            continue
        waiting.pop()
        entered.discard(term)
        if term not in known:
            known[term] = frozenset(parents).union(*(known.get(each, ()) for each in parents))
    return known
