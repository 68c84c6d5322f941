"""The command line. Nothing heavy is imported before it is needed: ``--version`` answers at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from gmmviewer.app.options import UsageError, fit_parser, select_parser, window_parser

__all__ = ["UsageError", "fit_parser", "main", "say", "select_parser", "window_parser"]

INTERRUPTED = 130  # the exit code of Ctrl+C: 128 + SIGINT


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code.

    2 is a mistake in the arguments or the data, 130 Ctrl+C.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    _one_blas_thread()
    name = arguments[0] if arguments[:1] and arguments[0] in COMMANDS else ""
    try:
        return COMMANDS[name](arguments[1:]) if name else _window(arguments)
    except UsageError as mistake:
        from gmmviewer.data.errors import one_line

        print(f"{f'gmmviewer {name}'.strip()}: {one_line(str(mistake))}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output went away: `gmmviewer fit … | head`
        _forget_output()
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def say(text: str) -> None:
    """To standard output. Raises ``UsageError`` where it is full, ``BrokenPipeError`` where nobody reads."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # not every terminal can write every column name
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as fault:
        _forget_output()
        raise UsageError(f"standard output: {fault.strerror or fault}") from fault


def _forget_output() -> None:
    """What could not be written is not tried once more, with a traceback, when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _window(arguments: list[str]) -> int:
    options = window_parser().parse_args(arguments)
    if not _has_display():
        raise UsageError(
            "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set); "
            "'gmmviewer fit FILE --image OUT.png' works without one"
        )
    from gmmviewer.app.startup import run_window

    return run_window(options)


def _fit(arguments: list[str]) -> int:
    options = fit_parser().parse_args(arguments)
    from gmmviewer.app.fit_command import run_fit

    return run_fit(options)


def _select(arguments: list[str]) -> int:
    options = select_parser().parse_args(arguments)
    from gmmviewer.app.select_command import run_select

    return run_select(options)


def _worker(_arguments: list[str]) -> int:
    """One of the processes that the others share their work with (see ``mixture.parallel``)."""
    from gmmviewer.mixture.pipes import serve

    serve()
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {"fit": _fit, "select": _select, "--worker": _worker}


def _has_display() -> bool:
    """Qt aborts the process when there is no display, so look first."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _one_blas_thread() -> None:
    """BLAS threads fight the window for the processor, and ours are better spent; set before numpy loads."""
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
