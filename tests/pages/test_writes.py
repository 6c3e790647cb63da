"""Drawing a page changes nothing in the home: pages write in callbacks only."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest

from genie3_engine import runs

ROOT = Path(__file__).resolve().parents[2]
WRITERS = {
    "archives": {"import_archive", "save_deposit"},
    "benchmark": {"cancel", "conduct", "create", "delete", "resume", "start"},
    "cache": {"sample", "save"},
    "planning": {"cancel_pilot", "start_pilot"},
    "runs": {
        "attach_gene_table",
        "cancel",
        "choose_regulators",
        "clean_cloud",
        "create",
        "delete",
        "delete_data",
        "delete_gene_sets",
        "delete_upload",
        "describe_gene_sets",
        "drop_upload",
        "infer",
        "keep_gene_sets",
        "keep_upload",
        "label",
        "label_dataset",
        "remember_reading",
        "resume",
        "save_cloud_settings",
        "save_dataset",
        "shipped_run",
        "start",
    },
    "session_dataset": {"carry_choices", "derive", "load"},
    "engine": {"clean_up", "delete"},
    "stored": {"delete_view", "move_view", "restore_view", "save_view", "update_view"},
    "uploads": {"keep", "keep_path", "keep_text"},
}
# Functions that draw and write, each for a reason.
BOTH = {
    # A callback would get the settings as they were drawn last, not those changed just before the
    # click; so these start what the page, drawn with the settings of the click, shows.
    "pages/infer/page.py": {"<module>"},
    "pages/speedup/new_experiment.py": {"show"},
    # A large matrix is forecast without a click, once per session.
    "pages/infer/forecast.py": {"show"},
    # The uploaded list is read through a temporary upload.
    "pages/regulators/regulator_choice.py": {"_paste", "_upload"},
}
DRAWS = {("actions", "button"), ("errors", "fragment")}  # for a button and for a fragment
PAGES = [
    *("home", "data", "regulators", "infer", "runs", "network", "regulons", "compare", "accuracy"),
    *("speedup", "storage", "sagemaker"),
]


def content(home: Path) -> dict[str, str]:
    """Hashes of all files of a home; lock files hold nothing."""
    return {
        str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(home.rglob("*"))
        if file.is_file() and "lock" not in file.name
    }


def calls_of(body: list[ast.stmt]) -> list[ast.expr]:
    """Return the called expressions of a body, without those of functions and lambdas in it."""
    calls, left = [], list[ast.AST](body)
    while left:
        node = left.pop()
        if isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        if isinstance(node, ast.Call):
            calls.append(node.func)
        left.extend(ast.iter_child_nodes(node))
    return calls


def draws(call: ast.expr) -> bool:
    """Return whether a call is one of Streamlit's, or one that stands for it."""
    return (
        isinstance(call, ast.Attribute)
        and isinstance(call.value, ast.Name)
        and (call.value.id == "st" or (call.value.id, call.attr) in DRAWS)
        and call.attr != "spinner"
    )


def draw_and_write(source: str) -> set[str]:
    """Return the functions of a module that draw and also write, themselves or by helpers."""
    tree = ast.parse(source)
    functions = {node.name: node.body for node in ast.walk(tree) if type(node) is ast.FunctionDef}
    calls = {name: calls_of(body) for name, body in (functions | {"<module>": tree.body}).items()}

    def writes(call: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
        if isinstance(call, ast.Name) and call.id in calls and call.id not in seen:
            within = calls[call.id]
            return not any(map(draws, within)) and any(
                writes(each, seen | {call.id}) for each in within
            )
        return (
            isinstance(call, ast.Attribute)
            and isinstance(call.value, ast.Name)
            and call.attr in WRITERS.get(call.value.id, ())
        )

    return {
        name
        for name, within in calls.items()
        if any(map(draws, within)) and any(map(writes, within))
    }


def test_draw_and_write__finds_a_write_next_to_a_widget():
    source = "def show():\n    if st.button('Stop'):\n        stop()\ndef stop(): runs.cancel(1)\n"
    assert draw_and_write(source) == {"show"}
    assert draw_and_write(source.replace("if st.button('Stop'):\n        stop()", "pass")) == set()
    assert not draw_and_write("st.button('Stop', on_click=runs.cancel)\nlambda: runs.cancel(1)")


@pytest.mark.parametrize(
    "module", sorted((ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem
)
def test_page__writes_in_functions_that_do_not_draw(module):
    name = module.relative_to(ROOT).as_posix()
    assert draw_and_write(module.read_text("utf-8")) == BOTH.get(name, set())


@pytest.mark.parametrize("page", PAGES)
def test_page__writes_nothing_while_it_is_drawn(page, open_page, home, dataset, done_run):
    runs.choose_regulators(dataset, ["gene01", "gene02"])
    before = content(home)
    app = open_page(page, data=dataset, run=done_run)
    app.run()
    assert not app.exception
    assert content(home) == before


def test_infer__writes_nothing_when_an_address_names_an_earlier_run(
    open_page, home, dataset, done_run
):
    runs.choose_regulators(dataset, ["gene01", "gene02"])
    before = content(home)
    app = open_page("infer", data=dataset, like=done_run)
    assert not app.exception
    assert content(home) == before


def test_data__writes_nothing_when_an_address_names_an_upload(open_page, home, tmp_path):
    table = tmp_path / "table.tsv"
    table.write_text("gene\ts1\ts2\ts3\ng1\t1\t2\t3\ng2\t3\t1\t2\ng3\t2\t2\t1\n")
    with table.open("rb") as file:
        upload = runs.keep_upload([("table.tsv", file)], name="table.tsv")
    before = content(home)
    app = open_page("data", upload=upload.id)
    assert not app.exception
    assert content(home) == before
    app.button(key="use_upload").click().run()
    assert not app.exception
    assert app.subheader[0].value == r"table\.tsv"
