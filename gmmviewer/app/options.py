"""The options of every command. No registry is loaded to tell their names: ``--help`` answers at once.

The names below are those of ``FAMILIES``, ``ALGORITHMS``, ``STARTS`` and ``CRITERIA``; a test compares them.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from gmmviewer import __version__

FAMILY_NAMES = (
    *("EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV"),
    *("scale-isotropic", "scale-scaled", "scale-free"),
)
FAMILY_NAMES_1D = ("E", "V", "scale")
FAMILY_ALIASES = ("full", "tied", "diag", "spherical")
ALGORITHM_NAMES = ("EM", "hard", "stochastic", "annealed", "MAP", "SQUAREM")
START_NAMES = ("kmeans++", "kmeans", "random", "partition", "quantiles", "hierarchical")
CRITERION_NAMES = ("bic", "icl", "aic", "aicc")

FILE_HELP = "CSV, TSV, text, NPY, NPZ or a picture"
FAMILY_HELP = (
    f"{', '.join(FAMILY_NAMES)} (full = VVV, tied = EEE, diag = VVI, spherical = VII); "
    f"in one dimension {', '.join(FAMILY_NAMES_1D)}"
)
WINDOW_EPILOG = """\
commands:
  gmmviewer [FILE]         open the window
  gmmviewer fit FILE       fit without a window; see 'gmmviewer fit --help'
  gmmviewer select FILE    compare K and covariance families; see 'gmmviewer select --help'
"""
FIT_EPILOG = """\
locks:
  --lock KIND[:I,J,...]    KIND is weights, means, covariances or all (the three together); I, J, ... are
                           components from 0, without them every component is meant. May be given again.
                           What is locked stays what the start made it: give it with --start parameters:FILE.
  --lock means --lock weights:0,2        all means, and the weights of components 0 and 2

parameters:FILE.json:
  an object with weights (K), means (K x d), covariances (K x d x d) and, if there is any, noise
  ({"weight": W}), in the units of the data, as --json writes it.

labels:
  0 ... K-1 are components, in input and output; -1 in the output is a row without a value or, with --noise,
  a point of the noise.
