"""Start the emulator: ``python -m tools.sagemaker_emulator``."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from tools.sagemaker_emulator.server import Server
from tools.sagemaker_emulator.training import Pace

_HINT = """\
The page offers it under Settings; on the command line:
  export AWS_ENDPOINT_URL={url}
  export AWS_ACCESS_KEY_ID=emulator AWS_SECRET_ACCESS_KEY=emulator AWS_DEFAULT_REGION=us-east-1
Nothing reaches AWS. Jobs run on this machine, one process a host. Ctrl-C stops it."""


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tools.sagemaker_emulator", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=5956, help="0 takes a free one (default: %(default)s)")
    add("--start-seconds", type=float, default=0.2, help="until a job has its instances")
    add("--grace-seconds", type=float, default=10.0, help="between SIGTERM and SIGKILL")
    add("--quiet", action="store_true", help="do not show every request")
    args = parser.parse_args()
    if args.quiet:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # Credentials of the person who starts it have no business here.
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        del os.environ[name]
    server = Server(args.port, Pace(args.start_seconds, args.grace_seconds))
    print(f"SageMaker emulator on {server.url}", flush=True)
    if not args.quiet:
        print(_HINT.format(url=server.url), flush=True)
    signal.signal(signal.SIGTERM, _leave)
    with suppress(KeyboardInterrupt):
        server.serve()


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
