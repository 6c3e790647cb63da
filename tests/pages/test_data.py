from __future__ import annotations

import pytest

from genie3_engine import runs
from ui import state, words

CSV = "gene,s1,s2,s3\n" + "".join(f"g{i},{i},{i % 3},{i * 7 % 5}\n" for i in range(6))


def choose_file(app, name: str, content: str):
    return app.file_uploader[0].upload(name, content.encode(), "text/csv").run()


def test_data__upload_is_read_and_stored(open_page, home):
    app = choose_file(open_page("data"), "../../mine.csv", CSV)
    assert not app.exception
    assert app.subheader[0].value == words.plain("../../mine.csv")
    assert [metric.value for metric in app.metric] == ["6", "3", "Text table, comma"]
    assert len(list((home / "data").iterdir())) == 1


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
    assert "20 of 20 names" in app.success[0].value


def test_data__stored_data_set_opens_by_its_link(open_page, dataset):
    app = open_page("data", data=dataset)
    assert app.subheader[0].value == r"small \*data\*"
    assert [metric.value for metric in app.metric][:2] == ["12", "20"]


def test_data__unknown_data_set_is_said_in_one_box(open_page):
    app = open_page("data", data="f" * 64)
    assert not app.exception
    assert len(app.error) == 1
    assert app.button(key="sample")


def test_data__pasted_regulators_are_matched(open_page, dataset):
    app = open_page("data", data=dataset)
    group = app.button_group(key=f"regulators_{dataset[:16]}")
    group.set_value("Paste a list").run()
    app.text_area(key=f"regulator_text_{dataset[:16]}").set_value("gene01, gene03\nnobody").run()
    assert not app.exception
    assert "2 of 3 names" in app.success[0].value
    assert runs.dataset(dataset).labels.regulators == ("gene01", "gene03")


def test_data__regulators_without_overlap_are_refused(open_page, dataset):
    app = open_page("data", data=dataset)
    app.button_group(key=f"regulators_{dataset[:16]}").set_value("Paste a list").run()
    app.text_area(key=f"regulator_text_{dataset[:16]}").set_value("gene1x").run()
    assert not app.exception
    assert len(app.error) == 1
    assert runs.dataset(dataset).labels.regulators is None


def test_data__continue_leads_to_infer(open_page, dataset):
    app = open_page("data", data=dataset)
    app.button(key="next").click().run()
    assert app.title[0].value == "Infer"
    assert app.query_params["data"] in (dataset, [dataset])


@pytest.mark.parametrize("key", [state.RUN, state.DATASET])
def test_state__names_are_part_of_links(key):
    assert key in {"run", "data"}
