"""Tests of runs that combine others."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine import combined_runs, runs, worker
from genie3_engine.combination import parent_lists
from genie3_engine.combined_runs import create_combination, start_combination
from genie3_engine.errors import InputError, OptionError, RunError, RunInterruptedError
from genie3_engine.evaluation.accuracy import evaluate
from genie3_engine.jobs import leftovers
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.model import METHODS, ForestSpec, JobState, LayoutSpec, Method
from genie3_engine.regulons.selection import dataset_of
from genie3_engine.reports.methods_paragraph import methods_paragraph
from genie3_engine.store import parts
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.run_folder import RunFolder
from tests import naive
from tests.simulated_networks import tiny_expression

GENES = tiny_expression().genes


@pytest.fixture(scope="module")
def inferred(tmp_path_factory):
    """Two finished runs of one data set."""
    folder = tmp_path_factory.mktemp("inferred")
    methods = {"forest": ForestSpec(n_trees=2), "precision": ForestSpec("precision")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENIE3_HOME", str(folder / "home"))
        for name, forest in methods.items():
            runs.infer(tiny_expression(), folder / name, forest=forest, source="tiny.tsv")
    return folder


@pytest.fixture
def parents(home, inferred, tmp_path):
    """Copies of the two runs."""
    names = ("forest", "precision")
    return [shutil.copytree(inferred / name, tmp_path / name) for name in names]


@pytest.fixture
def list_of_links(tmp_path):
    path = tmp_path / "other.tsv"
    rows = [f"{GENES[i]}\t{GENES[i + 1]}\t{0.5 / (i + 1)}" for i in range(5)]
    path.write_text("\n".join(["TF\ttarget\timportance", *rows]) + "\n", encoding="utf-8")
    return path


def links_bytes(path):
    return (path / "links.parquet").read_bytes()


def links_of(path):
    page = RankedLinks(path).page(0, 10_000)
    pairs = zip(page["regulator"], page["target"], strict=True)
    return dict(zip(pairs, page["importance"].tolist(), strict=True))


def combined(sources, folder, **options):
    created = create_combination(sources, folder, **options)
    worker.run(created.path)
    return created.path


class TestCreateCombination:
    def test_combination__is_a_done_run_with_the_links_of_the_definition(self, parents, tmp_path):
        run = combined(parents, tmp_path / "both")
        expected = naive.combined_scores([links_of(parent) for parent in parents], "irp")
        assert links_of(run) == pytest.approx(expected, rel=1e-6)
        assert RunFolder.open(run).read_status().state is JobState.DONE

    def test_combination__names_its_parents_and_their_data(self, parents, list_of_links, tmp_path):
        run = combined([*parents, list_of_links], tmp_path / "three", how="borda")
        spec = RunFolder.open(run).spec
        assert [parent.name for parent in spec.parents] == ["forest", "precision", "other.tsv"]
        assert [parent.method for parent in spec.parents] == ["RF", "precision", ""]
        assert spec.dataset == RunFolder.open(parents[0]).spec.dataset
        assert spec.has_data
        assert spec.source == "tiny.tsv"
        about = RankedLinks(run).about
        assert about["parents"] == [parent.sha256 for parent in spec.parents]
        assert about["scale"] == "raw: one over the mean rank"

    def test_combination__of_lists_alone_has_no_data(self, list_of_links, tmp_path):
        other = shutil.copy(list_of_links, tmp_path / "more.tsv")
        run = combined([list_of_links, other], tmp_path / "lists")
        assert not RunFolder.open(run).spec.has_data
        with pytest.raises(InputError, match="no data set in common"):
            dataset_of(run)

    def test_combination__is_described_for_a_paper(self, parents, list_of_links, tmp_path):
        run = combined([*parents, list_of_links], tmp_path / "three")
        text = methods_paragraph(run)
        assert "3 lists of links were combined" in text
        assert "precision (shrunken precision matrix [3])" in text
        assert "other.tsv (a list of another program)" in text
        assert "[3] Passemiers" in text

    def test_combination__resumes_to_the_same_bytes(self, parents, tmp_path):
        whole = combined(parents, tmp_path / "whole")
        run = create_combination(parents, tmp_path / "cut").path
        with pytest.raises(RunInterruptedError):
            worker.run(run, should_stop=lambda: True)
        again = create_combination(parents, tmp_path / "cut", resume=True).path
        worker.run(again)
        assert (run / "links.parquet").read_bytes() == (whole / "links.parquet").read_bytes()

    def test_combination__keeps_an_imported_list_and_not_its_file(
        self, parents, list_of_links, tmp_path
    ):
        created = create_combination([parents[0], list_of_links], tmp_path / "two")
        list_of_links.unlink()
        worker.run(created.path)
        assert RunFolder.open(created.path).has_result

    def test_create_combination__brings_back_an_imported_list_that_is_missing(
        self, parents, list_of_links, tmp_path
    ):
        sources = [parents[0], list_of_links]
        run = create_combination(sources, tmp_path / "two").path
        (run / "list-2.parquet").unlink()
        create_combination(sources, run, resume=True)
        worker.run(run)
        assert RunFolder.open(run).has_result

    def test_combination__fails_in_words_when_a_parent_is_gone(self, parents, tmp_path):
        created = create_combination(parents, tmp_path / "two")
        shutil.rmtree(parents[0])
        with pytest.raises(RunError, match="'forest' is not in"):
            worker.run(created.path)

    def test_create_combination__locks_its_folder_aside(self, parents, home, monkeypatch):
        found = []

        def looked(path):
            found.append(leftovers.leftovers(home, seconds=0))
            return parent_lists.file_hash(path)

        monkeypatch.setattr(combined_runs, "file_hash", looked)
        (home / "runs").mkdir(parents=True)
        create_combination(parents, home / "runs" / "combined")
        assert found
        assert not any(found)

    def test_create_combination__refuses_one_list_or_the_same_twice(self, parents, tmp_path):
        with pytest.raises(OptionError, match="1 list is given"):
            create_combination(parents[:1], tmp_path / "x")
        with pytest.raises(OptionError, match="given twice"):
            create_combination([parents[0], parents[0]], tmp_path / "x")

    def test_create_combination__refuses_a_run_that_is_not_done(self, parents, tmp_path):
        (parents[1] / "targets.parquet").unlink()
        with pytest.raises(RunError, match="is not done"):
            create_combination(parents, tmp_path / "x")
        assert not (tmp_path / "x").exists()

    def test_create_combination__refuses_a_file_that_is_not_there(self, parents, tmp_path):
        with pytest.raises(InputError, match="There is no file"):
            create_combination([parents[0], tmp_path / "none.tsv"], tmp_path / "x")

    def test_create_combination__refuses_genes_of_other_names(self, parents, tmp_path):
        path = tmp_path / "other.tsv"
        path.write_text("TF\ttarget\timportance\nA1\tB1\t1\nA2\tB2\t2\n", encoding="utf-8")
        with pytest.raises(InputError, match=r"No gene of other.tsv is in another list"):
            create_combination([parents[0], path], tmp_path / "x")

    def test_create_combination__refuses_shares_of_ranks(self, parents, tmp_path):
        path = tmp_path / "other.tsv"
        rows = f"{GENES[0]}\t{GENES[1]}\n{GENES[2]}\t{GENES[1]}\n"
        path.write_text(f"TF\ttarget\n{rows}", encoding="utf-8")
        with pytest.raises(OptionError, match="no scores of which"):
            create_combination([parents[0], path], tmp_path / "x", how="mean-share")


class TestPublishedLists:
    @pytest.mark.slow(8)
    def test_rank_product__of_published_lists_is_as_accurate_as_known(
        self, shared_data, home, tmp_path
    ):
        """GRNBoost2 and PORTIA without knock-outs on DREAM5's network 1."""
        lists = [
            shared_data / "dream5_reference" / "grnboost2_net1.sgbm.denorm.tsv.gz",
            shared_data / "published_lists" / "portia_noko_net1.tsv.gz",
        ]
        run = combined(lists, tmp_path / "run")
        gold = shared_data / "dream5" / "DREAM5_NetworkInference_GoldStandard_Network1.tsv.gz"
        assert evaluate(run, gold).aupr == pytest.approx(0.365, abs=0.002)


