"""Controls for single view choices: each shows one of them and changes it when a person means it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from gmmviewer.scene.ellipses import EllipseLevel
from gmmviewer.session import edits
from gmmviewer.session.choices import (
    LARGEST_SIGMA,
    LARGEST_SYMBOL,
    MOST_CONTENTS,
    SMALLEST_SYMBOL,
    ViewChoices,
)
from gmmviewer.store import Store
from gmmviewer.views.inspector.form import describe
from gmmviewer.views.widgets.fields import LEAVE, CheckBox, ChoiceBox, IntegerBox, Slider
from gmmviewer.views.widgets.labels import ElidedLabel
from gmmviewer.views.widgets.numbers import NumberField, written

SYMBOL_STEPS = 20  # of the slider per factor 1
LARGEST_CONTENT = 0.9999

Entries = tuple[tuple[str, str, str], ...]


def with_key(text: str, action: QAction | None) -> str:
    """A tooltip that tells the key of its action."""
    key = "" if action is None else action.shortcut().toString()
    return f"{text} ({key})" if key else text


def entries_of(kind: type[Enum], help_: str) -> Entries:
    """The members of an enumeration whose values are their titles, for a ``Choice``."""
    return tuple((member.name, str(member.value), f"{help_}: {str(member.value).lower()}") for member in kind)


class Option(QWidget):
    """A control for the view choice ``name``."""

    def __init__(self, store: Store, name: str) -> None:
        super().__init__()
        self._store = store
        self.name = name
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)

    def show_view(self, view: ViewChoices, d: int) -> None:
        """Show what is chosen, for points of d dimensions."""
        raise NotImplementedError

    def choose(self, value: object) -> None:
        """A person chose this."""
        self._store.apply(edits.choose_view(**{self.name: value}))


class Switch(Option):
    """On or off."""

    def __init__(self, store: Store, name: str, title: str, help_: str) -> None:
        super().__init__(store, name)
        self.box = CheckBox(title)
        self.box.setToolTip(help_)
        self.box.clicked.connect(self._on_clicked)
        self._row.addWidget(self.box)

    def show_view(self, view: ViewChoices, d: int) -> None:
        """Show whether it is on."""
        self.box.setChecked(getattr(view, self.name))

    @Slot(bool)
    def _on_clicked(self, on: bool) -> None:
        self.choose(on)


class Choice(Option):
    """One of several named values: members of ``kind``, or the keys of ``entries`` themselves."""

    def __init__(
        self, store: Store, name: str, title: str, entries: Entries, kind: type[Enum] | None = None
    ) -> None:
        super().__init__(store, name)
        self._kind = kind
        self.box = ChoiceBox()
        self.box.setAccessibleName(title)
        self.box.show_entries(entries)
        self.box.chosen.connect(self._on_chosen)
        self._row.addWidget(self.box, 1)

    def show_view(self, view: ViewChoices, d: int) -> None:
        """Show which."""
        value = getattr(view, self.name)
        self.box.show_key(value.name if isinstance(value, Enum) else str(value))

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        self.choose(key if self._kind is None else self._kind[key])


class HeightsChoice(Choice):
    """Whether heights are densities or counts, as words for a truth value."""

    def __init__(self, store: Store) -> None:
        entries = (
            ("False", "Densities", "Bars of area 1 together, as a density has"),
            ("True", "Counts", "How many points lie in each bin; curves are scaled along"),
        )
        super().__init__(store, "counts", "Heights of the histogram", entries)

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        self.choose(key == "True")


class Bins(Choice):
    """The rule that makes the bins, and their number where it is made by hand."""

    def __init__(self, store: Store, entries: Entries, kind: type[Enum], most: int) -> None:
        super().__init__(store, "bin_rule", "Bins of the histogram", entries, kind)
        self.number = IntegerBox(1, most)
        describe(self.number, "Number of bins", "Number of bins of equal width")
        self.number.chosen.connect(self._on_number)
        self._row.addWidget(self.number)

    def show_view(self, view: ViewChoices, d: int) -> None:
        """Show the rule; the number where it counts."""
        super().show_view(view, d)
        self.number.show_value(view.bins)
        self.number.setEnabled(view.bin_rule.name == "BY_HAND")

    @Slot(int)
    def _on_number(self, number: int) -> None:
        self._store.apply(edits.choose_view(bins=number))


class SymbolSize(Option):
    """How large points are, times what suits their number."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, "symbol_size")
        low, high = (round(size * SYMBOL_STEPS) for size in (SMALLEST_SYMBOL, LARGEST_SYMBOL))
        self.slider = Slider(low, high, orientation=Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Size of the points")
        self.slider.chosen.connect(self._on_chosen)
        self._text = QLabel()
        self._text.setProperty("role", "small")
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self._text)

    def show_view(self, view: ViewChoices, d: int) -> None:
        """Show how large."""
        self.slider.show_value(round(view.symbol_size * SYMBOL_STEPS))
        self._text.setText(f"{view.symbol_size:.2f} ×")
        self.slider.setToolTip(f"Points {view.symbol_size:.2f} times as large as suits their number")

    @Slot(int)
    def _on_chosen(self, steps: int) -> None:
        self.choose(steps / SYMBOL_STEPS)


