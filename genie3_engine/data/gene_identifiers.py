"""Detect the type, species and corruption of gene identifiers, and genes among names."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from genie3_engine.data.number_forms import number_form


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RECORDS = re.compile(
    r"__\w+|N_(unmapped|multimapping|noFeature|ambiguous)|ERCC-\d{5}|AFFX-.*|no_feature|ambiguous"
    r"|too_low_aQual|not_aligned|alignment_not_unique|(POS|NEG)_[A-H](\(\d+(\.\d+)?\))?"
)
_VERSIONED = re.compile(
    r"(ENS[A-Z]{0,6}[GTPE]\d{11}|[NX][MRP]_\d{6,9}|AT[1-5CM]G\d{5}|FB(?:gn|tr)\d{7})"
    r"\.\d{1,3}(_PAR_Y)?"
)
_UNIPROT = re.compile(r"([OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d([A-Z][A-Z0-9]{2}\d){1,2})(-\d+)?")
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


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of gene identifier.

    Parameters
    ----------
    name, species : str
        The species is empty when several use the kind.
    pattern : str
        What a whole name must match.
    marks_genes : bool
        Whether such a name cannot be a sample's.
    """

    name: str
    species: str
    pattern: str
    marks_genes: bool = True


# The first kind that matches is taken.
_KINDS = (
    _Kind("Ensembl identifiers", "", r"ENS[A-Z]{0,6}[GTP]\d{11}(\.\d+)?([_|].*)?"),
    _Kind("FlyBase identifiers", "fruit fly", r"FB(gn|tr)\d{7}(\.\d+)?|CG\d{4,5}"),
    _Kind("WormBase identifiers", "C. elegans", r"WBGene\d{8}"),
    _Kind("yeast ORF names", "baker's yeast", r"Y[A-P][LR]\d{3}[WC](-[A-Z])?|Q0\d{3}"),
    _Kind("Arabidopsis loci", "Arabidopsis", r"AT[1-5CM]G\d{5}(\.\d+)?"),
    _Kind("RefSeq accessions", "", r"[NX][MRP]_\d{6,9}(\.\d+)?"),
    _Kind("b-numbers (locus tags)", "E. coli K-12", r"b\d{4}"),
    _Kind("locus tags", "Bacillus subtilis", r"BSU_?\d{5}"),
    _Kind("locus tags", "Pseudomonas aeruginosa", r"PA\d{4}"),
    _Kind("locus tags", "Mycobacterium tuberculosis", r"Rv\d{4}[Ac]?"),
    _Kind(
        "locus tags",
        "",
        r"(b|JW|ECK|PA|BSU|SCO|Rv|STM|VC|BB|MG|HP|SA|SP|XAC)\d{4,5}[AcW]?"
        r"|(?!NA|HG|GSM|SRR|S|P|C)[A-Za-z]{2,8}\d?_[A-Z]{0,3}\d{4,6}[a-z]?",
    ),
    _Kind("locus tags", "", r"[A-Z][A-Za-z0-9]{1,7}_[A-Z]{0,3}\d{4,6}[a-z]?", marks_genes=False),
    _Kind("Affymetrix probe sets", "", r"(AFFX-)?[\w./-]+_(at|st)"),
    _Kind("Illumina probes", "", r"ILMN_\d+|cg\d{8}"),
    _Kind("Agilent probes", "", r"A_\d+_P\d+"),
    _Kind(
        "names of an assembly",
        "",
        r"(?i:trinity_\w*?(dn|gg)?\d+_c\d+(_g\d+)?(_(i|seq)\d+)?(\.p\d+)?|c(omp)?\d+_c\d+_(seq|g)\d+"
        r"(_i\d+)?|M?STRG\.\d+(\.\d+)?|(XLOC|TCONS|CUFF)[_.]\d+(\.\d+)?"
        r"|(cl\d+\.)?(contig|scaffold|isotig|isogroup|unigene|locus|singletons?)[-_.]?\d+"
        r"([-_.]\w+)*)",
    ),
    _Kind(
        "names of an annotation pipeline",
        "",
        r"(?i:(maker|augustus|snap|genemark|evm|fgenesh|exonerate|pasa)\w*[-_.].+"
        r"|(\w+\.)?g\d+\.t\d+|(\w+[._-])?mrna[-_.]?\d+)",
    ),
    _Kind("UniProt accessions", "", r"(sp|tr)\|\w+\|\w+"),
    _Kind("MGI identifiers", "mouse", r"MGI:\d+"),
    _Kind("HGNC identifiers", "human", r"HGNC:\d+"),
    _Kind(
        "rice and maize loci",
        "",
        r"(LOC_)?Os\d{2}g\d{5,7}|Zm\d{5}[a-z]{1,2}\d{6}|GRMZM\d[A-Z]\d{6}",
    ),
    _Kind("UniProt accessions", "", _UNIPROT.pattern, marks_genes=False),
    _Kind("Entrez gene numbers", "", r"[1-9]\d{0,8}", marks_genes=False),
    _Kind("numbered names", "", r"(?i:g|gene|tf|target|reg)[\W_]*\d+", marks_genes=False),
    _Kind(
        "gene symbols",
        "",
        r"(?i:(ZNF|SLC|TMEM|LINC|FAM|MIR|SNOR[AD]|RPL|RPS|KRT|CCL|CXCL"
        r"|HOX[ABCD]|GATA|SOX|STAT|TP|FOX[A-Z]|NKX|PAX|TBX|KLF|IRF|MYO|COL|HLA-|MT-|ANK|CDK|MAP"
        r"|POU)\w{1,6}(-\w{1,4})?|GAPDH|ACTB|MYC|GM\d{4,5}|LOC\d{3,9}|\d{7}[A-R]\d{2}Rik)"
        r"|[a-z]{3,4}-\d{1,3}(\.\d)?|[a-z]{3}[A-Z]\d?",
    ),
)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for several: which one a name matches is in the name of the group."""
    return re.compile("|".join(f"(?P<k{i}>{pattern})" for i, pattern in enumerate(patterns)))


def _first_of(pattern: re.Pattern[str], name: str) -> int | None:
    """Return the number of the first of several patterns that a whole name matches."""
    found = pattern.fullmatch(name)
    return None if found is None else int(str(found.lastgroup)[1:])


_ANY_KIND = _any_of(kind.pattern for kind in _KINDS)
_MARKING = tuple(kind for kind in _KINDS if kind.marks_genes)
_ANY_MARKING = _any_of(kind.pattern for kind in _MARKING)
_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9]*([.@/()-][A-Za-z0-9]+)*")
_HUMAN = frozenset(
    {"GAPDH", "ACTB", "TP53", "MYC", "B2M", "RPLP0", "STAT1", "GATA3", "EGFR", "TBP"}
)
_MOUSE = frozenset(
    {"Gapdh", "Actb", "Trp53", "Myc", "B2m", "Rplp0", "Stat1", "Gata3", "Egfr", "Tbp"}
)
_MONTHS = {"sep": "SEPT", "sept": "SEPT", "mar": "MARCH", "mrz": "MARCH", "dec": "DEC"}
_MONTHS |= {"dez": "DEC"}
# Not before the day: set-1 and mars-1 are genes of the worm.
_MONTH = (
    "Mars?|Marzo|Mrz|M\u00e4r|Sept?|Set|Dec|D\u00e9c|Dez|Dic|Oct|Okt|Ott|Apr|Avr|Feb|F\u00e9vr|Nov"
)
_DATE = re.compile(
    rf"(?P<day>\d{{1,2}})[-./ ]{{1,2}}(?P<month>{_MONTH})\.?"
    r"|(?P<month2>Mar|Sept?|Dec|Mrz|Dez|Oct|Okt|Apr|Feb|Nov)[-. ](?P<day2>\d{1,2})",
    re.IGNORECASE,
)
_FULL_DATE = re.compile(
    r"(19|20)\d\d[-/](\d{1,2})[-/](\d{1,2})( 00:00:00)?|\d{1,2}/\d{1,2}/\d{2,4}"
)
_FLOAT = re.compile(r"\d(\.\d+)?E\+\d{1,2}", re.IGNORECASE)
_LOOKED_AT = 4_000
_NAMES_CLASSIFIED = 400
_SAMPLE_IDENTIFIERS = {
    "accessions of samples": r"GSM\d+.*|[SED]R[RXS]\d{5,}.*|SAM[NED]A?\d+|TCGA[-.].+|GTEX[-.].+",
    "cell lines of the 1000 Genomes": r"(NA|HG|GM)\d{5}([._-].*)?",
    "cell barcodes": r"(.*[_#.:-])?[ACGTN]{8,}x?([._-]\w+)*",
    "times": r"\d{1,4}(\.\d+)? ?(s|min|h|hr|hrs|hours?|d|days?|weeks?)",
    "files": r".*\.(?i:cel|[bs]am|cram|fastq|fq|txt|tsv|csv|counts|gz|raw|mzml|wiff|rcc|idat)"
    r"|(~|\.{1,2}|[A-Z]:)?[\\/].+[\\/].+",
}
_SHORT_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9]{0,9}([.@-][A-Za-z0-9]{1,8})?")
_NUMBERED = re.compile(r"(.*?)[\W_]*\d+")
_GENE_STEMS = _words(
    "g gene genes tf tfs target targets probe probeset orf locus transcript feature reg regulator "
    "tg gen mirna protein contig scaffold isotig unigene orthogroup otu asv metabolite"
)
_SAMPLE_STEMS = _words(
    "s sample samp smp c cell cells p pt patient patients subject subj donor d day t time tp exp "
    "experiment e array chip r rep replicate run cond condition n well w lib library h hr hour m "
    "mouse rat ind individual id obs control ctrl ctl wt ko mutant mut treated treat untreated "
    "case tumor tumour normal batch pool embryo clone strain timepoint biopsy bc barcode"
)
_SAMPLE_WORDS = _words(
    "sample cell patient subject donor day time exp experiment array chip rep replicate run cond "
    "condition well lib control ctrl ctl wt ko kd oe wildtype mutant treated treat treatment "
    "untreated mock vehicle dmso tumor tumour normal case hr hrs hour hours min week biopsy batch "
    "del glc stim unstim infected bio tech"
)
_SAMPLE_IDENTIFIERS |= {
    "times and doses": r"(?i:[a-z]{0,6}+[._-]?\d++([._]\d++)?[ ._-]?"  # ++ is fast on long numbers
    r"(h|hr|hrs|hours?|mins?|minutes?|d|days?|wks?|weeks?|months?|hpi|dpi|dpf|hpf|nm|um|mm|ug|mg|ng)"
    r"([ ._-]*(rep|r)?[ ._-]*\d{1,2})?)",
    "numbers of barcodes": r"\d{1,3}(_\d{1,3}){1,3}(__s\d+)?",
}
_WELL = re.compile(r"(?i:(\w+[_.-])?[A-P]0?\d{1,2})")
_REPLICATE = re.compile(r"(.+?)[ ._-]*(?:rep|r|bio|n)?[ ._-]?(\d{1,2}|[a-d])", re.IGNORECASE)
_SAMPLE_KINDS = tuple(_SAMPLE_IDENTIFIERS)
_ANY_SAMPLE = _any_of(_SAMPLE_IDENTIFIERS.values())
_FOUR_DIGITS = re.compile(r"[a-z]\d{4}")
_WORD_BOUNDARY = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z0-9])|(?<=\d)(?=[a-z])")
_DIGITS = re.compile(r"[\d.]+")
_NUMBERED_CELL = re.compile(r"[A-Za-z]{1,3}\d+(_\d+){2,}")


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The kind of identifier of the genes.

    Parameters
    ----------
    kind : str
        Such as ``Ensembl gene identifiers``; empty when it is not known.
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
    """Recognise the kind of identifier that most genes have.

    Parameters
    ----------
    genes : sequence of str
        Their names; a few thousand, evenly spread, are looked at.

    Returns
    -------
    Identifiers
        The kind, with its share; an empty kind without names.
    """
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
    """Return whether a name is what a spreadsheet makes of a gene: a date or a large number."""
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
    place = _first_of(_ANY_KIND, name)
    if place is not None:
        return _KINDS[place].name, _KINDS[place].species
    return ("gene symbols", "") if _SYMBOL.fullmatch(name) else ("", "")


def _species_of_symbols(genes: set[str]) -> str:
    human, mouse = len(genes & _HUMAN), len(genes & _MOUSE)
    if human > 2 * mouse and human > 2:
        return "human"
    if mouse > 2 * human and mouse > 2:
        return "mouse or rat"
    return ""


@dataclass(frozen=True, slots=True)
class NameClass:
    """Whether the names of one axis are genes or samples.

    Parameters
    ----------
    score : float
        From -1, certainly samples, over 0, unknown, to 1, certainly genes.
    kind : str
        The kind of identifier that most are; empty when it is not known.
    example : str
        One of the names.
    """

    score: float
    kind: str
    example: str


def classify_names(names: Sequence[str]) -> NameClass:
    """Classify names as genes or samples.

    Parameters
    ----------
    names : sequence of str
        The names of one axis; a few hundred, evenly spread, are looked at.

    Returns
    -------
    NameClass
        The mean of the names' votes. Names that look like gene symbols count less the fewer
        different stems (the name up to its number) they have: ``AML1 ... AML20`` are samples.
        UniProt accessions, wells and replicates are recognised by all names together.
    """
    step = max(1, len(names) // _NAMES_CLASSIFIED)
    return _classified(tuple(name for name in names[::step] if name))


@lru_cache(maxsize=16)  # the names of a table are classified several times
def _classified(looked_at: tuple[str, ...]) -> NameClass:
    if not looked_at:
        return NameClass(0.0, "", "")
    if _are_accessions(looked_at):
        return NameClass(1.0, "UniProt accessions", looked_at[0])
    if all(name.isdecimal() for name in looked_at):
        return NameClass(_vote_of_numbers(list(map(int, looked_at))), "", looked_at[0])
    found = [vote_of_form(number_form(name)) for name in looked_at]
    symbol_weight = 0.0
    if any(vote is None for vote, _ in found):
        are_samples = _are_wells(looked_at) or _are_replicates(looked_at)
        symbol_weight = -0.5 if are_samples else _symbol_weight(looked_at)
    votes: list[float] = []
    kinds: dict[str, list[str]] = {}
    for name, (vote, kind) in zip(looked_at, found, strict=True):
        if vote is None:
            vote, kind = symbol_weight, kind if symbol_weight > 0 else ""
        votes.append(vote)
        kinds.setdefault(kind, []).append(name)
    score = sum(votes) / len(votes)
    kind = max(kinds, key=lambda key: len(kinds[key]))
    return NameClass(score, kind, kinds[kind][0])


def _vote_of_numbers(numbers: list[int]) -> float:
    """Return -0.4 for numbers that count, 0.2 for such as Entrez's: many lengths, in no order."""
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    n_digits = len({len(str(number)) for number in numbers})
    if max(numbers) > 5_000 and n_digits > 1 and min(steps, default=0) < 0 < max(steps):
        return 0.2
    return -0.4 if steps <= {0, 1} or max(numbers) < 1_000 else -0.1


