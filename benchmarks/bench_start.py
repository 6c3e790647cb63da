"""Measure how a server of the page starts: its environment, first answer, first page and memory.

``--install`` also makes a new environment as the page's image does, from the package registry.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import psutil
from playwright.sync_api import sync_playwright

from tests.browser.driver import FLAGS, Server, chromium, settled

MEGABYTE = 1024**2


def size_of(folder: Path) -> float:
    """Return the room that the files of a folder take, in megabytes."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / MEGABYTE


def install(folder: Path) -> tuple[float, float]:
    """Install what the image installs; return the seconds and the megabytes that it takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--no-cache-dir"]
    constraints = ROOT / "containers/page/constraints.txt"
    subprocess.run([*pip, "-r", ROOT / "requirements.txt", "-c", constraints], check=True)
    return time.perf_counter() - began, size_of(folder)


def memory(server: Server) -> float:
    """Return the memory of a server's own process, in megabytes."""
    assert server.process is not None
    found: int = psutil.Process(server.process.pid).memory_info().rss
    return found / MEGABYTE


def measure(folder: Path) -> tuple[float, float, float, float]:
    """Start a server; return seconds to its first answer and page, and the memory at each."""
    server = Server(folder / "home")
    began = time.perf_counter()
    server.start()
    try:
        answered, at_first = time.perf_counter() - began, memory(server)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page()
            began = time.perf_counter()
            page.goto(server.url)
            settled(page)
            drawn = time.perf_counter() - began
            for name in ("Data", "Infer", "Runs", "Network"):
                page.get_by_role("link", name=name, exact=True).click()
                settled(page)
            browser.close()
        return answered, drawn, at_first, memory(server)
    finally:
        server.stop()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="also make a new environment")
    parser.add_argument("--repeats", type=int, default=3, help="starts (default: %(default)s)")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.install:
            seconds, megabytes = install(folder / "environment")
            print(f"a new environment: {seconds:.0f} s, {megabytes:,.0f} MB")
        print("first answer s | first page s | memory MB | after five pages MB")
        for number in range(options.repeats):
            (folder / str(number)).mkdir()
            answered, drawn, at_first, at_last = measure(folder / str(number))
            print(f"{answered:.1f} | {drawn:.1f} | {at_first:.0f} | {at_last:.0f}")


if __name__ == "__main__":
    main()
