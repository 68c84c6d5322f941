"""The chooser of covariance families: a drawing, a name and one line about each."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.views.ink import Ink, ink
from gmmviewer.views.widgets.fields import ChoiceBox
from gmmviewer.views.widgets.sketch import paint_sketch, sketch_icon

SKETCH = int(Qt.ItemDataRole.UserRole) + 1
GROUP = int(Qt.ItemDataRole.UserRole) + 2  # the heading above the first entry of a group, else ""
ROW, SIDE, ICON = 38, 30, 20  # pixels
MARGIN = 6
MOST_ROWS = 12  # in the open list; the others are scrolled to
WIDEST = 410


class FamilyBox(ChoiceBox):
    """One of the covariance families; the list shows what each allows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._families: tuple[CovarianceFamily, ...] = ()
        self._ink = ink(dark=False)
        self._rows = _FamilyDelegate(self)
        self.setItemDelegate(self._rows)
        self.setMaxVisibleItems(MOST_ROWS)

    def show_families(self, families: tuple[CovarianceFamily, ...]) -> None:
        """Offer these."""
        if families == self._families:
            return
        self._families = families
        self.show_entries(tuple((f.letters, family_title(f), f.summary) for f in families))
        group = ""
        for index, family in enumerate(families):
            self.setItemData(index, family.sketch, SKETCH)
            heading = group_of(family, families)
            self.setItemData(index, heading if heading != group else "", GROUP)
            group = heading
        self._draw_icons()
        self.view().setMinimumWidth(round(WIDEST * self._ink.type_scale))

    def restyle(self, chosen: Ink) -> None:
        """Draw in another ink."""
        self._ink = chosen
        self._rows.restyle(chosen)
        side = round(ICON * chosen.type_scale)
        self.setIconSize(QSize(side, side))
        self.view().setMinimumWidth(round(WIDEST * chosen.type_scale))
        self._draw_icons()

    def _draw_icons(self) -> None:
        side = round(ICON * self._ink.type_scale)
        for index, family in enumerate(self._families):
            self.setItemIcon(index, sketch_icon(family.sketch, side, self._ink.dark))


class _FamilyDelegate(QStyledItemDelegate):
    """An entry of the open list: heading of its group, drawing, name and letters, one line about it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ink = ink(dark=False)

    def restyle(self, chosen: Ink) -> None:
        """Draw in another ink."""
        self._ink = chosen

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines, and one more for a heading."""
        heading = self._heading_height() if index.data(GROUP) else 0
        return QSize(round(WIDEST * self._ink.type_scale), round(ROW * self._ink.type_scale) + heading)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """See the class."""
        area, scale = QRect(option.rect), self._ink.type_scale
        heading = index.data(GROUP)
        painter.save()
        painter.setFont(self._font(small=True))
        if heading:
            top = QRect(area.topLeft() + QPoint(MARGIN, 0), QSize(area.width(), self._heading_height()))
            painter.setPen(QColor(self._ink.faint))
            painter.drawText(top, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, heading)
            area.setTop(top.bottom() + 2)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(area, option.palette.color(QPalette.ColorRole.Highlight))
            painter.fillRect(area, QColor(self._ink.selection))
        side = round(SIDE * scale)
        drawing = QRectF(area.left() + MARGIN, area.center().y() - side / 2 + 0.5, side, side)
        paint_sketch(painter, drawing, index.data(SKETCH), self._ink.dark)
        text = area.adjusted(2 * MARGIN + side, 2, -MARGIN, -2)
        painter.setPen(QColor(self._ink.on_selection if chosen else self._ink.faint))
        metrics = QFontMetrics(painter.font())
        line = metrics.elidedText(
            str(index.data(Qt.ItemDataRole.ToolTipRole)), Qt.TextElideMode.ElideRight, text.width()
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, line)
        painter.setFont(self._font(small=False))
        painter.setPen(QColor(self._ink.on_selection if chosen else self._ink.text))
        painter.drawText(text, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, str(index.data()))
        painter.restore()

    def _font(self, *, small: bool) -> QFont:
        owner = self.parent()
        font = QFont(owner.font()) if isinstance(owner, QWidget) else QFont()
        font.setPixelSize(round(self._ink.small_size if small else self._ink.text_size))
        return font

    def _heading_height(self) -> int:
        return round(20 * self._ink.type_scale)


def family_title(family: CovarianceFamily) -> str:
    """ "Full (VVV)": the lecture's name and the field's, if it has one of letters."""
    return f"{family.title} ({family.letters})" if family.letters.isupper() else family.title


def group_of(family: CovarianceFamily, families: tuple[CovarianceFamily, ...]) -> str:
    """Under which heading a family stands: those everybody knows, the others, scale mixtures."""
    if family.shared_mean:
        return "One mean for all: scale mixtures"
    if len(families) < MOST_ROWS:
        return ""  # few need no headings
    return "Best known" if family.names else "All others, with growing freedom"