def _are_accessions(names: Sequence[str]) -> bool:
    """Return whether names are UniProt's: a patient's ``P00012`` has no letters inside."""
    if sum(_UNIPROT.fullmatch(name) is not None for name in names) < 0.8 * len(names):
        return False
    return sum(any(c.isalpha() for c in name[2:5]) for name in names) >= 0.1 * len(names)


def _are_wells(names: Sequence[str]) -> bool:
    """Return whether names are wells of plates, of several rows and columns."""
    if len(names) < 4 or not all(_WELL.fullmatch(name) for name in names):
        return False
    places = [re.search(r"([A-Pa-p])0?(\d{1,2})$", name) for name in names]
    rows = Counter(place[1] for place in places if place)
    return 1 < len(rows) <= len(names) / 2


def _are_replicates(names: Sequence[str]) -> bool:
    """Return whether names are a few conditions, each with replicates numbered from the first."""
    groups: dict[str, set[str]] = {}
    for name in names:
        found = _REPLICATE.fullmatch(name)
        if found:
            groups.setdefault(found[1].lower(), set()).add(found[2].lower())
    usual = [
        numbers
        for numbers in groups.values()
        if 2 <= len(numbers) <= 12 and numbers & {"1", "01", "0", "a"}
    ]
    return len(usual) >= 2 and sum(map(len, usual)) >= 0.8 * len(names)


