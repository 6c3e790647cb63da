from __future__ import annotations

import io
import json

import numpy as np
import openpyxl
import pytest

from genie3_engine import cli, runs
from genie3_engine.model import ForestSpec
from tests.data.quality.test_golden import FILES
from tests.pages.conftest import texts


def odd_counts() -> str:
    """Return counts with samples in rows, genes named twice, constants and a gap."""
    rng = np.random.default_rng(4)
    values = rng.poisson(np.exp(rng.normal(4, 1, 14))[:, None] * rng.uniform(0.5, 2, 40))
    values[6] = 0
    genes = [f"GENE{i}" for i in range(14)]
    genes[3] = genes[2]
    rows = [["sample", *genes]]
    rows += [[f"patient{j}", *map(str, values[:, j])] for j in range(40)]
    rows[5][9] = "NA"
    return "\n".join(map(",".join, rows)) + "\n"


def upload(app, name, content):
    return app.file_uploader[0].upload(name, content, "text/csv").run()


def click(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def chosen(app):
    dataset = app.query_params["data"]
    return dataset if isinstance(dataset, str) else dataset[0]


@pytest.fixture
def odd(open_page):
    return upload(open_page("data"), "odd.csv", odd_counts().encode())


def test_findings__stand_in_the_place_of_an_error(odd):
    assert not odd.exception
    assert not odd.error
    said = texts(odd)
    assert "1 value is missing" in said
    assert "1 gene name occurs more than once" in said
    assert "2 problems" in said


def test_fixes__on_the_page_and_by_command_are_the_same_network(odd, home, tmp_path, capsys):
    click(odd, "fix_missing-values_0")
    click(odd, "fix_duplicate-genes_0")
    click(odd, "fix_counts_0")
    click(odd, "fix_constant-genes_0")
    dataset = chosen(odd)
    info = runs.dataset_info(dataset)
    assert info.recipe == ("fill-missing", "average-duplicates", "log1p-cpm", "drop-constants")

    path = tmp_path / "odd.csv"
    path.write_text(odd_counts())
    by_command = tmp_path / "by_command"
    fixes = [part for fix in info.recipe for part in ("--fix", fix)]
    argv = ["infer", str(path), "--out", str(by_command), *fixes, "--trees", "5", "--seed", "2"]
    assert cli.main(argv) == 0
    spec = json.loads((by_command / "spec.json").read_text())
    assert spec["dataset"] == dataset
    assert tuple(spec["recipe"]) == info.recipe
    by_page = runs.infer(
        runs.open_dataset(dataset), tmp_path / "by_page", forest=ForestSpec(n_trees=5, seed=2)
    )
    links = [(folder / "links.parquet").read_bytes() for folder in (by_command, by_page)]
    assert links[0] == links[1]


def test_fixes__are_undone_one_by_one(odd):
    click(odd, "fix_missing-values_0")
    assert "Missing values were replaced" in texts(odd)
    click(odd, "undo_fix")
    assert "1 value is missing" in texts(odd)
    assert "data" not in odd.query_params


def test_fixes__any_of_them_can_be_chosen(odd):
    click(odd, "fix_missing-values_0")
    click(odd, "fix_duplicate-genes_1")
    odd.selectbox(key="fix_name").set_value("keep-variable").run()
    odd.number_input(key="fix_number").set_value(5).run()
    click(odd, "fix_apply")
    assert [metric.value for metric in odd.metric][:2] == ["5", "40"]


def test_fixes__one_that_cannot_be_is_said_and_undone(odd):
    click(odd, "fix_missing-values_0")
    click(odd, "fix_duplicate-genes_0")
    odd.selectbox(key="fix_name").set_value("pseudo-bulk").run()
    odd.text_input(key="fix_value").set_value("donor").run()
    click(odd, "fix_apply")
    assert len(odd.error) == 1
    assert "no annotation column" in odd.error[0].value
    click(odd, "undo_fix")
    assert not odd.error
    assert odd.metric[0].value == "13"


def test_fixes__keep_the_regulators_that_were_chosen(odd):
    click(odd, "fix_missing-values_0")
    click(odd, "fix_duplicate-genes_0")
    runs.choose_regulators(chosen(odd), ["GENE1", "GENE6"])
    odd.run()
    click(odd, "fix_constant-genes_0")
    assert runs.dataset_info(chosen(odd)).labels.regulators == ("GENE1",)


def test_findings__of_a_data_set_without_its_file(open_page, dataset):
    app = open_page("data", data=dataset)
    assert not app.exception
    assert "12 genes x 20 samples" in texts(app)
    app.selectbox(key="fix_name").set_value("keep-variable").run()
    app.number_input(key="fix_number").set_value(6).run()
    click(app, "fix_apply")
    assert app.metric[0].value == "6"
    assert "6 genes of the largest variance were kept" in texts(app)


@pytest.mark.parametrize("name", FILES)
def test_upload__of_real_data_finds_the_genes(name, open_page, shared_data):
    path, orientation, _ = FILES[name]
    file = shared_data / path
    app = upload(open_page("data"), file.name, file.read_bytes())
    assert not app.exception
    assert not app.error
    (group,) = [box for box in app.get("button_group") if box.key.startswith("orientation_")]
    assert group.value == orientation


def test_parts__another_sheet_is_another_table(open_page):
    workbook = openpyxl.Workbook()
    for sheet, factor in ((workbook.active, 1), (workbook.create_sheet("second"), 3)):
        sheet.append(["gene", *(f"s{j}" for j in range(25))])
        for i in range(4 + factor):
            sheet.append([f"GENE{i}", *((i + factor) * j * 7 % 11 + j / 2 for j in range(25))])
    file = io.BytesIO()
    workbook.save(file)
    app = upload(open_page("data"), "two.xlsx", file.getvalue())
    assert app.metric[0].value == "5"
    (sheets,) = [box for box in app.selectbox if box.label == "Sheet"]
    sheets.set_value("second").run()
    assert not app.exception
    assert app.metric[0].value == "7"
    assert [box.value for box in app.selectbox if box.label == "Sheet"] == ["second"]
