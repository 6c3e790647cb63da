"""Combine finished runs, and lists of other tools, into a run of its own."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from genie3_engine.combination.imported_list import import_list
from genie3_engine.combination.parent_lists import file_hash
from genie3_engine.data.decisions import Certainty, Decision
from genie3_engine.errors import InputError, OptionError, RunError
from genie3_engine.evaluation.link_files import read_beside
from genie3_engine.evaluation.matches import links_file
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.atomic_folder import make_folder
from genie3_engine.jobs.labels import LONGEST_NOTE
from genie3_engine.jobs.leftovers import being_written
from genie3_engine.jobs.lifecycle import new_id, start_or_remove
from genie3_engine.jobs.user_directory import runs_folder
from genie3_engine.launchers.registry import LAUNCHERS, LOCAL
from genie3_engine.model import (
    AGGREGATIONS,
    COMBINED,
    RANK_PRODUCT,
    ForestSpec,
    JobState,
    Parent,
    RunSpec,
    RunStatus,
    hash_of_lists,
)
from genie3_engine.people.log import Action, record
from genie3_engine.runs.listing import label, labels
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.run_folder import RunFolder

MOST_PARENTS = 30  # so that a product of ranks stays a number


@dataclass(frozen=True, slots=True)
class Combination:
    """A combined run that was created.

    Parameters
    ----------
    path : Path
        Its folder.
    decisions : tuple of Decision
        What was taken for what in lists of other tools.
    """

    path: Path
    decisions: tuple[Decision, ...] = ()


def create_combination(
    sources: Sequence[Path],
    folder: Path,
    *,
    how: str = RANK_PRODUCT,
    keep: int | None = None,
    links_columns: Mapping[str, str] | None = None,
    name: str = "",
    resume: bool = False,
) -> Combination:
    """Create the folder of a run that combines others, without starting it.

    Parameters
    ----------
    sources : sequence of Path
        Folders of finished runs, and files of links of other tools.
    folder : Path
        A folder that does not exist or is empty.
    how : str
        Name of an aggregation of the registry `AGGREGATIONS`.
    keep : int, optional
        Strongest links kept for each target; all by default.
    links_columns : mapping of str to str, optional
        Columns of the lists of other tools for roles; see `read_beside`.
    name : str
        The user's name for the run.
    resume : bool
        Whether the folder may hold that very run already.

    Returns
    -------
    Combination
        The run's folder, and how the lists of other tools were read.

    Raises
    ------
    InputError
        When a list cannot be read.
    OptionError
        When there are fewer than 2 sources or more than 30, one is given twice, or shares are
        asked of a list without scores.
    RunError
        When a run is not done, or the folder holds something else.
    StorageError
        When the disk is full or may not be written.
    """
    _refuse_number(sources)
    with _aside(folder) as aside:
        lists = _Lists(sources, aside, links_columns, how=how)
        spec = RunSpec(
            dataset=lists.dataset,
            targets=lists.genes,
            forest=ForestSpec(COMBINED, how=how),
            keep=keep,
            launcher=LOCAL,
            name=name,
            source=lists.source,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            parents=tuple(lists.parents),
        )
        if resume and (folder / filenames.SPEC).exists():
            RunFolder.open(folder).require_same(spec)
        else:
            status = RunStatus(JobState.QUEUED, targets_total=len(lists.genes), created=time.time())
            RunFolder.create(folder, spec, status)
        with atomic_write.storage_errors(folder):
            for parent in spec.parents:
                if parent.imported and not (folder / parent.imported).exists():
                    shutil.move(aside / parent.imported, folder / parent.imported)
    return Combination(folder, tuple(lists.decisions))


def start_combination(
    sources: Sequence[Path],
    *,
    how: str = RANK_PRODUCT,
    links_columns: Mapping[str, str] | None = None,
    name: str = "",
    home: Path | None = None,
) -> Combination:
    """Create a run that combines others, and start it on this machine.

    Parameters
    ----------
    sources, how, links_columns, name
        As `create_combination` takes them.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    Combination
        The run's folder, and how the lists of other tools were read.

    Raises
    ------
    Genie3Error
        As `create_combination`.
    """
    created = create_combination(
        sources, runs_folder(home) / new_id(), how=how, links_columns=links_columns, name=name
    )

    def begin() -> None:
        if created.decisions:  # the page of the run shows how the lists were read
            note = " ".join(each.sentence for each in created.decisions)
            label(created.path, note=note[:LONGEST_NOTE])
        LAUNCHERS[LOCAL].of_home(home).submit(created.path)

    start_or_remove(RunFolder.open(created.path), begin)
    record(Action.STARTED, f"run {created.path.name}", text=name)
    return created


class _Lists:
    """The lists to combine, those of other tools imported into a folder."""

    def __init__(
        self,
        sources: Sequence[Path],
        folder: Path,
        links_columns: Mapping[str, str] | None,
        *,
        how: str,
    ) -> None:
        self._folder = folder
        self._links_columns = links_columns
        self._how = how
        self._specs: list[RunSpec] = []
        self.parents: list[Parent] = []
        self.decisions: list[Decision] = []
        genes = []
        for number, source in enumerate(sources):
            if source.is_dir():
                links = self._add_run(source)
            else:
                links = self._add_list(source, sources[number - 1])
            genes.append(frozenset(links.genes))
        self.genes = tuple(sorted(frozenset[str]().union(*genes)))
        self._compare(genes)

    @property
    def dataset(self) -> str:
        """The data set of all runs; a hash of the lists where there is none or several."""
        names = {spec.dataset for spec in self._specs}
        if len(names) == 1:
            return names.pop()
        return hash_of_lists(parent.sha256 for parent in self.parents)

    @property
    def source(self) -> str:
        """The file of the data of all runs; else the names of the lists."""
        names = {spec.source for spec in self._specs}
        if len(names) == 1:
            return names.pop()
        return " + ".join(parent.name for parent in self.parents)

    def _compare(self, genes: Sequence[frozenset[str]]) -> None:
        """Refuse a list without a gene of the others; doubt one with few."""
        # A list of another tool is the one to doubt.
        order = sorted(range(len(genes)), key=lambda number: not self.parents[number].imported)
        for number in order:
            own, parent = genes[number], self.parents[number]
            others = frozenset[str]().union(*genes[:number], *genes[number + 1 :])
            n_common = len(own & others)
            examples = f"{parent.name} has {_some(own)}; the other lists have {_some(others)}."
            if not n_common:
                raise InputError(
                    f"No gene of {parent.name} is in another list. {examples}",
                    "Use the same gene names in all lists.",
                )
            if 2 * n_common < len(own):
                self.decisions.append(
                    Decision(
                        "overlap",
                        f"{n_common:,} of the {len(own):,} genes of {parent.name} are in the other "
                        "lists.",
                        examples,
                        Certainty.GUESS,
                    )
                )

    def _add_run(self, path: Path) -> RankedLinks:
        run = RunFolder.open(path)
        if not run.has_result or run.read_status().state is not JobState.DONE:
            raise RunError(f"The run in {path} is not done.", "Wait for it, or resume it.")
        spec = run.spec
        self._specs.append(spec)
        self.parents.append(
            Parent(
                name=labels(path).name or spec.name or path.name,
                path=str(path.absolute()),
                sha256=file_hash(run.links_path),
                method=spec.forest.method,
            )
        )
        return RankedLinks(run.links_path)

    def _add_list(self, path: Path, other: Path) -> RankedLinks:
        if not path.is_file():
            raise InputError(f"There is no file {path}.", "Give a run folder or a list of links.")
        reading, decisions = read_beside(path, links_file(other), links_columns=self._links_columns)
        self.decisions += decisions
        imported = f"list-{len(self.parents) + 1}.parquet"
        with tempfile.TemporaryDirectory(dir=self._folder) as temporary:
            found = import_list(reading, self._folder / imported, temporary=Path(temporary))
        if found.decision is not None:
            self.decisions.append(found.decision)
        if AGGREGATIONS[self._how].takes_shares and not found.has_scores:
            raise OptionError(
                f"{path.name} has no scores of which a link can have a share.",
                f"Combine by {RANK_PRODUCT}.",
            )
        self.parents.append(
            Parent(path.name, str(path.absolute()), file_hash(path), imported=imported)
        )
        return RankedLinks(self._folder / imported)


def _some(genes: Iterable[str]) -> str:
    return ", ".join(sorted(genes)[:3])


def _refuse_number(sources: Sequence[Path]) -> None:
    if not 2 <= len(sources) <= MOST_PARENTS:
        raise OptionError(
            f"{len(sources)} {'list is' if len(sources) == 1 else 'lists are'} given to combine.",
            f"Give 2 to {MOST_PARENTS} finished runs or lists of links.",
        )
    if len({source.resolve() for source in sources}) < len(sources):
        raise OptionError("A list is given twice.", "Give each run or list once.")


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Make a temporary folder, locked, next to a folder that may not exist yet."""
    with atomic_write.storage_errors(folder):
        make_folder(folder.parent)
        aside = tempfile.TemporaryDirectory(dir=folder.parent, prefix=".combine-")
    with aside as name, being_written(Path(name)):
        yield Path(name)
