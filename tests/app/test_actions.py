"""The action table: complete, without conflicts, and every rule says why."""

from __future__ import annotations

from collections import Counter

import pytest

from gmmviewer.app import allowed
from gmmviewer.app.actions import ACTIONS, MENUS, is_checked
from gmmviewer.app.commands import PARTS
from gmmviewer.app.commands_time import end_of_iteration_before, halves_of_a_step
from gmmviewer.app.menus import SUBMENUS
from gmmviewer.data.points import PointSet
from gmmviewer.mixture import e_step, fit, m_step
from gmmviewer.mixture.sample import Sample
from gmmviewer.resources import resource_path
from gmmviewer.session import edits
from gmmviewer.session.document import Document, ModelChoice
from gmmviewer.session.history import History
from gmmviewer.session.snapshot import Snapshot

POINTS = PointSet.of([[0.0, 0.1], [0.2, 0.0], [0.1, 0.3], [5.0, 5.2], [5.1, 4.9], [4.8, 5.1]])
PREFIXES = ("mode_", "layer_", "speed_")
WINDOW_OR_FILES = {
    "open", "choose_columns", "paste", "export_picture", "copy_picture", "export_parameters", "quit", "undo",
    "redo", "zoom_data", "compare_models", "restarts", "diagnostics", "axis_ranges", "data_table",
    "toggle_inspector", "full_screen", "help", "about",
}  # fmt: skip


def at(n_states: int, cursor: int | None = None) -> Snapshot:
    """A snapshot with the first states of a fit: start, E, M, E, M …"""
    from gmmviewer.mixture.em import start_state
    from gmmviewer.mixture.families import family
    from gmmviewer.mixture.parameters import Mixture

    sample: Sample = POINTS.sample
    mixture = POINTS.units.standardise_mixture(
        Mixture([0.5, 0.5], [[0.0, 0.0], [4.0, 4.0]], [[[4.0, 0.0], [0.0, 4.0]]] * 2)
    )
    states = [start_state(sample, mixture, family("full", 2))]
    while len(states) < n_states:
        last = states[-1]
        states.append(m_step(sample, last) if last.stage is last.next_half.AFTER_E else e_step(last))
    document = Document(POINTS, ModelChoice(), tuple(states[:n_states]))
    return Snapshot(document, cursor=n_states - 1 if cursor is None else cursor)


def test_ids_and_keys_are_unique() -> None:
    ids = Counter(spec.id for spec in ACTIONS)
    keys = Counter(key for spec in ACTIONS for key in spec.keys)
    assert [name for name, count in (ids + keys).items() if count > 1] == []


def test_every_action_has_help_a_menu_and_somebody_who_does_it() -> None:
    for spec in ACTIONS:
        assert spec.help.endswith("."), spec.id
        assert spec.menu in MENUS or spec.menu in SUBMENUS, spec.id
        by_part = any(hasattr(part, spec.id) for part in PARTS)
        done = by_part or spec.id in WINDOW_OR_FILES or spec.id.startswith(PREFIXES)
        assert done, f"nobody does {spec.id}"


def test_every_icon_is_shipped() -> None:
    for spec in ACTIONS:
        if spec.icon:
            assert resource_path("icons", f"{spec.icon}.svg").is_file()


@pytest.mark.parametrize(("n_states", "e", "m"), [(1, True, False), (2, False, True), (3, True, False)])
def test_half_steps_are_allowed_where_they_stand(n_states: int, e: bool, m: bool) -> None:
    snapshot = at(n_states)
    assert (allowed.can_e_step(snapshot, History()) is None) is e
    assert (allowed.can_m_step(snapshot, History()) is None) is m


def test_a_refusal_says_what_to_do() -> None:
    empty = edits.clear_points()(at(2))
    assert "draw some" in (allowed.can_step(empty, History()) or "")
    assert "press R" in (allowed.can_step(edits.run()(at(2)), History()) or "")
    assert "E-step (E) comes next" in (allowed.can_m_step(at(1), History()) or "")
    assert "M-step (M) comes next" in (allowed.can_e_step(at(2), History()) or "")


def test_a_converged_fit_does_not_run_on() -> None:
    states = fit(POINTS.sample, 2, tolerance=10.0, max_iterations=500).states
    document = Document(POINTS, ModelChoice(tolerance=10.0), states)
    why_not = allowed.can_run(Snapshot(document, cursor=len(states) - 1), History())
    assert why_not is not None
    assert "converged" in why_not


@pytest.mark.parametrize(("n_states", "halves"), [(1, 3), (2, 2), (3, 1), (4, 2)])
def test_a_step_ends_after_an_e_step(n_states: int, halves: int) -> None:
    assert halves_of_a_step(at(n_states)) == halves


def test_steps_asked_for_in_a_burst_end_after_e_steps() -> None:
    snapshot = at(1)
    asked = []
    for _ in range(3):
        halves = halves_of_a_step(snapshot)
        asked.append(halves)
        snapshot = edits.want_halves(halves)(snapshot)
    assert asked == [3, 2, 2]
    assert snapshot.activity.pending == 7


def test_after_e_and_m_in_a_burst_a_step_completes_the_iteration() -> None:
    snapshot = edits.want_halves(2)(at(1))
    assert halves_of_a_step(snapshot) == 1


def test_stepping_back_goes_to_the_end_of_the_iteration_before() -> None:
    # states: 0 start, 1 E(0), 2 M(1), 3 E(1), 4 M(2), 5 E(2)
    assert end_of_iteration_before(at(6)) == 3
    assert end_of_iteration_before(at(6, cursor=4)) == 3
    assert end_of_iteration_before(at(6, cursor=3)) == 1
    assert end_of_iteration_before(at(6, cursor=1)) == 0


def test_stepping_forward_where_the_trace_goes_on_moves_by_iterations() -> None:
    assert halves_of_a_step(at(6, cursor=0)) == 3
    assert halves_of_a_step(at(6, cursor=1)) == 2
    assert halves_of_a_step(at(6, cursor=2)) == 1
    assert halves_of_a_step(at(6, cursor=3)) == 2


def test_check_marks_mirror_the_snapshot() -> None:
    snapshot = at(2)
    assert is_checked("mode_look", snapshot)
    assert not is_checked("run", snapshot)
    assert is_checked("layer_points", snapshot)
    assert not is_checked("layer_points", edits.toggle_layer("points")(snapshot))
