from __future__ import annotations

import math

import numpy as np
import pytest

from genie3_engine import runs
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.data.sheet_columns import SheetColumn
from genie3_engine.errors import InputError
from pages.data.sample_sheet import _columns, _frame, _problem
from tests.pages.conftest import texts

GENES = ["TP53", "MYC", "JUN", "FOS", "EGR1", "STAT1"]


def table(names, header="sample") -> bytes:
    rng = np.random.default_rng(2)
    rows = [header + "\t" + "\t".join(GENES)]
    rows += ["\t".join((name, *rng.normal(8, 2, 6).round(3).astype(str))) for name in names]
    return ("\n".join(rows) + "\n").encode()


@pytest.fixture
def give(open_page):
    """Upload a table, and open the panel of its sample sheet."""

    def give(content):
        app = open_page("data").file_uploader[0].upload("data.tsv", content, "text/csv").run()
        return opened(app)

    return give


def opened(app):
    app.session_state["sheet_panel"] = True
    return app.run()


def upload_of(app):
    (uploader,) = [each for each in app.file_uploader if "row for each sample" in each.label]
    return uploader


def sheet():
    newest = max(runs.list_datasets(), key=lambda info: info.created)
    return runs.open_dataset(newest.fingerprint).sheet


def test_sample_sheet__of_the_file_is_shown_and_left_out(give):
    app = give(table([str(t) for t in (0, 10, 20, 30) * 2], header="time"))
    assert not app.exception
    assert "2 time series of 4 points" in texts(app)
    assert sheet().has_series
    (button,) = [each for each in app.button if each.label == "Without a sample sheet"]
    button.click().run()
    assert not app.exception
    assert len(runs.list_datasets()) == 2
    assert {runs.open_dataset(each.fingerprint).sheet is None for each in runs.list_datasets()} == {
        True,
        False,
    }


def test_sample_sheet__in_names_is_offered(give):
    app = give(table([f"ctrl_{t}h" for t in (0, 2, 4, 8)]))
    assert sheet() is None
    (button,) = [each for each in app.button if each.label == "Use the names of the samples"]
    button.click().run()
    assert not app.exception
    assert any(each.provides == ("series",) for each in runs.list_datasets())


def test_sample_sheet__is_uploaded_refused_in_words_and_reset(give):
    names = [f"s{i}" for i in range(6)]
    app = give(table(names))
    rows = "\n".join(f"{name}\ta\t{i}" for i, name in enumerate(names))
    good = f"sample\tseries\ttime\n{rows}\n"
    app = upload_of(app).upload("bad.tsv", f"{good}s1\tb\t1\n".encode(), "text/csv").run()
    assert "bad.tsv has 2 rows for 1 sample of the name 's1'" in texts(app).replace("\\", "")
    assert len(runs.list_datasets()) == 1
    app = upload_of(app).upload("good.tsv", good.encode(), "text/csv").run()
    assert not app.exception
    assert "The sample sheet good.tsv has 1 time series" in texts(app).replace("\\", "")
    assert any(each.provides for each in runs.list_datasets())
    app.button(key="reset_sheet").click().run()
    assert "good.tsv" not in texts(app).replace("\\", "")
    assert len(runs.list_datasets()) == 2


def test_sample_sheet__of_data_without_a_file_is_another_data_set(open_page, dataset):
    app = opened(open_page("data", data=dataset))
    names = runs.open_dataset(dataset).samples
    rows = "\n".join(f"{name}\ta\t{i}" for i, name in enumerate(names))
    app = upload_of(app).upload("sheet.tsv", f"sample\tseries\ttime\n{rows}".encode(), "").run()
    assert not app.exception
    others = [each for each in runs.list_datasets() if each.fingerprint != dataset]
    assert [each.provides for each in others] == [("series",)]


def test_edited_table__has_the_texts_of_a_file():
    raw = RawExpression(
        np.zeros((1, 2)),
        ("TP53",),
        ("a", "b"),
        sheet=SampleSheet(
            ("x", ""), (0.5, math.nan), ((), ("TP53",)), ("", "KO"), ("", "1"), ("", "")
        ),
    )
    columns = {each.label: each.entries for each in _columns(_frame(raw))}
    assert columns["time"] == ("0.5", "")
    assert columns["perturbed"] == ("", "TP53")
    assert columns["replicate"] == ("", "1")
    assert _problem(raw, tuple(SheetColumn(*each) for each in columns.items())) is None
    columns["perturbation"] = ("OE", "")
    problem = _problem(raw, tuple(SheetColumn(*each) for each in columns.items()))
    assert "OE has no gene, of sample 'a'" in problem.message


def test_deleted_data__take_their_sheet_along_unless_others_use_it(give):
    names = [f"s{i}" for i in range(6)]
    app = give(table(names))
    rows = "\n".join(f"{name}\ta\t{i}" for i, name in enumerate(names))
    upload_of(app).upload("good.tsv", f"sample\tseries\ttime\n{rows}\n".encode(), "").run()
    (info,) = [each for each in runs.list_datasets() if each.provides]
    uploaded = info.labels.reading["sample_sheet"]
    runs.drop_upload(uploaded)
    assert runs.open_upload(uploaded).name == "good.tsv"
    runs.delete_data(info.fingerprint)
    with pytest.raises(InputError):
        runs.open_upload(uploaded)


def test_upload__of_several_files_of_the_same_genes_is_one_data_set(open_page):
    app = open_page("data")
    uploader = app.file_uploader[0]
    uploader.upload("course.tsv", table(["0", "10", "20", "30"], header="time"), "text/csv")
    app = uploader.upload("steady.tsv", table(["a", "b", "c"]), "text/csv").run()
    assert not app.exception
    (info,) = runs.list_datasets()
    assert (info.name, info.n_samples) == ("course.tsv and 1 more", 7)
    assert sheet().series.count("") == 3
    assert "2 files are joined" in texts(app).replace("\\", "")
