"""What each action does: a method per action id, most of them one edit of the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gmmviewer.data.builtin import builtin
from gmmviewer.mixture.state import Stage
from gmmviewer.session import edits
from gmmviewer.session.choices import MouseMode
from gmmviewer.session.document import LARGEST_K
from gmmviewer.session.edits import Edit
from gmmviewer.session.locks import all_locked
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.inspector.model import LARGEST_SEED

if TYPE_CHECKING:
    from gmmviewer.app.files import Files
    from gmmviewer.app.window import Window


class Commands:
    """Carries actions out on the store; files and the window itself do the rest."""

    def __init__(self, store: Store, files: Files, window: Window) -> None:
        self._store = store
        self._held = False
        self._panels = window.panels
        self._methods: dict[str, Callable[[], None]] = {
            "open": files.open_dialog,
            "choose_columns": files.choose_columns,
            "paste": files.paste,
            "export_picture": files.export_picture,
            "copy_picture": files.copy_picture,
            "export_parameters": files.export_parameters,
            "quit": window.close_later,
            "undo": store.undo,
            "redo": store.redo,
            "zoom_data": window.zoom_to_data,
            "toggle_inspector": window.toggle_inspector,
            "full_screen": window.toggle_full_screen,
            "help": window.show_help,
            "about": window.show_about,
        }

    def perform(self, action_id: str, *, held: bool) -> None:
        """Do the action with this id."""
        self._held = held
        kind, _, name = action_id.partition("_")
        if action_id in self._methods:
            self._methods[action_id]()
        elif kind == "mode":
            self._store.apply(edits.choose_mode(MouseMode[name.upper()]))
        elif kind == "layer":
            self._store.apply(edits.toggle_layer(name))
        elif kind == "speed":
            self._store.apply(edits.choose_view(speed=name))
        else:
            getattr(self, action_id)()

    def step_e(self) -> None:
        """One E-step."""
        self._store.apply(edits.want_halves(1, merge=self._held))

    def step_m(self) -> None:
        """One M-step."""
        self._store.apply(edits.want_halves(1, merge=self._held))

    def step(self) -> None:
        """On to the next state after an E-step with a new M-step behind it."""
        self._store.apply(edits.want_halves(halves_of_a_step(self._store.snapshot), merge=self._held))

    def step_back(self) -> None:
        """To the end of the iteration before."""
        self._store.apply(edits.seek(end_of_iteration_before(self._store.snapshot)))

    def half_step(self) -> None:
        """One half-step, E or M."""
        self._store.apply(edits.want_halves(1, merge=self._held))

    def half_back(self) -> None:
        """One half-step back in time."""
        self._store.apply(edits.seek(self._store.snapshot.cursor - 1))

    def run(self) -> None:
        """Run, or pause a run."""
        running = self._store.snapshot.activity.running
        self._store.apply(edits.pause(by_user=True) if running else edits.run())

    def first(self) -> None:
        """To the start of the trace."""
        self._store.apply(edits.seek(0))

    def last(self) -> None:
        """To the end of the trace."""
        self._store.apply(edits.seek(len(self._store.snapshot.document.states) - 1))

    def best(self) -> None:
        """To the state with the highest objective."""
        self._store.apply(edits.seek_best())

    def lock_component(self) -> None:
        """Everything of the selected components locked, or free."""
        chosen = frozenset(self._selection)
        free = all_locked(self._store.snapshot.document.model.constraints, chosen)
        self._store.apply(edits.toggle_all_locks(chosen), "Free components" if free else "Lock components")

    def split_component(self) -> None:
        """Two in place of one."""
        self._store.apply(edits.split_component(self._one), "Split component")

    def duplicate_component(self) -> None:
        """A copy beside it."""
        self._store.apply(edits.duplicate_component(self._one), "Duplicate component")

    def merge_components(self) -> None:
        """One in place of two or more."""
        self._store.apply(edits.merge_components(self._selection), "Merge components")

    def remove_components(self) -> None:
        """Without them."""
        self._store.apply(edits.remove_components(self._selection), "Remove components")

    @property
    def _selection(self) -> tuple[int, ...]:
        return self._store.snapshot.selection

    @property
    def _one(self) -> int | None:
        return self._selection[0] if self._selection else None

    def reset(self) -> None:
        """Forget the iterations."""
        self._store.apply(edits.reset_to_start(), "Reset")

    def new_start(self) -> None:
        """The next seed."""
        seed = (self._store.snapshot.document.model.seed + 1) % (LARGEST_SEED + 1)
        self._store.apply(edits.choose_model(seed=seed), "New start")

    def more_components(self) -> None:
        """K + 1."""
        self._change_k(1)

    def fewer_components(self) -> None:
        """K − 1."""
        self._change_k(-1)

    def clear_points(self) -> None:
        """An empty sheet, ready for drawing."""
        self._store.apply(edits.clear_points(), "Clear")
        self._store.apply(edits.choose_mode(MouseMode.DRAW))

    def compare_models(self) -> None:
        """The table K × family."""
        self._panels.show_comparison()

    def restarts(self) -> None:
        """Where many starts end."""
        self._panels.show_restarts()

    def diagnostics(self) -> None:
        """How well the fit describes the points."""
        self._panels.show_diagnostics()

    def equal_aspect(self) -> None:
        """One unit as long on both axes, or not."""
        self._toggle("equal_aspect")

    def log_density(self) -> None:
        """Densities on a logarithmic axis, or not."""
        self._toggle("log_density")

    def presenter(self) -> None:
        """Large type and strokes, or not."""
        self._toggle("presenter")

    def toggle_theme(self) -> None:
        """Light or dark."""
        self._store.apply(edits.choose_view(theme="light" if self._store.snapshot.view.dark else "dark"))

    def _toggle(self, name: str) -> None:
        self._store.apply(edits.choose_view(**{name: not getattr(self._store.snapshot.view, name)}))

    def _change_k(self, difference: int) -> None:
        k = self._store.snapshot.document.model.k + difference
        self._store.apply(edits.choose_model(k=min(max(k, 1), LARGEST_K)), "Change K")


def open_builtin(key: str, seed: int) -> Edit:
    """Show a built-in data set with a model that suits it."""
    chosen = builtin(key)
    table = None if chosen.table is None else chosen.table(seed)
    return edits.open_points(chosen.make(seed), chosen.k, chosen.covariance, table)


def halves_of_a_step(snapshot: Snapshot) -> int:
    """Half-steps to the end of an iteration: M and E; from a start also the E before them."""
    if not snapshot.at_end:
        return _halves_in_trace(snapshot)
    if snapshot.next_half is Stage.AFTER_M:
        return 2
    stage = None if snapshot.state is None else snapshot.state.stage
    fresh = stage is not Stage.AFTER_M and snapshot.activity.pending == 0
    return 3 if fresh else 1


def end_of_iteration_before(snapshot: Snapshot) -> int:
    """The index of the last state before the one shown at which an iteration ends."""
    states = snapshot.document.states
    for index in range(snapshot.cursor - 1, 0, -1):
        if states[index].stage is not Stage.AFTER_M:
            return index
    return 0


def _halves_in_trace(snapshot: Snapshot) -> int:
    """How far ahead the next state lies that closes an iteration after the one shown."""
    states = snapshot.document.states
    here = states[snapshot.cursor]
    target = here.iteration + (0 if here.stage is Stage.AFTER_M else 1)
    for ahead, state in enumerate(states[snapshot.cursor + 1 :], start=1):
        if state.stage is Stage.AFTER_E and state.iteration >= target:
            return ahead
    return len(states) - 1 - snapshot.cursor
