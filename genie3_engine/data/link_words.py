"""Detect from a header what a column of a list of regulators or of a table of links holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a column holds, as far as its header shows."""

    REGULATOR = "regulator"
    TARGET = "target"
    SCORE = "score"
    SIGNED = "signed"
    RANK = "rank"
    P_VALUE = "p-value"
    DISTANCE = "distance"
    LABEL = "label"
    SIGN = "sign"
    OTHER = "other"
    INDEX = "index"
    NONE = ""


@dataclass(frozen=True, slots=True)
class HeaderRole:
    """The meaning of a header.

    Parameters
    ----------
    role : Role
        What the column holds; ``NONE`` when the header is unknown.
    is_strong : bool
        Whether the word leaves no doubt: ``target`` does, ``gene`` or ``gene2`` does not.
    stem : str
        What is left of the header without the word, such as ``id`` or ``symbol``.
    """

    role: Role
    is_strong: bool = False
    stem: str = ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_REGULATOR = _words(
    "tf tfs regulator regulators regulatory reg regs regulating regid source from parent "
    "upstream cause driver controller effector transcriptionfactor factor regulatorygene sourcegene"
)
_TARGET = _words(
    "target targets targeted regulated to child downstream tg tgs sink dest destination "
    "targetgene targetid regulatedgene"
)
_WEAK_REGULATOR = _words("1 a i x")
_WEAK_STEMS = _words("gene genes node protein name entity symbol interactor partner var v")
_LABEL = _words(
    "label labels class truth true gold edge isedge islink link y ytrue groundtruth istrue "
    "known positive connected exists hasedge interacts standard"
)
_SIGN = _words(
    "sign mor mode modeofregulation effect regulationtype type regulation interaction direction "
    "stimulation inhibition activation repression consensus moa action relationship relation "
    "mechanism kind polarity function role"
)
_SIGNED = _words(
    "corr correlation cor pcc scc rho r pearson spearman coef coefficient coefficients beta "
    "effectsize logfc lfc kendall tau estimate slope zscore z t tstat"
)
_P_VALUE = _words(
    "p pval pvalue pvalues pvals padj adjp q qval qvalue fdr fwer adjpval adjpvalue bonferroni "
    "bh holm pr"
)
_DISTANCE = _words("distance dist dissimilarity kldivergence divergence")
_RANK = _words("rank ranks ranking order position")
_SCORE = (
    *("importance", "share", "score", "weight", "edgeweight", "confidence", "value", "strength"),
    *("probability", "prob", "posterior", "mi", "mutualinformation", "combinedscore", "weights"),
    *("frequency", "support", "scores", "mim", "affinity", "confidences", "probabilities"),
    *("im", "vim", "imp", "likelihood", "odds", "gain", "purity", "incmse", "pip", "clr"),
    *("freq", "stability", "bootstrap", "llr"),
)
_OTHER = _words(
    "n references reference refs pmid pmids pubmed evidence curation count counts number "
    "num npmids nreferences directed isdirected stimulation inhibition isstimulation "
    "isinhibition database databases resource resources sources dataset species organism "
    "taxon family length start end chr chromosome strand description comment comments note "
    "notes cell tissue year doi date dbd assay experiment experiments method curated is "
    "has"
)
_INDEX = _words("index unnamed rownames rowname row rownumber rownum no nr idx level0 indexlevel0")


