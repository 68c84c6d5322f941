"""What numbers typed into the table of components mean: an edit, or a mistake with advice."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.units import LARGEST_VALUE
from gmmviewer.scene.numbers import format_number
from gmmviewer.session import edits
from gmmviewer.session.edits import Edit, nothing
from gmmviewer.views.inspector.component_rows import Column, Rows

SMALLEST_DEVIATION = 1e-140  # squares of smaller numbers are denormal
GAPS = str.maketrans("", "", " \u00a0\u2009\u202f'_")
NOT_A_NUMBER = "“{}” is not a number. Write it as 12.5, 12,5, 1/3 or 1.5e-3."


@dataclass(frozen=True)
class Typed:
    """``edit`` with its ``label`` for undo, or the ``mistake``: what is wrong and what is allowed."""

    edit: Edit = nothing
    label: str = ""
    mistake: str = ""


def typed(rows: Rows, row: int, column: Column, texts: Sequence[str | None]) -> Typed:
    """What these texts in a cell mean, one per number; None where the number was left as it is."""
    refused = why_not(rows, row, column)
    if refused or all(text is None for text in texts):
        return Typed(mistake=refused)
    if column.key == "weight" and texts[0] is not None and ":" in texts[0]:
        return _proportions(rows, texts[0])
    numbers: list[float | None] = []
    for text in texts:
        number = None if text is None else read_number(text)
        if text is not None and number is None:
            return Typed(mistake=NOT_A_NUMBER.format(text.strip()))
        numbers.append(number)
    return MEANINGS[column.key](rows, row, numbers)


def why_not(rows: Rows, row: int, column: Column) -> str:
    """Why nothing can be typed into a cell; "" where it can."""
    if column.key not in MEANINGS:
        return "n counts responsibilities: it follows from the points and the model."
    if rows.is_noise(row):
        return "The noise takes what weight the components leave it: type the weight of a component."
    if column.key == "weight":
        alone = rows.mixture.n_rows - len(rows.shut["weights"] - {row}) == 1
        if rows.tied_weights and row not in rows.shut["weights"] and rows.mixture.noise is None:
            return "All weights are equal: free them in the model section, under Ties."
        return "No other weight is free to make room: add a component, or open a padlock." if alone else ""
    if column.key == "correlation" and rows.decomposition[2] == "I":
        return "In this covariance family the correlation is 0: choose Full, for one, to change it."
    return ""


def read_number(text: str) -> float | None:
    """A number as people write it, with either decimal sign: 12.5, 12,5, 1 234,5, −3e4, 1/3, 30 %."""
    plain = text.translate(GAPS).replace("\u2212", "-")
    if plain.endswith("%"):
        share = read_number(plain[:-1])
        return None if share is None else share / 100.0
    above, slash, below = plain.partition("/")
    if slash:
        one, other = _plain_number(above), _plain_number(below)
        return None if one is None or not other else one / other
    return _plain_number(plain)


def _plain_number(text: str) -> float | None:
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:  # the last one is the decimal sign
        text = text.replace("," if comma < point else ".", "")
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _weight(rows: Rows, row: int, numbers: Sequence[float | None]) -> Typed:
    (weight,) = numbers
    others = rows.shut["weights"] - {row}
    left = 1.0 - float(rows.mixture.weights[sorted(others)].sum())
    if weight is None or not 0.0 <= weight <= 1.0:
        return Typed(mistake="A weight lies between 0 and 1. 2:1:1 gives all of them in proportion.")
    if weight > left:
        return Typed(mistake=f"At most {format_number(left)}: the other weights are locked.")
    return Typed(edits.set_weight(row, weight), f"Set weight {row + 1}")


def _proportions(rows: Rows, text: str) -> Typed:
    k = rows.mixture.n_components
    shares = [read_number(part) for part in text.split(":")]
    numbers = [share for share in shares if share is not None and share >= 0.0]
    if len(numbers) != len(shares) or len(numbers) != k or not sum(numbers) > 0.0:
        return Typed(mistake=f"Proportions are {k} numbers from 0 on, such as {':'.join('1' * k)}.")
    if rows.tied_weights:
        return Typed(mistake="All weights are equal: free them in the model section, under Ties.")
    return Typed(edits.set_weights(numbers), "Set weights")


def _mean(rows: Rows, row: int, numbers: Sequence[float | None]) -> Typed:
    place = [
        before if number is None else number
        for number, before in zip(numbers, rows.mixture.means[row].tolist(), strict=True)
    ]
    if max(map(abs, place)) > LARGEST_VALUE:
        return Typed(mistake="A mean lies within ±1e150.")
    return Typed(edits.set_component(row, mean=place), f"Set mean {row + 1}")


def _deviations(rows: Rows, row: int, numbers: Sequence[float | None]) -> Typed:
    given = [number for number in numbers if number is not None]
    if not all(SMALLEST_DEVIATION <= number <= LARGEST_VALUE for number in given):
        return Typed(mistake="A standard deviation is above 0 (1e-140 to 1e150).")
    if rows.decomposition[1] == "I" and len(set(given)) > 1:
        return Typed(mistake="Circles have one standard deviation: type the same one twice, or only one.")
    form = rows.shapes[row]
    if rows.decomposition[1] == "I":
        deviations = [given[0]] * len(numbers)
    else:
        pairs = zip(numbers, form.standard_deviations, strict=True)
        deviations = [old if number is None else number for number, old in pairs]
    return _shaped(row, deviations, form.correlation or 0.0, f"Set SD {row + 1}")


def _correlation(rows: Rows, row: int, numbers: Sequence[float | None]) -> Typed:
    (rho,) = numbers
    if rho is None or not -1.0 < rho < 1.0:
        return Typed(mistake="A correlation lies between −1 and 1, without these: there the ellipse is flat.")
    return _shaped(row, list(rows.shapes[row].standard_deviations), rho, f"Set correlation {row + 1}")


def _shaped(row: int, deviations: Sequence[float], rho: float, label: str) -> Typed:
    scale = np.array(deviations)
    covariance = scale[:, None] * scale
    covariance[~np.eye(len(scale), dtype=bool)] *= rho
    return Typed(edits.set_covariance(row, covariance), label)


MEANINGS: dict[str, Callable[[Rows, int, Sequence[float | None]], Typed]] = {
    "weight": _weight,
    "mean": _mean,
    "deviations": _deviations,
    "correlation": _correlation,
}
