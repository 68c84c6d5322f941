"""Laws of point sets under editing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gmmviewer.data.builtin import BUILTIN
from gmmviewer.data.points import PointSet

repeatable = settings(derandomize=True, deadline=None, max_examples=50)

ORDINARY = st.integers(-(10**9), 10**9).map(lambda i: i / 1024)  # standard units are exact for these


@st.composite
def point_sets(draw: st.DrawFn, smallest: int = 1) -> PointSet:
    n, d = draw(st.integers(smallest, 30)), draw(st.sampled_from([1, 2]))
    values = draw(arrays(np.float64, (n, d), elements=ORDINARY))
    return PointSet.of(values, truth=draw(st.none() | arrays(np.int64, n, elements=st.integers(0, 3))))


@repeatable
@given(point_sets(), st.data())
def test_added_points_leave_the_others_bit_for_bit(points: PointSet, data: st.DataObject):
    extra = data.draw(arrays(np.float64, (data.draw(st.integers(0, 5)), points.d), elements=ORDINARY))
    more = points.with_points(extra)
    assert np.array_equal(more.values[: points.n], points.values)
    assert np.array_equal(more.values[points.n :], extra)
    assert not more.values.flags.writeable
    if points.truth is None:
        assert more.truth is None
    else:
        assert more.truth is not None
        assert more.truth.tolist() == [*points.truth.tolist(), *[-1] * len(extra)]


@repeatable
@given(point_sets(), st.data())
def test_erased_points_leave_the_others_bit_for_bit(points: PointSet, data: st.DataObject):
    erased = data.draw(arrays(np.bool_, points.n))
    fewer = points.without(erased)
    assert np.array_equal(fewer.values, points.values[~erased])
    assert (fewer.truth is None) == (points.truth is None)
    if points.truth is not None and fewer.truth is not None:
        assert np.array_equal(fewer.truth, points.truth[~erased])


@repeatable
@given(point_sets())
def test_editing_nothing_changes_nothing(points: PointSet):
    assert points.without(np.zeros(points.n, dtype=bool)) is points
    same = points.with_points(np.empty((0, points.d)))
    assert np.array_equal(same.values, points.values)
    assert same.units is points.units


@repeatable
@given(point_sets(smallest=3), st.data())
def test_units_stay_while_they_suit(points: PointSet, data: st.DataObject):
    inside = points.values[[data.draw(st.integers(0, points.n - 1))]]
    assert points.with_points(inside).units is points.units
    edited = points.without(np.arange(points.n) == 0)
    assert (edited.units is points.units) == points.units.fits(edited.values)


@repeatable
@given(point_sets())
def test_units_change_when_they_no_longer_suit(points: PointSet):
    far = points.with_points(np.full((1, points.d), 1e15))
    assert far.units is not points.units
    assert far.units.fits(far.values)


@repeatable
@given(point_sets())
def test_standard_units_restore_the_data_exactly(points: PointSet):
    assert np.array_equal(points.units.restore(points.sample.columns.T), points.values)


def test_so_they_do_for_measured_data_to_the_last_bit_but_one():
    for entry in BUILTIN:
        points = entry.make(0)
        restored = points.units.restore(points.sample.columns.T)
        assert np.allclose(restored, points.values, rtol=0, atol=np.spacing(np.abs(points.values).max()))


@repeatable
@given(point_sets())
def test_bounds_hold_every_point(points: PointSet):
    low, high = points.bounds
    assert (points.values >= low).all()
    assert (points.values <= high).all()
    assert (points.values == low).any(axis=0).all()


@repeatable
@given(arrays(np.float64, array_shapes(min_dims=1, max_dims=3, max_side=4), elements=st.floats()))
def test_any_array_gives_points_or_advice(values: np.ndarray):
    try:
        points = PointSet.of(values)
    except ValueError:
        return
    assert np.array_equal(points.values.ravel(), values.ravel())


@pytest.mark.parametrize("d", [1, 2])
def test_a_sheet_is_empty_and_to_be_drawn_on(d):
    sheet = PointSet.sheet(d)
    assert (sheet.n, sheet.d) == (0, d)
    assert sheet.columns == ("x", "y")[:d]
    assert sheet.drawn
    assert sheet.with_points(np.ones((3, d))).n == 3
    assert sheet.columns is not PointSet.sheet(d).columns  # the canvas shows another sheet from 0 to 10


def test_digits_are_measured_by_the_bulk_of_the_points():
    bulk = np.random.default_rng(0).normal(size=(1000, 2)) * [1.0, 30.0]
    far = PointSet.of(np.concatenate([bulk, [[0.0, 4000.0]]]))
    whole = np.ptp(far.values, axis=0)
    assert far.spans[0] == whole[0]  # as long as nothing lies far away
    assert far.spans[1] < whole[1] / 2
    assert far.spans[1] > np.ptp(bulk[:, 1])
    assert PointSet.of([[3.0]]).spans == (0.0,)
    assert PointSet.sheet(2).spans == (1.0, 1.0)
    most_equal = PointSet.of(np.append(np.zeros(999), 100.0))
    assert most_equal.spans == (1.0,)


def test_cleared_points_keep_their_axes_and_start_new_units():
    points = PointSet.of([[1e9, 2.0], [2e9, 3.0]], ("a", "b"), "set", truth=[0, 1])
    empty = points.cleared()
    assert (empty.n, empty.d, empty.columns, empty.truth) == (0, 2, ("a", "b"), None)
    assert [bound.tolist() for bound in empty.bounds] == [[0, 0], [1, 1]]
    assert empty.with_points([[5.0, 6.0]]).values.tolist() == [[5, 6]]
    assert empty.with_points([[5.0, 6.0]]).units.fits(np.array([[5.0, 6.0]]))


def test_three_columns_are_refused_with_advice():
    with pytest.raises(ValueError, match="3 columns; choose one or two"):
        PointSet.of(np.zeros((2, 3)))


@pytest.mark.parametrize("extra", [[[1.0]], [[1.0, 2.0, 3.0]], [[np.nan, 1.0]]])
def test_points_of_another_kind_cannot_be_added(extra: object):
    with pytest.raises(ValueError, match=r"\w"):
        PointSet.of([[1.0, 2.0]]).with_points(extra)


# ---------------------------------------------------------------- rows that count


def test_row_weights_go_along_with_the_rows() -> None:
    points = PointSet.of([1.0, 2.0, 4.0], weights=[3, 0, 1])
    assert points.sample.total == 4.0
    more = points.with_points([[9.0]])
    assert more.weights is not None
    assert more.weights.tolist() == [3, 0, 1, 1]
    fewer = more.without(np.array([True, False, False, False]))
    assert fewer.weights is not None
    assert fewer.weights.tolist() == [0, 1, 1]
    assert fewer.sample.total == 2.0
    assert fewer.cleared().weights is None


def test_erasing_all_that_counts_lets_the_rest_count() -> None:
    """No step may raise because of what a hand did: rows of weight 0 alone count once each."""
    points = PointSet.of([1.0, 2.0], weights=[1, 0])
    left = points.without(np.array([True, False]))
    assert left.n == 1
    assert left.sample.total == 1.0


# ---------------------------------------------------------------- what a hand does to some of them


def rows_of(points: PointSet, data: st.DataObject) -> np.ndarray:
    chosen = data.draw(st.sets(st.integers(0, points.n - 1)))
    return np.array(sorted(chosen), dtype=np.int64)


@repeatable
@given(point_sets(), st.data())
def test_points_put_elsewhere_leave_the_others_bit_for_bit(points: PointSet, data: st.DataObject):
    rows = rows_of(points, data)
    places = data.draw(arrays(np.float64, (len(rows), points.d), elements=ORDINARY))
    moved = points.placed(rows, places)
    assert np.array_equal(moved.values[rows], places)
    others = np.delete(np.arange(points.n), rows)
    assert moved.values[others].tobytes() == points.values[others].tobytes()
    assert moved.truth is points.truth
    assert not moved.values.flags.writeable
    assert not np.shares_memory(moved.values, points.values) or moved is points
    assert points.placed(rows, points.values[rows]) is points


@repeatable
@given(point_sets(), st.data())
def test_repeated_points_come_last_with_their_truth(points: PointSet, data: st.DataObject):
    rows = rows_of(points, data)
    more = points.repeated(rows, np.full(points.d, 0.5))
    assert np.array_equal(more.values, np.concatenate([points.values, points.values[rows] + 0.5]))
    if points.truth is not None and more.truth is not None:
        assert more.truth.tolist() == [*points.truth.tolist(), *points.truth[rows].tolist()]


@repeatable
@given(point_sets(), st.data(), st.none() | st.integers(0, 5))
def test_labelled_points_are_the_same_points(points: PointSet, data: st.DataObject, label: int | None):
    rows = rows_of(points, data)
    before = [-1] * points.n if points.truth is None else points.truth.tolist()
    sample = points.sample
    after = points.labelled(rows, label)
    expected = [(-1 if label is None else label) if i in rows else old for i, old in enumerate(before)]
    assert ([-1] * points.n if after.truth is None else after.truth.tolist()) == expected
    assert (after.truth is None) == all(known == -1 for known in expected) or after is points
    assert after.values is points.values
    assert after.sample is sample  # so that a fit does not begin anew
    assert (points.truth is None and before == [-1] * points.n) or points.truth.tolist() == before


@repeatable
@given(point_sets(), st.data(), st.none() | st.integers(0, 5))
def test_drawn_points_have_their_class_and_earlier_ones_none(
    points: PointSet, data: st.DataObject, label: int | None
):
    extra = data.draw(arrays(np.float64, (2, points.d), elements=ORDINARY))
    last = data.draw(st.integers(0, points.n))
    drawn = points.with_points(extra, label, instead_of=last)
    kept = points.n - last
    assert np.array_equal(drawn.values, np.concatenate([points.values[:kept], extra]))
    if points.truth is None and label is None:
        assert drawn.truth is None
    else:
        known = [-1] * kept if points.truth is None else points.truth[:kept].tolist()
        assert drawn.truth is not None
        assert drawn.truth.tolist() == known + 2 * [-1 if label is None else label]


def test_no_array_of_a_point_set_can_be_written_to() -> None:
    points = PointSet.of([[1.0, 2.0], [3.0, 5.0]], truth=[0, 1], weights=[1, 2])
    made = (
        points,
        points.with_points([[1.0, 1.0]], 3),
        points.without(np.array([True, False])),
        points.placed(np.array([1]), [[7.0, 7.0]]),
        points.repeated(np.array([0]), [1.0, 0.0]),
        points.labelled(np.array([0]), 4),
    )
    for one in made:
        assert one.truth is not None
        assert one.weights is not None
        for array in (one.values, one.truth, one.weights):
            assert not array.flags.writeable


def test_copies_weigh_as_much_as_the_points() -> None:
    points = PointSet.of([1.0, 2.0, 4.0], weights=[3, 0.5, 1])
    more = points.repeated(np.array([0, 1]), [0.25])
    assert more.weights is not None
    assert more.weights.tolist() == [3, 0.5, 1, 3, 0.5]
    moved = points.placed(np.array([2]), [[9.0]])
    assert moved.weights is not None
    assert moved.weights.tolist() == [3, 0.5, 1]


def test_what_is_too_large_is_refused_with_advice() -> None:
    points = PointSet.of([[1.0, 2.0], [3.0, 5.0]])
    with pytest.raises(ValueError, match="too large"):
        points.placed(np.array([0]), [[1e200, 0.0]])


@pytest.mark.parametrize("d", [1, 2])
def test_a_glance_at_many_points_does_not_make_the_sample(d: int) -> None:
    generator = np.random.default_rng(4)
    values, weights = generator.normal(3.0, 2.0, size=(120_000, d)), generator.uniform(0, 2, 120_000)
    points = PointSet.of(values, weights=weights)
    few = points.glance
    assert "sample" not in vars(points)
    assert few.n == 40_000
    np.testing.assert_array_equal(few.columns, points.sample.columns[:, ::3])
    assert few.weights is not None
    np.testing.assert_array_equal(few.weights, weights[::3])
    assert points.total == points.sample.total
    small = PointSet.of(values[:50])
    assert small.glance is small.sample


def test_one_known_class_far_down_is_some_truth() -> None:
    truth = np.full(5000, -1)
    assert not PointSet.of(np.arange(5000.0), truth=truth).has_truth
    truth[4999] = 0
    assert PointSet.of(np.arange(5000.0), truth=truth).has_truth
