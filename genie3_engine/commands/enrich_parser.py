"""The options of ``enrich``, and of gene sets in reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.commands.parsing import Parser, add_command, add_json
from genie3_engine.enrichment.options import UNIVERSES, EnrichmentOptions

if TYPE_CHECKING:
    from genie3_engine.commands.parsing import Commands

MODULES, TARGETS = "modules", "targets"
_DEFAULT = EnrichmentOptions()
_SETS = """\
Gene sets come from elsewhere, such as MSigDB, the Gene Ontology, Enrichr's libraries, EcoCyc,
RegulonDB or SubtiWiki: GMT; GAF 2.x, and OBO for the names of its terms; or a table with a column
of genes and one of sets. Several files are read together (--sets FILE --sets FILE)."""


def add_enrich(commands: Commands) -> None:
    """Add ``enrich``."""
    parser = add_command(
        commands,
        "enrich",
        "test gene sets for over-representation in modules, targets or chosen genes",
        _SETS,
    )
    add = parser.add_argument
    add("run", metavar="RUN", type=Path, help="folder of a run that is done")
    add_gene_sets(parser, required=True)
    add(
        "--of",
        choices=(MODULES, TARGETS),
        default=MODULES,
        help="groups of genes: modules among the links, or the targets of each regulator "
        "(default: %(default)s)",
    )
    add("--genes", metavar="FILE", type=Path, help="one group instead: a list of genes")
    add(
        "--threshold",
        metavar="KIND:X",
        default="300",
        help="links that make the groups, as of links --threshold; a number is that of the "
        "strongest links (default: %(default)s)",
    )
    add(
        "--universe",
        choices=[universe.value for universe in UNIVERSES],
        default=_DEFAULT.universe.value,
        help="genes that count: annotated are those in at least one set (default: %(default)s)",
    )
    add(
        "--min-size",
        type=int,
        default=_DEFAULT.min_size,
        metavar="INT",
        help="fewest genes of a set in the universe (default: %(default)s)",
    )
    add(
        "--max-size",
        type=int,
        default=_DEFAULT.max_size,
        metavar="INT",
        help="most genes of a set in the universe (default: %(default)s)",
    )
    add(
        "--q",
        type=float,
        default=_DEFAULT.largest_q,
        metavar="X",
        help="largest q, Benjamini-Hochberg over all tests (default: %(default)s)",
    )
    add(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        help="output file, comma-separated if it ends in .csv, compressed if it ends in .gz "
        "(default: standard output, tab-separated)",
    )
    add_json(parser)


def add_gene_sets(parser: Parser, *, required: bool) -> None:
    """Add ``--sets`` and ``--set-columns``."""
    parser.add_argument(
        "--sets",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        required=required,
        help="gene sets: GMT, GAF, or a table of genes and sets; repeatable",
    )
    parser.add_argument(
        "--set-columns",
        metavar="ROLE=COLUMN,...",
        action="append",
        default=[],
        help="columns of a table by name or number: gene=COLUMN, set=COLUMN (default: detect)",
    )
