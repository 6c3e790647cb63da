"""Compute the sample's network that comes with the program; run after a change of its bits."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genie3_engine import runs
from genie3_engine.data.simulate import sample_network
from genie3_engine.model import RunSpec
from genie3_engine.runs.example_run import FOLDER, SAMPLE_FOREST

ROOT = Path(__file__).resolve().parents[1]
NOTE = "This network was computed when the program was made, and came with it.\n"


def main() -> None:
    """Compute the network and put its files next to `genie3_engine.runs.example_run`."""
    sample = sample_network()
    target = ROOT / "genie3_engine" / "runs" / FOLDER
    with tempfile.TemporaryDirectory() as folder:
        run = runs.infer(
            sample.expression,
            Path(folder) / "run",
            regulators=tuple(sorted(sample.regulators)),
            forest=SAMPLE_FOREST,
        )
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for name in ("links.parquet", "targets.parquet"):
            shutil.copyfile(run / name, target / name)
        spec = json.loads((run / "spec.json").read_text(encoding="utf-8"))
    (target / "log.txt").write_text(NOTE, encoding="utf-8")
    key = {
        "result_key": RunSpec.from_dict(spec).result_key,
        "n_targets": sample.expression.n_genes,
    }
    (target / "key.json").write_text(json.dumps(key, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
