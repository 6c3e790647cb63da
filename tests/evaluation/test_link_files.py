from __future__ import annotations

import random

import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.errors import InputError, OptionError
from genie3_engine.evaluation.accuracy import evaluate
from genie3_engine.evaluation.link_files import read_beside
from tests.evaluation.link_examples import GENES, LINKS, REGULATORS, TRUE, write

MANY = random.Random(3)
LABELLED = [(a, b, int((a, b) in set(TRUE))) for a in REGULATORS for b in GENES if a != b]
MATRIX = {(a, b): score for a, b, score in LINKS}


def figures(found):
    return (found.auroc, found.aupr, found.n_positives, found.n_universe)


@pytest.fixture
def right(tmp_path):
    """The two files as the program writes them, and the right figures."""
    links = write(tmp_path / "links.tsv", [("regulator", "target", "importance"), *LINKS], "\t")
    gold = write(tmp_path / "gold.tsv", TRUE, "\t")
    return links, gold, figures(evaluate(links, gold))


def with_column(name, values, *, first=False):
    """Return the true links with one more column, under a header."""
    rows = [("TF", "target"), *TRUE]
    cells = [name, *(values(i) for i in range(len(TRUE)))]
    return [(c, *row) if first else (*row, c) for row, c in zip(rows, cells, strict=True)]


NO_LABELS = {
    "pandas index": with_column("", lambda i: i, first=True),
    "pandas index, saved twice": with_column("Unnamed: 0", lambda i: i, first=True),
    "R row names": with_column("", lambda i: f'"{i + 1}"', first=True),
    "index with a name": with_column("index", lambda i: i, first=True),
    "shuffled index": with_column("", lambda i: (i * 7) % len(TRUE), first=True),
    "references": with_column("n_references", lambda i: MANY.randrange(5)),
    "curation effort": with_column("curation_effort", lambda i: MANY.randrange(4)),
    "stimulation": with_column("is_stimulation", lambda i: i % 2),
    "mode of regulation": with_column("mor", lambda i: MANY.choice([-1, 0, 1])),
    "signs": with_column("sign", lambda i: MANY.choice([-1, 1])),
    "distances": with_column("distance", lambda i: MANY.choice([0, 100, 2000])),
    "p-values": with_column("pvalue", lambda i: MANY.choice([0.0, 0.01, 0.03])),
    "weights": with_column("weight", lambda i: MANY.choice([0, 0.5, 1.25, 2])),
    "types": with_column("Type", lambda i: MANY.choice(["activation", "repression", "?"])),
    "confidence": with_column("confidence", lambda i: MANY.choice("ABCD")),
    "PMIDs": with_column("PMID", lambda i: MANY.randrange(10_000_000, 30_000_000)),
    "databases": with_column("sources", lambda i: MANY.choice(["CollecTRI", "DoRothEA"])),
}


@pytest.mark.parametrize("name", NO_LABELS)
def test_evaluate__a_column_that_is_no_label_changes_nothing(right, tmp_path, name):
    links, _, wanted = right
    found = evaluate(links, write(tmp_path / "other.csv", NO_LABELS[name]))
    assert figures(found) == wanted


HEADERS = [
    ("target", "reg"),
    ("target_gene", "TF"),
    ("Target gene", "Transcription factor"),
    ("Gene", "Regulators"),
    ("to", "from"),
    ("downstream", "upstream"),
    ("regulated_gene", "regulatory_gene"),
    ("TG", "tf_symbol"),
    ("gene2", "gene1"),
    ("nach", "von"),
    None,
]


@pytest.mark.parametrize("headers", HEADERS)
def test_evaluate__target_before_regulator(right, tmp_path, headers):
    links, gold, wanted = right
    rows = [(b, a) for a, b in TRUE]
    found = evaluate(links, write(tmp_path / "other.csv", [headers, *rows] if headers else rows))
    assert figures(found) == wanted
    rows = [(b, a, s) for a, b, s in LINKS]
    path = write(tmp_path / "list.csv", [(*headers, "zscore"), *rows] if headers else rows)
    assert figures(evaluate(path, gold)) == wanted