class TestStartCombination:
    def test_start_combination__gives_the_run_to_this_machine(self, parents, home, monkeypatch):
        submitted = []
        monkeypatch.setattr(
            "genie3_engine.launchers.local.LocalLauncher.submit",
            lambda self, run: submitted.append(run),
        )
        created = start_combination(parents, name="both", home=home)
        assert submitted == [created.path]
        assert created.path.parent == home / "runs"
        assert [run.title for run in runs.history(home)] == ["both"]

    def test_start_combination__leaves_no_folder_when_it_cannot_start(
        self, parents, home, monkeypatch
    ):
        def refuse(launcher, run):
            raise RunError("no", "")

        monkeypatch.setattr("genie3_engine.launchers.local.LocalLauncher.submit", refuse)
        with pytest.raises(RunError, match="no"):
            start_combination(parents, home=home)
        assert not list((home / "runs").iterdir())


class TestMembers:
    """A method that infers several networks and combines them."""

    @pytest.fixture(autouse=True)
    def both(self):
        record = Method(
            label="Both",
            help="",
            phrase="both, combined",
            settings=("how", "seed"),
            paragraph="genie3_engine.reports.method_sentences:member_sentences",
            scale="",
            references=(*METHODS["RF"].papers, *METHODS["precision"].papers),
            members=("RF", "precision"),
        )
        with METHODS.registered("both", record):
            yield

    @pytest.fixture
    def whole(self, home, tmp_path):
        """A run that was never cut."""
        return runs.infer(tiny_expression(), tmp_path / "whole", forest=ForestSpec("both"))

    def test_members__are_inferred_inside_and_combined(self, home, tmp_path):
        run = runs.infer(tiny_expression(), tmp_path / "both", forest=ForestSpec("both", seed=2))
        members = [run / "members" / name for name in ("RF", "precision")]
        assert RunFolder.open(members[0]).spec.forest == ForestSpec("RF", seed=2)
        expected = naive.combined_scores([links_of(member) for member in members], "irp")
        assert links_of(run) == pytest.approx(expected, rel=1e-6)
        text = methods_paragraph(run)
        assert "scored by Random Forest [1] [2] and by shrunken precision matrix [3]" in text

    @pytest.mark.parametrize("cut_at", ["RF", "precision", "combination"])
    def test_members__resume_to_the_same_bytes(self, home, whole, tmp_path, cut_at, monkeypatch):
        """A run is cut once three targets of a network are on disk, and goes on."""
        run = runs.create(RunFolder.open(whole).spec, tmp_path / "cut")
        folder = run if cut_at == "combination" else run / "members" / cut_at
        add = PartWriter.add

        def cut(writer, links):
            if folder.exists() and len(RunFolder.open(folder).finished_targets()) == 3:
                raise RunInterruptedError("Cut.", "Go on.")
            return add(writer, links)

        with monkeypatch.context() as patch:
            patch.setattr(parts, "MAX_BUFFERED_TARGETS", 1)
            patch.setattr(PartWriter, "add", cut)
            with pytest.raises(RunInterruptedError):
                worker.run(run)
        assert len(RunFolder.open(folder).finished_targets()) == 3
        worker.run(run)
        assert links_bytes(run) == links_bytes(whole)

    def test_members__take_the_layout_and_have_the_same_bytes(self, home, whole, tmp_path):
        forest = RunFolder.open(whole).spec.forest
        layout = LayoutSpec(n_threads=3)
        run = runs.infer(tiny_expression(), tmp_path / "run", forest=forest, layout=layout)
        assert links_bytes(run) == links_bytes(whole)
        timings = [each.read_timings() for each in map(RunFolder.open, (run / "members").iterdir())]
        assert [each["layout"]["n_threads"] for each in timings] == [3, 3]

    def test_members__are_shared_by_tasks_that_begin_at_once(self, home, whole, tmp_path):
        run = runs.create(RunFolder.open(whole).spec, tmp_path / "run")
        names = [TaskName(index, 2) for index in range(2)]
        with ThreadPoolExecutor() as pool:
            done = list(pool.map(lambda name: worker.run(run, task=name), names))
        assert [each.state for each in done] == [JobState.DONE, JobState.DONE]
        inside = [RunFolder.open(run / "members" / name) for name in ("RF", "precision")]
        n_targets = len(GENES)
        assert [len(each.finished_targets()) for each in inside] == [n_targets, n_targets]
        assert not any(each.has_result for each in inside)
        shares = [RunFolder(inside[0].path / "tasks" / str(name)) for name in names]
        assert all(each.read_timings()["targets_computed"] for each in shares)
        worker.run(run)
        assert inside[0].read_status().targets_found == 0  # they were computed for this run
        assert links_bytes(run) == links_bytes(whole)
        assert worker.run(run, task=names[0]).state is JobState.DONE

    def test_members__have_the_same_bytes_for_shuffled_genes(self, home, whole, tmp_path):
        shuffled = tiny_expression()
        order = np.random.default_rng(1).permutation(shuffled.n_genes)
        shuffled = replace(
            shuffled,
            values=shuffled.values[order],
            genes=tuple(shuffled.genes[i] for i in order),
        )
        forest = RunFolder.open(whole).spec.forest
        run = runs.infer(shuffled, tmp_path / "run", forest=forest)
        assert links_bytes(run) == links_bytes(whole)

    def test_members__have_the_forecasts_of_the_run(self, home, whole, tmp_path):
        run = runs.create(RunFolder.open(whole).spec, tmp_path / "run")
        foretold = {"step_seconds": {"computing": 3.0}, "n_targets": 2, "wall_seconds": 3.0}
        RunFolder.open(run).write_forecast({"members": {"precision": foretold}})
        worker.run(run)
        assert RunFolder.open(run / "members" / "precision").read_expectation().seconds == 3.0