class LevelOption(Option):
    """How large ellipses are: so many standard deviations, or to hold a share; both are always told."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, "level")
        self._level = EllipseLevel("sigma", 2.0)
        self.number = NumberField()
        describe(self.number, "Size of the ellipses", "How large ellipses are")
        self.number.chosen.connect(self._on_number)
        self.unit = ChoiceBox()
        self.unit.setMinimumContentsLength(1)
        self.unit.setAccessibleName("Unit of the size of the ellipses")
        self.unit.show_entries(
            (("sigma", "σ", "Standard deviations"), ("content", "%", "The share that each one holds"))
        )
        self.unit.chosen.connect(self._on_unit)
        self.told = ElidedLabel("small")
        self._row.addWidget(self.number)
        self._row.addWidget(self.unit)
        self._row.addWidget(self.told, 1)

    def show_view(self, view: ViewChoices, d: int) -> None:
        """Show the number that was chosen, and the other one."""
        self._level = level = view.level
        self.number.show_value(level.value if level.kind == "sigma" else 100.0 * level.value)
        self.unit.show_key(level.kind)
        self.told.show_text("= " + level.label(2).split(" · ")[1].removeprefix("holds "))
        self.number.setToolTip(f"Ellipses at {level.label(2)} of each component")

    @Slot(float)
    def _on_number(self, number: float) -> None:
        level = EllipseLevel(self._level.kind, number if self._level.kind == "sigma" else number / 100.0)
        if is_drawable(level):
            self.choose(level)
            return
        limits = f"0 and {written(LARGEST_SIGMA)}" if level.kind == "sigma" else "0 and 100 %"
        self._store.apply(edits.notify(f"The size of the ellipses lies between {limits}.", "warning"))
        self.number.show_value(None)
        self.show_view(self._store.snapshot.view, 2)

    @Slot(str)
    def _on_unit(self, kind: str) -> None:
        """The same ellipse in the other unit."""
        if kind == "sigma":
            self.choose(EllipseLevel("sigma", round(self._level.radius(2), 3)))
        else:
            self.choose(EllipseLevel("content", min(round(self._level.content(2), 4), LARGEST_CONTENT)))


class Contents(Option):
    """The shares that contours enclose, as a list of percentages."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, "contents")
        self.field = _Line()
        describe(
            self.field,
            "Shares of the contours in per cent",
            f"Shares that contours and regions hold, up to {MOST_CONTENTS}: for example 50, 90",
        )
        self.field.editingFinished.connect(self._on_finished)
        self._text = ""
        self._row.addWidget(self.field, 1)
        self._row.addWidget(QLabel("%"))

    def show_view(self, view: ViewChoices, d: int) -> None:
        """Show them, rising."""
        text = ", ".join(written(round(100.0 * share, 6)) for share in view.contents)
        if text != self._text:
            self._text = text
            self.field.setText(text)

    @Slot()
    def _on_finished(self) -> None:
        if self.field.text() == self._text:
            return
        shares = shares_in(self.field.text())
        if shares:
            self._text = ""
            self.choose(shares)
            self.show_view(self._store.snapshot.view, 2)
            return
        advice = "Shares are percentages between 0 and 100, with commas or spaces between them: 50, 90."
        self._store.apply(edits.notify(advice, "warning"))
        self.field.setText(self._text)


class _Line(QLineEdit):
    """Enter and Escape also leave the field, so that the next Space steps."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.undo()
        super().keyPressEvent(event)
        if event.key() in LEAVE:
            self.clearFocus()


def is_drawable(level: EllipseLevel) -> bool:
    """Whether an ellipse of this size can be drawn."""
    if level.kind == "sigma":
        return 0.0 < level.value <= LARGEST_SIGMA
    return 0.0 < level.value <= LARGEST_CONTENT


def shares_in(text: str) -> tuple[float, ...]:
    """The percentages in a text as rising shares; none of them where one is no percentage."""
    parts: Iterable[str] = text.replace("%", " ").replace(";", " ").replace(",", " ").split()
    try:
        shares = sorted({float(part) / 100.0 for part in parts})
    except ValueError:
        return ()
    within = all(0.0 < share < 1.0 for share in shares)
    return tuple(shares) if within and len(shares) <= MOST_CONTENTS else ()
