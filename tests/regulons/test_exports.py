"""Exports hold what the regulons hold, as their readers read it."""

import ast
import csv
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.errors import InputError, OptionError
from genie3_engine.regulons.exports import FORMATS, regulon_format
from genie3_engine.regulons.regulon import Regulon, RegulonSet, Sign

yaml = pytest.importorskip("yaml")

GENES = ("a,b", 'c"d', "e'f", "\u00e9\u2028\U0001f600: -", "no", "1e3", "g\\n", "#h", "<i>")


def some_regulons(genes=GENES):
    def regulon(name, place, sign, targets):
        importance = np.linspace(0.7, 0.1, len(targets)).astype(np.float32)
        places = np.array(targets, np.int32)
        return Regulon(name, genes[place], sign, "targets=50", "top50", places, importance)

    return RegulonSet(
        genes,
        (
            regulon(f"{genes[0]}(+)", 0, Sign.ACTIVATING, [1, 3, 4]),
            regulon(f"{genes[0]}(-)", 0, Sign.REPRESSING, [2, 5]),
            regulon(genes[4], 4, Sign.UNSIGNED, [6, 7, 8]),
        ),
    )


def written(name, regulons=None, suffix=""):
    file = io.BytesIO()
    FORMATS[name].for_suffix(suffix)(some_regulons() if regulons is None else regulons, file)
    return file.getvalue().decode()


def sets(regulons):
    return {each.name: regulons.genes_of(each) for each in regulons}


def test_yaml__reads_back_safely():
    regulons = some_regulons()
    found = yaml.safe_load(written("yaml"))
    assert {each["name"]: each["genes"] for each in found} == sets(regulons)
    assert [each["transcription_factor"] for each in found] == [r.regulator for r in regulons]
    assert found[0]["context"] == ["top50", "activating"]
    weights = np.array(found[0]["weights"][1:], np.float32)
    assert (weights == regulons.regulons[0].importance).all()
    assert yaml.safe_load(written("yaml", RegulonSet(GENES, ()))) == []


def test_gmt__reads_back():
    genes = tuple(f"gene {i}" for i in range(9))
    lines = [line.split("\t") for line in written("gmt", some_regulons(genes)).splitlines()]
    assert {name: found for name, _, *found in lines} == sets(some_regulons(genes))
    assert lines[1][1] == "regulator=gene 0;sign=repressing;rule=targets=50"


@pytest.mark.parametrize("name", ["a\tb", "a\nb", "#a", "a ", ""])
def test_gmt__refuses_what_it_cannot_hold(name):
    with pytest.raises(InputError, match="GMT"):
        written("gmt", some_regulons((name, *GENES[1:3], *"defghi")))


@pytest.mark.parametrize(("suffix", "separator"), [(".csv", ","), (".tsv", "\t")])
def test_pyscenic__is_read_as_pyscenic_reads_it(suffix, separator):
    """Columns and calls of `load_motifs`, with a parser of literals for its `eval`."""
    regulons = some_regulons()
    table = pd.read_csv(
        io.StringIO(written("pyscenic", suffix=suffix)),
        sep=separator,
        index_col=[0, 1],
        header=[0, 1],
        skipinitialspace=True,
        keep_default_na=False,
    )
    assert table.index.names == ["TF", "MotifID"]
    assert set(table.columns.get_level_values(0)) == {"Enrichment"}
    table.columns = table.columns.droplevel(0)
    assert list(table.index) == [(each.regulator, "top50") for each in regulons]
    found = [dict(ast.literal_eval(text)) for text in table["TargetGenes"]]
    assert [list(genes) for genes in found] == list(sets(regulons).values())
    assert found[0]["a,b"] == 1.0
    assert eval(table["Context"].iloc[1], {"frozenset": frozenset}) == {"top50", "repressing"}
    assert (table["NES"] == 0).all()


def test_pyscenic__head_is_pandas_own():
    names = ("AUC", "NES", "MotifSimilarityQvalue", "OrthologousIdentity")
    names += ("Annotation", "Context", "TargetGenes", "RankAtMax")
    columns = pd.MultiIndex.from_tuples([("Enrichment", name) for name in names])
    index = pd.MultiIndex.from_arrays([[], []], names=("TF", "MotifID"))
    expected = pd.DataFrame(index=index, columns=columns).to_csv(lineterminator="\n")
    assert written("pyscenic", RegulonSet(GENES, ())) == expected


def test_tsv__has_symbols_where_there_are_some():
    table = GeneTable(GENES[:2], {"s": ('A"B', "C")}, {"symbol": "s"})
    text = written("tsv", replace(some_regulons(), gene_table=table))
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t"))
    assert {row["regulator_symbol"] for row in rows if row["regulator"] == GENES[0]} == {'A"B'}
    assert {row["symbol"] for row in rows if row["gene"] == GENES[1]} == {"C"}
    assert {row["symbol"] for row in rows if row["gene"] == GENES[3]} == {""}


def test_tsv__a_line_for_each_gene():
    regulons = some_regulons()
    rows = list(csv.DictReader(io.StringIO(written("tsv"), newline=""), delimiter="\t"))
    assert len(rows) == sum(len(each) for each in regulons)
    assert [row["gene"] for row in rows if row["regulon"] == "no"] == sets(regulons)["no"]
    assert next(row["importance"] for row in rows if row["sign"] == "repressing") == ""


def test_regulon_format__by_name_or_ending():
    assert regulon_format(None, ".yml").name == "yaml"
    assert regulon_format(None, "").name == "gmt"
    assert regulon_format("tsv", ".gmt").name == "tsv"
    with pytest.raises(OptionError, match="xml"):
        regulon_format("xml", "")
