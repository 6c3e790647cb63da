"""Which identifiers are these names, of which species, and what has befallen them?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

RECORDS = re.compile(
    r"__\w+|N_(unmapped|multimapping|noFeature|ambiguous)|ERCC-\d{5}|AFFX-.*|no_feature|ambiguous"
    r"|too_low_aQual|not_aligned|alignment_not_unique"
)
_VERSIONED = re.compile(
    r"(ENS[A-Z]{0,6}[GTPE]\d{11}|[NX][MRP]_\d{6,9}|AT[1-5CM]G\d{5}|FB(?:gn|tr)\d{7})"
    r"\.\d{1,3}(_PAR_Y)?"
)
_ENSEMBL_SPECIES = {
    "": "human",
    "MUS": "mouse",
    "RNO": "rat",
    "DAR": "zebrafish",
    "GAL": "chicken",
    "SSC": "pig",
    "BTA": "cow",
    "CAF": "dog",
    "MMU": "rhesus macaque",
    "PTR": "chimpanzee",
    "XET": "frog (Xenopus tropicalis)",
}
_ENSEMBL = re.compile(r"ENS([A-Z]{0,6}?)(G|T|P|E)\d{11}(\.\d{1,3})?(_PAR_Y)?")
_KINDS: tuple[tuple[str, str, str], ...] = (
    ("FlyBase identifiers", "fruit fly", r"FB(gn|tr)\d{7}(\.\d+)?"),
    ("WormBase identifiers", "C. elegans", r"WBGene\d{8}"),
    ("yeast ORF names", "baker's yeast", r"Y[A-P][LR]\d{3}[WC](-[A-Z])?|Q0\d{3}"),
    ("Arabidopsis loci", "Arabidopsis", r"AT[1-5CM]G\d{5}(\.\d+)?"),
    ("b-numbers (locus tags)", "E. coli K-12", r"b\d{4}"),
    ("locus tags", "Bacillus subtilis", r"BSU_?\d{5}"),
    ("locus tags", "Pseudomonas aeruginosa", r"PA\d{4}"),
    ("locus tags", "Mycobacterium tuberculosis", r"Rv\d{4}[Ac]?"),
    ("locus tags", "", r"[A-Z][A-Za-z0-9]{1,7}_[A-Z]{0,3}\d{4,6}[a-z]?"),
    ("RefSeq accessions", "", r"[NX][MRP]_\d{6,9}(\.\d+)?"),
    ("Affymetrix probe sets", "", r"[\w./-]+_(at|st)"),
    ("Illumina probes", "", r"ILMN_\d+"),
    ("Agilent probes", "", r"A_\d+_P\d+"),
    ("Entrez gene numbers", "", r"[1-9]\d{0,8}"),
    ("numbered names", "", r"(?i:g|gene|tf|target|reg)[\W_]*\d+"),
)
_COMPILED = [(kind, species, re.compile(pattern)) for kind, species, pattern in _KINDS]
_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9]*([.@/()-][A-Za-z0-9]+)*")
_HUMAN = frozenset(
    {"GAPDH", "ACTB", "TP53", "MYC", "B2M", "RPLP0", "STAT1", "GATA3", "EGFR", "TBP"}
)
_MOUSE = frozenset(
    {"Gapdh", "Actb", "Trp53", "Myc", "B2m", "Rplp0", "Stat1", "Gata3", "Egfr", "Tbp"}
)
_MONTHS = {"sep": "SEPT", "sept": "SEPT", "mar": "MARCH", "mrz": "MARCH", "dec": "DEC"}
_MONTHS |= {"dez": "DEC"}
_DATE = re.compile(
    r"(?P<day>\d{1,2})[-./ ]{1,2}(?P<month>Mar|Sept?|Dec|Mrz|Dez|Oct|Okt|Apr|Feb|Nov)\.?"
    r"|(?P<month2>Mar|Sept?|Dec|Mrz|Dez|Oct|Okt|Apr|Feb|Nov)[-. ](?P<day2>\d{1,2})",
    re.IGNORECASE,
)
_FULL_DATE = re.compile(
    r"(19|20)\d\d[-/](\d{1,2})[-/](\d{1,2})( 00:00:00)?|\d{1,2}/\d{1,2}/\d{2,4}"
)
_FLOAT = re.compile(r"\d(\.\d+)?E\+\d{1,2}", re.IGNORECASE)
_LOOKED_AT = 4_000


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What the genes are called.

    Parameters
    ----------
    kind : str
        Such as ``Ensembl gene identifiers``; empty when nobody can tell.
    share : float
        The share of names of that kind.
    species : str
        Empty where it cannot be known.
    with_version : float
        The share of names that end in a version.
    others : tuple of str
        The first names of another kind, where most are of one.
    """

    kind: str
    share: float
    species: str
    with_version: float
    others: tuple[str, ...] = ()


