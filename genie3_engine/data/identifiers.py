"""Do these names look like genes or like samples?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES_LOOKED_AT = 400

_GENE_IDENTIFIERS = {
    "Ensembl identifiers": r"ENS[A-Z]{0,6}[GTP]\d{11}(\.\d+)?([_|].*)?",
    "Arabidopsis loci": r"AT[1-5CM]G\d{5}(\.\d+)?",
    "yeast ORFs": r"Y[A-P][LR]\d{3}[WC](-[A-Z])?|Q0\d{3}",
    "FlyBase identifiers": r"FB(gn|tr)\d{7}|CG\d{4,5}",
    "WormBase identifiers": r"WBGene\d{8}",
    "RefSeq identifiers": r"[NX][MRP]_\d{6,9}(\.\d+)?",
    "Affymetrix probe sets": r"(AFFX-)?[\w./-]+_(at|st)",
    "array probes": r"ILMN_\d+|A_\d+_P\d+|cg\d{8}",
    "MGI identifiers": r"MGI:\d+|HGNC:\d+|LOC\d{3,9}",
    "rice and maize loci": r"(LOC_)?Os\d{2}g\d{5,7}|Zm\d{5}[a-z]{1,2}\d{6}|GRMZM\d[A-Z]\d{6}",
    "bacterial locus tags": r"(b|JW|ECK|PA|BSU|SCO|Rv|STM|VC|BB|MG|HP|SA|SP|XAC|Rv)\d{4,5}[AcW]?"
    r"|(?!NA|HG|GSM|SRR|S|P|C)[A-Za-z]{2,8}\d?_[A-Z]{0,3}\d{4,6}[a-z]?",
    "human or mouse gene symbols": r"(?i:(ZNF|SLC|TMEM|LINC|FAM|MIR|SNOR[AD]|RPL|RPS|KRT|CCL|CXCL"
    r"|HOX[ABCD]|GATA|SOX|STAT|TP|FOX[A-Z]|NKX|PAX|TBX|KLF|IRF|MYO|COL|HLA-|MT-|ANK|CDK|MAP|POU)"
    r"\w{1,6}(-\w{1,4})?|GAPDH|ACTB|MYC|GM\d{4,5}|\d{7}[A-R]\d{2}Rik)",
    "gene symbols": r"[a-z]{3,4}-\d{1,3}(\.\d)?|[a-z]{3}[A-Z]\d?",
}
_SAMPLE_IDENTIFIERS = {
    "accessions of samples": r"GSM\d+.*|[SED]R[RXS]\d{5,}.*|SAM[NED]A?\d+|TCGA[-.].+|GTEX[-.].+",
    "cell lines of the 1000 Genomes": r"(NA|HG|GM)\d{5}([._-].*)?",
    "cell barcodes": r"(.*[_#.:-])?[ACGTN]{8,}([._-]\w+)*",
    "array files": r".*\.(CEL|cel|bam|fastq|txt|counts|gz)",
}
_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9]{0,9}([.@-][A-Za-z0-9]{1,8})?")
_NUMBERED = re.compile(r"(.*?)[\W_]*\d+")
_GENE_STEMS = _words(
    "g gene genes tf tfs target targets probe probeset orf locus transcript feature reg regulator "
    "tg gen mirna protein"
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
_GENE = [(kind, re.compile(pattern)) for kind, pattern in _GENE_IDENTIFIERS.items()]
_SAMPLE = [(kind, re.compile(pattern)) for kind, pattern in _SAMPLE_IDENTIFIERS.items()]


@dataclass(frozen=True, slots=True)
class NamesLook:
    """What the names of one axis look like.

    Parameters
    ----------
    score : float
        From -1, certainly samples, over 0, no idea, to 1, certainly genes.
    kind : str
        Whose names they seem to be, where a known kind prevails; else empty.
    example : str
        One of the names.
    """

    score: float
    kind: str
    example: str


def look_of(names: Sequence[str]) -> NamesLook:
    """Judge whether names belong to genes or to samples.

    Parameters
    ----------
    names : sequence of str
        The names of one axis; a few hundred, evenly spread, are looked at.

    Returns
    -------
    NamesLook
        The mean of the names' votes. Names that look like gene symbols count less the fewer
        different stems (the name up to its number) they have: ``AML1 ... AML20`` are samples.
    """
    step = max(1, len(names) // _NAMES_LOOKED_AT)
    looked_at = [name for name in names[::step] if name]
    if not looked_at:
        return NamesLook(0.0, "", "")
    symbol_weight = _symbol_weight(looked_at)
    votes: list[float] = []
    kinds: dict[str, list[str]] = {}
    for name in looked_at:
        vote, kind = _vote(name, symbol_weight)
        votes.append(vote)
        kinds.setdefault(kind, []).append(name)
    score = sum(votes) / len(votes)
    kind = max(kinds, key=lambda key: len(kinds[key]))
    return NamesLook(score, kind, kinds[kind][0])


def _symbol_weight(names: list[str]) -> float:
    """Return 0.5 for names of many stems, falling below 0 for numbered names of a few."""
    stems = {_stem(name) for name in names}
    diversity = len(stems) / len(names)
    return 0.5 * min(1.0, max(-1.0, (diversity - 0.15) / 0.25))


def _stem(name: str) -> str:
    numbered = _NUMBERED.match(name)
    return (numbered.group(1) if numbered else name).lower()


def _vote(name: str, symbol_weight: float) -> tuple[float, str]:
    for kind, pattern in _SAMPLE:
        if pattern.fullmatch(name):
            return -1.0, kind
    numbered = _NUMBERED.fullmatch(name)
    if numbered:
        stem = numbered.group(1).lower()
        if stem in _GENE_STEMS:
            return 0.8, ""
        if stem in _SAMPLE_STEMS and not re.fullmatch(r"[a-z]\d{4}", name):
            return -0.8, ""
    words = re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z0-9])|(?<=\d)(?=[a-z])", name)
    if len(words) > 1 and any(word.lower() in _SAMPLE_WORDS for word in words):
        return -0.8, ""
    for kind, pattern in _GENE:
        if pattern.fullmatch(name):
            return 1.0, kind
    if re.fullmatch(r"[\d.]+", name):
        return -0.2, ""
    if name.isalpha() and name.islower() and len(name) > 4:
        return 0.0, ""  # liver, brain: a word
    if name.count("_") >= 2 or len(name) > 25 or " " in name:
        return -0.5, ""
    if _SYMBOL.fullmatch(name):
        return symbol_weight, "gene symbols" if symbol_weight > 0 else ""
    return 0.0, ""
