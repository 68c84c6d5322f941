"""Lines put together from parts, and labels on lines."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.polylines import Rectangle, joined, label_place

ROOM = Rectangle(0.0, 0.0, 600.0, 400.0)
SIZE = (30.0, 12.0)


def circle(radius: float, n: int = 200) -> FloatArray:
    angles = np.linspace(0, 2 * np.pi, n + 1)
    line = np.column_stack([300 + radius * np.cos(angles), 200 + radius * np.sin(angles)])
    line[-1] = line[0]
    return line


@pytest.mark.parametrize("seed", range(8))
def test_a_line_cut_into_turned_and_shuffled_parts_is_joined_again(seed: int) -> None:
    generator = np.random.default_rng(seed)
    whole = circle(100.0, 60)
    cuts = np.sort(generator.choice(np.arange(1, 60), size=4, replace=False))
    parts = [whole[a : b + 1] for a, b in zip([0, *cuts], [*cuts, 60], strict=True)]
    parts = [part[::-1] if generator.random() < 0.5 else part for part in parts]
    generator.shuffle(parts)
    (line,) = joined(parts)
    np.testing.assert_array_equal(line[0], line[-1])
    assert len(line) == len(whole)
    np.testing.assert_allclose(np.hypot(*(line - [300, 200]).T), 100)
    steps = np.hypot(*np.diff(line, axis=0).T)
    np.testing.assert_allclose(steps, steps[0])  # in order, all the way round


def test_lines_that_do_not_meet_stay_apart() -> None:
    parts = [np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[1.001, 0.0], [2.0, 0.0]])]
    assert len(joined(parts)) == 2


def test_size_decides_what_meets() -> None:
    tiny = [1e-12 * np.array(part) for part in ([[0, 0], [1, 0]], [[1.001, 0], [2, 0]])]
    assert len(joined(tiny)) == 2


def test_a_label_stands_where_the_line_is_flattest() -> None:
    place = label_place(circle(150.0), *SIZE, ROOM, [])
    assert place is not None
    x, y = place.centre
    assert abs(x - 300) < 10
    assert abs(abs(y - 200) - 150) < 2
    t = np.linspace(0, 1, 100)[:, None]
    step = np.concatenate([t * [100, 200], [100, 200] + t[1:] * [200, 0], [300, 200] + t[1:] * [100, 150]])
    place = label_place(step, *SIZE, ROOM, [])
    assert place is not None
    assert place.centre[1] == pytest.approx(200)
    assert 115 <= place.centre[0] <= 285


def test_labels_stay_apart_and_inside() -> None:
    taken: list[Rectangle] = []
    for radius in (60.0, 66.0, 72.0, 120.0, 126.0, 190.0, 198.0, 230.0):
        place = label_place(circle(radius), *SIZE, ROOM, taken)
        assert place is not None
        assert ROOM.holds(place)
        assert not any(place.meets(other) for other in taken)
        assert place.right - place.left == pytest.approx(SIZE[0])
        distance = np.hypot(place.centre[0] - 300, place.centre[1] - 200)
        assert distance == pytest.approx(radius, abs=1)
        taken.append(place)


def test_no_label_without_room() -> None:
    assert label_place(circle(10.0), *SIZE, ROOM, []) is None
    assert label_place(circle(150.0), *SIZE, ROOM, [ROOM]) is None
    assert label_place(circle(150.0) + 5000.0, *SIZE, ROOM, []) is None
    assert label_place(np.array([[0.0, 0.0], [500.0, 0.0]]), *SIZE, ROOM, []) is None