"""


class UsageError(Exception):
    """A mistake in what the person asked for: one line on stderr, exit code 2."""


class _Parser(argparse.ArgumentParser):
    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """With a place such as −1,2 after an option: by itself it would look like another option."""
        return super().parse_known_args(None if args is None else list(_joined(args)), namespace)

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def _joined(arguments: Sequence[str]) -> Iterator[str]:
    """The arguments, with ``--fixed-mean -1,2`` as one."""
    rest = iter(arguments)
    for argument in rest:
        value = next(rest, None) if argument == "--fixed-mean" else None
        if value is None:
            yield argument
        elif value.startswith("-") and value[1:2] in "0123456789.":
            yield f"{argument}={value}"
        else:
            yield from (argument, value)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help in which names such as ``scale-free`` stay whole."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(text, width, break_on_hyphens=False)


def _parser(name: str, description: str, epilog: str = "") -> argparse.ArgumentParser:
    return _Parser(
        prog=name,
        description=description,
        epilog=epilog,
        formatter_class=_Formatter,
    )


def window_parser() -> argparse.ArgumentParser:
    """The options of ``gmmviewer``."""
    parser = _parser("gmmviewer", "Watch the EM algorithm fit a Gaussian mixture.", WINDOW_EPILOG)
    parser.add_argument("--version", action="version", version=f"gmmviewer {__version__}")
    parser.add_argument("file", nargs="?", metavar="FILE", help=FILE_HELP)
    _add_columns(parser)
    _add_model(parser)
    _add_seed(parser)
    return parser


def fit_parser() -> argparse.ArgumentParser:
    """The options of ``gmmviewer fit``."""
    parser = _parser("gmmviewer fit", "Fit a Gaussian mixture without a window.", FIT_EPILOG)
    parser.add_argument("file", metavar="FILE", help=FILE_HELP)
    _add_columns(parser)
    _add_weights(parser)
    _add_model(parser)
    _add_constraints(parser)
    _add_noise(parser)
    _add_algorithm(parser, "EM (default)")
    _add_stop(parser)
    parser.add_argument(
        "--start",
        default="kmeans++",
        metavar="START",
        help=f"{', '.join(START_NAMES)} (default kmeans++), labels:FILE (one integer per row) or "
        "parameters:FILE.json",
    )
    _add_seed(parser)
    parser.add_argument(
        "--restarts",
        type=_positive,
        metavar="N",
        help="fit from N seeds, --seed and those after it; the best is the fit, all optima are told",
    )
    _add_jobs(parser)
    _add_validation(parser)
    parser.add_argument("--json", metavar="OUT", help="write the fit as JSON; - = stdout")
    parser.add_argument("--labels", metavar="OUT.csv", help="write one label per row: 0 ... K-1, -1 for none")
    parser.add_argument("--image", metavar="OUT.png|svg|pdf", help="draw the fit")
    return parser


def select_parser() -> argparse.ArgumentParser:
    """The options of ``gmmviewer select``."""
    parser = _parser("gmmviewer select", "Compare mixtures by K and covariance family.")
    parser.add_argument("file", metavar="FILE", help=FILE_HELP)
    _add_columns(parser)
    _add_weights(parser)
    parser.add_argument(
        "--k",
        default="1:9",
        metavar="RANGE",
        help="components: 1:9 (default), 2,3,5 or 4",
    )
    parser.add_argument(
        "--covariance",
        default="all",
        metavar="NAMES",
        help=f"all (default; no scale mixtures), or names with commas between them: {FAMILY_HELP}",
    )
    parser.add_argument(
        "--criterion",
        default="bic,icl",
        metavar="NAMES",
        help=f"tables to print: {', '.join(CRITERION_NAMES)} (default bic,icl); lower is better",
    )
    _add_noise(parser)
    _add_algorithm(parser, "EM (default; run as SQUAREM, which has the same maxima)")
    _add_stop(parser)
    _add_seed(parser)
    parser.add_argument(
        "--restarts",
        type=_natural,
        default=4,
        metavar="N",
        help="random starts for each K beside a hierarchical and a k-means one (default 4)",
    )
    _add_jobs(parser)
    parser.add_argument("--json", metavar="OUT", help="write all cells as JSON; - = stdout")
    return parser


def _add_columns(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--columns",
        metavar="A,B",
        help="one or two columns, by name or 0-based number (default: the first one or two numeric ones); "
        "of a picture one or two wavelet sub-bands: horizontal1 (LH1), vertical1 (HL1), diagonal1 (HH1) …",
    )


def _add_weights(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--weights",
        metavar="COLUMN",
        help="a column, by name or 0-based number, that says how often each row counts",
    )


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--k", type=_positive, metavar="K", help="components (default 2)")
    parser.add_argument("--covariance", metavar="NAME", help=f"{FAMILY_HELP} (default full)")


def _add_constraints(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lock",
        action="append",
        default=[],
        metavar="KIND[:I,J]",
        help="keep weights, means, covariances or all of components I, J as the start made them; see below",
    )
    parser.add_argument(
        "--equal-weights", action="store_true", help="all weights that are not locked are equal"
    )
    parser.add_argument("--shared-mean", action="store_true", help="all components have one mean, estimated")
    parser.add_argument(
        "--fixed-mean",
        metavar="X[,Y]",
        help="all components stay at this mean, in data units",
    )


def _add_noise(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--noise", action="store_true", help="add a uniform component on the box around the points"
    )
    parser.add_argument(
        "--floor",
        type=_fraction,
        metavar="FRACTION",
        help="the smallest variance as a fraction of the data's (default 1e-9)",
    )


def _add_algorithm(parser: argparse.ArgumentParser, default: str) -> None:
    others = ", ".join(ALGORITHM_NAMES[1:])
    parser.add_argument("--algorithm", default="EM", metavar="NAME", help=f"{default}, {others}")


def _add_stop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--max-iter", type=_natural, default=1000, metavar="N", help="default 1000")
    parser.add_argument(
        "--tol",
        type=_tolerance,
        default=1e-2,
        metavar="NATS",
        help="stop when the expected remaining gain is below this (default 0.01); 0 = run all --max-iter",
    )


def _add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=_natural, default=None, metavar="N", help="of the start (default 1)")


def _add_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs",
        type=_positive,
        metavar="N",
        help="processes to use (default: one per processor); the result is the same",
    )


def _add_validation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--holdout",
        type=_fraction,
        metavar="FRACTION",
        help="also: the log-likelihood per point of this fraction of the points under a fit to the others",
    )
    parser.add_argument(
        "--folds",
        type=_positive,
        metavar="N",
        help="also: the same by N-fold cross-validation, with its standard error",
    )


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
    value = _number(text)
    if not 0.0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0 up")
    return value


def _fraction(text: str) -> float:
    value = _number(text)
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number between 0 and 1")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
