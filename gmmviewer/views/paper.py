"""A canvas as a picture of its own: an image, an SVG drawing or a PDF page.

Drawings have real text, lines and shapes; what would be too many of them is embedded as an image by the items
themselves (see ``Target.DRAWING``).
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QIODevice, QMarginsF, QRectF, QSaveFile, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from gmmviewer.views.items.item import Target

if TYPE_CHECKING:
    from gmmviewer.views.canvas_picture import Picture

DPI = 96  # logical pixels per inch: what a pixel is in style sheets, and on an ordinary screen
POINTS = 72  # per inch, the unit of PDF
PDF_DPI = 1200  # glyphs are placed on this grid
INCH = 0.0254  # metres
SUFFIXES = (".png", ".svg", ".pdf")
MOST_PIXELS = 200_000_000  # 800 MB of memory; larger images fail in most programs


@dataclass(frozen=True)
class Paper:
    """``width`` × ``height`` in logical pixels of 1/96 inch, each of ``ratio``² pixels of an image.

    ``transparent``: nothing is painted where nothing is.
    """

    width: float
    height: float
    ratio: float = 1.0
    transparent: bool = False

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of an image."""
        return max(1, round(self.width * self.ratio)), max(1, round(self.height * self.ratio))

    @property
    def drawn(self) -> Paper:
        """The same for a drawing, which has no pixels and always a ground."""
        return Paper(self.width, self.height)

    @property
    def too_large(self) -> bool:
        """Whether an image of this size asks for too much memory."""
        width, height = self.pixels
        return width * height > MOST_PIXELS


def image(canvas: Picture, sheet: Paper) -> QImage:
    """The picture as pixels, with its physical size; null if it is too large."""
    picture = QImage(*sheet.pixels, QImage.Format.Format_ARGB32_Premultiplied)
    if picture.isNull():
        return picture
    picture.setDevicePixelRatio(sheet.ratio)
    picture.fill(Qt.GlobalColor.transparent)
    dots = round(DPI * sheet.ratio / INCH)
    picture.setDotsPerMeterX(dots)
    picture.setDotsPerMeterY(dots)
    with QPainter(picture) as painter:
        canvas.paint_on(painter, sheet, Target.IMAGE)
    return picture


def svg(canvas: Picture, path: Path, sheet: Paper) -> bool:
    """Write the picture as SVG, with real text and curves; False if the file cannot be written."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        return False
    generator = QSvgGenerator()
    generator.setOutputDevice(file)
    generator.setSize(QSize(round(sheet.width), round(sheet.height)))
    generator.setViewBox(QRectF(0, 0, sheet.width, sheet.height))
    generator.setResolution(DPI)
    generator.setTitle("Gaussian mixture")
    generator.setDescription(canvas.accessibleDescription())
    with QPainter(generator) as painter:
        canvas.paint_on(painter, sheet.drawn, Target.DRAWING)
    return file.commit()


def pdf(canvas: Picture, path: Path, sheet: Paper) -> bool:
    """Write the picture as one PDF page of its size, with real text; False if the file cannot be written."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        return False
    writer = QPdfWriter(file)
    size = QSizeF(sheet.width, sheet.height) * (POINTS / DPI)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "picture", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(PDF_DPI)
    writer.setTitle("Gaussian mixture")
    writer.setCreator("GMM Viewer")
    with QPainter(writer) as painter:
        painter.scale(PDF_DPI / DPI, PDF_DPI / DPI)
        canvas.paint_on(painter, sheet.drawn, Target.DRAWING)
    return file.commit()


def write(canvas: Picture, path: Path, sheet: Paper) -> None:
    """Write the picture as what the suffix says, PNG if it says nothing known.

    ``OSError`` if it cannot be written, ``ValueError`` with advice for an image that is too large.
    """
    kind = path.suffix.lower()
    if kind not in (".svg", ".pdf") and sheet.too_large:
        width, height = sheet.pixels
        raise ValueError(f"{width} × {height} pixels are too many for an image; choose fewer, or SVG or PDF.")
    path.open("ab").close()  # Qt would warn on stderr and not say why
    if kind == ".svg":
        saved = svg(canvas, path, sheet)
    elif kind == ".pdf":
        saved = pdf(canvas, path, sheet)
    else:
        saved = image(canvas, sheet).save(str(path))
    if not saved:
        raise OSError(errno.EIO, "could not be written", str(path))