def role_of_header(header: str) -> HeaderRole:
    """Return the meaning of a header for its column.

    Parameters
    ----------
    header : str
        The text above the column.

    Returns
    -------
    HeaderRole
        The role, and how sure it is.
    """
    words = [word.lower() for word in re.findall(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+|\d+", header)]
    plain = "".join(words)
    if not words:
        return HeaderRole(Role.INDEX if not header.strip() else Role.NONE)
    if words[0] == "unnamed" or plain in _INDEX:
        return HeaderRole(Role.INDEX, True)
    for known in (_pair_role, _value_role):
        found = known(words, plain)
        if found is not None:
            return found
    if set(words) & _OTHER:
        return HeaderRole(Role.OTHER, stem="" if _may_be_label({*words, plain}) else plain)
    return HeaderRole(Role.NONE, stem=plain)


def is_only_header(word: str) -> bool:
    """Return whether a word in a first row is a header, although a gene stands next to it.

    Examples
    --------
    >>> is_only_header("target"), is_only_header("confidence"), is_only_header("P")
    (True, True, False)
    """
    found = role_of_header(word)
    is_pair = found.role in (Role.REGULATOR, Role.TARGET)
    return found.is_strong and word.isascii() and (is_pair or (len(word) > 4 and word.isalpha()))


def _may_be_label(words: set[str]) -> bool:
    """Return whether a column of yes and no under these words may be a gold standard's label."""
    may_be = {"evidence", "assay", "experiment", "experiments", "method", "curated", "is", "has"}
    return bool(words & may_be) and not words & {"directed", "isdirected"}


def _pair_role(words: list[str], plain: str) -> HeaderRole | None:
    """Return whether a header names the regulators or the targets of links."""
    if plain == "transcriptionfactor" or ("transcription" in words and "factor" in words):
        words = ["tf", *(word for word in words if word not in {"transcription", "factor"})]
    if set(words) & (_OTHER - {"number", "is"}) or plain in _LABEL:
        return None
    if plain in {"isregulator", "istf", "istarget"} or words[0] in {"is", "has", "n", "num"}:
        return None
    if words[0] in {"edge", "link", "interaction"} or words[-1] in {
        *("type", "weight", "score", "rank", "importance", "family", "class", "effect", "count"),
        *("assessment", "expression", "mean", "p", "pvalue", "corr", "database", "databases"),
    }:
        return None
    if "factor" in words and "tf" not in words and plain != "factor":
        return None
    is_regulator = bool(set(words) & _REGULATOR) or plain in _REGULATOR
    is_target = bool(set(words) & _TARGET) or plain in _TARGET
    if "regulated" in words and "by" in words:
        is_regulator, is_target = True, False
    if plain in {"targetregulator", "targettf"}:
        return None
    # "TF target", "target gene of TF": a target.
    is_regulator = is_regulator and not is_target
    if (is_regulator or is_target) and any(word.isdecimal() for word in words):
        return None  # a name such as TF01
    stem = "".join(
        word for word in words if word not in _REGULATOR | _TARGET | {"gene", "genes", "name", "s"}
    )
    if is_regulator:
        return HeaderRole(Role.REGULATOR, True, stem)
    if is_target:
        return HeaderRole(Role.TARGET, True, stem)
    if words[-1] in {"1", "2", "a", "b", "i", "j"} and len(words) > 1:
        stem = "".join(words[:-1])
        if stem in _WEAK_STEMS or set(words[:-1]) <= _WEAK_STEMS:
            weak = Role.REGULATOR if words[-1] in _WEAK_REGULATOR else Role.TARGET
            return HeaderRole(weak, False, stem)
    if plain in {"genea", "geneb", "proteina", "proteinb", "nodea", "nodeb"}:
        return HeaderRole(Role.REGULATOR if plain[-1] == "a" else Role.TARGET, False, plain[:-1])
    if plain in {"gene", "genes", "geneid", "geneids", "genesymbol", "genename", "locustag"}:
        return HeaderRole(Role.TARGET, False, plain.removeprefix("gene").removesuffix("s"))
    return None


def _value_role(words: list[str], plain: str) -> HeaderRole | None:
    """Return what kind of number or word a header names."""
    found = set(words) | {plain}
    if plain in _LABEL or (words[0] == "is" and set(words) & _LABEL):
        return HeaderRole(Role.LABEL, True)
    if set(words) & {"log", "neglog", "minuslog", "nlog", "mlog"} and found & _P_VALUE:
        return HeaderRole(Role.SCORE, True, "logp")
    if plain in {"neglogp", "logp", "logpval", "logpvalue", "nlogp", "neglogpvalue"}:
        return HeaderRole(Role.SCORE, True, "logp")
    if found & _P_VALUE:
        return HeaderRole(Role.P_VALUE, True)
    if found & _OTHER and not plain.startswith("confidence"):
        if found & {"stimulation", "inhibition"}:
            return HeaderRole(Role.SIGN)
        return HeaderRole(Role.OTHER, stem="" if _may_be_label(found) else plain)
    for kind, known in ((Role.RANK, _RANK), (Role.DISTANCE, _DISTANCE), (Role.SIGNED, _SIGNED)):
        if plain in known or (kind is not Role.RANK and found & (known - {"p", "r", "z", "t"})):
            return HeaderRole(kind, True, plain)
    if plain == "relativeimportance":  # 1 for the strongest link of each target
        return HeaderRole(Role.SCORE, True, plain)
    if found & set(_SCORE):
        return HeaderRole(Role.SCORE, True, next(word for word in _SCORE if word in found))
    if "rank" in found:
        return HeaderRole(Role.RANK, True, plain)
    if "consensus" in words and len(words) > 1:  # as OmniPath has consensus_direction
        return HeaderRole(Role.OTHER, stem=plain)
    if found & _SIGN:
        return HeaderRole(Role.SIGN, True, plain)
    return None


def score_preference(stem: str) -> int:
    """Return how much a score's name is preferred, from 0, the best."""
    return _SCORE.index(stem) if stem in _SCORE else len(_SCORE)
