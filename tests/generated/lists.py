"""Write lists of regulators as databases, programs and people do, with known right answers.

Run ``python -m tests.generated.lists 2000`` for the counts of outcomes.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.name_lists import ChosenNames, NameList, read_list
from genie3_engine.errors import Genie3Error
from tests.generated.confusion import REFUSED, RIGHT, SILENT, VAGUE, WARNED, Outcome, print_figures
from tests.generated.names import GENES, Random
from tests.generated.tables import pick

HEADERS = ("TF", "gene", "Symbol", "gene_id", "Regulator", "HGNC symbol", "ID", "Name", "tfs", "x")
FAMILIES = ("bHLH", "bZIP", "C2H2 ZF", "Homeodomain", "T-box", "NAC", "WRKY", "zf-C2H2, other")
SHAPES = ("lines", "lines", "table", "table", "table", "table", "one line", "wrong kind", "links")
EXTRA = (
    *("family", "references", "chromosome", "start", "length", "score", "other kind", "text"),
    *("species", "Is TF?", "p-value", "date", "category"),
)


@dataclass(slots=True)
class MadeList:
    """A list, and what it holds.

    Parameters
    ----------
    path : Path
        The file.
    genes : list of str
        The genes of the data.
    expected : frozenset of str or None
        Those of them that it lists; None where it must be refused.
    parts : dict of str to str
        What it was made from.
    """

    path: Path
    genes: list[str]
    expected: frozenset[str] | None
    parts: dict[str, str]


def make(seed: int, folder: Path) -> MadeList:
    """Write one list, all of which the seed decides."""
    random = np.random.default_rng(seed)
    kind, other = (str(pick(random, tuple(GENES))) for _ in range(2))
    names = list(dict.fromkeys(GENES[kind](random, 160)))
    genes, unmeasured = names[:120], names[120:]
    shape = str(pick(random, SHAPES))
    if shape == "wrong kind":
        strangers = [n for n in GENES[other](random, 60) if n.casefold() not in _folded(names)]
        if other == kind or len(strangers) < 10 or any(n.isdecimal() for n in strangers):
            shape = "table"
    listed = [genes[i] for i in random.choice(120, int(random.integers(8, 60)), replace=False)]
    n_unmeasured = min(len(unmeasured), int(random.integers(0, 20)))
    wanted = [*listed, *unmeasured[:n_unmeasured]]
    random.shuffle(wanted)
    spelling, spelt = _spelling(random, wanted, names)
    separator = str(pick(random, ("\t", ",", ";", "|")))
    parts = {"names": kind, "shape": shape, "spelling": spelling, "separator": separator}
    expected: frozenset[str] | None = frozenset(listed)
    if shape == "lines":
        lines = _lines(random, spelt, parts)
    elif shape == "one line":
        mark = str(pick(random, (",", ", ", ";", " ", "\t")))
        if any(mark.strip() in n if mark.strip() else " " in n for n in spelt):
            mark = "\t"
        lines = [mark.join(spelt)]
    elif shape == "links":
        lines = _links(random, spelt, separator, genes)
    else:
        column = spelt if shape == "table" else strangers[: len(spelt)]
        expected = expected if shape == "table" else None
        lines, left_out = _table(random, column, separator, parts, other)
        expected = expected and frozenset(
            gene for gene in expected if wanted.index(gene) not in left_out
        )
    return MadeList(_write(random, folder / f"list{seed}", lines, parts), genes, expected, parts)


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold().split(".")[0] for name in names}


def _spelling(random: Random, wanted: list[str], names: list[str]) -> tuple[str, list[str]]:
    """Return the names in another case, or with versions, where that leaves them different."""
    change = str(pick(random, ("same", "same", "same", "lower", "upper", "version")))
    changed = {
        "lower": [name.lower() for name in wanted],
        "upper": [name.upper() for name in wanted],
        "version": [f"{name}.{random.integers(1, 20)}" for name in wanted],
    }.get(change, wanted)
    is_code = all("." not in name and any(c.isdigit() for c in name) for name in names)
    is_unique = len({name.casefold() for name in names}) == len(names)
    is_safe = is_unique and (change != "version" or (is_code and not names[0].isdecimal()))
    return (change, changed) if is_safe else ("same", wanted)


def _lines(random: Random, names: list[str], parts: dict[str, str]) -> list[str]:
    header = str(pick(random, ("", "", "TF", "gene_id", "Symbol", "x")))
    parts["header"] = header or "none"
    quote = str(pick(random, ("", "", '"')))
    rows = [*([header] if header else []), *names]
    if any('"' in name for name in names):
        quote = ""
    return [f"{quote}{name}{quote}{' ' * int(random.random() < 0.1)}" for name in rows]


def _links(random: Random, names: list[str], separator: str, genes: list[str]) -> list[str]:
    """Return a table of links: its regulators are the list."""
    separator = "\t" if any(separator in name for name in (*names, *genes)) else separator
    is_reversed = random.random() < 0.5
    rows = [("TF", "target")]
    for name in names:
        for gene in random.choice(genes, int(random.integers(1, 6)), replace=False):
            rows.append((name, str(gene)))
    return [separator.join(row[::-1] if is_reversed else row) for row in rows]


def _table(
    random: Random, names: list[str], separator: str, parts: dict[str, str], other: str
) -> tuple[list[str], set[int]]:
    """Return the lines of a table, and which rows its own column excludes."""
    n = len(names)
    header = str(pick(random, HEADERS))
    columns: list[tuple[str, list[str]]] = [(header, names)]
    n_extra = int(random.integers(1, 5))
    extra = [str(each) for each in random.choice(EXTRA, n_extra, replace=False)]
    left_out: set[int] = set()
    for kind in extra:
        title, cells = _extra(random, kind, n, other)
        if kind == "Is TF?":
            left_out = {i for i, cell in enumerate(cells) if cell == "No"}
        columns.insert(int(random.integers(0, len(columns) + 1)), (title, cells))
    index = str(pick(random, ("none", "pandas", "R", "named", "R short")))
    if index != "none":
        first = 0 if index == "pandas" else 1
        title = {"pandas": "", "R": "", "named": "no", "R short": ""}[index]
        columns.insert(0, (title, [str(i + first) for i in range(n)]))
    has_header = index != "none" or random.random() < 0.8
    parts |= {"extra": "+".join(sorted(extra)), "index": index, "header": header * has_header}
    titles = [title for title, _ in columns][1 if index == "R short" else 0 :]
    rows = [list(row) for row in zip(*(cells for _, cells in columns), strict=True)]
    return [_row(row, separator) for row in ([titles] * has_header + rows)], left_out


def _row(cells: list[str], separator: str) -> str:
    return separator.join(
        f'"{cell}"' if separator in cell or " " in cell else cell for cell in cells
    )


def _extra(random: Random, kind: str, n: int, other: str) -> tuple[str, list[str]]:
    """Return the header and the cells of a column that does not hold the names."""
    if kind == "other kind":
        return "other_id", GENES[other](random, n)[:n]
    if kind == "Is TF?":
        return "Is TF?", [str(pick(random, ("Yes", "Yes", "Yes", "No"))) for _ in range(n)]
    numbers = {
        "references": ("n_refs", random.integers(0, 40, n)),
        "chromosome": ("chr", random.integers(1, 23, n)),
        "start": ("start", random.integers(10_000, 200_000_000, n)),
        "length": ("length", random.integers(300, 9_000, n)),
        "score": ("score", random.random(n).round(4)),
        "p-value": ("pvalue", (random.random(n) ** 9).round(8)),
    }
    if kind in numbers:
        title, cells = numbers[kind]
        return title, [str(cell) for cell in cells]
    if kind == "family":
        return "Family", [str(pick(random, FAMILIES)) for _ in range(n)]
    if kind == "category":
        words = ("TF", "TF", "co-factor", "chromatin remodeller")
        return "Category", [str(pick(random, words)) for _ in range(n)]
    if kind == "species":
        return "Species", ["Homo_sapiens"] * n
    if kind == "date":
        return "date", [f"2021-0{random.integers(1, 9)}-1{random.integers(0, 9)}" for _ in range(n)]
    return "Description", [f"factor {i}, protein of λ" for i in range(n)]


def _write(random: Random, path: Path, lines: list[str], parts: dict[str, str]) -> Path:
    end = str(pick(random, ("\n", "\n", "\r\n", "\r")))
    encoding = str(pick(random, ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")))
    comments = ["# transcription factors", "# version 2"] if random.random() < 0.2 else []
    text = end.join([*comments, *lines]) + end * int(random.random() < 0.8)
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        content, encoding = text.encode(), "utf-8"
    if random.random() < 0.1:
        content = gzip.compress(content)
    parts |= {"encoding": encoding, "line end": repr(end)}
    path.write_bytes(content)
    return path


def outcome_of(made: MadeList) -> Outcome:
    """Read a list with the genes of the data, and compare the names with those it holds."""
    try:
        listed = read_list(made.path)
        chosen = listed.choose(made.genes)
    except Genie3Error as error:
        return Outcome(RIGHT if made.expected is None else REFUSED, str(error))
    wrong = _difference(made, chosen)
    if not wrong:
        return Outcome(RIGHT)
    guesses = [each for each in chosen.decisions if each.certainty is Certainty.GUESS]
    for other in (other for each in guesses for other in each.alternatives):
        if not _difference(made, _again(listed, made, other.options["regulators_column"])):
            return Outcome(WARNED, wrong)
    return Outcome(VAGUE if guesses else SILENT, f"{wrong}; from {chosen.column}")


def _again(listed: NameList, made: MadeList, column: str) -> ChosenNames:
    return listed.choose(made.genes, column=column)


def _difference(made: MadeList, chosen: ChosenNames) -> str:
    if made.expected is None:
        return f"not refused: {chosen.names[:3]}"
    found = set(chosen.names) & set(made.genes)
    return "" if found == made.expected else f"{len(found)} genes for {len(made.expected)}"


def outcomes(seeds: Iterable[int]) -> Iterator[tuple[int, MadeList, Outcome]]:
    """Write and read one list after the other."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            made = make(seed, Path(folder))
            yield seed, made, outcome_of(made)
            made.path.unlink()


if __name__ == "__main__":
    print_figures(outcomes, __doc__)
