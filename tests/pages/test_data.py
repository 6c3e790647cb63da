from __future__ import annotations

import io

import pandas as pd
import pytest

from genie3_engine import runs
from genie3_engine.data.prepare import read_raw
from genie3_engine.model import JobState
from pages.data import session_dataset
from ui import state, text_format, uploads

CSV = "gene,s1,s2,s3\n" + "".join(f"g{i},{i},{i % 3},{i * 7 % 5}\n" for i in range(6))


def choose_file(app, name: str, content: str):
    return app.file_uploader[0].upload(name, content.encode(), "text/csv").run()


def in_address(app, key: str) -> str:
    value = app.query_params[key]
    return value if isinstance(value, str) else value[0]


def test_data__upload_is_read_and_stored(open_page, home):
    app = choose_file(open_page("data"), "../../mine.csv", CSV)
    assert not app.exception
    assert app.subheader[0].value == text_format.plain("../../mine.csv")
    assert [metric.value for metric in app.metric] == ["6", "3", "Text table, comma"]
    assert len(list((home / "data").iterdir())) == 1


def test_report_of__needs_no_table_again_that_made_room_for_those_of_others(home, monkeypatch):
    read = []
    monkeypatch.setattr(
        session_dataset, "read_raw", lambda path, **options: read.append(path) or read_raw(path)
    )
    kept = [
        uploads.keep([(f"{number}.csv", io.BytesIO(CSV.replace("g", str(number)).encode()))])
        for number in "abcd"
    ]
    for _ in range(3):
        for upload in kept:
            assert session_dataset.report_of(upload, session_dataset.Reading()).n_genes == 6
    assert len(read) == len(kept)


def test_data__orientation_is_overridden(open_page):
    app = choose_file(open_page("data"), "mine.csv", CSV)
    (group,) = [box for box in app.get("button_group") if box.key.startswith("orientation_")]
    assert group.value == "genes-in-rows"
    group.set_value("genes-in-columns").run()
    assert not app.exception
    assert [metric.value for metric in app.metric][:2] == ["3", "6"]


def test_data__bad_upload_is_one_box_with_the_users_name(open_page):
    app = choose_file(open_page("data"), "mine.csv", "gene,s1,s2\na,1,2\nb,3\nc,1,1\n")
    assert not app.exception
    assert len(app.error) == 1
    assert r"mine\.csv" in app.error[0].value


def test_data__empty_offers_file_and_sample(open_page):
    app = open_page("data")
    assert not app.exception
    assert app.button(key="sample").label == "Use the sample data"
    assert len(app.get("file_uploader")) == 1


def test_data__sample_is_chosen_and_previewed(open_page):
    app = open_page("data")
    app.button(key="sample").click().run()
    assert not app.exception
    assert app.subheader[0].value == "Sample data"
    assert len(app.dataframe[0].value) == 8
    (info,) = runs.list_datasets()
    assert len(info.labels.regulators) == 20


def test_data__stored_data_set_opens_by_its_link(open_page, dataset):
    app = open_page("data", data=dataset)
    assert app.subheader[0].value == r"small \*data\*"
    assert [metric.value for metric in app.metric][:2] == ["12", "20"]


def test_data__unknown_data_set_is_said_in_one_box(open_page):
    app = open_page("data", data="f" * 64)
    assert not app.exception
    assert len(app.error) == 1
    assert app.button(key="sample")


@pytest.mark.parametrize("key", ["next", "next_below"])
def test_data__continue_leads_to_regulators(open_page, dataset, key):
    app = open_page("data", data=dataset)
    app.button(key=key).click().run()
    assert app.title[0].value == "Regulators"
    assert app.query_params["data"] in (dataset, [dataset])


@pytest.mark.parametrize("key", [state.RUN, state.DATASET])
def test_state__names_are_part_of_links(key):
    assert key in {"run", "data"}


def test_data__pasted_table_is_kept_and_read(open_page, home):
    app = open_page("data")
    app.text_area(key="paste_0").set_value(CSV.replace(",", "\t")).run()
    app.button(key="use_paste").click().run()
    assert not app.exception
    assert app.subheader[0].value == text_format.plain("pasted table.tsv")
    assert len(list((home / "uploads").iterdir())) == 1


def test_data__file_on_the_server_is_read(open_page, tmp_path):
    (tmp_path / "there.csv").write_text(CSV)
    app = open_page("data")
    app.text_input(key="path_0").set_value(str(tmp_path / "there.csv")).run()
    app.button(key="use_path").click().run()
    assert not app.exception
    assert app.subheader[0].value == text_format.plain("there.csv")


def test_data__refused_upload_is_in_the_address(open_page, home):
    app = choose_file(open_page("data"), "mine.csv", "gene,s1,s2\na,1\nb,2,3\n")
    again = open_page("data", upload=in_address(app, "upload"))
    assert not again.exception
    assert r"mine\.csv" in again.error[0].value
    again.button(key="discard").click().run()
    assert not again.error
    assert list((home / "uploads").iterdir()) == []


def test_data__orientation_can_be_changed_in_another_session(open_page):
    app = choose_file(open_page("data"), "mine.csv", CSV)
    later = open_page("data", data=in_address(app, "data"))
    (group,) = [box for box in later.get("button_group") if box.key.startswith("orientation_")]
    group.set_value("genes-in-columns").run()
    assert [metric.value for metric in later.metric][:2] == ["3", "6"]


def test_data__is_renamed_and_noted(open_page, dataset):
    app = open_page("data", data=dataset)
    app.text_input(key="dataset_name").set_value("<b>mine</b>")
    app.text_area(key="dataset_note").set_value("from *the* paper")
    app.button(key="dataset_save").click().run()
    assert app.subheader[0].value == text_format.plain("<b>mine</b>")
    assert any(caption.value == text_format.plain("from *the* paper") for caption in app.caption)


def test_data__delete_warns_of_runs_and_empties_the_page(open_page, dataset, run_in_state):
    run_in_state(JobState.CANCELLED)
    app = open_page("data", data=dataset)
    assert "1 run used it" in app.warning[0].value
    app.button(key="delete_data_sure").click().run()
    assert not app.exception
    assert app.button(key="sample")
    assert runs.list_datasets() == []


def test_data__views_show_a_figure(open_page, dataset):
    app = open_page("data", data=dataset)
    for view in ("Samples", "Genes", "Outliers"):
        app.session_state["views"] = view
        app.run()
        assert not app.exception
        assert app.get("plotly_chart")


def test_data__another_sheet_is_a_choice_away(open_page, tmp_path):
    pytest.importorskip("openpyxl")
    book = tmp_path / "book.xlsx"
    with pd.ExcelWriter(book) as writer:
        for sheet, n_genes in (("first", 6), ("second", 4)):
            rows = [
                [f"g{row}", *(row * column % 7 for column in (1, 2, 3))] for row in range(n_genes)
            ]
            table = pd.DataFrame(rows, columns=["gene", "s1", "s2", "s3"])
            table.to_excel(writer, sheet_name=sheet, index=False)
    app = open_page("data")
    app.file_uploader[0].upload("book.xlsx", book.read_bytes(), "application/x").run()
    assert not app.exception
    assert app.metric[0].value == "6"
    (sheets,) = [box for box in app.selectbox if box.label == "Sheet"]
    sheets.set_value("second").run()
    assert not app.exception
    assert app.metric[0].value == "4"
