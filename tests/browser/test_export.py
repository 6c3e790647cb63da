"""A network is exported, reported offline and compared with a gold standard."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pandas as pd
import pytest
from ndex2.cx2 import CX2NetworkXFactory, RawCX2NetworkFactory
from PIL import Image
from playwright.sync_api import Page, expect

from genie3_engine import cli
from genie3_engine.networks.exports import FORMATS
from tests.browser.driver import (
    choose_option,
    click_gene,
    click_until,
    downloaded,
    graph,
    open_until,
    point_at,
    settled,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow(4)]
DREAM4 = "dream4_size100"
GOLD = "DREAM4_GoldStandard_InSilico_Size100_multifactorial_1.tsv"
HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.invalid")',
    "../../etc",
    "g" * 300,
    "🧬",
    "شبكة",
    "</script><img src=x onerror=alert(1)>",
]


def infer(home: Path, data: Path, *, run: str, options: tuple[str, ...] = ()) -> Path:
    """Infer a network as the command line does, in a home of its own."""
    before = os.environ.get("GENIE3_HOME")
    os.environ["GENIE3_HOME"] = str(home)
    try:
        argv = ["infer", str(data), "--out", str(home / "runs" / run), "--trees", "50", *options]
        assert cli.main(argv) == 0
    finally:
        if before is None:
            del os.environ["GENIE3_HOME"]
        else:
            os.environ["GENIE3_HOME"] = before
    return home / "runs" / run


@pytest.fixture(scope="module")
def hostile(server, tmp_path_factory) -> Path:
    """A run of the server's home whose genes have hostile names."""
    data = tmp_path_factory.mktemp("hostile") / "data.tsv"
    rows = ["\t".join(["gene", *(f"s{i}" for i in range(12))])]
    for g, name in enumerate([*HOSTILE, "plain"]):
        values = (str(((7 * i) % 12) / 3 + ((g + 3) * i % 5) / 4) for i in range(12))
        quoted = '"' + name.replace('"', '""') + '"'
        rows.append("\t".join([quoted, *values]))
    data.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return infer(server.home, data, run="hostile")


@pytest.fixture
def report(page: Page, hostile: Path, tmp_path: Path) -> Page:
    """The report of the hostile run, opened from the disk with the network off."""
    path = tmp_path / "report.html"
    assert cli.main(["report", str(hostile), "-o", str(path), "--title", HOSTILE[6]]) == 0
    page.context.set_offline(True)
    page.goto(path.as_uri())
    return page


def test_report__opens_offline_and_its_graph_moves(report):
    drawn = graph(report)
    assert drawn.get_attribute("data-genes") == str(len(HOSTILE) + 1)
    x, y = point_at(report, "plain")
    report.mouse.down()
    report.mouse.move(x + 60, y + 40, steps=5)
    report.mouse.up()
    report.wait_for_function(
        "([box, x]) => box.placeOf('plain').x > x + 20", arg=[drawn.element_handle(), x]
    )
    report.get_by_role("button", name="Zoom in").click()
    report.wait_for_function(
        "([box, y]) => Math.abs(box.placeOf('plain').y - y) > 1",
        arg=[drawn.element_handle(), y + 40],
    )


def test_report__hostile_names_are_text_and_choose_genes(report):
    expect(report.get_by_role("heading", level=1)).to_have_text(HOSTILE[6])
    for name in (HOSTILE[0], HOSTILE[2]):
        report.locator("button.gene", has_text=name).first.click()
        expect(graph(report)).to_have_attribute("data-focus", name)
    field = report.get_by_label("Find a gene")
    field.fill("plain")
    field.press("Enter")
    expect(graph(report)).to_have_attribute("data-focus", "plain")
    click_gene(report, HOSTILE[5])
    expect(field).to_have_value(HOSTILE[5])


def test_report__is_dark_where_the_reader_is_and_fits_a_phone(report):
    report.emulate_media(color_scheme="dark")
    expect(report.locator("body")).to_have_css("background-color", "rgb(20, 25, 28)")
    graph(report)
    report.set_viewport_size({"width": 320, "height": 800})  # a small phone
    report.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")


