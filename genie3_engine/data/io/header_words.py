"""Words above names of genes or samples, and what they mean for the rows."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GENE_WORDS = _words(
    "gene genes symbol symbols probe probes probeset probesets entrez ensembl ensg orf orfs locus "
    "feature features transcript transcripts hgnc mgi accession geneid genename entrezid "
    "entrezgene protein proteins uniprot refseq genesymbol unigene contig isoform"
)
_SAMPLE_WORDS = _words(
    "cell cells sample samples barcode barcodes condition conditions experiment experiments strain "
    "strains time times hour hours patient patients replicate replicates array arrays donor donors "
    "individual individuals subject subjects cellid sampleid timepoint timepoints hpi dpi day days "
    "animal animals mouse mice rat rats participant participants well library specimen hr hrs mins "
    "minutes week weeks patientid subjectid donorid"
)
_OTHER_WORDS = _words(
    "id ids name names index row rows rowname rownames tag tags unnamed 0 set stable official of "
    "ref number no key identifier identifiers label labels cluster h min d t hugo external"
)
# Words that are names of genes too, in some organism.
_GENES_TOO = _words("set row key tag tags ref no stable official number t h d min label time rat")


def corner_kind(corner: str) -> str:
    """Return what the rows are by the cell above the row names.

    Parameters
    ----------
    corner : str
        Its text.

    Returns
    -------
    str
        ``genes``, ``samples``, ``names`` when it only states that there are names (``id``), or
        nothing when it is something else, such as a name with a number.
    """
    lowered = _parts(corner)
    numbered = re.search(r"\d", corner) and "unnamed" not in lowered
    if not lowered or numbered or not lowered <= _GENE_WORDS | _SAMPLE_WORDS | _OTHER_WORDS:
        return ""
    if lowered & _GENE_WORDS and not lowered & _SAMPLE_WORDS:
        return "genes"
    if lowered & _SAMPLE_WORDS and not lowered & _GENE_WORDS:
        return "samples"
    return "names"


def may_be_gene(corner: str) -> bool:
    """Return whether a word for headers is the name of a gene too, such as SET."""
    return corner.lower() in _GENES_TOO


def has_header_word(corner: str) -> bool:
    """Return whether one of the words of a text is a word for headers: ``affy_probe_v2``."""
    strong = (_GENE_WORDS | _SAMPLE_WORDS | _words("id ids identifier name")) - _GENES_TOO
    parts = _parts(corner)
    joined = any(part.endswith("id") and len(part) > 4 for part in parts)
    return (bool(parts & strong) or joined) and not any(part.isdigit() for part in parts)


def _parts(corner: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", corner)}
