"""Tests of gene tables as they come from BioMart, NCBI, GEO and others."""

import gzip

import openpyxl
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.gene_table import EXPRESSION_FILE, NO_GENE_TABLE
from genie3_engine.data.gene_table_files import (
    LONGEST_TEXT,
    describe_gene_table,
    gene_table_of_expression,
    read_gene_table,
)
from genie3_engine.errors import InputError, OptionError

ENSEMBL = ["ENSG00000141510", "ENSG00000136997", "ENSG00000177606", "ENSG00000170345"]
PROBES = ["1007_s_at", "1053_at", "117_at", "121_at"]
BIOMART = """\
Gene stable ID\tTranscript stable ID\tGene name\tGene description
ENSG00000141510\tENST01\tTP53\ttumor protein p53 [Source:HGNC Symbol;Acc:HGNC:11998]
ENSG00000141510\tENST02\tTP53\ttumor protein p53 [Source:HGNC Symbol;Acc:HGNC:11998]
ENSG00000136997\tENST03\tMYC\tMYC proto-oncogene
ENSG00000999999\tENST04\tOTHER\tof no gene
ENSG00000177606\tENST05\tJUN\t
"""
GENE_INFO = """\
#tax_id\tGeneID\tSymbol\tLocusTag\tSynonyms\tdbXrefs\tdescription
9606\t7157\tTP53\t-\tP53|LFS1\tMIM:191170|HGNC:HGNC:11998|Ensembl:ENSG00000141510\ttumor protein p53
9606\t4609\tMYC\t-\tc-Myc\tMIM:190080|HGNC:HGNC:7553|Ensembl:ENSG00000136997\tMYC proto-oncogene
9606\t3725\tJUN\t-\t-\tMIM:165160|Ensembl:ENSG00000177606\tJun proto-oncogene, a subunit
"""
PLATFORM = """\
^PLATFORM = GPL570
!Platform_title = [HG-U133_Plus_2]
#ID = Affymetrix Probe Set ID
#Gene Symbol = A gene symbol
!platform_table_begin
ID\tGB_ACC\tGene Title\tGene Symbol\tENTREZ_GENE_ID
1007_s_at\tU48705\tdiscoidin domain receptor\tDDR1 /// MIR4640\t780 /// 100616237
1053_at\tM87338\treplication factor C\tRFC2\t5982
117_at\tX51757\theat shock protein 6\tHSPA6\t3310
!platform_table_end
"""


@pytest.fixture
def read(tmp_path):
    def read_text(text, genes, name="genes.tsv", **columns):
        (tmp_path / name).write_text(text)
        return read_gene_table(tmp_path / name, genes, columns=columns)

    return read_text


def test_read_gene_table__biomart(read):
    found = read(BIOMART, ENSEMBL)
    assert found.table.labels(ENSEMBL) == ["TP53", "MYC", "JUN", "ENSG00000170345"]
    assert found.table.description(ENSEMBL[0]).startswith("tumor protein p53 [Source")
    assert found.decision.taken == (
        "genes.tsv has 3 of 4 genes by its column 'Gene stable ID'; symbols are from "
        "'Gene name', descriptions are from 'Gene description'."
    )
    assert found.decision.certainty is Certainty.CLEAR
    assert found.table.attributes["Transcript stable ID"][ENSEMBL[0]] == "ENST01"


def test_read_gene_table__gene_info_by_cross_references_symbols_and_numbers(read):
    for genes in (ENSEMBL, ["7157", "4609", "3725"]):
        found = read(GENE_INFO, genes)
        assert found.table.labels(genes[:3]) == ["TP53", "MYC", "JUN"]
        assert found.table.description(genes[1]) == "MYC proto-oncogene"
    by_symbol = read(GENE_INFO, ["TP53", "MYC", "FOS"]).table
    assert by_symbol.roles == {"identifier": "Symbol", "description": "description"}
    assert by_symbol.attributes["GeneID"] == {"TP53": "7157", "MYC": "4609"}


def test_read_gene_table__platform_of_geo(read):
    table = read(PLATFORM, PROBES).table
    assert table.labels(PROBES) == ["DDR1 /// MIR4640", "RFC2", "HSPA6", "121_at"]
    assert table.roles["description"] == "Gene Title"


