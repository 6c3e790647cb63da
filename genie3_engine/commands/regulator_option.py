"""The option ``--regulators``: a list in a file, or one that ships with the program."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genie3_engine.data.decisions import Decision
from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.data.name_lists import AUTO, NameList, read_list
from genie3_engine.data.regulator_lists import REGULATOR_LISTS, RegulatorList, match_list
from genie3_engine.data.regulators import identified, match_names, matched
from genie3_engine.errors import Genie3Error, OptionError


@dataclass(frozen=True, slots=True)
class ChosenRegulators:
    """What a list gives for a data set.

    Parameters
    ----------
    found : tuple of str
        Genes of the data.
    names : tuple of str
        All names that were looked for.
    column : str
        The column or kind of name that was taken.
    decisions : tuple of Decision
        What was taken for what.
    note : str
        What to know about names that are missing; empty where nothing is.
    """

    found: tuple[str, ...]
    names: tuple[str, ...]
    column: str
    decisions: tuple[Decision, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class RegulatorOption:
    """A list of candidate regulators before the data are read.

    Parameters
    ----------
    listed : NameList or RegulatorList
        The list of a file, or one that ships with the program.
    column : str
        The column to take of a file, or ``auto``.
    """

    listed: NameList | RegulatorList
    column: str

    @classmethod
    def of(cls, args: argparse.Namespace) -> RegulatorOption | None:
        """Return the list that the options name; None for every gene.

        Raises
        ------
        InputError
            When it is neither a file that can be read nor a list of the program.
        OptionError
            When a list of the program is to have another column.
        """
        if args.regulators is None:
            return None
        path: Path = args.regulators
        if str(path) in REGULATOR_LISTS and not path.exists():
            if args.regulators_column != AUTO:
                raise OptionError(
                    f"--regulators-column is for a file, and '{path}' is a list of the program.",
                    "Leave it out: names and identifiers of the list are matched with the genes.",
                )
            return cls(REGULATOR_LISTS[str(path)], args.regulators_column)
        try:
            return cls(read_list(path), args.regulators_column)
        except Genie3Error as error:
            if not path.exists():
                error.remedy += f" Lists of the program: {', '.join(REGULATOR_LISTS.names())}."
            raise

    @property
    def source(self) -> str:
        """Where the regulators come from, in words, as the run stores them."""
        if isinstance(self.listed, RegulatorList):
            return self.listed.provenance
        return f"the list {self.listed.name}"

    def guess(self) -> tuple[str, ...]:
        """Return the names as far as they are known before the data are read."""
        if isinstance(self.listed, RegulatorList):
            return self.listed.names
        return self.listed.guess(self.column)

    def choose(
        self, genes: Sequence[str], *, table: GeneTable = NO_GENE_TABLE, required: bool = True
    ) -> ChosenRegulators:
        """Return the genes of the data that are on the list.

        Parameters
        ----------
        genes : sequence of str
            The genes of the data.
        table : GeneTable
            Their symbols, which the list may hold in place of their names.
        required : bool
            Whether it is an error when there is none.

        Raises
        ------
        InputError
            When none of the names is a gene of the data.
        OptionError
            When the list has no such column.
        """
        if isinstance(self.listed, RegulatorList):
            match = match_list(self.listed, genes, table=table)
            if required:
                match.require_any()
            note = f"{self.listed.title}: {match.sentence}"
            return ChosenRegulators(
                match.genes, (*match.genes, *match.missing), match.kind, (), note
            )
        symbols = tuple(filter(None, map(table.symbol, genes)))
        chosen = self.listed.choose((*genes, *symbols), column=self.column, required=required)
        names = identified(chosen.names, genes, table)
        match_of_file = (match_names if required else matched)(names, genes)
        missing = match_of_file.missing_sentence()
        return ChosenRegulators(
            match_of_file.found,
            chosen.names,
            chosen.column,
            chosen.decisions,
            f"warning: {missing} They are left out." if missing else "",
        )
