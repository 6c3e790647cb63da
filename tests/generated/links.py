"""Write ranked links and gold standards as programs and databases do, with known right answers.

Run ``python -m tests.generated.links 2000`` for the counts of outcomes.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genie3_engine.data.decisions import Certainty, Decision
from genie3_engine.errors import Genie3Error
from genie3_engine.evaluation.accuracy import Accuracy, evaluate
from tests.generated.confusion import REFUSED, RIGHT, SILENT, VAGUE, WARNED, Outcome, print_figures
from tests.generated.names import GENES, Random
from tests.generated.tables import pick

HEADERS = (
    *(("regulator", "target"), ("TF", "target"), ("TF", "gene"), ("Gene1", "Gene2")),
    *(("source", "target"), ("from", "to"), ("tf_name", "target_gene"), ("reg", "target")),
    *(("Transcription factor", "Target gene"), ("regulatoryGene", "targetGene")),
    *(("Regulators", "Gene"), ("upstream", "downstream"), ("V1", "V2"), ("von", "nach")),
    *(("source_genesymbol", "target_genesymbol"), ("TF", "TG"), ("parent", "child")),
)
SYMMETRIC = (("von", "nach"), ("V1", "V2"), ("Gene1", "Gene2"))
SCORES = (
    *("importance", "weight", "signed weight", "p-value", "rank", "correlation", "unknown"),
    *("importance and p-value", "none", "minus log p", "signed importance", "even p-value"),
    "filtered p-value",
)
GOLDS = ("links", "links", "labels", "labels", "some labels")
EXTRA = (
    *("index", "references", "stimulation", "mor", "distance", "PMID", "confidence", "type"),
    *("p-value", "database", "constant", "weight", "evidence"),
)


@dataclass(slots=True)
class Made:
    """A file of links and a gold standard, and what they hold.

    Parameters
    ----------
    links, gold : Path
        The files.
    right_links, right_gold : Path
        The same links and labels as the program writes them.
    parts : dict of str to str
        What they were made from.
    """

    links: Path
    gold: Path
    right_links: Path
    right_gold: Path
    parts: dict[str, str]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return all files."""
        return (self.links, self.gold, self.right_links, self.right_gold)


