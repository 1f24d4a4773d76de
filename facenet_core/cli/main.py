"""The same jobs from a terminal: ``python -m facenet_core train``, ``evaluate``, ``verify`` and the others."""

import argparse
import errno
import json
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

from facenet_core.cli.options import add_commands

FAILED, WRONG, INTERRUPTED = 1, 2, 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"{self.prog}: {message} (see {self.prog} --help)\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; each sets ``command``, a function from options to a result."""
    parser = _Parser(
        prog="python -m facenet_core",
        description="Train, measure and use small face embedding networks.",
        allow_abbrev=False,
    )
    add_commands(parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser))
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        0; 1 for a job that failed; 2 for wrong arguments or data; 130 after an interrupt.
    """
    parser = build_parser()
    try:
        options = parser.parse_args(arguments)
    except SystemExit as exit_:  # help was asked for, or the line is wrong; it has been said
        return int(exit_.code or 0)
    try:
        return _run(options)
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:  # one line for people; all of it for developers
        if options.debug:
            traceback.print_exc()
        print(f"{parser.prog}: {_one_line(error)}", file=sys.stderr)
        return WRONG if _is_the_users(error) else FAILED


def _run(options: argparse.Namespace) -> int:
    result: dict[str, Any] = options.command(options)
    code = int(result.pop("exit_code", 0))
    if options.json:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
    sys.stdout.flush()
    return code


def _is_the_users(error: Exception) -> bool:
    """Return whether the arguments or the data are wrong, and not the job."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.ENOENT, errno.EACCES, errno.ENOTDIR, errno.EISDIR, errno.EROFS)
    return isinstance(error, ValueError) or type(error).__name__ == "CheckpointDamaged"  # its room would load torch


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None and error.errno != errno.ENOSPC:
        return f"cannot open {error.filename} ({os.strerror(error.errno or 0)}): check how it is written."
    from facenet_core.runs.advance import failure_sentence

    return " ".join(failure_sentence(error).split())
