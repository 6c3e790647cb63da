"""Read which gene was perturbed in a sample and how, such as ``TP53 KO``, ``siTP53`` or ``wt``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

_NONE_WORDS = """
    wt wildtype control controls ctrl ctl ctr con none no untreated mock nt ntc nc neg negative
    scramble scrambled scr sicontrol sictrl sictl sinc sint siscr siscramble shcontrol shctrl shscr
    shnt shluc shgfp sgcontrol sgctrl sgnt sgntc nontargeting nontarget safetargeting aavs1 vehicle
    parental empty emptyvector ev unperturbed unperturb reference baseline 0 false na nan null nil
    missing wtcontrol controlwt steadystate dmso pbs
"""
_NONE = frozenset(_NONE_WORDS.split())
_WORDS = {
    "KO": r"ko|k/o|knock[ -]?outs?|knocked[ -]?out|del|deletion|deleted|delta|null|crispr|cas9"
    r"|disruption|loss",
    "KD": r"kd|k/d|knock[ -]?downs?|knocked[ -]?down|si|sirna|sh|shrna|rnai|crispri|aso|silenced"
    r"|depletion|depleted|degron|aid",
    "OE": r"oe|ox|o/e|over[ -]?express(?:ion|ed|ing)?|crispra|induced|induction|gain",
}
_KIND_OF = {kind: re.compile(rf"(?:{words})", re.I) for kind, words in _WORDS.items()}
_ANY_KIND = "|".join(_WORDS.values())
_SPACE = r"[\s_:.-]+"
_AFTER = re.compile(rf"(?P<gene>.+?){_SPACE}\(?(?P<kind>{_ANY_KIND})\)?", re.I)
_BEFORE = re.compile(rf"(?P<kind>{_ANY_KIND}){_SPACE}(?:of )?(?P<gene>.+)", re.I)
_SIGNS = (
    (re.compile(r"(?P<gene>.+?)\s*\(?-/-\)?"), "KO"),
    (re.compile(r"[\u0394\u2206]\s*(?P<gene>.+)"), "KO"),
    (re.compile(r"(?P<gene>.+?)\s*[\u0394\u2206]"), "KO"),
    (re.compile(r"(?P<gene>.+?)\s*(?:\u2191|\+\+)"), "OE"),
)
# Prefixes that are written without a gap; only before a gene of the data.
_JOINED = (
    (re.compile(r"delta(?P<gene>.+)", re.I), "KO"),
    (re.compile(r"(?P<gene>.+?)(?:delta|del|-?KO)", re.I), "KO"),
    (re.compile(r"(?P<gene>.+?)-?KD", re.I), "KD"),
    (re.compile(r"(?P<gene>.+?)-?OE", re.I), "OE"),
    (re.compile(r"(?:si|sh)(?:RNA)?-?(?P<gene>.+)"), "KD"),
    (re.compile(r"sg(?:RNA)?-?(?P<gene>.+)"), "KO"),
    (re.compile(r"ko(?P<gene>.+)", re.I), "KO"),
    (re.compile(r"kd(?P<gene>.+)", re.I), "KD"),
    (re.compile(r"oe(?P<gene>.+)", re.I), "OE"),
    (re.compile(r"d(?P<gene>.+)"), "KO"),
)
_BETWEEN = re.compile(r"\s*[+,;&|]\s*|\s+and\s+|\s*/\s*(?!-)")


@dataclass(frozen=True, slots=True)
class Perturbation:
    """What was done to the genes of a sample.

    Parameters
    ----------
    genes : tuple of str
        Perturbed genes, sorted; spelt as the genes of the data are where they are some.
    kinds : frozenset of str
        ``KO``, ``KD`` or ``OE``, as far as the text states it.
    unknown : tuple of str
        Those that are not genes of the data.
    """

    genes: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()


class GeneNames:
    """The genes of the data, found without regard to case where that is unique."""

    def __init__(self, genes: Iterable[str]) -> None:
        self.names = tuple(genes)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.names)

    @cached_property
    def _by_key(self) -> Mapping[str, set[str]]:
        by_key: dict[str, set[str]] = defaultdict(set)
        for gene in self.names:
            by_key[gene.casefold()].add(gene)
        return by_key

    def __contains__(self, name: str) -> bool:
        """Return whether a name is spelt as a gene is."""
        return name in self._known

    def find(self, name: str) -> str:
        """Return the gene that a name means; empty where it is none."""
        name = name.strip()
        if name in self._known:
            return name
        meant = self._by_key.get(name.casefold(), set())
        return next(iter(meant)) if len(meant) == 1 else ""


_MAY_STATE = re.compile(
    r"ko|kd|oe|k/|o/|knock|del|null|crispr|cas9|disr|loss|si|sh|sg|rna|aso|silen|depl|degron|aid"
    r"|ox|over|induc|gain|-/-|[\u0394\u2206\u2191]|\+\+|(?:^| )d[a-z]",
    re.I,
)


def may_state_kind(text: str) -> bool:
    """Return whether a text may state how a gene was perturbed; fast, and often too willing."""
    return _MAY_STATE.search(text) is not None


def is_unperturbed(text: str) -> bool:
    """Return whether a text means that no gene was perturbed, such as ``WT`` or ``control``.

    Examples
    --------
    >>> is_unperturbed("wild type"), is_unperturbed(""), is_unperturbed("TP53")
    (True, True, False)
    """
    plain = re.sub(r"[\W_]+", "", text).casefold()
    return not plain or plain in _NONE or re.fullmatch(r"(wt|ctrl|control)\d*", plain) is not None


def kind_of(text: str) -> str:
    """Return the kind of perturbation that a word means: KO, KD, OE; empty for another word.

    Examples
    --------
    >>> kind_of("knockout"), kind_of("siRNA"), kind_of("heat")
    ('KO', 'KD', '')
    """
    word = re.sub(r"[\s_]+", " ", text.strip())
    return next((kind for kind, form in _KIND_OF.items() if form.fullmatch(word)), "")


def read_perturbation(text: str, genes: GeneNames) -> Perturbation:
    """Read the perturbed genes of a sample.

    Parameters
    ----------
    text : str
        Genes with or without the kind of perturbation; several with a plus, comma, semicolon,
        ampersand, bar, slash or ``and`` between.
    genes : GeneNames
        The genes of the data.

    Returns
    -------
    Perturbation
        No genes where the text means none.

    Examples
    --------
    >>> known = GeneNames(["TP53", "MYC"])
    >>> read_perturbation("TP53 KO", known)
    Perturbation(genes=('TP53',), kinds=frozenset({'KO'}), unknown=())
    >>> read_perturbation("siMYC", known).kinds, read_perturbation("WT", known).genes
    (frozenset({'KD'}), ())
    """
    whole = genes.find(text)
    if whole:
        return Perturbation((whole,))
    if is_unperturbed(text):
        return Perturbation()
    one = _one(text.strip(), genes)
    if one[0] in genes:
        return Perturbation((one[0],), frozenset(filter(None, one[1:])))
    parts = [part for part in _BETWEEN.split(text.strip()) if not is_unperturbed(part)]
    found = [_one(part, genes) for part in parts]
    kind = next((kind_of(part) for part in parts if kind_of(part)), "")
    found = [each for each in found if not kind_of(each[0])]
    kinds = {each[1] for each in found if each[1]} | ({kind} if kind else set())
    names = {each[0] for each in found}
    unknown = tuple(sorted(name for name in names if name not in genes))
    return Perturbation(tuple(sorted(names)), frozenset(kinds), unknown)


def _one(text: str, genes: GeneNames) -> tuple[str, str]:
    """Return one gene and the kind of its perturbation, which may be empty."""
    plain = genes.find(text)
    if plain:
        return plain, ""
    likely = ("", "")
    for form, kind in _stated(text):
        gene = genes.find(form)
        if gene:
            return gene, kind
        likely = likely if likely[0] else (form, kind)
    for pattern, kind in _JOINED:
        found = pattern.fullmatch(text)
        gene = genes.find(found["gene"].strip("_- ")) if found else ""
        if gene:
            return gene, kind
    return likely if likely[0] else (text, "")


def _stated(text: str) -> Iterable[tuple[str, str]]:
    """Yield the gene and the kind, for each way in which a text may state them."""
    for pattern in (_AFTER, _BEFORE):
        found = pattern.fullmatch(text)
        if found:
            yield found["gene"].strip(), kind_of(found["kind"])
    for pattern, kind in _SIGNS:
        found = pattern.fullmatch(text)
        if found:
            yield found["gene"].strip("() "), kind
