"""Every action of the page that writes, on a disk that refuses, and once more when it works again.

The actions are found in the source: a new one fails here until it has a line below.
"""

from __future__ import annotations

import ast
import errno
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from genie3_engine import archives, runs
from genie3_engine.jobs import lifecycle
from genie3_engine.jobs.process import this_process
from genie3_engine.model import ConfidenceSpec, JobState, RunSpec, RunStatus
from genie3_engine.networks.saved_views import save_view
from genie3_engine.people import links as shared_links
from genie3_engine.people.person import Person
from genie3_engine.store.run_folder import RunFolder
from pages.infer import forecast
from tests.pages.comparison import put_comparison, store_groups
from tests.pages.conftest import N_GENES
from tests.pages.experiment import put_experiment
from tests.pages.people import ADA, ROOT, served
from tests.pages.test_findings import odd_counts
from tests.pages.test_gene_table import FILE as GENE_TABLE
from tests.pages.test_writes import BOTH, WRITERS, calls_of, content
from tests.pages.test_writes import ROOT as SOURCE
from tests.small_views import small_saved_view
from tools.faults.disk import RMDIR, UNLINK, watched
from tools.faults.failing import NEED_ROOM, FailingDisk
from ui import storage

REASONS = {
    errno.ENOSPC: "the disk is full. Free some space.",
    errno.EIO: "Input/output error. Check the disk.",
    errno.EDQUOT: "your disk quota is used up. Free some space.",
    errno.EROFS: "the disk is read-only.",
}
KINDS = NEED_ROOM | {UNLINK, RMDIR}
CSV = "gene,s1,s2,s3\n" + "".join(f"g{i},{i},{i % 3},{i * 7 % 5}\n" for i in range(6))
TWO_NAMES = "gene_id\tgene_name\ts1\ts2\ts3\n" + "".join(
    f"ENSG{141510 + i:011d}\t{name}\t{i}\t{i % 3}\t{i * 7 % 5}\n"
    for i, name in enumerate(("TP53", "MYC", "JUN", "FOS", "EGR1", "STAT1", "STAT3", "GATA1"))
)


@dataclass
class Place:
    """A home, what is in it, and how its pages are opened."""

    home: Path
    open: Callable[..., AppTest]
    data: str
    patch: pytest.MonkeyPatch
    finished: Path

    def run_in(self, state: JobState) -> str:
        folder = self.home / "runs" / state.value
        status = RunStatus(state, targets_total=N_GENES, created=time.time(), owner=this_process())
        RunFolder.create(folder, RunSpec(self.data, name=state.value), status)
        return folder.name

    @property
    def done(self) -> Path:
        return self.home / "runs" / "done"

    def views(self) -> list[str]:
        return [
            save_view(self.done, small_saved_view(name, run=self.done)).id for name in ("a", "b")
        ]


Press = Callable[[AppTest], AppTest]
Prepared = tuple[AppTest, Press]


def button(key: str) -> Press:
    """Return what presses the button whose key starts so."""

    def press(app: AppTest) -> AppTest:
        return next(each for each in app.button if (each.key or "").startswith(key)).click().run()

    return press


def upload(name: str, text: str | bytes, *, place: int = 0, label: str = "") -> Press:
    content = text.encode() if isinstance(text, str) else text

    def press(app: AppTest) -> AppTest:
        found = [each for each in app.file_uploader if label in each.label]
        return found[place].upload(name, content, "text/plain").run()

    return press


def then(*steps: Press) -> Callable[[AppTest], AppTest]:
    def go(app: AppTest) -> AppTest:
        for step in steps:
            app = step(app)
        return app

    return go


def with_open(app: AppTest, panel: str) -> AppTest:
    app.session_state[panel] = True
    return app.run()


def filled(app: AppTest, **texts: str) -> AppTest:
    for key, text in texts.items():
        (widget,) = [each for each in (*app.text_input, *app.text_area) if each.key == key]
        widget.set_value(text)
    return app


def chosen(kind: str, key: str, value: Any) -> Press:
    return lambda app: getattr(app, kind)(key=key).set_value(value).run()


# ---------------------------------------------------------------------------------------- Data


def uploaded(place: Place, name: str = "mine.csv", text: str = CSV) -> AppTest:
    return upload(name, text)(place.open("data"))


