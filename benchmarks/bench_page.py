"""Measure the speed of the pages in a real browser, and the memory of the server.

A made-up run of five million links is opened by its link and by a click; its cut is changed, a
gene is put in focus; 3,000 genes with 15,000 links are drawn and moved; three sessions are held
open. Then come the runs page's figures (``bench_runs_page.py``).
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import psutil
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from genie3_engine import runs
from genie3_engine.data.expression import Expression
from genie3_engine.model import JobState, RunSpec, RunStatus, TargetLinks
from genie3_engine.store.merge import finish_run
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.run_folder import RunFolder
from tests.browser.driver import FLAGS, Server, chromium, settled

MOVING_SECONDS = 3.0
COUNT_FRAMES = """
() => {
  const began = performance.now();
  let frames = 0;
  let isOn = true;
  const step = () => {
    frames += 1;
    if (isOn) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
  window.framesPerSecond = () => {
    isOn = false;
    return frames / ((performance.now() - began) / 1000);
  };
}
"""


def write_run(home: Path, name: str, *, n_genes: int, n_regulators: int, keep: int) -> int:
    """Write a run that is done, of made-up links, and return their number."""
    rng = np.random.default_rng(0)
    genes = tuple(f"GENE{gene:05d}" for gene in range(n_genes))
    values = rng.normal(size=(n_genes, 100))
    samples = tuple(f"sample {sample}" for sample in range(100))
    dataset = runs.save_dataset(Expression(values, genes, samples), name="made up", home=home)
    now = time.time()
    folder = RunFolder.create(
        home / "runs" / name, RunSpec(dataset, name=name), RunStatus(JobState.QUEUED, created=now)
    )
    strength = rng.lognormal(sigma=1.0, size=n_regulators)
    n_links = 0
    with PartWriter(folder.parts_folder, dataset, genes=genes) as writer:
        for target in range(n_genes):
            importance = strength * rng.exponential(size=n_regulators) ** 2
            if target < n_regulators:
                importance[target] = 0
            importance = (importance / importance.sum()).astype(np.float32)
            order = np.argsort(-importance, kind="stable")[:keep]
            order = order[importance[order] > 0].astype(np.int32)
            writer.add(TargetLinks(target, order, importance[order], rng.uniform(-0.2, 0.8), 0.1))
            n_links += len(order)
    finish_run(folder, genes)
    folder.write_status(
        RunStatus(
            JobState.DONE,
            targets_done=n_genes,
            targets_total=n_genes,
            created=now,
            started=now,
            ended=now,
        )
    )
    return n_links


def drawn(page: Page) -> Locator:
    """Wait until the graph is drawn."""
    graph = page.locator("[data-testid=graph][data-genes]")
    graph.wait_for()
    return graph


def first_view(page: Page, server: Server, run: str) -> float:
    """Return the seconds from a link to the graph on screen, the browser's start included."""
    began = time.perf_counter()
    page.goto(f"{server.url}/network?run={run}")
    drawn(page)
    return time.perf_counter() - began


def visit(page: Page, server: Server) -> float:
    """Return the seconds from a click on the page's name to the graph, in an open session."""
    page.goto(server.url)
    settled(page)
    link = page.get_by_role("link", name="Network", exact=True)
    link.wait_for()
    began = time.perf_counter()
    link.click()
    drawn(page)
    return time.perf_counter() - began


def changed_cuts(page: Page) -> dict[str, float]:
    """Return the seconds from a key on the slider to each cut on screen, the first time."""
    slider = page.locator(".st-key-cut input")
    found = {}
    for key, times in (("ArrowRight", 6), ("ArrowLeft", 6)):
        for _ in range(times):
            graph = drawn(page)
            settled(page)
            page.wait_for_timeout(500)
            before = graph.get_attribute("data-version")
            slider.focus()
            began = time.perf_counter()
            page.keyboard.press(key)
            page.wait_for_function(
                "([box, before]) => box.dataset.version !== before",
                arg=[graph.element_handle(), before],
            )
            seconds = time.perf_counter() - began
            label = f"{int(graph.get_attribute('data-links') or 0):,}"
            found[f"{label}{' again' if key == 'ArrowLeft' else ''}"] = seconds
    return found


def focused(page: Page) -> tuple[float, float]:
    """Return the seconds from a click on a gene until it is in focus in graph and table."""
    graph = drawn(page)
    settled(page)
    name = str(graph.get_attribute("data-largest"))
    place = graph.evaluate("(box, name) => box.placeOf(name)", name)
    page.mouse.move(place["x"] - 3, place["y"])
    page.mouse.move(place["x"], place["y"])
    page.locator(".graph-tip.is-shown").wait_for()
    began = time.perf_counter()
    page.mouse.click(place["x"], place["y"])
    page.locator(f"[data-testid=graph][data-focus='{name}']").wait_for()
    in_graph = time.perf_counter() - began
    page.locator(".st-key-focus").get_by_role("heading", name=name).wait_for()
    page.locator("[class*=st-key-links_] canvas").first.wait_for()
    return in_graph, time.perf_counter() - began


def moving(page: Page) -> float:
    """Return the frames per second while the mouse drags the whole network about."""
    box = drawn(page).bounding_box()
    assert box is not None
    x, y = box["x"] + 12, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(COUNT_FRAMES)
    began = time.perf_counter()
    while (turn := time.perf_counter() - began) < MOVING_SECONDS:
        page.mouse.move(x + 60 * turn, y + 40 * turn)
    rate = page.evaluate("window.framesPerSecond()")
    page.mouse.up()
    return float(rate)


def memory(browser: Browser, server: Server, run: str, n_sessions: int) -> float:
    """Return the server's resident megabytes with some sessions open on a run."""
    assert server.process is not None
    contexts = [browser.new_context() for _ in range(n_sessions)]
    for number, context in enumerate(contexts):
        page = context.new_page()
        page.goto(f"{server.url}/network?run={run}&cut={[300, 15000, 'target:3'][number % 3]}")
        drawn(page)
        settled(page)
        page.locator(".st-key-kept summary").click()
        page.locator(".st-key-threshold_figure").wait_for()
    process = psutil.Process(server.process.pid)
    used = sum(each.memory_info().rss for each in [process, *process.children(recursive=True)])
    for context in contexts:
        context.close()
    return float(used / 1e6)


def say(what: str, seconds: float, target: float | None = None) -> None:
    wanted = "" if target is None else f"   (wanted: under {target:g} s)"
    print(f"{what:<58}{seconds:6.2f} s{wanted}", flush=True)


def typical(measure: Callable[[], float], times: int) -> float:
    return statistics.median(measure() for _ in range(times))


def measure_network_page(home: Path, times: int) -> None:
    n_links = write_run(home, "five-million", n_genes=5_000, n_regulators=1_000, keep=1_000)
    write_run(home, "three-thousand", n_genes=3_000, n_regulators=600, keep=5)
    print(f"{n_links:,} links of 5,000 genes; {platform.machine()}, {os.cpu_count()} cores")
    server = Server(home)
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            say(
                "first view by its link, first of the server",
                first_view(page, server, "five-million"),
            )
            again = typical(lambda: first_view(page, server, "five-million"), times)
            say("first view by its link", again, 2)
            say("first view by a click", typical(lambda: visit(page, server), times), 2)
            first_view(page, server, "five-million")
            for cut, seconds in changed_cuts(page).items():
                say(f"changed threshold: {cut} links", seconds, 0.5)
            in_graph, beside = focused(page)
            say("focus on a gene, in the graph", in_graph, 0.5)
            say("focus on a gene, its links in the table", beside, 0.5)
            seconds = typical(lambda: first_view(page, server, "three-thousand&cut=15000"), times)
            say("3,000 genes with 15,000 links on screen", seconds, 3)
            rate = moving(page)
            print(f"frames per second while they move: {rate:.0f}")
            used = memory(browser, server, "five-million", 3)
            print(f"server memory with three sessions: {used:,.0f} MB   (wanted: under 1,000 MB)")
            browser.close()
    finally:
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--times", type=int, default=3, help="measurements of each first view")
    parser.add_argument("--without-runs", action="store_true", help="leave out the runs page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure_network_page(Path(folder) / "home", options.times)
    if not options.without_runs:
        script = Path(__file__).with_name("bench_runs_page.py")
        subprocess.run([sys.executable, str(script), "--times", str(options.times)], check=True)


if __name__ == "__main__":
    main()