def make(seed: int, folder: Path) -> Made:
    """Write one pair of files, all of which the seed decides."""
    random = np.random.default_rng(seed)
    kind = str(pick(random, tuple(GENES)))
    n_genes = int(random.integers(25, 60))
    genes = list(dict.fromkeys(GENES[kind](random, n_genes)))
    is_symmetric = random.random() < 0.15
    n_regulators = len(genes) if is_symmetric else int(random.integers(4, len(genes) // 3))
    regulators = [genes[i] for i in random.permutation(len(genes))[:n_regulators]]
    pairs = [(a, b) for a in regulators for b in genes if a != b]
    true = [pair for pair in pairs if random.random() < 0.15]
    if len(true) < 5:
        true = pairs[:: max(1, len(pairs) // 20)]
    true_set = set(true)
    parts = {"names": kind, "regulators": "all" if is_symmetric else "some"}
    strength = {pair: random.random() + 0.5 * (pair in true_set) + 1e-6 for pair in pairs}
    ranked = sorted(pairs, key=lambda pair: -strength[pair])
    parts["ranking"] = "cut" if random.random() < 0.3 else "all"
    if parts["ranking"] == "cut":
        ranked = ranked[: max(20, len(ranked) // 2)]
    scores = [round(strength[pair], 9) for pair in ranked]
    labelled = str(pick(random, GOLDS))
    parts["truth"] = labelled
    listed = list(true)
    if labelled != "links":
        share = 1.0 if labelled == "labels" else 0.5
        listed = [pair for pair in pairs if pair in true_set or random.random() < share]
    random.shuffle(listed)
    labels = None if labelled == "links" else [int(pair in true_set) for pair in listed]
    base = folder / str(seed)
    right_links = _rows(base.with_suffix(".right.links"), _columns(ranked, scores))
    right_gold = _rows(base.with_suffix(".right.gold"), _columns(listed, labels))
    links = _write_links(random, base.with_suffix(".links"), ranked, scores, parts)
    gold = _write_gold(random, base.with_suffix(".gold"), listed, labels, parts)
    return Made(links, gold, right_links, right_gold, parts)


def _columns(pairs: Sequence[tuple[str, str]], values: Sequence[float] | None) -> list[list[str]]:
    columns = [[a for a, _ in pairs], [b for _, b in pairs]]
    return columns if values is None else [*columns, [str(value) for value in values]]


def _rows(path: Path, columns: list[list[str]]) -> Path:
    rows = ["\t".join(row) for row in zip(*columns, strict=True)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def _write_links(
    random: Random,
    path: Path,
    pairs: list[tuple[str, str]],
    scores: list[float],
    parts: dict[str, str],
) -> Path:
    if random.random() < 0.1 and parts["ranking"] == "all":
        parts["links"] = "matrix"
        return _matrix(random, path, dict(zip(pairs, scores, strict=True)))
    kind = str(pick(random, SCORES))
    values = np.array(scores)
    signs = np.where(random.random(len(values)) < 0.5, -1, 1)
    places = np.arange(1, len(values) + 1) / len(values)
    made = {
        "importance": [("importance", values)],
        "weight": [("weight", values)],
        "signed weight": [("weight", values * signs)],
        "p-value": [("pvalue", 1 / (1 + 10 * values))],
        "rank": [("rank", np.arange(1, len(values) + 1))],
        "correlation": [("correlation", values / 2 * signs)],
        "unknown": [("mass", values)],
        "importance and p-value": [("pvalue", 1 / (1 + values)), ("importance", values)],
        "none": [],
        "minus log p": [("-log10(p)", values * 5)],
        "signed importance": [("importance", values * signs)],
        "even p-value": [("pvalue", places ** float(random.uniform(1.5, 3)))],
        "filtered p-value": [("mass", 0.05 * places ** float(random.uniform(1.5, 5)))],
    }[kind]
    columns = [(name, [str(each) for each in cells]) for name, cells in made]
    is_plain = kind in ("importance", "weight", "unknown", "none", "even p-value")
    order = np.arange(len(pairs))
    if kind not in ("none", "unknown") and random.random() < 0.3:
        order = random.permutation(len(pairs))
        parts["rows"] = "shuffled"
    pairs = [pairs[i] for i in order]
    columns = [(name, [cells[i] for i in order]) for name, cells in columns]
    parts["score"] = kind
    return _table(random, path, pairs, columns, parts, "links", may_be_bare=is_plain)


def _write_gold(
    random: Random,
    path: Path,
    pairs: list[tuple[str, str]],
    labels: list[int] | None,
    parts: dict[str, str],
) -> Path:
    if labels is not None and parts["truth"] == "labels" and random.random() < 0.1:
        parts["gold table"] = "matrix"
        return _matrix(random, path, dict(zip(pairs, labels, strict=True)), may_be_square=False)
    columns: list[tuple[str, list[str]]] = []
    if labels is not None:
        header = str(pick(random, ("label", "is_edge", "truth", "class", "y")))
        words = [("0", "1"), ("False", "True"), ("no", "yes"), ("0.0", "1.0")]
        no, yes = words[int(random.integers(len(words)))]
        columns.append((header, [yes if label else no for label in labels]))
    may_be_bare = True
    if random.random() < 0.6:
        extra = [
            str(each) for each in random.choice(EXTRA, int(random.integers(1, 3)), replace=False)
        ]
        parts["extra"] = "+".join(sorted(extra))
        columns += [_extra(random, each, len(pairs)) for each in extra]
        may_be_bare = False
    return _table(random, path, pairs, columns, parts, "gold", may_be_bare=may_be_bare)


def _extra(random: Random, kind: str, n: int) -> tuple[str, list[str]]:
    """Return the header and the cells of a column of a gold standard that is not a label."""

    def drawn(*values: object) -> list[str]:
        return [str(values[i]) for i in random.integers(0, len(values), n)]

    columns = {
        "index": ("", [str(i) for i in range(n)]),
        "references": ("n_references", drawn(0, 1, 2, 3, 5)),
        "stimulation": ("is_stimulation", drawn(0, 1, 1)),
        "mor": ("mor", drawn(-1, 0, 1)),
        "distance": ("distance", drawn(0, 100, 2000)),
        "PMID": ("PMID", [str(i) for i in random.integers(1_000_000, 30_000_000, n)]),
        "confidence": ("confidence", drawn("A", "B", "C", "D")),
        "type": ("Type", drawn("activation", "repression", "unknown")),
        "p-value": ("p.value", [f"{p:.5f}" for p in random.random(n) ** 8]),
        "database": ("resources", drawn("CollecTRI", "DoRothEA", "TRRUST")),
        "constant": ("is_directed", ["1"] * n),
        "weight": ("weight", [f"{w:.3f}" for w in random.normal(size=n)]),
        "evidence": ("curation_effort", drawn(0, 1, 1, 4)),
    }
    return columns[kind]


def _table(
    random: Random,
    path: Path,
    pairs: list[tuple[str, str]],
    columns: list[tuple[str, list[str]]],
    parts: dict[str, str],
    which: str,
    *,
    may_be_bare: bool,
) -> Path:
    """Write a table: regulator and target in either order, other columns before or after."""
    is_symmetric = parts["regulators"] == "all"
    header = HEADERS[int(random.integers(len(HEADERS)))]
    has_header = not may_be_bare or random.random() < 0.75
    is_known = has_header and header not in SYMMETRIC
    # Without a header, or with an unknown one, nothing decides between genes that all regulate.
    is_reversed = random.random() < 0.4 and (is_known or not is_symmetric)
    n_regulators = len({a for a, _ in pairs})
    if is_reversed and not is_known and n_regulators * 2.5 > len({b for _, b in pairs}):
        is_reversed = False
    names = [(header[0], [a for a, _ in pairs]), (header[1], [b for _, b in pairs])]
    made = names[::-1] if is_reversed else names
    for column in columns:
        is_first = column[0] == "" or (has_header and random.random() < 0.2)
        made.insert(0 if is_first else len(made), column)
    parts[which] = f"{'target' if is_reversed else 'regulator'} first"
    parts[f"{which} header"] = "+".join(header) if has_header else "none"
    rows = list(zip(*(cells for _, cells in made), strict=True))
    titles = [name for name, _ in made]
    is_short = has_header and random.random() < 0.1 and "" not in titles
    if is_short:
        rows = [(str(i + 1), *row) for i, row in enumerate(rows)]
        parts[f"{which} rows"] = "R row names"
    cells = [cell for row in rows for cell in row]
    mark = str(pick(random, ("\t", "\t", ",", ",", ";", " ", "|")))
    parts[f"{which} separator"] = mark
    lines = [tuple(titles)] * has_header + rows
    all_quoted = random.random() < 0.2
    must_quote = any(mark in cell for cell in (*cells, *titles))
    quote = '"' if (all_quoted or must_quote or is_short) and mark else ""
    text = "\n".join(mark.join(f"{quote}{c}{quote}" for c in line) for line in lines) + "\n"
    return _encoded(random, path, text, parts, which)


def _encoded(random: Random, path: Path, text: str, parts: dict[str, str], which: str) -> Path:
    end = str(pick(random, ("\n", "\n", "\r\n")))
    encoding = str(pick(random, ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16")))
    if random.random() < 0.15:
        text = "# links\n" + text
    content = text.replace("\n", end).encode(encoding)
    if random.random() < 0.15:
        content = gzip.compress(content)
    parts[f"{which} encoding"] = encoding
    path.write_bytes(content)
    return path


def _matrix(
    random: Random,
    path: Path,
    values: dict[tuple[str, str], float],
    *,
    may_be_square: bool = True,
) -> Path:
    regulators = list(dict.fromkeys(a for a, _ in values))
    genes = list(dict.fromkeys([b for _, b in values] + regulators))
    is_square = may_be_square and random.random() < 0.4 and len(regulators) < len(genes)
    rows, columns = (genes if is_square else regulators), genes
    cell = {pair: str(value) for pair, value in values.items()}
    is_turned = random.random() < 0.5 and len(regulators) < 0.7 * len(genes)
    if is_turned:
        cell = {(b, a): value for (a, b), value in cell.items()}
        rows, columns = columns, rows
    mark = str(pick(random, ("\t", ",")))
    lines = [["", *columns], *([a, *(cell.get((a, b), "0") for b in columns)] for a in rows)]
    path.write_text("\n".join(mark.join(line) for line in lines) + "\n", encoding="utf-8")
    return path


RIGHT_ROLES = {"regulator": "1", "target": "2"}


def outcome_of(made: Made) -> Outcome:
    """Evaluate the files, and compare the figures with those of the plainly written ones."""
    has_labels = made.parts["truth"] != "links"
    right = evaluate(
        made.right_links,
        made.right_gold,
        links_columns={**RIGHT_ROLES, "score": "3"},
        gold_columns={**RIGHT_ROLES, "label": "3" if has_labels else "none"},
    )
    try:
        found = evaluate(made.links, made.gold)
    except Genie3Error as error:
        return Outcome(REFUSED, str(error))
    if _same(found, right):
        return Outcome(RIGHT)
    guesses = [each for each in found.decisions if each.certainty is Certainty.GUESS]
    detail = "; ".join(each.taken for each in found.decisions)
    for options in _others(guesses):
        try:
            if _same(evaluate(made.links, made.gold, **options), right):
                return Outcome(WARNED, detail)
        except Genie3Error:
            continue
    return Outcome(VAGUE if guesses else SILENT, detail)


def _others(guesses: Sequence[Decision]) -> Iterator[dict[str, dict[str, str]]]:
    """Yield the options of each other reading, and of all first ones together."""
    alone = [
        {
            key: dict(part.split("=", 1) for part in str(text).split(","))
            for key, text in other.options.items()
        }
        for each in guesses
        for other in each.alternatives
    ]
    yield from alone
    together: dict[str, dict[str, str]] = {}
    for options in alone:
        for key, roles in options.items():
            together[key] = {**roles, **together.get(key, {})}
    yield together


def _same(found: Accuracy, right: Accuracy) -> bool:
    pairs = ((found.auroc, right.auroc), (found.aupr, right.aupr))
    same = all(abs(one - other) < 1e-9 for one, other in pairs)
    return same and (found.n_positives, found.n_universe) == (right.n_positives, right.n_universe)


def outcomes(seeds: Iterable[int]) -> Iterator[tuple[int, Made, Outcome]]:
    """Write and evaluate one pair of files after the other."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            made = make(seed, Path(folder))
            yield seed, made, outcome_of(made)
            for path in made.paths:
                path.unlink()


if __name__ == "__main__":
    print_figures(outcomes, __doc__)