def odd(place: Place, *fixes: str) -> AppTest:
    return then(*map(button, fixes))(uploaded(place, "odd.csv", odd_counts()))


def pasted(place: Place) -> Prepared:
    return filled(place.open("data"), paste_0=CSV), button("use_paste")


def path(place: Place) -> Prepared:
    table = place.home.parent / "there.csv"
    table.write_text(CSV)
    return filled(place.open("data"), path_0=str(table)), button("use_path")


def refused(place: Place) -> AppTest:
    return uploaded(place, "bad.csv", "gene,s1,s2\na,1\nb,2,3\n")


def readable(place: Place) -> Prepared:
    kept = runs.keep_upload([("mine.csv", io.BytesIO(CSV.encode()))])
    return place.open("data", upload=kept.id), button("use_upload")


def turned(place: Place) -> Prepared:
    def turn(app: AppTest) -> AppTest:
        (group,) = [each for each in app.button_group if each.key.startswith("orientation_")]
        return group.set_value("genes-in-columns").run()

    return uploaded(place), turn


def workbook(place: Place) -> Prepared:
    import openpyxl

    book, file = openpyxl.Workbook(), io.BytesIO()
    for sheet in (book.active, book.create_sheet("Second")):
        for line in CSV.splitlines():
            sheet.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
        sheet.append(["last", 1, 2, 3 if sheet is book.active else 4])
    book.save(file)

    def choose(app: AppTest) -> AppTest:
        (box,) = [each for each in app.selectbox if (each.key or "").startswith("sheet_")]
        return box.set_value("Second").run()

    return upload("two.xlsx", file.getvalue())(place.open("data")), choose


def menu(place: Place) -> Prepared:
    def choose(app: AppTest) -> AppTest:
        (box,) = [each for each in app.selectbox if each.label.replace("\\", "") == "gene_id"]
        return box.select("names").run()

    return uploaded(place, "two.tsv", TWO_NAMES), choose


def other_reading(place: Place) -> Prepared:
    def press(app: AppTest) -> AppTest:
        return next(each for each in app.button if each.label.startswith("By 'gene")).click().run()

    return uploaded(place, "two.tsv", TWO_NAMES), press


def as_detected(place: Place) -> Prepared:
    app, other = other_reading(place)
    return other(app), button("read_as_detected")


def any_fix(place: Place) -> Prepared:
    app = place.open("data", data=place.data)
    app.selectbox(key="fix_name").set_value("keep-variable").run()
    app.number_input(key="fix_number").set_value(6).run()
    return app, button("fix_apply")


def table_panel(place: Place) -> AppTest:
    return with_open(place.open("data", data=place.data), "gene_table_panel")


give_table = upload("genes.tsv", GENE_TABLE, label="column of these genes")


def other_column(place: Place) -> Prepared:
    def choose(app: AppTest) -> AppTest:
        (box,) = [each for each in app.selectbox if each.label == "Symbols"]
        return box.set_value("former").run()

    return give_table(table_panel(place)), choose


def sheet_panel(place: Place) -> AppTest:
    return with_open(uploaded(place), "sheet_panel")


give_sheet = upload(
    "sheet.tsv",
    "sample\tseries\ttime\ns1\ta\t0\ns2\ta\t1\ns3\ta\t2\n",
    label="row for each sample",
)


# ------------------------------------------------------------------------------- Other pages


def of_regulators(place: Place) -> AppTest:
    return place.open("regulators", data=place.data)


def kind(place: Place, name: str) -> Press:
    return chosen("button_group", f"regulators_{place.data[:16]}", name)


def all_genes(place: Place) -> Prepared:
    runs.choose_regulators(place.data, ["gene01"])
    return of_regulators(place), kind(place, "All genes")


def pasted_names(place: Place, names: str = "gene01, gene03") -> Prepared:
    app = kind(place, "Paste a list")(of_regulators(place))
    return app, chosen("text_area", f"regulator_text_{place.data[:16]}", names)


def nearest(place: Place) -> Prepared:
    app, paste = pasted_names(place, "gene01, GENE02")
    return paste(app), button("take_near")


def picked(place: Place) -> Prepared:
    app = kind(place, "Pick by a filter")(of_regulators(place))
    return app, chosen("text_input", "pick_names", "gene0*")


