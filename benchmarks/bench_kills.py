"""Kill small runs at random instants, resume them, and compare their results byte for byte."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genie3_engine.errors import RunError
from genie3_engine.jobs import filenames
from genie3_engine.store.run_folder import RunFolder
from tools.faults.power import cut_power
from tools.faults.small_runs import Ending, SmallRun, in_process, small_runs, warm_up

_MOST_TRIES = 20
_PROGRESS = 50


def reference(run: SmallRun, home: Path) -> tuple[float, dict[str, bytes]]:
    """Return how long a run takes that nothing interrupts, and its results."""
    prepare(run, home)
    ending = in_process(run, home, recorded=home.with_name(f"{home.name}.recorded"))
    if ending.code:
        raise SystemExit(f"{run.name} ended with {ending.code}: {ending.output}")
    return ending.seconds, run.results(home / filenames.RUNS / "run")


def prepare(run: SmallRun, home: Path) -> None:
    """Make the home of a run, with what lies in it at the beginning."""
    home.mkdir()
    if run.before is not None:
        in_process(run.before, home)


@dataclass(frozen=True, slots=True)
class Kill:
    """A run that was killed once, and resumed.

    Parameters
    ----------
    words : str
        How it was killed.
    n_lost : int
        Targets that its status counted as stored, and that a power cut has lost.
    resumed : Ending
        How the resumed run ended.
    """

    words: str
    n_lost: int
    resumed: Ending


def killed(run: SmallRun, home: Path, seconds: float, draw: random.Random) -> Kill:
    """Kill a run once at a random instant, cut the power or not, and resume it."""
    recorded = home.with_name(f"{home.name}.recorded") if draw.random() < 0.5 else None
    for _ in range(_MOST_TRIES):
        prepare(run, home)
        instant = draw.uniform(0.0, seconds)
        ending = in_process(run, home, kill_after=instant, recorded=recorded)
        if ending.code < 0:
            break
        # It was done before. The first run may have taken much longer, since it made what later
        # ones find made, or since the machine was busy.
        seconds = min(seconds, ending.seconds)
        remove(home)
    else:
        raise SystemExit(f"{run.name} could not be killed in time.")
    words, n_lost = f"killed after {instant:.3f} s", 0
    if recorded is not None and recorded.exists():
        folder = home / filenames.RUNS / "run"
        n_stored = 0 if run.is_nested else stored(folder)
        words += f", power cut with {cut_power(recorded, draw)} changes lost"
        n_lost = max(0, n_stored - n_finished(folder)) if n_stored else 0
    return Kill(words, n_lost, in_process(run, home))


def stored(folder: Path) -> int:
    """Return how many targets a run has counted as stored."""
    try:
        return RunFolder.open(folder).read_status().targets_done
    except RunError:  # it was not created yet
        return 0


def n_finished(folder: Path) -> int:
    """Return how many targets of a run are stored; none when it is gone or damaged."""
    try:
        return len(RunFolder.open(folder).finished_targets())
    except RunError:
        return 0


def remove(home: Path) -> None:
    """Remove a home, its records and its output."""
    for path in home.parent.glob(f"{home.name}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def weight(run: SmallRun, *, quick: bool) -> float:
    """Return how often a run is killed, next to others: runs on processes take long to start."""
    is_slow, has_evidence = "processes" in run.name, "evidence" in run.name
    if quick:
        is_rare = is_slow and (has_evidence or not run.name.startswith("Random"))
        return 0.0 if is_rare else 0.15 if is_slow else 0.05 if has_evidence else 1.0
    return (0.05 if is_slow else 1.0) * (0.3 if has_evidence else 1.0)


def logged_tracebacks(home: Path) -> bool:
    """Return whether a worker has logged a traceback."""
    return any("Traceback" in log.read_text() for log in home.rglob(filenames.LOG))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="runs whose name contains this text")
    parser.add_argument("--quick", action="store_true", help="few runs with processes or evidence")
    options = parser.parse_args(arguments)
    warm_up()
    draw = random.Random(options.seed)
    wrong: list[str] = []
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        folder = Path(name)
        known: dict[str, tuple[float, dict[str, bytes]]] = {}
        among = [run for run in small_runs(folder / "sources") if options.only in run.name]
        weights = [weight(run, quick=options.quick) for run in among]
        for number in range(options.kills):
            (run,) = draw.choices(among, weights)
            if run.name not in known:
                known[run.name] = reference(run, folder / f"reference-{len(known)}")
            seconds, expected = known[run.name]
            home = folder / f"home-{number}"
            kill = killed(run, home, seconds, draw)
            is_same = run.results(home / filenames.RUNS / "run") == expected
            counts["power cuts"] += "power" in kill.words
            counts[run.name] += 1
            ending = kill.resumed
            has_traceback = "Traceback" in ending.output or logged_tracebacks(home)
            if ending.code or not is_same or kill.n_lost or has_traceback:
                wrong.append(
                    f"{run.name}, {kill.words}: {kill.n_lost} targets lost, "
                    f"ended with {ending.code}: {ending.output[-2000:]}"
                )
                print(wrong[-1], flush=True)
            remove(home)
            if not options.quick and (number + 1) % _PROGRESS == 0:
                print(f"{number + 1 - len(wrong):,} of {number + 1:,} so far", flush=True)
    for run_name, n_kills in sorted(counts.items()):
        print(f"{n_kills:5d}  {run_name}")
    print(
        f"{options.kills - len(wrong):,} of {options.kills:,} the same bytes (seed {options.seed})"
    )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