def download(page: Page, name: str, folder: Path) -> Path:
    """Press a button, and return the file that comes."""
    file = downloaded(page, page.get_by_role("button", name=name))
    path = folder / "downloads" / file.suggested_filename
    file.save_as(path)
    assert path.resolve().parent == folder / "downloads"
    return path


READ = {
    "tsv": lambda path: pd.read_csv(path, sep="\t", keep_default_na=False),
    "csv": lambda path: pd.read_csv(path, keep_default_na=False),
    "parquet": pd.read_parquet,
    "graphml": lambda path: as_table(networkx.read_graphml(path), "name"),
    "gexf": lambda path: as_table(networkx.read_gexf(path, version="1.3"), "label"),
    "sif": lambda path: pd.read_csv(path, sep="\t", header=None, quoting=3),
    "cx2": lambda path: as_table(
        CX2NetworkXFactory().get_graph(
            RawCX2NetworkFactory().get_cx2network(json.loads(path.read_bytes())),
            networkx_graph=networkx.MultiDiGraph(),
        ),
        "name",
    ),
    "pyscenic": lambda path: pd.read_csv(path, sep="\t", keep_default_na=False),
}


def as_table(graph: networkx.Graph, label: str) -> pd.DataFrame:
    names = dict(graph.nodes(data=label))
    return pd.DataFrame([(names[a], names[b]) for a, b in graph.edges()], columns=["a", "b"])


def test_export__every_export_opens_elsewhere(page, server, hostile, tmp_path):
    page.goto(f"{server.url}/network?run=hostile")
    graph(page)
    every = page.get_by_role("radio", name="All")
    open_until(page, page.get_by_text("Export", exact=True), every)
    click_until(page, every, page.get_by_role("button", name="56 links as"))
    for form, read in READ.items():
        box = page.locator(".st-key-take_format input")
        box.fill(f"{form}, for")
        box.press("Enter")
        path = download(page, f"56 links as {form}", tmp_path)
        assert path.suffix == FORMATS[form].suffix
        table = read(path)
        columns = [0, 2] if form == "sif" else [0, 1]
        found = {str(name) for column in columns for name in table.iloc[:, column]}
        assert found == {*HOSTILE, "plain"}, form
        assert len(table) == 56


def test_export__picture_and_report(page, server, hostile, tmp_path):
    page.goto(f"{server.url}/network?run=hostile&gene=plain&cut=20")
    expect(graph(page)).to_have_attribute("data-links", "20")
    tab = page.get_by_role("tab", name="Picture")
    open_until(page, page.get_by_text("Export", exact=True), tab)
    click_until(page, tab, page.get_by_role("button", name="SVG"))
    root = ElementTree.parse(download(page, "SVG", tmp_path)).getroot()
    assert root.get("width") == "183mm"
    assert HOSTILE[0] in {element.text for element in root.iter()}
    with Image.open(download(page, "PNG, ", tmp_path)) as picture:
        assert picture.width == 2161
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    tab = page.get_by_role("tab", name="Report")
    click_until(page, tab, page.get_by_role("button", name="HTML report"))
    path = download(page, "HTML report", tmp_path)
    code = page.locator(".st-key-export code")
    click_until(page, page.get_by_role("tab", name="Link to this view"), code)
    address = code.inner_text()
    assert address.startswith(f"{server.url}/network?")
    assert {"run=hostile", "gene=plain", "cut=20"} <= set(address.partition("?")[2].split("&"))
    page.context.set_offline(True)
    page.goto(path.as_uri())
    expect(graph(page)).to_have_attribute("data-focus", "plain")