def _symbol_weight(names: Sequence[str]) -> float:
    """Return 0.5 for names of many stems, falling below 0 for numbered names of a few."""
    stems = {_stem(name) for name in names}
    diversity = len(stems) / len(names)
    return 0.5 * min(1.0, max(-1.0, (diversity - 0.15) / 0.25))


def _stem(name: str) -> str:
    numbered = _NUMBERED.match(name)
    return (numbered.group(1) if numbered else name).lower()


@lru_cache(maxsize=4096)
def vote_of_form(name: str) -> tuple[float | None, str]:
    """Return the vote and the kind of all names of one `number_form`; see `classify_names`.

    No vote where their neighbours decide, see `_symbol_weight`.
    """
    place = _first_of(_ANY_SAMPLE, name)
    if place is not None:
        return -1.0, _SAMPLE_KINDS[place]
    numbered = _NUMBERED.fullmatch(name)
    if numbered:
        stem = numbered.group(1).lower()
        if stem in _GENE_STEMS:
            return 0.8, ""
        if stem in _SAMPLE_STEMS and not _FOUR_DIGITS.fullmatch(name):
            return -0.8, ""
    if any(word.lower() in _SAMPLE_WORDS for word in _WORD_BOUNDARY.split(name)):
        return -0.8, ""
    place = _first_of(_ANY_MARKING, name)
    if place is not None:
        return 1.0, _MARKING[place].name
    if _DIGITS.fullmatch(name):
        return -0.2, ""
    if name.isalpha() and name.islower() and len(name) > 4:
        return 0.0, ""  # liver, brain: a word
    if " " in name or len(name) == 1:
        return -0.3, ""
    if _NUMBERED_CELL.fullmatch(name):
        return -0.5, ""  # experiment, time and number of a cell
    if name.count("_") >= 2 or len(name) > 25:
        return -0.1, ""
    return (None, "gene symbols") if _SHORT_SYMBOL.fullmatch(name) else (0.0, "")