def listed(place: Place) -> Prepared:
    app = kind(place, "Upload a list")(of_regulators(place))
    return app, upload("tfs.txt", "gene01\ngene03\n")


def proposed(place: Place) -> Prepared:
    from dataclasses import replace

    from genie3_engine.data.quality.regulators import MANY_GENES
    from genie3_engine.data.regulator_lists import HUMAN

    small = runs.open_dataset(place.data)
    known = HUMAN.columns["symbol"][:40]
    genes = (*known, *(f"gene{i:04d}" for i in range(MANY_GENES - len(known))))
    values = small.values[[i % N_GENES for i in range(len(genes))]]
    data = runs.save_dataset(replace(small, values=values, genes=genes), name="many")
    return place.open("regulators", data=data), button("use_list")


def gene_sets(place: Place) -> Prepared:
    app = with_open(place.open("network", run="done"), "gene_sets")
    return app, upload("a.gmt", "one\t\tgene00\tgene01\n", label="Gene sets")


def kept_sets(place: Place, which: str) -> Prepared:
    kept = runs.keep_gene_sets([("a.gmt", io.BytesIO(b"one\t\tgene00\tgene01\n"))])
    app = with_open(place.open("network", run="done"), "gene_sets")
    return filled(app, **{f"sets_edit_{kept.id}_name": "other"}), button(
        f"sets_edit_{kept.id}_{which}"
    )


def view(place: Place, which: str) -> Prepared:
    _, second = place.views()
    app = place.open("network", run="done", view=second)
    if which in ("replace", "delete", "undo"):
        app.selectbox(key="size").set_value("same").run()
    if which == "undo":
        return button(f"view_{second}_replace")(app), button("undo")
    if which == "save_":
        (name,) = [each.key for each in app.text_input if (each.key or "").startswith("new_")]
        return filled(app, **{name: "third"}), button("save_")
    return filled(app, **{f"view_{second}_name": "other"}), button(f"view_{second}_{which}")


def link(place: Place) -> Prepared:
    place.views()
    return place.open("network", run="done"), button("make_link_")


def made_link(place: Place) -> Prepared:
    shared_links.make_link("x", policy="y", run="done", title="t", days=1, owner=Person(""))
    return place.open("network", run="done"), button("take_back_")


def labels_of_run(place: Place) -> Prepared:
    return filled(place.open("runs", run="done"), name_done="better"), button("label_save_")


def combined(place: Place) -> Prepared:
    app = place.open("runs", run="done")
    upload("list.tsv", "TF\ttarget\tw\ngene00\tgene03\t0.5\n", label="another tool")(app)
    return app, button("combine_done_start")


def archive(place: Place) -> AppTest:
    return with_open(place.open("runs", run="done"), "archive")


def imported(place: Place) -> Prepared:
    whole = archives.archived_bytes(place.done)
    runs.delete(place.done)
    return place.open("runs"), upload("run.zip", whole)


def forecast_at_work(place: Place) -> Prepared:
    app = button("forecast_measure")(place.open("infer", data=place.data))
    return app, button("forecast_cancel")


def automatic_forecast(place: Place) -> Prepared:
    """A forecast that no one has asked for is tried once; it can be asked for then."""
    place.patch.setattr(forecast, "WORTH_FORECASTING", 1)

    def show(app: AppTest) -> AppTest:
        is_there = app.title[0].value == "Infer"
        again = button("forecast_measure")
        return again(app) if is_there else app.switch_page("pages/infer/page.py").run()

    return place.open("home"), show


def groups(place: Place) -> AppTest:
    data = store_groups()
    app = place.open("compare", data=data)
    return chosen("selectbox", f"compare_column_{data[:12]}", "state")(app)


def comparison(place: Place, state: JobState) -> AppTest:
    return place.open("compare", comparison=put_comparison(place.home, state=state))


def cloud(place: Place) -> Prepared:
    app = place.open("sagemaker")
    app.text_input(key="setup_sagemaker_bucket").set_value("my-bucket").run()
    return app, button("save_cloud")


def leftover(place: Place) -> Prepared:
    left = place.home / "data" / ".abc.aside"
    left.write_bytes(b"x")
    os.utime(left, (1e9, 1e9))
    return place.open("storage"), button("clean_up")


def confidence(place: Place) -> Prepared:
    return place.open("network", run="done"), button("confidence_start")


