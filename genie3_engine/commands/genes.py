"""The command ``genes``: print the genes of a run, or attach a gene table to its data set."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from genie3_engine import runs
from genie3_engine.commands import output
from genie3_engine.commands.parsing import gene_table_columns
from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.data.gene_table_files import describe_gene_table, read_gene_table
from genie3_engine.errors import InputError, OptionError
from genie3_engine.networks.exports import open_links


def genes(args: argparse.Namespace) -> int:
    """Print the gene table of a run's data set, attach another one, or remove it."""
    if args.remove and args.gene_table is not None:
        raise OptionError("--remove is given together with --gene-table.", "Give one of them.")
    columns = gene_table_columns(args)
    dataset = _dataset_of(args.run)
    if args.remove:
        runs.attach_gene_table(dataset, NO_GENE_TABLE)
    elif args.gene_table is not None:
        found = read_gene_table(args.gene_table, runs.open_dataset(dataset).genes, columns=columns)
        output.tell([found.decision], also_clear=True)
        runs.attach_gene_table(dataset, found.table)
    table = runs.gene_table(dataset)
    if args.json:
        output.print_json({"dataset": dataset, **_facts(table)})
    elif args.gene_table is None and not args.remove:
        _print(table)
    return 0


def _dataset_of(run: Path) -> str:
    dataset = str(open_links(run).about.get("dataset") or "")
    if not dataset:
        raise InputError(f"The links in {run} name no data set.", "Give the folder of a run.")
    return dataset


def _facts(table: GeneTable) -> dict[str, object]:
    return {
        "source": table.source,
        "roles": dict(table.roles),
        "n_genes": len(table.genes),
        "n_known": table.n_known,
        "columns": list(table.columns),
    }


def _print(table: GeneTable) -> None:
    """Print the table as tab-separated text, and what it is on standard error."""
    if not table:
        output.note("The data set has no gene table; attach one with --gene-table FILE.")
        return
    output.note(describe_gene_table(table))
    attributes = table.attributes
    lines = ["\t".join(("identifier", *attributes))]
    for gene in table.genes:
        lines.append("\t".join((gene, *(of.get(gene, "") for of in attributes.values()))))
    sys.stdout.write("\n".join(lines) + "\n")
