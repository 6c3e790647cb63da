"""Measure the original project's experiments on this machine, next to its published results.

Prints a Markdown table. ``--save FILE`` keeps everything as JSON; ``--from FILE`` takes an earlier
measurement instead; ``--into FILE...`` puts table and summary into documents, after the comments
``<!-- measured: PRESET -->`` and ``<!-- summary: PRESET -->``, up to the next ``<!-- end -->``.
Other options go to the experiment.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_TIMES = ("total_seconds", "elapsed_seconds", "speedup")


def main() -> None:
    """Measure, or read what was measured, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="experiment-1")
    parser.add_argument("--from", dest="saved", type=Path, metavar="FILE")
    parser.add_argument("--save", type=Path, metavar="FILE")
    parser.add_argument("--into", type=Path, nargs="*", default=[], metavar="FILE")
    options, others = parser.parse_known_args()
    if options.saved is not None:
        found = json.loads(options.saved.read_text(encoding="utf-8"))
    else:
        found = measure(options.preset, others)
    if options.save is not None:
        text = json.dumps(without_places(found), indent=1, ensure_ascii=False)
        options.save.parent.mkdir(parents=True, exist_ok=True)
        options.save.write_text(text + "\n", encoding="utf-8")
    for document in options.into:
        insert(document, found)
    print(table(found), summary(found), sep="\n\n")


def insert(document: Path, found: dict[str, Any]) -> None:
    """Put table and summary into a document, in place of earlier ones."""
    text = document.read_text(encoding="utf-8")
    for what, content in (("measured", table(found)), ("summary", summary(found))):
        before, mark, rest = text.partition(f"<!-- {what}: {found['preset']} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        if mark and end:
            text = f"{before}{mark}\n{content}\n\n{end}{after}"
    document.write_text(text, encoding="utf-8")


def measure(preset: str, others: list[str]) -> dict[str, Any]:
    """Run the command line's experiment; further options are passed on."""
    command = [sys.executable, "-m", "genie3_engine", "experiment", "--preset", preset, "--json"]
    done = subprocess.run(
        [*command, *others], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def without_places(found: dict[str, Any]) -> dict[str, Any]:
    """Remove what identifies the machine, and keep its description."""
    machine = {
        name: value for name, value in found["machine"].items() if name not in {"host", "system"}
    }
    return {**found, "experiment": "", "machine": machine}


def table(found: dict[str, Any]) -> str:
    """Return the measured rows next to the published ones, as Markdown."""
    machine = found["machine"]
    lines = [
        f"{found['data']}, {found['n_trees']:,} trees per target, on {machine['processor']}, "
        f"{machine['usable_cores']} cores, {machine['memory_bytes'] / 2**30:.0f} GiB "
        f"(load {machine['load_at_start']:.1f} at the start):",
        "",
        "| engine | processes | jobs or threads | genes | total s | elapsed s | speed-up |"
        " published total s | elapsed s | speed-up |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [row(each, published_like(each, found["published"])) for each in found["rows"]]
    return "\n".join(lines)


def summary(found: dict[str, Any]) -> str:
    """Return the results in sentences, as Markdown."""
    return "\n".join(f"- {sentence}" for sentence in found["takeaways"])


def row(measured: dict[str, Any], published: dict[str, Any]) -> str:
    """Return a line of the table."""
    inner = measured["n_jobs" if measured["engine"] == "scikit-learn" else "threads"]
    mark = " (extrapolated)" if measured["is_extrapolated"] else ""
    cells = [
        measured["engine"],
        measured["processes"],
        inner,
        measured["targets"],
        number(measured["total_seconds"]) + mark,
        number(measured["elapsed_seconds"]) + mark,
        number(measured["speedup"]),
        *(as_published(published.get(name)) for name in _TIMES),
    ]
    return f"| {' | '.join(map(str, cells))} |"


def published_like(measured: dict[str, Any], published: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the published row of the same processes and jobs; All jobs is every core."""
    if measured["engine"] != "scikit-learn":
        return {}
    same = [each for each in published if each["processes"] == measured["processes"]]
    for each in same:
        if each["jobs"] == str(measured["n_jobs"]):
            return each
    return next((each for each in same if each["jobs"] == "All" and measured["n_jobs"] > 1), {})


def as_published(value: float | None) -> str:
    """Write a published number as it was published."""
    return "–" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")


def number(value: float | None) -> str:
    """Write a number with three digits at least, or a dash."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


if __name__ == "__main__":
    main()