def confidence_at_work(place: Place) -> Prepared:
    runs.add_confidence(place.done, ConfidenceSpec(stability=False))
    return place.open("network", run="done"), button("confidence_cancel")


# Where the page writes, and how it is opened and used there.
ACTIONS: dict[str, Callable[[Place], Prepared]] = {
    "pages/accuracy/gold_standard_choice.py: _use_file": lambda place: (
        place.open("accuracy", run="done"),
        upload("gold.tsv", "gene00\tgene03\t1\ngene01\tgene03\t0\n"),
    ),
    "pages/compare/forecast.py: _cancel": lambda place: (
        button("compare_forecast_measure")(groups(place)),
        button("compare_forecast_cancel"),
    ),
    "pages/compare/forecast.py: _start": lambda place: (
        groups(place),
        button("compare_forecast_measure"),
    ),
    "pages/compare/new_comparison.py: _start": lambda place: (
        groups(place),
        button("start_comparison"),
    ),
    "pages/data/dataset_header.py: _delete_data": lambda place: (
        uploaded(place),
        button("delete_data_sure"),
    ),
    "pages/data/dataset_header.py: _save_labels": lambda place: (
        filled(place.open("data", data=place.data), dataset_name="other"),
        button("dataset_save"),
    ),
    "pages/data/file_reading.py: file.read_again": as_detected,
    "pages/data/file_reading.py: file.read_with": other_reading,
    "pages/data/file_reading.py: file.read_with, of a menu": menu,
    "pages/data/findings.py: apply_fix": lambda place: (
        odd(place, "fix_missing-values_0", "fix_duplicate-genes_0"),
        button("fix_counts_0"),
    ),
    "pages/data/fix_form.py: _apply_chosen": any_fix,
    "pages/data/fix_form.py: apply": lambda place: (
        odd(place, "fix_missing-values_0", "fix_duplicate-genes_0", "fix_counts_0"),
        button("undo_fix"),
    ),
    "pages/data/gene_table.py: _change": other_column,
    "pages/data/gene_table.py: _remove": lambda place: (
        give_table(table_panel(place)),
        button("remove_gene_table"),
    ),
    "pages/data/gene_table.py: _use_file": lambda place: (table_panel(place), give_table),
    "pages/data/read_error.py: _discard": lambda place: (refused(place), button("discard")),
    "pages/data/read_error.py: session_dataset.load": readable,
    "pages/data/read_options.py: read": turned,
    "pages/data/read_options.py: read, of a sheet": workbook,
    "pages/data/sample_sheet.py: _reset": lambda place: (
        give_sheet(sheet_panel(place)),
        button("reset_sheet"),
    ),
    "pages/data/sample_sheet.py: _use_file": lambda place: (sheet_panel(place), give_sheet),
    "pages/data/upload_form.py: _load_files": lambda place: (
        place.open("data"),
        upload("mine.csv", CSV),
    ),
    "pages/data/upload_form.py: _load_path": path,
    "pages/data/upload_form.py: _load_sample": lambda place: (place.open("data"), button("sample")),
    "pages/data/upload_form.py: _load_text": pasted,
    "pages/home/page.py: example.choose": lambda place: (place.open("home"), button("explore")),
    "pages/infer/forecast.py: _start": lambda place: (
        place.open("infer", data=place.data),
        button("forecast_measure"),
    ),
    "pages/infer/forecast.py: planning.cancel_pilot": forecast_at_work,
    "pages/infer/forecast.py: show": automatic_forecast,
    "pages/infer/page.py: <module>": lambda place: (
        place.open("infer", data=place.data),
        button("run"),
    ),
    "pages/network/gene_sets.py: _describe": lambda place: kept_sets(place, "save"),
    "pages/network/gene_sets.py: _keep": gene_sets,
    "pages/network/gene_sets.py: _delete": lambda place: kept_sets(place, "delete"),
    "pages/network/saved_views.py: _delete": lambda place: view(place, "delete"),
    "pages/network/saved_views.py: _move": lambda place: view(place, "earlier"),
    "pages/network/saved_views.py: _rename": lambda place: view(place, "save"),
    "pages/network/saved_views.py: _replace": lambda place: view(place, "replace"),
    "pages/network/saved_views.py: _restore": lambda place: view(place, "undo"),
    "pages/network/saved_views.py: _save_view": lambda place: view(place, "save_"),
    "pages/regulators/proposal.py: regulator_choice.use_list": proposed,
    "pages/regulators/regulator_choice.py: _paste": pasted_names,
    "pages/regulators/regulator_choice.py: _store": all_genes,
    "pages/regulators/regulator_choice.py: _store, of a filter": picked,
    "pages/regulators/regulator_choice.py: _upload": listed,
    "pages/regulators/regulator_choice.py: _use_nearest": nearest,
    "pages/runs/actions.py: _delete_run": lambda place: (
        place.open("runs", run="done"),
        button("delete_sure"),
    ),
    "pages/runs/actions.py: _save_labels": labels_of_run,
    "pages/runs/actions.py: runs.cancel": lambda place: (
        place.open("runs", run=place.run_in(JobState.RUNNING)),
        button("cancel"),
    ),
    "pages/runs/actions.py: runs.resume": lambda place: (
        place.open("runs", run=place.run_in(JobState.CANCELLED)),
        button("resume"),
    ),
    "pages/runs/archiving.py: _import": imported,
    "pages/runs/archiving.py: _make": lambda place: (archive(place), button("archive_make_")),
    "pages/runs/archiving.py: _state": lambda place: (
        archive(place),
        chosen("text_input", "archive_licence_done", "CC-BY-4.0"),
    ),
    "pages/runs/combination.py: _start": combined,
    "pages/sagemaker/saved_options.py: _save": cloud,
    "pages/speedup/new_experiment.py: show": lambda place: (
        place.open("speedup", data=place.data),
        button("start_experiment"),
    ),
    "pages/storage/cleaning.py: _clean_up": leftover,
    "pages/storage/item_list.py: _delete": lambda place: (
        place.open("storage", item="run-done"),
        button("storage_delete_sure"),
    ),
    "ui/confidence.py: runs.add_confidence": confidence,
    "ui/confidence.py: runs.cancel_confidence": confidence_at_work,
    "ui/job_status.py: _delete": lambda place: (
        comparison(place, JobState.DONE),
        button("delete_comparison_sure"),
    ),
    "ui/job_status.py: kind.cancel": lambda place: (
        comparison(place, JobState.RUNNING),
        button("cancel_comparison"),
    ),
    "ui/job_status.py: kind.resume": lambda place: (
        place.open(
            "speedup",
            experiment=put_experiment(
                place.home / "experiments" / "one", state=JobState.CANCELLED, n_rows=2
            ),
        ),
        button("resume_experiment"),
    ),
    "ui/sharing.py: _make": link,
    "ui/sharing.py: _take_back": made_link,
}
# These write again what is there already, or nothing in the home.
SAME = {
    "pages/data/file_reading.py: file.read_again",
    "pages/data/fix_form.py: apply",
    "pages/data/sample_sheet.py: _reset",
    "pages/runs/archiving.py: _make",
}
# What was stored when the page was drawn, a table to be edited, which AppTest cannot do, and what
# only a server with login has, which is tried in a test of its own.
OTHERS = {
    "pages/accuracy/gold_standard_choice.py: lambda: _choose(cache.sample_truth(), chosen)",
    "pages/data/sample_sheet.py: _use_edited",
    "pages/people/jobs.py: _end",
    "pages/people/shared_links.py: _take_back",
    "ui/sharing.py: _share",
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for module in sorted([*SOURCE.glob("pages/**/*.py"), *SOURCE.glob("ui/*.py")]):
        yield module.relative_to(SOURCE).as_posix(), ast.parse(module.read_text("utf-8"))


def is_of_actions(node: ast.expr, *names: str) -> bool:
    return ast.unparse(node) in {f"actions.{name}" for name in names}


def actions_of(tree: ast.Module) -> Iterator[str]:
    """Yield what the widgets of a module write by, as its source names it."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if is_of_actions(call.func, "button", "submit", "perform"):
            yield ast.unparse(call.args[1])
        options = {option.arg: option.value for option in call.keywords}
        passed = [options.get(name) for name in ("on_click", "on_change", "on_select")]
        if any(each is not None and is_of_actions(each, "perform") for each in passed):
            yield ast.unparse(options["args"].elts[1])  # type: ignore[attr-defined]


def test_action__of_each_module_is_tried_here():
    found = {f"{name}: {write}" for name, tree in sources() for write in actions_of(tree)}
    found |= {f"{name}: {function}" for name, functions in BOTH.items() for function in functions}
    found -= {"ui/actions.py: write"}
    assert (
        found
        == {name.partition(",")[0] for name in ACTIONS if "lambda" not in name}
        | {name for name in ACTIONS if "lambda" in name}
        | OTHERS
    )


def test_callback__that_writes_is_an_action():
    """What else a widget calls writes nothing: an error in it would be the program's own."""
    wrong = []
    for name, tree in sources():
        functions = {node.name: node for node in ast.walk(tree) if type(node) is ast.FunctionDef}

        def writes(called: ast.expr, functions: Any = functions, seen: Any = frozenset()) -> bool:
            if isinstance(called, ast.Lambda):
                within = calls_of([ast.Expr(called.body)])
            elif isinstance(called, ast.Name) and called.id in functions and called.id not in seen:
                within = calls_of(functions[called.id].body)
                seen = seen | {called.id}
            else:
                names = ast.unparse(called).split(".")
                return len(names) == 2 and names[1] in WRITERS.get(names[0], ())
            return any(writes(each, functions, seen) for each in within)

        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for option in call.keywords:
                if option.arg in ("on_click", "on_change", "on_select") and writes(option.value):
                    wrong.append(f"{name}: {ast.unparse(option.value)}")
    assert not wrong


@pytest.fixture
def place(home, open_page, dataset, done_run, finished, tmp_path, monkeypatch) -> Place:
    """A home on whose disk scratch files lie, too; jobs are started and ended by nobody."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setattr(lifecycle, "spawn", lambda *_, **__: this_process())
    monkeypatch.setattr(lifecycle, "_end", lambda *_: None)
    storage._looks.clear()
    return Place(home, open_page, dataset, monkeypatch, finished)


def said(app: AppTest) -> str:
    return " ".join(each.value for each in app.error).replace("\\", "").replace("**  \n", " ")


def press_twice(
    app: AppTest, press: Press, place: Path, number: int, *, named: str = "", is_same: bool = False
) -> None:
    """Use the page on a disk that refuses, and once more on one that does not.

    The error must name a path of the place, or a file in it.
    """
    assert not app.exception
    assert not app.error or "could not be written" not in said(app)
    before = content(place)
    disk = FailingDisk(number, at=1, lasting=True, kinds=KINDS)
    with watched(place, disk):
        app = press(app)
    assert disk.refused is not None, "nothing was written"
    assert not app.exception
    assert REASONS[number].partition(".")[0] in said(app), said(app)
    assert (named or str(place)) in said(app), said(app)
    assert content(place) == before
    again = [each for each in app.button if (each.key or "").endswith("_again")]
    app = again[0].click().run() if again else press(app)
    assert not app.exception
    assert "could not be" not in said(app), said(app)
    assert is_same or content(place) != before


@pytest.mark.slow(90)
@pytest.mark.parametrize(
    ("name", "number"),
    [pytest.param(*each, id=each[0]) for each in zip(ACTIONS, cycle(REASONS), strict=False)],
)
def test_action__on_a_disk_that_refuses(name, number, place, tmp_path):
    app, press = ACTIONS[name](place)
    press_twice(app, press, tmp_path, number, is_same=name in SAME)


def test_action__of_a_server_with_login(place, home, tmp_path, monkeypatch):
    with served(home, monkeypatch) as lab:
        lab.give(ADA, place.finished)
        with lab.person(ADA) as own:
            app = place.open("runs", run="done")
            share = chosen("button_group", "group_runs_done", "Group")
            press_twice(app, share, tmp_path, errno.EROFS, named=".shared.lock")
            folder = own / "runs" / "live"
            RunFolder.create(
                folder,
                RunSpec(place.data),
                RunStatus(JobState.RUNNING, created=time.time(), heartbeat=time.time()),
            )
        with lab.person(ROOT):
            press_twice(place.open("people"), button("end_"), tmp_path, errno.ENOSPC, named="live")
            shared_links.make_link("x", policy="y", run="done", title="t", days=1, owner=ADA)
            back = button("take_back_links_")
            press_twice(place.open("people"), back, tmp_path, errno.EROFS, named="links")