def test_evaluate__labels_are_found_by_header_position_and_completeness(right, tmp_path):
    links, _, _ = right
    plain = write(tmp_path / "plain.tsv", LABELLED, "\t")
    wanted = figures(evaluate(links, plain))
    assert wanted[3] == len(LABELLED)
    ways = [
        [("TF", "target", "label"), *LABELLED],
        [("TF", "target", "whatever"), *LABELLED],
        [("TF", "target", "is_edge"), *((a, b, bool(t)) for a, b, t in LABELLED)],
        [("", "TF", "target", "y"), *((i, *row) for i, row in enumerate(LABELLED))],
        [("label", "target", "TF"), *((t, b, a) for a, b, t in LABELLED)],
        [("TF", "target", "weight"), *((a, b, t * 0.7) for a, b, t in LABELLED)],
        [("Gene1", "Gene2", "class"), *((a, b, "yes" if t else "no") for a, b, t in LABELLED)],
    ]
    for rows in ways:
        found = evaluate(links, write(tmp_path / "other.csv", rows))
        assert figures(found) == wanted, rows[0]
        assert all(d.certainty is Certainty.CLEAR for d in found.decisions), rows[0]


def test_evaluate__a_label_that_may_be_none_is_a_guess(right, tmp_path):
    links, _, wanted = right
    rows = with_column("whatever", lambda i: i % 3 and 1)
    path = write(tmp_path / "other.csv", rows)
    found = evaluate(links, path)
    assert figures(found) == wanted
    (guess,) = [d for d in found.decisions if d.certainty is Certainty.GUESS]
    assert "--gold-columns label=whatever" in guess.advice
    told = evaluate(links, path, gold_columns={"label": "whatever"})
    assert told.n_positives < found.n_positives
    assert {d.certainty for d in told.decisions if d.subject == "label"} == {Certainty.TOLD}


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("pvalue", lambda score: 2 - score),
        ("adj.P.Val", lambda score: (2 - score) ** 2),
        ("rank", lambda score: int((2 - score) * 1e6)),
        ("-log10(p)", lambda score: score * 7),
        ("weight", lambda score: score if int(score * 1e6) % 2 else -score),
        ("correlation", lambda score: -score if int(score * 1e6) % 3 else score),
        ("mass", lambda score: score),
    ],
)
def test_evaluate__best_scores_by_their_meaning(right, tmp_path, header, value):
    _, gold, wanted = right
    rows = [(a, b, value(score)) for a, b, score in LINKS]
    random.Random(1).shuffle(rows)
    found = evaluate(write(tmp_path / "list.csv", [("TF", "gene", header), *rows]), gold)
    assert figures(found) == wanted


def test_evaluate__importance_is_preferred_to_other_numbers(right, tmp_path):
    _, gold, wanted = right
    rows = [(i, a, b, 1.0 / (1 + i), s, i % 7) for i, (a, b, s) in enumerate(LINKS)]
    rows.reverse()
    header = ("", "TF", "target", "pvalue", "importance", "n_samples")
    assert figures(evaluate(write(tmp_path / "l.csv", [header, *rows]), gold)) == wanted


def matrix(rows, columns, value, corner=""):
    return [(corner, *columns), *((row, *(value(row, each) for each in columns)) for row in rows)]


@pytest.mark.parametrize("corner", ["", "TF", None])
def test_evaluate__matrices_are_read(right, tmp_path, corner):
    links, gold, wanted = right
    by_rows = matrix(REGULATORS, GENES, lambda a, b: MATRIX.get((a, b), 0), corner or "")
    by_columns = matrix(GENES, REGULATORS, lambda b, a: MATRIX.get((a, b), 0), corner or "")
    square = matrix(GENES, GENES, lambda a, b: MATRIX.get((a, b), 0), corner or "")
    turned = matrix(GENES, GENES, lambda b, a: MATRIX.get((a, b), 0), corner or "")
    for rows in (by_rows, by_columns, square, turned):
        if corner is None:
            rows[0] = rows[0][1:]
        found = evaluate(write(tmp_path / "matrix.csv", rows), gold)
        assert figures(found) == wanted
    true = set(TRUE)
    wanted = figures(evaluate(links, write(tmp_path / "plain.tsv", LABELLED, "\t")))
    for rows in (
        matrix(REGULATORS, GENES, lambda a, b: int((a, b) in true)),
        matrix(GENES, REGULATORS, lambda b, a: int((a, b) in true)),
    ):
        assert figures(evaluate(links, write(tmp_path / "matrix.csv", rows))) == wanted


