"""Everything between a file and its links, by name, as hashes: also a program for a child process.

``python -m tests.compatibility.fingerprints FOLDER`` reads the files in ``FOLDER/files``, applies
every fix to some of them, infers networks, simulates others, and prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyarrow.parquet as pq

from genie3_engine.data.prepare import prepare, read_expression
from genie3_engine.data.quality import parse_recipe, targets_of
from genie3_engine.data.simulate import simulate_network
from tests.compatibility import test_links_bytes as links

FIXES = {
    "transpose": ("bulk.tsv", ["transpose"]),
    "drop-empty-samples": ("cells", ["drop-empty-samples"]),
    "drop-copied-samples": ("bulk.tsv", ["drop-copied-samples"]),
    "pseudo-bulk, counts": ("csr.h5ad", ["pseudo-bulk=tissue"]),
    "pseudo-bulk, averages": ("dense.h5ad", ["log1p", "pseudo-bulk=tissue"]),
    "fill-missing": ("gaps.tsv", ["fill-missing"]),
    "drop-missing-genes": ("gaps.tsv", ["drop-missing-genes"]),
    "drop-missing-samples": ("gaps.tsv", ["fill-missing", "drop-missing-samples"]),
    "average-duplicates": ("copies.tsv", ["average-duplicates"]),
    "suffix-duplicates": ("copies.tsv", ["suffix-duplicates"]),
    "strip-versions": ("bulk.tsv", ["strip-versions"]),
    "restore-excel-names": ("bulk.tsv", ["restore-excel-names"]),
    "drop-nameless": ("odd.tsv", ["drop-nameless", "suffix-duplicates", "fill-missing"]),
    "drop-records": ("bulk.tsv", ["drop-records"]),
    "log1p": ("wide.tsv", ["log1p"]),
    "log1p-cpm": ("wide.tsv", ["log1p-cpm"]),
    "log1p, sparse": ("cells", ["log1p"]),
    "log1p-cpm, sparse": ("cells", ["drop-empty-samples", "log1p-cpm"]),
    "drop-constants": ("cells", ["drop-constants"]),
    "keep-expressed": ("cells", ["keep-expressed=20"]),
    "keep-variable": ("wide.tsv", ["log1p", "keep-variable=60"]),
    "keep-variable, sparse": ("cells", ["log1p", "keep-variable=20"]),
    "restrict-targets": ("wide.tsv", ["log1p", "restrict-targets=50"]),
}
RUNS = (
    "Random Forest, K = sqrt",
    "Random Forest, K = all",
    "Extra-Trees, K = sqrt",
    "Extra-Trees, K = all",
    "scikit-learn, Random Forest",
    "ties, Extra-Trees",
    "single cells, counts per million",
    "fixes",
)
SHEET = "sheet.csv"
SERIES = (links.BULK, "--trees", "20", "--method", "time-series", "--sample-sheet", SHEET)
FURTHER_RUNS = {
    "precision": (links.BULK, "--method", "precision", "--confidence"),
    "time series": (*SERIES, "--knock-outs", "multiply"),
    "time series, decay": (*SERIES, "--dynamics", "dyn"),
}

N_SIMULATIONS = 5


def hashes(folder: Path, work: Path) -> dict[str, object]:
    """Return the hashes; runs are put into ``work``."""
    files = folder / "files"
    found: dict[str, object] = {}
    for path in json.loads((folder / "formats.json").read_text()):
        found[path] = read_expression(folder / path)[0].fingerprint
    for name, (file, recipe) in FIXES.items():
        expression = prepare(files / file, recipe=recipe).expression
        targets = targets_of(expression, parse_recipe(recipe)) or ()
        found[name] = [expression.fingerprint, *targets]
    runs = {name: links.SPECIFICATIONS[name] for name in RUNS} | FURTHER_RUNS
    for number, (name, arguments) in enumerate(runs.items()):
        out = work / f"run-{number}"
        path = links.infer(files, arguments, out)
        found[f"links: {name}"] = links.hashes_of(path)["links"]
        targets = pq.read_table(out / "targets.parquet", columns=["target", "oob_r2", "n_links"])
        found[f"targets: {name}"] = targets.to_pylist()
        if "--confidence" in arguments:
            found[f"evidence: {name}"] = pq.read_table(out / "evidence.parquet").to_pylist()
    for seed in range(N_SIMULATIONS):
        network = simulate_network(120, 80, seed=seed)
        found[f"simulation {seed}"] = network.expression.fingerprint
    return json.loads(json.dumps(found))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(json.dumps(hashes(folder, folder / "child")))
