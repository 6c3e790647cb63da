"""Recognise by its name what a column of numbers holds, if it does not hold measurements.

To add a kind of column, add a `Role` to `ROLES`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from genie3_engine.data.line_evidence import Line
from genie3_engine.data.number_forms import number_form

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Role:
    """What a column (or row) of numbers holds that is not a measurement.

    Parameters
    ----------
    noun : str
        What its numbers are, in the plural, such as ``lengths``.
    sure : str
        Pattern of names that mean this in every table, as `words_of` writes them.
    plain : str
        Pattern of names that may also be a sample's or a gene's.
    fits : callable
        Whether values may be this at all.
    is_summary : bool
        Whether the numbers are computed from the others, so that this can be verified.
    is_name : bool
        Whether they may be the names of the rows.
    """

    noun: str
    sure: str
    plain: str
    fits: Callable[[Line], bool]
    is_summary: bool = False
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class NamedRole:
    """A role that a name states.

    Parameters
    ----------
    role : Role
        Which.
    is_sure : bool
        False where the name may also be a sample's or a gene's.
    """

    role: Role
    is_sure: bool


def _is_identifier(line: Line) -> bool:
    return line.is_whole and line.low >= 0 and line.n_different > 1


def _is_row_number(line: Line) -> bool:
    numbers_all = line.n_different == line.n_values and line.low in (0, 1)
    is_rank = line.is_whole and numbers_all and line.high == line.low + line.n_values - 1
    return line.counts_up or is_rank or (line.is_whole and line.is_sorted)


def _is_position(line: Line) -> bool:
    return line.is_whole and line.low >= 0


def _is_positive(line: Line) -> bool:
    return line.low >= 0


def _is_strand(line: Line) -> bool:
    return line.is_whole and line.low >= -1 and line.high <= 2


def _is_share(line: Line) -> bool:
    return line.low >= 0 and line.high <= 100


def _is_probability(line: Line) -> bool:
    return line.low >= 0 and line.high <= 1


def _is_any(line: Line) -> bool:
    return line.n_values > 0


_P = (
    r"p ?(val|value|values|vals|adj|adjust|adjusted)|pvals?|pvalues?|padj|q ?(val|value)|qvals?"
    r"|qvalues?|fdr|fwer|bonferroni|holm|adj p|b h adj\w*|p val adj|(adj|adjusted) pvals?"
)
_STATISTIC = (
    r"mean|average|avg|ave|median|sd|std|stdev|st dev|std dev|var|variance|cv|sem|sum|total"
)
_OF_SAMPLES = (
    r"expression|expr|exprs|counts?|signal|intensity|reads|value|log \w+|tpm|fpkm|rpkm|cpm"
)
_RECORDS = "no feature|ambiguous|too low a ?qual|not aligned|alignment not unique"
READS_WITHOUT_GENE = Role(
    "reads without a gene",
    rf"{_RECORDS}|n (unmapped|multimapping|no ?feature|ambiguous)|assigned|unassigned .*",
    r"",
    _is_any,
)
ROLES = (
    READS_WITHOUT_GENE,
    Role(
        "detection p-values",
        r"(.* )?detection( (p|score|call))?( ?(val|value|pval|pvalue))?( \d+)?"
        r"|detection( .*)?|(.* )?det p( val)?",
        r"",
        _is_probability,
    ),
    Role(
        "records of single arrays",
        r"(.* )?(avg n ?beads|bead std ?err|bead std err|array std ?ev|array st ?dev|n ?arrays"
        r"|avg nbeads|nbeads|bead st ?dev)( .*)?",
        r"",
        _is_positive,
    ),
    Role(
        "p-values",
        rf"(.* )?({_P})( .*)?|(.* )?(neg|minus)? ?log ?10? ?({_P}|p)",
        r"p|q|significant|significance",
        _is_positive,
    ),
    Role(
        "test results",
        r"(.* )?(log ?\d* ?(fc|fold change|foldchange|ratio)|fold ?change|lfc|lfc se|logfc)( .*)?"
        r"|log ?2? ?fc \w+|(.* )?(t|f|z|b|wald|test|lr) ?(stat|statistic|value)|base ?mean( .*)?"
        r"|k (me|total|within|out|in|diff)( .*)?|module membership"
        r"|ave ?expr|log ?cpm|pct \d|test stat\w*|odds ratio|effect size|(.* )?z score",
        r"stat|statistic|t|b|f|lr|fc|z|score|auc|ratio|beta|effect",
        _is_any,
    ),
    Role(
        "gene identifiers",
        r"(.* )?(entrez|ncbi|hgnc|mgi|locus ?link|uniprot|omim|unigene|refseq)( gene)?"
        r"( (id|ids|number|no|accession))?"
        r"|(.* )?(entrezgene|entrezid|entrezgeneid|geneid)( (id|ids|number))?"
        r"|gene ?(id|ids|number|no|nr)"
        r"|(.* )?(probe|probeset|probe set|transcript|transcript cluster|feature|array address"
        r"|spot|locus|tax|taxon|ortholog|homologene) ?(id|ids|number|no)|homologene|id ref",
        r"(.* )?ids?|identifier|identifiers|key|accession",
        _is_identifier,
        is_name=True,
    ),
    Role(
        "row numbers",
        r"(row|line|record|sample|cell) ?(number|no|num|nr|index)|unnamed \d+",
        r"index|number|no|nr|row|rank|order|idx|x|v 1",
        _is_row_number,
        is_name=True,
    ),
    Role(
        "strands",
        r"(.* )?strand",
        r"",
        _is_strand,
    ),
    Role(
        "positions",
        r"(chromosome|chrom)( .*)?|chr|seqnames?|seq names?"
        r"|(gene|transcript|tx|exon|cds|chr|chrom|genomic|chromosome|peak|probe|tss) (.* )?"
        r"(start|end|stop|position|pos)( bp| site| hg \d+| position)?"
        r"|(start|end|stop|chr) (position|pos|bp|site|coordinate|hg \d+|location)"
        r"|coordinates?|genomic position|map location|(tx|cds)(start|end)|midpoint",
        r"start|end|stop|begin|position|pos|location|tss|tes|from|to|locus|starts|ends|cm",
        _is_position,
    ),
    Role(
        "positions",
        r"(c m|genetic|map|genetic map) (position|pos|distance)"
        r"|cyto(genetic)? ?(loc|band|location)",
        r"",
        _is_positive,
    ),
    Role("weights", r"gweight|eweight|(g|e|gene|experiment) weight", r"", _is_positive),
    Role(
        "records of proteins",
        r"(razor unique peptides|unique peptides|sequence coverage|unique (razor )?sequence"
        r" coverage|unique razor sequence coverage|ms ms counts?|i ?baq peptides)( .*)?|number of"
        r" (proteins|psms)|mol(ecular)? ?weight( k ?da)?|peptides( .*)?",
        r"intensity",
        _is_positive,
    ),
    Role(
        "places on a slide or array",
        r"in ?tissue|array (row|col|column)|(pxl|pixel|px|image|spatial) ?(row|col|column|x|y)"
        r"( in (full|high|low) ?res)?|(x|y) (coords?|coordinates?|centroid|pixels?|um)"
        r"|(.* )?centroid (x|y)|imagerow|imagecol|control type",
        r"",
        _is_any,
    ),
    Role(
        "lengths",
        r"(gene|transcript|exon|exons|exonic|cds|eff|effective|mean|median|average|avg|total|coding"
        r"|merged|union|locus|protein|utr|feature|tx|mrna|cdna|max|longest|sequence|seq|mean"
        r" transcript|gene exonic) (.* )?(length|len|size|width)( k?bp?| nt)?"
        r"|(length|len|size|width) (k?bp?|nt|kilobases?|bases)|effectivelength|eff ?len(gth)?"
        r"|((n|num|number of) )?(exons?|introns?|isoforms?|transcripts?) (count|number)"
        r"|(n|num|number of) (exons?|introns?|isoforms?|transcripts?)",
        r"lengths?( [a-z].*|\.\d+)?|(.* )length|len|width|size|bp|kb",
        _is_positive,
    ),
    Role(
        "GC contents",
        r"(.* )?(gc|g c|cg) (content|percent|percentage|fraction|pct|ratio)( .*)?"
        r"|(.* )?(percent|percentage|pct|perc|fraction|frac) (gc|g c|cg)( content)?",
        r"gc",
        _is_share,
    ),
    Role(
        "summaries of the others",
        rf"({_STATISTIC}|min|max) ({_OF_SAMPLES})|row ?(sums?|means?|sds?|vars?|medians?)"
        r"|rowsums?|rowmeans?|grand (total|mean)|(mean|average|sum|total) (of|over|across) .*"
        r"|std ?dev(iation)?|st ?dev|standard (deviation|error)|coefficient of variation"
        r"|(n|num|number of|pct|percent) (samples|detected|expressed|cells expressed)"
        r"|overall mean",
        rf"({_STATISTIC})( [a-z]+)?|[a-z]+ ({_STATISTIC})|min|max|minimum|maximum|totals|iqr|mad"
        r"|range|n|count|detected|se|means|sums|dispersions?( norm)?",
        _is_any,
        is_summary=True,
    ),
    Role(
        "quality measures of cells",
        r"n ?(counts?|features?|genes?|umis?|reads?|cells)( (rna|adt|sct|atac|spatial|by .*))?"
        r"|(log 1 p )?(total|n) (counts?|umis?|reads?|genes|features)( .*)?|log 1 p .* counts?"
        r"|(percent|pct|perc|percentage|fraction|frac|prop)( counts| umi| umis| reads)? ?(mt|mito"
        r"|ribo|rp|hb|rb|mitochondrial|ribosomal|rrna|in top .*|largest gene|ercc|hemo\w*"
        r"|spike\w*)( .*)?"
        r"|(mito|ribo|mt|mitochondrial|ribosomal) ?(ratio|percent|fraction|frac|pct|perc|content)"
        r"|(.* )?doublets? (score|scores|prob|class)|doublets?|scrublet.*|predicted doublets?"
        r"|size ?factors?|(library|lib) ?size|sequencing depth|(s|g 2 m|g 1|cell cycle) (score"
        r"|phase)|n ?(count|feature|gene|umi)s?",
        r"depth|complexity",
        _is_any,
    ),
    Role(
        "descriptions of samples",
        r"(seurat|leiden|louvain|kmeans|phenograph|sc 3|tscan) ?clusters?( .*)?|leiden( .*)?"
        r"|louvain( .*)?|(.* )?snn res.*|(cluster|batch|donor|patient|subject|group|plate|lane"
        r"|sample|cell|animal|mouse|replicate) ?(id|ids|no|number|nr|label|code)"
        r"|(.* )?pseudo ?times?( .*)?|latent ?time|(x )?(umap|tsne|t sne|pca|diffmap|phate) ?\d+"
        r"|age (at .*|years?|yrs?|in .*|days?|weeks?|months?)|(survival|follow up|followup) (.*)"
        r"|rin|bmi|pmi|(os|pfs|dfs|rfs) (time|days|months|status|event)|cell ?cycle|days to .*"
        r"|vital status|pc \d+|(.*) (stage|grade)|batch|sex|gender|clusters?",
        r"age|donor|patient|subject|replicate|rep|time|day|days|dose|weight|height"
        r"|group|treatment|condition|label|class|status|stage|grade|survival"
        r"|os|event|plate|lane|run|site|time ?points?|hours?|hour|h|temperature|temp|ph|week"
        r"|weeks|month|months|year|minutes?|min|concentration|passage|generation|animal|mouse"
        r"|state|ph|od|phase|time (h|hr|hrs|hours?|min|minutes?|days?|s|sec)"
        r"|(dose|weight|height) .*|(.* )?batch",
        _is_any,
    ),
)
_SURE = [(role, re.compile(role.sure)) for role in ROLES if role.sure]
_PLAIN = [(role, re.compile(role.plain)) for role in ROLES if role.plain]


def _words_in(patterns: str) -> frozenset[str]:
    """Return all words that names of these patterns may have, with and without what is optional."""
    words: set[str] = set()
    for space in ("", " "):
        for letter in ("", r"\1"):
            text = re.sub(r"([a-z])\?", letter, patterns.replace(" ?", space))
            words.update(re.findall(r"[a-z]+", re.sub(r"\\[a-z]", " ", text)))
    return frozenset(words)


_TRIGGERS = _words_in(" ".join(f"{role.sure} {role.plain}" for role in ROLES))
_TRIGGERS |= {"log2fc", "log2foldchange", "log2ratio", "log10p", "log10pvalue", "log10fdr"}
_LONG_TRIGGERS = frozenset(word for word in _TRIGGERS if len(word) > 2)
_SECOND = re.compile(r".*[A-Za-z]\.\d{1,3}")
_CAMEL = re.compile(r"[a-z][A-Z]")
_SPACED = {code: chr(code).lower() if chr(code).isalpha() else " " for code in range(128)}
_SPACED |= {ord(digit): digit for digit in "\n0123456789"}
# Columns of one sample in the outputs of programs that quantify: kallisto, salmon, RSEM, StringTie.
_MEASURE = re.compile(
    r"((est|expected|raw|num|mapped|unique|norm|normalized|pme|posterior mean|estimated|read|tot)"
    r" )?(counts?|reads|tpm|fpkm( uq)?|rpkm|cpm|coverage|cov|abundance|iso ?pct|numreads|frags)"
    r"( conf (lo|hi)| ci .*| coefficient of .*| unstranded)?|unstranded|stranded (first|second)"
)


def is_measure(name: str) -> bool:
    """Return whether a name is a measure's, such as ``TPM``, and not a sample's.

    Examples
    --------
    >>> is_measure("NumReads"), is_measure("TPM"), is_measure("TPM_1")
    (True, True, False)
    """
    return _MEASURE.fullmatch(words_of(name)) is not None


def words_of(name: str) -> str:
    """Return the words of a name in lower case, with spaces between them.

    Examples
    --------
    >>> words_of("log2FoldChange"), words_of("Entrez_Gene_Id"), words_of("pct.1")
    ('log 2 fold change', 'entrez gene id', 'pct 1')
    """
    return " ".join(_WORD.findall(name)).lower()


def roles_named(names: Sequence[str]) -> dict[int, NamedRole]:
    """Return the roles that names state, by their places; fast for names of many genes."""
    text = "\n".join(names)
    if text.count("\n") >= max(1, len(names)):
        names = [" ".join(name.split()) for name in names]
        text = "\n".join(names)
    spaced = text.translate(_SPACED)
    forms = spaced.split("\n")
    hits = _TRIGGERS.intersection(forms)
    if " " in spaced:
        spread = {form for form in forms if " " in form}
        hits |= {form for form in spread if form.strip() in _TRIGGERS or _may_state(form.split())}
    places = {place for place, form in enumerate(forms) if form in hits} if hits else set()
    if _CAMEL.search(text):
        camels = (place for place, name in enumerate(names) if _CAMEL.search(name))
        places.update(place for place in camels if _may_state(words_of(names[place]).split()))
    named = {place: role_named(names[place]) for place in sorted(places)}
    for place, name in _second_headings(names).items() if "." in text else ():
        named[place] = named.get(place) or role_named(name)
    return {place: found for place, found in sorted(named.items()) if found is not None}


def _second_headings(names: Sequence[str]) -> dict[int, str]:
    """Return headings without the number that pandas and R add to one that occurs twice.

    Several of one stem are a series of samples, such as ``batch.1`` and ``batch.2``.
    """
    numbered = [i for i, name in enumerate(names) if "." in name and _SECOND.fullmatch(name)]
    if len(numbered) > max(2, 0.1 * len(names)):
        return {}
    stems = {i: names[i].rpartition(".")[0] for i in numbered}
    counts = Counter(stems.values())
    return {i: stem for i, stem in stems.items() if counts[stem] == 1}


def _may_state(words: list[str]) -> bool:
    """Return whether words occur in a pattern; short ones are common among names of genes."""
    return (
        not _LONG_TRIGGERS.isdisjoint(words)
        or (bool(words) and words[-1] in {"id", "ids"})
        or all(word.isdecimal() or word in _TRIGGERS for word in words)
    )


def role_named(name: str) -> NamedRole | None:
    """Return the role that a name states; None when it states none.

    Parameters
    ----------
    name : str
        A column's or a row's.

    Returns
    -------
    NamedRole or None
        The first role that the whole name states.

    Examples
    --------
    >>> role_named("padj").role.noun, role_named("Length").is_sure, role_named("Length1")
    ('p-values', False, None)
    """
    if not name or len(name) > _LONGEST:
        return None
    return role_of_form(number_form(name))


@lru_cache(maxsize=4096)
def role_of_form(name: str) -> NamedRole | None:
    """Return the role that all names of one `number_form` state; see `role_named`."""
    words = words_of(name)
    lowered = name.strip().lower()
    for patterns, is_sure in ((_SURE, True), (_PLAIN, False)):
        for role, pattern in patterns:
            if pattern.fullmatch(words) or pattern.fullmatch(lowered):
                return NamedRole(role, is_sure)
    return None