def test_accuracy__shows_the_command_line_s_figures(page, server, shared_data, capsys):
    data = shared_data / DREAM4 / "insilico_size100_1_multifactorial.tsv"
    run = infer(server.home, data, run="dream4")
    gold = shared_data / DREAM4 / GOLD
    capsys.readouterr()
    assert cli.main(["evaluate", str(run), str(gold), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    page.goto(f"{server.url}/accuracy?run=dream4")
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(gold)
    for key in ("auroc", "aupr", "early_precision"):
        expect(page.locator(".st-key-measures")).to_contain_text(f"{found[key]:.4f}")
    expect(page.locator(".st-key-roc .js-plotly-plot")).to_be_visible()
    expect(page.locator(".st-key-precision_recall .js-plotly-plot")).to_be_visible()
    expect(page.get_by_role("radio", name="Missed")).to_be_visible()
    expect(page).to_have_url(re.compile("gold="))
    page.reload()
    expect(page.locator(".st-key-measures")).to_contain_text(f"{found['auroc']:.4f}")


def test_accuracy__target_first_is_detected_shown_and_overruled(page, server, shared_data, capsys):
    data = shared_data / DREAM4 / "insilico_size100_1_multifactorial.tsv"
    run = infer(server.home, data, run="turned")
    lines = (shared_data / DREAM4 / GOLD).read_text().splitlines()
    links = [line.split("\t")[:2] for line in lines if line.endswith("\t1")]
    gold = server.home / "turned.csv"
    rows = "".join(f"{i},{b},{a}\n" for i, (a, b) in enumerate(links))
    gold.write_text(",target gene,transcription factor\n" + rows)
    figures = []
    for option in ([], ["--gold-columns", "regulator=2,target=3"]):
        capsys.readouterr()
        assert cli.main(["evaluate", str(run), str(gold), "--json", *option]) == 0
        figures.append(f"{json.loads(capsys.readouterr().out)['auroc']:.4f}")
    assert figures[0] != figures[1]
    page.goto(f"{server.url}/accuracy?run=turned")
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(gold)
    measures = page.locator(".st-key-measures")
    expect(measures).to_contain_text(figures[0])
    detected = page.get_by_text("column 'transcription factor' is the regulator")
    open_until(page, page.get_by_text("Columns of the gold standard"), detected)
    for role, column in (("Regulator", "2: target gene"), ("Target", "3: transcription factor")):
        choose(page, role, column)
    expect(measures).to_contain_text(figures[1])
    for role in ("Regulator", "Target"):
        choose(page, role, "Detect")
    expect(measures).to_contain_text(figures[0])


def choose(page, role, column):
    """Choose a column in the menu of a role."""
    choose_option(
        page, page.locator(".st-key-gold_roles").get_by_role("combobox", name=role), column
    )


def test_accuracy__hostile_gold_standard_is_text(page, server, hostile):
    rows = "".join(f"{a}\t{b}\t{int(a < b)}\n" for a in HOSTILE[4:6] for b in HOSTILE[2:6])
    page.goto(f"{server.url}/accuracy?run=hostile")
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(
        {
            "name": "../../etc/<img src=x onerror=alert(1)>.tsv",
            "mimeType": "text/plain",
            "buffer": rows.encode(),
        }
    )
    expect(page.locator(".st-key-measures")).to_be_visible()
    expect(page.locator(".st-key-gold")).to_contain_text("<img src=x onerror=alert(1)>.tsv")
    settled(page)
    kept = {path.name for path in server.home.rglob("*") if path.is_file()}
    assert not [name for name in kept if "<" in name or ".." in name]


def test_keyboard__reaches_the_main_action(page, server):
    page.goto(server.url)
    expect(page.get_by_role("button", name="Explore the sample")).to_be_visible()
    settled(page)
    for _ in range(200):
        page.keyboard.press("Tab")
        if "Explore the sample" in page.evaluate("document.activeElement.innerText"):
            break
    else:
        raise AssertionError("Tab never came to the button")
    focused = page.locator(":focus-visible")
    expect(focused).to_contain_text("Explore the sample")
    with_focus = focused.screenshot(animations="disabled")
    page.evaluate("document.activeElement.blur()")
    button = page.get_by_role("button", name="Explore the sample")
    assert button.screenshot(animations="disabled") != with_focus  # the focus is seen