def test_read_gene_table__other_forms(tmp_path, read):
    plain = read("ENSG00000141510.5\tTP53\nENSG00000136997.1\tMYC\n", ENSEMBL)
    assert plain.table.labels(ENSEMBL[:2]) == ["TP53", "MYC"]
    assert plain.headers == ("1", "2")
    versions = [f"{gene}.{i}" for i, gene in enumerate(ENSEMBL)]
    assert read(BIOMART.replace("\t", ","), versions, "a.csv").table.label(versions[1]) == "MYC"
    with gzip.open(tmp_path / "a.txt.gz", "wt", encoding="latin-1") as file:
        file.write("locus,name,product\nb0001,thrL,thr opéron\nB0002,thrA,aspartate kinase\n")
    table = read_gene_table(tmp_path / "a.txt.gz", ["b0001", "b0002"]).table
    assert table.labels(["b0001", "b0002"]) == ["thrL", "thrA"]
    assert table.description("b0001") == "thr opéron"
    book = openpyxl.Workbook()
    for row in (("id", "symbol"), *zip(ENSEMBL, "ABCD", strict=True)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert read_gene_table(tmp_path / "a.xlsx", ENSEMBL).table.labels(ENSEMBL) == list("ABCD")


def test_read_gene_table__takes_the_columns_that_the_user_names(read):
    columns = {"identifier": "Symbol", "symbol": "2", "description": "none"}
    found = read(GENE_INFO, ["TP53", "MYC"], **columns)
    assert found.table.roles == {"identifier": "Symbol", "symbol": "GeneID"}
    assert found.decision.certainty is Certainty.TOLD
    assert found.decision.options == {
        "gene_table_columns": "description=none,identifier=Symbol,symbol=GeneID"
    }
    swapped = read(BIOMART, ENSEMBL, symbol="Gene description").table
    assert swapped.roles["symbol"] == "Gene description"
    assert "description" not in swapped.roles
    with pytest.raises(OptionError, match="no column 'x'"):
        read(BIOMART, ENSEMBL, symbol="x")
    with pytest.raises(OptionError, match="no role 'kind'"):
        read(BIOMART, ENSEMBL, kind="x")


def test_read_gene_table__offers_other_columns_of_identifiers(read):
    text = "a\tb\tsymbol\nENSG00000141510\tENSG00000136997\tX\nENSG00000136997\tn\tY\n"
    found = read(text, ENSEMBL)
    assert found.decision.certainty is Certainty.CLEAR
    assert found.table.roles["identifier"] == "a"
    alike = read(text.replace("\tn\t", "\tENSG00000177606\t"), ENSEMBL).decision
    assert alike.certainty is Certainty.GUESS
    assert [each.options for each in alike.alternatives] == [{"gene_table_columns": "identifier=b"}]


def test_read_gene_table__texts_are_one_line_and_not_endless(read):
    text = f"gene\tsymbol\tnote\nna\tNA\t{'word ' * 200}\nb\t-\t\nc\tcyc\tx\n"
    table = read(text, ["na", "b", "c"]).table
    assert table.labels(["b", "c"]) == ["b", "cyc"]
    assert len(table.description("na")) == LONGEST_TEXT


@pytest.mark.parametrize("description", ['a 5" long thing', 'the "heat shock" thing', 'so "called'])
def test_read_gene_table__texts_may_have_quotation_marks(tmp_path, description):
    rows = [f"b{i:04d}\tsym{i}\thypothetical protein" for i in range(8)]
    rows[5] = f"b0005\tsym5\t{description}"
    path = tmp_path / "table.tsv"
    path.write_text("\n".join(["id\tsymbol\tdescription", *rows]))
    table = read_gene_table(path, [f"b{i:04d}" for i in range(8)]).table
    assert table.description("b0005") == description
    assert table.symbol("b0006") == "sym6"


def test_read_gene_table__refuses_what_is_no_gene_table(read):
    with pytest.raises(InputError, match=r"No name in genes.tsv is one of the 4 genes.*'Symbol'"):
        read(GENE_INFO, PROBES)
    with pytest.raises(InputError, match="no rows with several columns"):
        read("TP53\nMYC\n", ["TP53"])
    with pytest.raises(InputError, match="no other column"):
        read("id\tempty\nTP53\t\nMYC\t\nJUN\t-\n", ["TP53"])


def test_gene_table_of_expression__has_all_columns_but_the_names():
    genes = ["ENSG1", "ENSG2"]
    columns = {"gene_id": genes, "Symbol": ["A", "B"], "blank": ["", "-"]}
    table = gene_table_of_expression(genes, columns)
    assert (table.labels(genes), list(table.columns)) == (["A", "B"], ["Symbol"])
    assert table.source == EXPRESSION_FILE
    about = "The expression file also has, about its genes: "
    assert describe_gene_table(table) == f"{about}symbols from 'Symbol'."
    places = {"chr": ["1", "2"], "start": ["5", "6"], "Description": ["x y", "z y"]}
    assert describe_gene_table(gene_table_of_expression(genes, places)) == (
        f"{about}descriptions from 'Description'; columns 'chr', 'start'."
    )
    assert not gene_table_of_expression(genes, {"gene_id": genes})
    assert not NO_GENE_TABLE


def test_gene_table_of_expression__texts_have_no_control_characters():
    found = gene_table_of_expression(["a", "b"], {"gene_name": ["x\x1b[31my\x01", "z\u202e\x9b1m"]})
    assert found.columns["gene_name"] == ("x [31my", "z 1m")
