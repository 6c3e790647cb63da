"""Command line: parse the arguments, run the command, translate errors to exit codes."""

from __future__ import annotations

import argparse
import importlib
import keyword
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import TextIOWrapper

from genie3_engine.commands import output
from genie3_engine.commands.parser import PROGRAM, build_parser
from genie3_engine.errors import Genie3Error, RunInterruptedError


def _run_command(args: argparse.Namespace, argv: Sequence[str]) -> int:
    """Run a command; its module bears its name and is imported only when it is asked for."""
    args.argv = [PROGRAM, *argv]
    name = f"{args.command}_" if keyword.iskeyword(args.command) else args.command
    module = importlib.import_module(f"genie3_engine.commands.{name}")
    run: Callable[[argparse.Namespace], int] = getattr(module, name)
    try:
        return run(args)
    finally:
        from genie3_engine.launchers import background

        background.wait()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the program's name; the process's own by default.

    Returns
    -------
    int
        0 done; 2 wrong input or options; 130 interrupted; 1 anything else.
    """
    argv = sys.argv[1:] if argv is None else argv
    wants_json = "--json" in argv
    try:
        _tolerate_foreign_signs()
        args = build_parser().parse_args(argv)
        code = _run_command(args, argv)
        sys.stdout.flush()
    except SystemExit as leaving:  # argparse, after --help or a wrong option
        return leaving.code if isinstance(leaving.code, int) else 1
    except BrokenPipeError:
        _silence_stdout()
        return 0
    except KeyboardInterrupt:
        _show_trace()
        output.complain("interrupted.")
        return RunInterruptedError.exit_code
    except Genie3Error as error:
        _show_trace()
        output.complain(str(error))
        if wants_json:
            output.print_error_json(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort: one line instead of a traceback
        _show_trace()
        output.complain(f"{_unexpected(error)} Set GENIE3_DEBUG=1 to see where it came from.")
        return 1
    return code


def _tolerate_foreign_signs() -> None:
    """Spell out what a terminal's encoding lacks, such as ², instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _unexpected(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    text = " ".join(f"{type(error).__name__}: {error}".split())
    where = getattr(error, "details", "")
    return f"unexpected failure ({text}).{where}"


def _show_trace() -> None:
    if os.environ.get("GENIE3_DEBUG") == "1":
        traceback.print_exc()


def _silence_stdout() -> None:
    """Keep the interpreter from complaining about the closed pipe when it ends."""
    with suppress(OSError):  # tests' standard output has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
