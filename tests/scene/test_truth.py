"""True classes against moments by hand, their partners in a fit, and who disagrees."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture
from gmmviewer.mixture.matching import UNMATCHED
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene.numbers import class_name
from gmmviewer.scene.truth import (
    MOST_CLASSES,
    TruthPainter,
    TruthRequest,
    classes_of,
    disagreeing,
    partners,
)

MEANS = np.array([[0.0, 0.0], [9.0, 1.0], [2.0, 8.0]])


def labelled(n: int = 600, d: int = 2, weights: np.ndarray | None = None) -> PointSet:
    """Three far classes called 2, 5 and 7; of every tenth point nobody knows the class."""
    generator = np.random.default_rng(4)
    index = generator.integers(0, 3, n)
    values = MEANS[index] + generator.normal(size=(n, 2)) * (1.0, 0.5)
    truth = np.array([2, 5, 7])[index]
    truth[::10] = -1
    return PointSet.of(values[:, :d], truth=truth, weights=weights)


def fit(order: tuple[int, ...]) -> Mixture:
    """Components at the classes in this order, in data units."""
    k = len(order)
    return Mixture(np.full(k, 1 / k), MEANS[list(order)] + 0.2, np.repeat(np.eye(2)[None], k, axis=0))


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_moments_of_a_class_are_those_of_its_points(d: int, weighted: bool) -> None:
    weights = np.random.default_rng(1).integers(0, 4, 600).astype(float) if weighted else None
    points = labelled(d=d, weights=weights)
    found = classes_of(points)
    assert found.numbers.tolist() == [2, 5, 7]
    assert found.mixture is not None
    mixture = points.units.restore_mixture(found.mixture)
    known = points.truth != -1
    total = (np.ones(600) if weights is None else weights)[known].sum()
    for k, number in enumerate((2, 5, 7)):
        mine = points.truth == number
        w = None if weights is None else weights[mine]
        assert mixture.means[k] == pytest.approx(np.average(points.values[mine], axis=0, weights=w))
        covariance = np.cov(points.values[mine].T, aweights=w, bias=True).reshape(d, d)
        assert mixture.covariances[k] == pytest.approx(covariance)
        assert mixture.weights[k] == pytest.approx((mine.sum() if w is None else w.sum()) / total)


def test_each_point_knows_its_class() -> None:
    points = labelled()
    found = classes_of(points)
    assert points.truth is not None
    for row, k in zip(points.truth, found.index, strict=True):
        assert (found.numbers[k] if k >= 0 else -1) == row


@pytest.mark.parametrize("truth", [None, np.full(5, -1)])
def test_without_a_known_class_there_is_no_truth(truth: np.ndarray | None) -> None:
    found = classes_of(PointSet.of(np.arange(10.0).reshape(5, 2) ** 2, truth=truth))
    assert found.mixture is None
    assert len(found.numbers) == 0
    assert (found.index == -1).all()
    assert len(partners(found, fit((0, 1)))) == 0


def test_classes_that_are_a_point_a_line_or_without_weight() -> None:
    values = [[0, 0], [5, 5], [6, 6], [7, 7], [1, 0], [9, 2]]
    points = PointSet.of(values, truth=[0, 1, 1, 1, 2, 3], weights=[1, 1, 1, 1, 0, 1])
    found = classes_of(points)
    assert found.numbers.tolist() == [0, 1, 3]  # class 2 weighs nothing
    assert found.mixture is not None
    mixture = points.units.restore_mixture(found.mixture)
    assert mixture.means == pytest.approx(np.array([[0, 0], [6, 6], [9, 2]]), abs=1e-12)
    assert (np.linalg.eigvalsh(mixture.covariances) > 0).all()


def test_the_largest_of_very_many_classes_are_kept() -> None:
    sizes = np.arange(1, MOST_CLASSES + 21)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    points = PointSet.of(np.random.default_rng(0).normal(size=(len(truth), 2)), truth=truth)
    found = classes_of(points)
    assert found.numbers.tolist() == list(range(20, MOST_CLASSES + 20))
    assert ((found.index == -1) == (truth < 20)).all()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_partners_do_not_depend_on_the_order_of_components(order: tuple[int, ...]) -> None:
    points = labelled()
    found = partners(classes_of(points), points.units.standardise_mixture(fit(order)))
    assert [order[k] for k in found] == [0, 1, 2]


def test_a_class_may_have_no_partner() -> None:
    points = labelled()
    classes = classes_of(points)
    found = partners(classes, points.units.standardise_mixture(fit((2, 0))))
    assert found.tolist() == [1, UNMATCHED, 0]
    assert partners(classes, None).tolist() == [UNMATCHED] * 3


def test_only_points_of_known_and_matched_classes_disagree() -> None:
    points = labelled()
    classes, generator = classes_of(points), np.random.default_rng(9)
    leading = generator.integers(0, 3, points.n)
    stand = np.array([1, UNMATCHED, 0])
    found = disagreeing(classes, stand, leading)
    for k, row, said in zip(classes.index.tolist(), leading.tolist(), found.tolist(), strict=True):
        partner = UNMATCHED if k < 0 else int(stand[k])
        assert said == (partner != UNMATCHED and partner != row)
    assert found.any()


def test_letters_count_like_the_columns_of_a_spreadsheet() -> None:
    names = [class_name(i) for i in (0, 1, 25, 26, 27, 51, 52, 701, 702)]
    assert names == ["A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]


def test_the_painter_answers_for_one_fit_after_the_other() -> None:
    points, painter = labelled(), TruthPainter()
    standard = [points.units.standardise_mixture(fit(order)) for order in ((0, 1, 2), (2, 1, 0))]
    first, second = (painter.paint(TruthRequest(points, mixture)) for mixture in standard)
    assert first.classes is second.classes
    assert first.mixture is second.mixture
    assert first.partners.tolist() == [0, 1, 2]
    assert second.partners.tolist() == [2, 1, 0]
    other = labelled(60)
    assert len(painter.paint(TruthRequest(other, standard[0])).classes.index) == 60
    assert first.request.same_picture(TruthRequest(points, standard[0]))
    assert not first.request.same_picture(second.request)
    assert not first.request.same_picture(TruthRequest(other, standard[0]))


def test_the_painter_lets_a_closed_data_set_go() -> None:
    points, painter = labelled(), TruthPainter()
    painter.paint(TruthRequest(points, None))
    gone = weakref.ref(points)
    del points
    gc.collect()
    assert gone() is None


def test_looking_for_classes_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        TruthPainter().paint(TruthRequest(labelled(), None), lambda: True)
