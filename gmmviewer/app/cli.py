"""The command line. Nothing heavy is imported before it is needed: ``--version`` answers at once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

from gmmviewer import __version__

EPILOG = """\
commands:
  gmmviewer [FILE]      open the window
  gmmviewer fit FILE    fit without a window; see 'gmmviewer fit --help'
"""


class UsageError(Exception):
    """A mistake in what the person asked for: one line on stderr, exit code 2."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code (2 for a mistake in the arguments or the data)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _one_blas_thread()
    command = "gmmviewer fit" if arguments[:1] == ["fit"] else "gmmviewer"
    try:
        if arguments[:1] == ["fit"]:
            return _fit(arguments[1:])
        return _window(arguments)
    except UsageError as mistake:
        from gmmviewer.data.errors import one_line

        print(f"{command}: {one_line(str(mistake))}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output went away: `gmmviewer fit … | head`
        _forget_output()
        return 1


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
    options = _window_parser().parse_args(arguments)
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


def _window_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="gmmviewer",
        description="Watch the EM algorithm fit a Gaussian mixture.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"gmmviewer {__version__}")
    parser.add_argument("file", nargs="?", metavar="FILE", help="CSV, TSV, text, NPY or NPZ")
    _add_model_options(parser)
    return parser


def fit_parser() -> argparse.ArgumentParser:
    """The options of ``gmmviewer fit``."""
    parser = _Parser(prog="gmmviewer fit", description="Fit a Gaussian mixture without a window.")
    parser.add_argument("file", metavar="FILE", help="CSV, TSV, text, NPY or NPZ")
    _add_model_options(parser)
    parser.add_argument(
        "--start",
        default="kmeans++",
        metavar="START",
        help="kmeans++ (default), random, labels:FILE (one integer per row) or parameters:FILE.json",
    )
    parser.add_argument("--max-iter", type=_natural, default=1000, metavar="N", help="default 1000")
    parser.add_argument(
        "--tol",
        type=_tolerance,
        default=1e-2,
        metavar="NATS",
        help="stop when the expected remaining gain is below this (default 0.01); 0 = run all --max-iter",
    )
    parser.add_argument("--json", metavar="OUT", help="write the fit as JSON; - = stdout")
    parser.add_argument("--labels", metavar="OUT.csv", help="write one label (0 … K-1) per row")
    parser.add_argument("--image", metavar="OUT.png|svg", help="draw the fit")
    return parser


def _add_model_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--columns",
        metavar="A,B",
        help="one or two columns, by name or 0-based number (default: the first one or two numeric ones)",
    )
    parser.add_argument("--k", type=_positive, metavar="K", help="components (default 2)")
    parser.add_argument(
        "--covariance",
        metavar="NAME",
        help="full/VVV, tied/EEE, diag/VVI or spherical/VII; V or E in one dimension (default: full)",
    )
    parser.add_argument("--seed", type=_natural, default=None, metavar="N", help="of the start (default 1)")


def _natural(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 up")
    return int(text)


def _positive(text: str) -> int:
    number = _natural(text)
    if number == 0:
        raise argparse.ArgumentTypeError("use at least 1")
    return number


def _tolerance(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0 up")
    return value


def _has_display() -> bool:
    """Qt aborts the process when there is no display, so look first."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _one_blas_thread() -> None:
    """BLAS threads fight the window for the processor, and ours are better spent; set before numpy loads."""
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
