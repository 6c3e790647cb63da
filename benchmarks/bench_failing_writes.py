"""Refuse every write of a run, an upload, an export, a label, an archive and all jobs once."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genie3_engine.jobs import attempt
from tools.faults.job_writes import job_writings
from tools.faults.writes import failures, prepare, writings


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="let every such write fail (default 1)")
    parser.add_argument("--only", default="", help="what writes, by a part of its name")
    options = parser.parse_args(arguments)
    attempt._LAST_PAUSE_SECONDS = 0.0  # a disk that goes on refusing is not waited for
    n_wrong = 0
    with tempfile.TemporaryDirectory(prefix="failing-") as name:
        folder = Path(name) / "whole"
        folder.mkdir()
        prepare(folder)
        for writing in (*writings(), *job_writings()):
            if options.only not in writing.name:
                continue
            found = list(failures(folder, writing, step=options.step))
            wrong = [each for each in found if each is not None]
            print(f"{len(found) - len(wrong):5d} of {len(found):5d}  {writing.name}", flush=True)
            for each in wrong:
                print(f"    {each.what}\n    {each.text}")
            n_wrong += len(wrong)
    return bool(n_wrong)


if __name__ == "__main__":
    sys.exit(main())
