"""Summarise the results of a comparison."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from genie3_engine import differential, labels
from genie3_engine.commands import output
from genie3_engine.differential import Comparison, ComparisonStatus
from genie3_engine.differential.classes import CLASSES
from genie3_engine.launchers import background
from genie3_engine.model.statuses import COLLECTING

_SHOWN = 10


def summarise(comparison: Comparison) -> dict[str, Any]:
    """Return the main results of a comparison as plain JSON values."""
    from genie3_engine.networks.changes import CLEAR_Q

    changes, targets = comparison.changes(), comparison.targets()
    about = comparison.about
    columns = ["regulator", "target", "importance_1", "importance_2", "z", "q", "change"]
    rows = changes.head(_SHOWN)[columns].astype({"regulator": str, "target": str, "change": str})
    return {
        "comparison": str(comparison.path),
        "labels": list(comparison.labels),
        "n_samples": list(comparison.n_samples),
        "n_genes": about["n_genes"],
        "n_targets": about["n_targets"],
        "n_permutations": about["n_permutations"],
        "n_refined_targets": about["n_refined_targets"],
        "n_links": about["n_links"],
        **{f"n_{name}": about[f"n_{name}"] for name in CLASSES},
        "n_changed": int((changes.q <= CLEAR_Q).sum()),
        "n_rewired": int((targets.rewiring_q <= CLEAR_Q).sum()),
        "most_changed": rows.to_dict("records"),
        "notes": comparison.notes,
    }


def print_summary(facts: dict[str, Any]) -> None:
    """Print a summary for people."""
    from genie3_engine.networks.changes import CLEAR_Q

    first, second = (
        f"{label} ({labels.count(n, 'sample')})"
        for label, n in zip(facts["labels"], facts["n_samples"], strict=True)
    )
    classes = ", ".join(f"{facts[f'n_{name}']:,} {name}" for name in CLASSES)
    output.print_facts(
        [
            ("comparison", facts["comparison"]),
            ("groups", f"{first}, {second}"),
            ("links", f"{facts['n_links']:,}: {classes}"),
            ("changed", f"{facts['n_changed']:,} links at q <= {CLEAR_Q}"),
            (
                "rewired",
                f"{facts['n_rewired']:,} of {facts['n_targets']:,} targets at q <= {CLEAR_Q}",
            ),
            *(("file", path) for path in facts.get("files", ())),
        ]
    )
    print()
    output.print_table(
        ["regulator", "target", *facts["labels"], "z", "q", "change"],
        [
            [
                *(row["regulator"], row["target"]),
                *(f"{row[name]:.4f}" for name in ("importance_1", "importance_2")),
                *(f"{row['z']:.2f}", f"{row['q']:.3g}", row["change"]),
            ]
            for row in facts["most_changed"]
        ],
    )
    for note in facts["notes"]:
        output.note(f"note: {note}")


def settled_status(folder: Path) -> ComparisonStatus:
    """Return the status of a comparison, once a result that is on its way is here."""
    now = differential.status(folder)
    if now.step == COLLECTING:
        background.wait(folder)
        now = differential.status(folder)
    return now


def print_status(folder: Path, now: ComparisonStatus, *, as_json: bool) -> None:
    """Print how far a comparison is."""
    left = now.seconds_left(time.time())
    if as_json:
        numbers = ("forests_done", "forests_total", "permutation", "n_permutations", "n_links")
        output.print_json(
            {
                "comparison": str(folder),
                "state": str(now.state),
                "step": now.step,
                **{name: getattr(now, name) for name in numbers},
                "seconds_left": left,
                "error": None if now.error is None else asdict(now.error),
            }
        )
        return
    facts = [
        ("comparison", str(folder)),
        ("state", f"{now.state}{f', {now.step}' if now.step else ''}"),
        ("forests", f"{now.forests_done:,} of {now.forests_total:,}"),
    ]
    if now.permutation:  # tasks elsewhere do not report it
        facts.append(("permutation", f"{now.permutation} of {now.n_permutations}"))
    if left is not None:
        facts.append(("left", labels.clock(left)))
    if now.error is not None:
        facts.append(("because", " ".join(f"{now.error.message} {now.error.remedy}".split())))
    output.print_facts(facts)