def test_evaluate__symmetric_names_are_a_guess_that_the_user_settles(tmp_path):
    genes = [f"g{i}" for i in range(12)]
    chance = random.Random(2)
    pairs = [(a, b) for a in genes for b in genes if a != b]
    links = write(tmp_path / "links.tsv", [(*p, chance.random()) for p in pairs], "\t")
    gold = write(tmp_path / "gold.tsv", [(*p, int(chance.random() < 0.5)) for p in pairs], "\t")
    found = evaluate(links, gold)
    guesses = [d for d in found.decisions if d.certainty is Certainty.GUESS]
    assert [d.subject for d in guesses] == ["roles", "roles"]
    assert "--gold-columns regulator=2,target=1" in guesses[1].advice
    told = {"regulator": "1", "target": "2"}
    same = evaluate(links, gold, links_columns=told, gold_columns=told)
    assert figures(same) == figures(found)
    assert not [d for d in same.decisions if d.certainty is Certainty.GUESS]
    turned = {"regulator": "2", "target": "1"}
    assert figures(evaluate(links, gold, gold_columns=turned)) != figures(found)


def test_evaluate__identifiers_are_chosen_by_the_other_file(right, tmp_path):
    links, _, wanted = right
    rows = [(a.lower() + "x", b.lower() + "x", a, b, 1) for a, b in TRUE]
    header = ("source", "target", "source_genesymbol", "target_genesymbol", "is_directed")
    found = evaluate(links, write(tmp_path / "omnipath.csv", [header, *rows]))
    assert figures(found) == wanted


def test_evaluate__says_how_many_genes_meet(right, tmp_path):
    links, _, _ = right
    other = write(tmp_path / "lower.csv", [(a.lower(), b.lower()) for a, b in TRUE])
    with pytest.raises(InputError, match=r"0 of the \d+ genes .*'gene001' is near 'GENE001'"):
        evaluate(links, other)


def test_evaluate__names_roles_and_columns_that_there_are_not(right, tmp_path):
    links, gold, _ = right
    with pytest.raises(OptionError, match="no role 'weight'"):
        evaluate(links, gold, links_columns={"weight": "importance"})
    with pytest.raises(OptionError, match="no column 'TF'") as caught:
        evaluate(links, gold, links_columns={"regulator": "TF"})
    assert "'regulator'" in caught.value.remedy
    path = write(tmp_path / "m.csv", matrix(GENES, GENES, lambda a, b: MATRIX.get((a, b), 0)))
    with pytest.raises(OptionError, match="is a matrix of 30 x 30"):
        evaluate(path, gold, links_columns={"regulator": "TF"})


@pytest.mark.parametrize(
    ("case", "pattern"),
    [("15-gold-third-column-is-no-label", "*.csv"), ("17-target-before-regulator", "gold_*.csv")],
)
def test_evaluate__gold_standards_of_the_cases(shared_cases, case, pattern):
    folder = shared_cases / case
    wanted = figures(evaluate(folder / "links.tsv", folder / "gold.tsv"))
    paths = sorted(folder.glob(pattern))
    assert paths
    for path in paths:
        if not path.name.startswith("links"):
            assert figures(evaluate(folder / "links.tsv", path)) == wanted, path.name
    for path in folder.glob("links_*.csv"):
        assert figures(evaluate(path, folder / "gold.tsv")) == wanted, path.name


def test_read_beside__refuses_several_targets_in_a_row(tmp_path):
    regulons, other = tmp_path / "regulons", tmp_path / "other.tsv"
    regulons.write_text("A\tB|C\nD\tA|E|F\nE\tB\n")
    pairs = ["A\tB", "A\tC", "D\tA", "D\tE", "D\tF", "E\tB"]
    other.write_text("regulator\ttarget\timportance\n" + "".join(f"{p}\t0.5\n" for p in pairs))
    with pytest.raises(InputError, match="several targets of a regulator in a row"):
        read_beside(regulons, other)
