"""Laws of the pictures for data and models that break programs, against oracles in extended precision."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from gmmviewer.mixture import Mixture
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import SOFT, Drawn, Hard, Tempered
from gmmviewer.mixture.joint import log_joint
from gmmviewer.scene import curves
from gmmviewer.scene.bins import BinRule
from gmmviewer.scene.colour_maps import colour_map
from gmmviewer.scene.decision import boundaries
from gmmviewer.scene.ellipses import EllipseLevel, ellipse
from gmmviewer.scene.field import content_levels, density_field, heat_rgba
from gmmviewer.scene.inspect import readout_near
from gmmviewer.scene.line import LinePainter, LineRequest
from gmmviewer.scene.marks import LabelKeeper, Verdict, slices, standing, verdict_before
from gmmviewer.scene.noise import Box, box_of, joint_in_box
from gmmviewer.scene.ranges import padded_range
from gmmviewer.scene.raster import points_raster
from gmmviewer.scene.trails import spread
from gmmviewer.scene.tween import alike, between
from gmmviewer.session.snapshot import Snapshot
from tests.helpers.strange import LINE, PLANE, strange

SOME_LINE = [name for name in LINE if name != "no points"]
SOME_PLANE = [name for name in PLANE if name != "no points"]
EVERY = [(1, name) for name in SOME_LINE] + [(2, name) for name in SOME_PLANE]
EPS = np.finfo(np.float64).eps
N = 40_000  # random places


def mixture_of(snapshot: Snapshot) -> Mixture:
    assert snapshot.mixture is not None
    return snapshot.mixture


def heights(places: FloatArray, mixture: Mixture, box: Box | None) -> FloatArray:
    """log π_k N(x_i | θ_k), (n, rows), in extended precision, by the formulas of one and two dimensions."""
    columns = []
    for weight, mean, sigma in zip(mixture.weights, mixture.means, mixture.covariances, strict=True):
        away = (places.astype(np.longdouble) - mean.astype(np.longdouble)).T
        wide = sigma.astype(np.longdouble)
        if len(mean) == 1:
            square, volume = away[0] / np.sqrt(wide[0, 0]), np.log(wide[0, 0])
            square = square * square
        else:  # x and the rest of y given x, each in its own deviation: nothing overflows
            deviation, slope = np.sqrt(wide[0, 0]), wide[0, 1] / wide[0, 0]
            rest = np.sqrt(wide[1, 1] - slope * wide[0, 1])
            square = (away[0] / deviation) ** 2 + ((away[1] - slope * away[0]) / rest) ** 2
            volume = 2 * (np.log(deviation) + np.log(rest))
        with np.errstate(divide="ignore"):
            log_weight = np.log(np.longdouble(weight))
        columns.append(
            log_weight - volume / 2 - square / 2 - len(mean) * np.log(2 * np.longdouble(np.pi)) / 2
        )
    if mixture.noise is not None:
        flat = np.full(len(places), mixture.log_noise, dtype=np.longdouble)
        if box is not None:
            low, high = np.array(box).T
            flat[((places < low) | (places > high)).any(axis=1)] = -np.inf
        columns.append(flat)
    return np.column_stack(columns)


def shares_of(logs: FloatArray) -> FloatArray:
    parts = np.exp(logs - logs.max(axis=1)[:, None])
    return np.asarray(parts / parts.sum(axis=1)[:, None])


def draws(mixture: Mixture, n: int, box: Box | None, seed: int) -> FloatArray:
    """n places (n, d) drawn from a mixture, its noise included."""
    generator = np.random.default_rng(seed)
    noise = 0.0 if mixture.noise is None else mixture.noise.weight
    chances = np.append(mixture.weights, noise)
    rows = generator.choice(len(chances), size=n, p=chances / chances.sum())
    gaussian = generator.normal(size=(n, mixture.n_dimensions))
    k = np.minimum(rows, mixture.n_components - 1)
    places = mixture.means[k] + np.einsum("nij,nj->ni", mixture.cholesky[k], gaussian)
    if mixture.noise is not None and box is not None:
        low, high = np.array(box).T
        flat = rows == mixture.n_components
        places[flat] = generator.uniform(low, high, size=(int(flat.sum()), len(low)))
    return np.asarray(places)


def blur(mixture: Mixture, places: FloatArray) -> FloatArray:
    """By how much log-densities (n,) may change within one rounding of the places (n, d)."""
    steps = np.spacing(np.abs(places)).T  # (d, n)
    steepest = np.zeros(len(places))
    for mean, sigma in zip(mixture.means, mixture.covariances, strict=True):
        slope = np.linalg.solve(sigma / np.abs(sigma).max(), (places - mean).T) / np.abs(sigma).max()
        steepest = np.maximum(steepest, (np.abs(slope) * (steps + EPS * np.abs(mean)[:, None])).sum(axis=0))
    return steepest


# ---------------------------------------------------------------- one dimension


@pytest.mark.parametrize("name", SOME_LINE)
def test_bars_have_the_area_one_and_count_every_weight(name: str) -> None:
    points = strange(1, name).document.points
    total = points.n if points.weights is None else points.weights.sum()
    painter = LinePainter()
    for rule in BinRule:
        for bins, tails in ((1, False), (7, True), (1000, False)):
            bars = painter.paint(LineRequest(points, rule, bins, tails)).histogram
            widths = np.diff(bars.edges)
            assert (widths > 0).all()
            assert (bars.heights >= 0).all()
            assert math.fsum(bars.heights * widths) == pytest.approx(1.0, abs=1e-9)
            assert math.fsum(bars.counts) == pytest.approx(total, rel=1e-12)
            by_area = bars.heights * bars.count_scale * widths / bars.width
            assert by_area == pytest.approx(bars.counts, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", SOME_LINE)
def test_bands_are_whole_everywhere(name: str) -> None:
    snapshot = strange(1, name)
    mixture, points = mixture_of(snapshot), snapshot.document.points
    low, high = padded_range(*(float(end[0]) for end in points.bounds))
    near = np.linspace(low, high, 500)
    far = low / 2 + high / 2 + (high / 2 - low / 2) * np.array([-1e9, -1e3, 1e3, 1e9])
    for places in (near, far[np.abs(far) < 1e153]):
        shares = curves.posteriors(mixture, places, box_of(points))
        assert (shares >= 0).all()
        assert shares.sum(axis=0) == pytest.approx(np.ones(len(places)), abs=1e-12)
        edges = curves.stacked(shares)
        assert (np.diff(edges, axis=0) >= -1e-15).all()
        assert (edges[0] == 0.0).all()
        assert (edges[-1] == 1.0).all()


@pytest.mark.parametrize("name", SOME_LINE)
def test_boundaries_on_the_line_are_where_two_shares_are_equal(name: str) -> None:
    snapshot = strange(1, name)
    mixture, box = mixture_of(snapshot), box_of(snapshot.document.points)
    low, high = padded_range(*(float(end[0]) for end in snapshot.document.points.bounds))
    found = curves.boundaries(mixture, low, high, box)
    assert (np.diff(found) > 0).all()
    edges = [] if box is None or mixture.noise is None else list(box[0])
    places = found[~np.isin(found, edges)]  # where the noise ends it ends abruptly
    if len(places) == 0:
        return
    shares = np.sort(shares_of(heights(places[:, None], mixture, box)), axis=1)
    allowed = 1e-9 + blur(mixture, places[:, None])
    assert (shares[:, -1] - shares[:, -2] <= allowed).all()


# ---------------------------------------------------------------- the plane


@pytest.mark.parametrize("name", SOME_PLANE)
def test_boundaries_in_the_plane_are_where_two_shares_are_equal(name: str) -> None:
    snapshot = strange(2, name)
    mixture, points = mixture_of(snapshot), snapshot.document.points
    box, (low, high) = box_of(points), points.bounds
    ranges = [padded_range(float(low[axis]), float(high[axis])) for axis in (0, 1)]
    for boundary in boundaries(mixture, *ranges, box):
        places = boundary.line[:: max(1, len(boundary.line) // 40)]
        logs = heights(places, mixture, box)
        shares = shares_of(logs)
        pair = [boundary.first, boundary.second]
        one, other = shares[:, pair].T
        rounded = EPS * conditions(mixture) * np.abs(logs[:, pair]).max(axis=1)
        allowed = 1e-9 + blur(mixture, places) + rounded
        assert (np.abs(one - other) <= allowed).all()
        ahead = shares.max(axis=1) - one <= allowed
        assert ahead.mean() > 0.9 or name == "a needle"  # what is thinner than 2 pixels may cross it


@pytest.mark.parametrize("seed", range(12))
def test_an_ellipse_holds_what_it_says(seed: int) -> None:
    """At random levels of either kind; by drawing, within three standard errors and a half."""
    generator = np.random.default_rng(seed)
    content = float(generator.uniform(0.02, 0.995))
    levels = (EllipseLevel("sigma", float(generator.uniform(0.1, 3.5))), EllipseLevel("content", content))
    spread_ = generator.normal(size=(2, 2)) * 10.0 ** generator.uniform(-6, 6)
    covariance = spread_ @ spread_.T
    mean = generator.normal(size=2) * 10.0 ** generator.uniform(-3, 9)
    around = np.linalg.cholesky(covariance) @ generator.normal(size=(2, N))
    for level in levels:
        corners = ellipse(np.zeros(2), covariance, level.radius(2), 2000)
        ahead = np.roll(corners[:-1], -1, axis=0) - corners[:-1]
        angle = np.arctan2(*np.linalg.solve(np.linalg.cholesky(covariance), around)[::-1])
        outline = np.linalg.solve(np.linalg.cholesky(covariance), corners.T)
        reach = np.interp(angle, *_by_angle(outline), period=2 * np.pi)
        inside = np.hypot(*np.linalg.solve(np.linalg.cholesky(covariance), around)) <= reach
        said = level.content(2)
        assert len(ahead) == len(corners) - 1
        assert abs(inside.mean() - said) < 3.5 * math.sqrt(said * (1 - said) / N) + 1e-4
        drawn = ellipse(mean, covariance, level.radius(2), 2000)
        assert drawn - mean == pytest.approx(corners, abs=4 * np.spacing(np.abs(drawn).max()))


def _by_angle(outline: FloatArray) -> tuple[FloatArray, FloatArray]:
    angle, reach = np.arctan2(outline[1], outline[0]), np.hypot(*outline)
    order = np.argsort(angle)
    return angle[order], reach[order]


@pytest.mark.parametrize(("d", "name"), EVERY)
def test_regions_of_highest_density_hold_what_they_say(d: int, name: str) -> None:
    """In standard units, where all of them are well separated numbers; 0.004 is for noise and the nodes."""
    snapshot = strange(d, name)
    mixture, points = snapshot.parameters, snapshot.document.points
    assert mixture is not None
    low, high = points.sample.columns.min(axis=1), points.sample.columns.max(axis=1)
    box = tuple(zip(low.tolist(), high.tolist(), strict=True))
    contents = np.sort(np.random.default_rng(points.n).uniform(0.05, 0.97, size=4))
    levels = content_levels(mixture, contents.tolist(), box)
    assert (np.diff(levels) <= 0).all()
    places = draws(mixture, N, box, seed=7)
    joint = joint_in_box(places.T, mixture, box)
    top = joint.max(axis=0)
    density = top + np.log(np.exp(joint - top).sum(axis=0))
    held = (density[:, None] > np.log(levels)).mean(axis=0)
    errors = 3.5 * np.sqrt(contents * (1 - contents) / N) + 0.004
    if mixture.noise is None:
        assert (np.abs(held - contents) < errors).all()
    else:  # a plateau is in or out as a whole
        assert (held > contents - errors).all()


def test_a_collapsed_component_does_not_blank_the_density_map() -> None:
    """It is a million times denser than the others and smaller than a pixel."""
    mixture = mixture_of(strange(2, "a collapsed component"))
    sound = Mixture(
        mixture.weights[1:] / mixture.weights[1:].sum(), mixture.means[1:], mixture.covariances[1:]
    )
    slate = colour_map("slate").ramp(False)
    collapsed, alone = (
        heat_rgba(density_field(each, (-6.0, 14.0), (-18.0, 4.0), 200, 140), slate)[:, :, 3].astype(float)
        for each in (mixture, sound)
    )
    assert np.abs(collapsed - alone).max() <= 2.0
    zoomed = density_field(mixture, (2.0 - 1e-8, 2.0 + 1e-8), (-2.5 - 1e-8, -2.5 + 1e-8), 100, 100)
    assert zoomed.values.max() == pytest.approx(zoomed.peak, rel=1e-2)


# ---------------------------------------------------------------- points


@pytest.mark.parametrize("seed", range(6))
def test_where_discs_lie_on_each_other_is_the_mean_of_their_colours(seed: int) -> None:
    """At every pixel that each of its discs covers wholly, by looking at every disc."""
    generator = np.random.default_rng(seed)
    n, width, height, radius, alpha = 140, 60, 40, float(generator.uniform(3.0, 7.5)), 0.75
    x, y = generator.uniform(-5, 65, size=n), generator.uniform(-5, 45, size=n)
    colours = generator.integers(0, 256, size=(n, 3), dtype=np.uint8)
    image = points_raster(x, y, colours, width, height, radius, alpha).astype(float)
    seen = 0
    for row in range(height):
        for column in range(width):
            away = np.hypot(x - column - 0.5, y - row - 0.5)
            whole, touching = away < radius - 1.0, away < radius + 1.0
            if whole.sum() == 0 or (whole != touching).any():
                continue
            seen += 1
            opacity = 1.0 - (1.0 - alpha) ** int(whole.sum())
            assert image[row, column, 3] == pytest.approx(255.0 * opacity, abs=1.0)
            wanted = opacity * colours[whole].mean(axis=0)
            assert image[row, column, :3] == pytest.approx(wanted, abs=1.5)
    assert seen > 50


@pytest.mark.parametrize(("d", "name"), EVERY)
def test_pies_are_what_the_algorithm_assigns(d: int, name: str) -> None:
    """For every algorithm, in slices that go once around."""
    snapshot = strange(d, name)
    source = snapshot.source or snapshot.parameters
    assert source is not None
    columns = snapshot.document.points.sample.columns
    joint = log_joint(columns, source)
    top = joint.max(axis=0)
    density = top + np.log(np.exp(joint - top).sum(axis=0))
    for rule in (SOFT, Hard(), Tempered(0.3), Drawn(5, 2), snapshot.assignment):
        shares = rule.assign(joint, density, 0).q
        found = standing(columns, source, rule)
        assert found.shares == pytest.approx(shares, abs=1e-12)
        assert found.shares.sum(axis=0) == pytest.approx(np.ones(shares.shape[1]), abs=1e-12)
        pies = slices(found.shares)
        assert np.bincount(pies.point, pies.span) == pytest.approx(np.ones(shares.shape[1]), abs=1e-12)
        large = found.shares[pies.row, pies.point] > 0.1
        assert pies.span[large] == pytest.approx(found.shares[pies.row, pies.point][large], rel=0.25)


@pytest.mark.parametrize(("d", "name"), EVERY)
def test_hover_says_what_the_formulas_say(d: int, name: str) -> None:
    """At the points, at the means and far outside: 1e-12 but for the rounding of the place itself."""
    snapshot = strange(d, name)
    mixture, points = mixture_of(snapshot), snapshot.document.points
    box = box_of(points)
    generator = np.random.default_rng(3)
    rows = generator.integers(0, points.n, size=8)
    centre, span = points.bounds[0] / 2 + points.bounds[1] / 2, points.bounds[1] / 2 - points.bounds[0] / 2
    outside = centre + np.where(span > 0, span, 1e-3 * np.abs(centre) + 1e-130) * np.array([[3.0], [-50.0]])
    places = np.concatenate([points.values[rows], mixture.means[:3], outside])
    logs = heights(places, mixture, box)
    shares = shares_of(logs)
    top = logs.max(axis=1)
    density = top + np.log(np.exp(logs - top[:, None]).sum(axis=1))
    allowed = 1e-12 + 4 * blur(mixture, places) + 64 * EPS * np.abs(logs).min(axis=1) * conditions(mixture)
    for i, place in enumerate(places):
        said = readout_near(mixture, place, points, int(rows[i]) if i < len(rows) else None)
        assert np.abs(said.responsibilities - shares[i].astype(float)).max() <= allowed[i]
        assert said.responsibilities.sum() == pytest.approx(1.0, abs=1e-12)
        assert abs(said.log_density - float(density[i])) <= allowed[i] * max(1.0, abs(float(density[i])))
        assert (said.point is None) == (i >= len(rows))


def conditions(mixture: Mixture) -> float:
    """How much thinner than long the thinnest component is, as far as its axes lean: 1 on a line."""
    if mixture.n_dimensions == 1:
        return 1.0
    a, b, c = (mixture.covariances[:, i, j] for i, j in ((0, 0), (1, 1), (0, 1)))
    lean = np.abs(c / np.sqrt(a) / np.sqrt(b))
    return float((1.0 / np.maximum(1.0 - lean * lean, EPS)).max())


@pytest.mark.parametrize(("d", "name"), EVERY)
def test_changed_labels_are_those_that_differ(d: int, name: str) -> None:
    """Through the whole trace, for soft, hard, drawn and annealed labels."""
    snapshot = strange(d, name)
    document, keeper = snapshot.document, LabelKeeper()
    columns, labels = document.points.sample.columns, []
    for state in document.states:
        if state.source is None:
            continue
        rule = state.plan.assignment(state.assigned_at)
        joint = log_joint(columns, state.source)
        top = joint.max(axis=0)
        density = top + np.log(np.exp(joint - top).sum(axis=0))
        labels.append((Verdict(state.source, rule), rule.assign(joint, density, 0).q.argmax(axis=0)))
    for (before, old), (now, new) in pairwise(labels):
        assert keeper.changed(columns, now, before).tolist() == np.flatnonzero(old != new).tolist()
    if labels:
        earlier = verdict_before(document.states, labels[-1][0], document.points.units)
        others = [verdict for verdict, _ in labels if not verdict.same_as(labels[-1][0])]
        assert (earlier is None) == (not others)
        assert earlier is None or earlier.same_as(others[-1])


# ---------------------------------------------------------------- motion


@pytest.mark.parametrize(("d", "name"), EVERY)
def test_motion_begins_and_ends_exactly_and_is_sound_in_between(d: int, name: str) -> None:
    """In data units, as it is painted."""
    states = strange(d, name).document.states
    for before, after in pairwise(state.mixture for state in states):
        if before is after or not alike(before, after):
            continue
        assert between(before, after, 0.0) is before
        assert between(before, after, 1.0) is after
        for share in (1e-9, 0.3, 0.999):
            there = between(before, after, share)
            assert np.isfinite(there.covariances).all()
            assert abs(there.weights.sum() + (there.noise.weight if there.noise else 0.0) - 1.0) < 1e-12


def test_a_way_of_one_place_has_no_dots() -> None:
    """Zoomed in on the trail of a mean, all of it but its end may be out of sight."""
    assert spread(np.empty((0, 2)), 10.0).shape == (0, 2)
    assert spread(np.array([[3.0, 4.0]]), 10.0).tolist() == [[3.0, 4.0]]
