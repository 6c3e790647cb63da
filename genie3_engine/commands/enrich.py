"""The command ``enrich``: test gene sets in groups of genes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from genie3_engine.commands import output
from genie3_engine.commands.enrich_parser import MODULES
from genie3_engine.commands.places import print_or_write, refuse_file, suffix_of
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.data.name_lists import read_list
from genie3_engine.data.role_options import columns_of
from genie3_engine.enrichment.exports import SUFFIXES, write_enrichment
from genie3_engine.enrichment.gene_sets import MatchedSets
from genie3_engine.enrichment.options import EnrichmentOptions, Universe
from genie3_engine.enrichment.over_representation import Enrichment, over_representation
from genie3_engine.enrichment.set_files import read_gene_sets
from genie3_engine.enrichment.set_tables import GENE, SET
from genie3_engine.errors import OptionError
from genie3_engine.networks.communities import detect_modules
from genie3_engine.networks.gene_groups import genes_of_run, module_groups, target_groups
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.networks.views import threshold_layout

_EXAMPLE = "gene=symbol,set=pathway"


def sets_of(args: argparse.Namespace, run: Path) -> MatchedSets:
    """Return the gene sets that a command was given, matched with the genes of a run."""
    columns = columns_of(args.set_columns, "--set-columns", example=_EXAMPLE)
    unknown = sorted(set(columns) - {GENE, SET})
    if unknown:
        raise OptionError(
            f"--set-columns has the role {unknown[0]!r}.", f"Give {GENE}= and {SET}=."
        )
    return read_gene_sets(args.sets, genes_of_run(run), columns=columns)


def enrich(args: argparse.Namespace) -> int:
    """Print or write the enriched sets of modules, of targets, or of chosen genes."""
    if args.output is not None:
        refuse_file(args.output)
    options = EnrichmentOptions(Universe(args.universe), args.min_size, args.max_size, args.q)
    sets = sets_of(args, args.run)
    found = over_representation(_groups(args, sets.table), sets, options)
    for sentence in (*found.notes, found.method):
        output.note(sentence)
    if not len(found.table):
        output.note("No set is enriched.")
    delimiter = SUFFIXES.get(suffix_of(args.output), "\t")
    if args.output is not None or not args.json:
        print_or_write(args.output, lambda file: write_enrichment(found, file, delimiter=delimiter))
    if args.json:
        output.print_json(_facts(found))
    return 0


def _groups(args: argparse.Namespace, table: GeneTable) -> dict[str, tuple[str, ...]]:
    if args.genes is not None:
        return {args.genes.name: _listed(args.genes, table)}
    layout, _ = threshold_layout(args.run, Threshold.parse(args.threshold))
    if args.of == MODULES:
        return module_groups(layout, detect_modules(layout))
    return {table.full_name(gene): genes for gene, genes in target_groups(layout).items()}


def _listed(path: Path, table: GeneTable) -> tuple[str, ...]:
    """Return the genes of a list, which may name them by identifier or symbol."""
    listed = read_list(path)
    symbols = filter(None, map(table.symbol, table.genes))
    chosen = listed.choose((*table.genes, *symbols), what="gene", required=False)
    genes = dict.fromkeys(gene for name in chosen.names for gene in table.find(name))
    if not genes:
        listed.choose(table.genes, what="gene")  # the error names what is near
    output.tell(chosen.decisions)
    return tuple(genes)


def _facts(found: Enrichment) -> dict[str, Any]:
    return {
        "universe": found.options.universe.value,
        "n_universe": found.n_universe,
        "n_sets": found.n_sets,
        "n_tests": found.n_tests,
        "groups": list(found.groups),
        "notes": [*found.notes, found.method],
        "enriched": found.table.to_dict("records"),
    }