def identifiers(genes: Sequence[str]) -> Identifiers:
    """Recognise identifiers; a few thousand names, evenly spread, are looked at."""
    step = max(1, len(genes) // _LOOKED_AT)
    names = [name for name in genes[::step] if name]
    if not names:
        return Identifiers("", 0.0, "", 0.0)
    kinds: dict[tuple[str, str], list[str]] = {}
    for name in names:
        kinds.setdefault(_kind(name), []).append(name)
    (kind, species), found = max(kinds.items(), key=lambda item: len(item[1]))
    share = len(found) / len(names)
    if kind == "gene symbols":
        species = _species_of_symbols(set(genes))
    others = tuple(name for key, group in kinds.items() if key[0] != kind for name in group)
    with_version = sum(without_version(name) != name for name in names) / len(names)
    return Identifiers(kind, share, species, with_version, others[:5])


def without_version(name: str) -> str:
    """Return an accession without its version; other names, such as RP11-34P13.7, as they are."""
    found = _VERSIONED.fullmatch(name)
    return name if found is None else found[1] + (found[2] or "")


def spreadsheet_damage(name: str) -> bool:
    """Tell whether a name is what a spreadsheet makes of a gene: a date or a large number."""
    return any(pattern.fullmatch(name) for pattern in (_DATE, _FULL_DATE, _FLOAT))


def restored(name: str, *, title: bool = False) -> str:
    """Return the gene that a spreadsheet took for a date; empty where it is not certain.

    Parameters
    ----------
    name : str
        Such as ``7-Sep``.
    title : bool
        Whether genes are written as in mouse, ``Sept7``.

    Notes
    -----
    1-Mar and 2-Mar may be MARCH1 and MARCH2 or MARC1 and MARC2, so they stay as they are; so do
    full dates, whose day and year are not the gene's.
    """
    found = _DATE.fullmatch(name)
    if found is None:
        return ""
    stem = _MONTHS.get((found["month"] or found["month2"]).lower(), "")
    number = int(found["day"] or found["day2"])
    limits = {"SEPT": range(1, 16), "MARCH": range(3, 12), "DEC": range(1, 3)}
    if not stem or number not in limits[stem]:
        return ""
    return f"{stem.title() if title else stem}{number}"


def _kind(name: str) -> tuple[str, str]:
    ensembl = _ENSEMBL.fullmatch(name)
    if ensembl:
        what = {"G": "gene", "T": "transcript", "P": "protein", "E": "exon"}[ensembl[2]]
        return f"Ensembl {what} identifiers", _ENSEMBL_SPECIES.get(ensembl[1], "")
    for kind, species, pattern in _COMPILED:
        if pattern.fullmatch(name):
            return kind, species
    return ("gene symbols", "") if _SYMBOL.fullmatch(name) else ("", "")


def _species_of_symbols(genes: set[str]) -> str:
    human, mouse = len(genes & _HUMAN), len(genes & _MOUSE)
    if human > 2 * mouse and human > 2:
        return "human"
    if mouse > 2 * human and mouse > 2:
        return "mouse or rat"
    return ""
