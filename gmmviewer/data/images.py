"""Pictures as tables of wavelet coefficients: safe opening, grey values, and a size that stays handy."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gmmviewer.data.errors import DataError, one_line
from gmmviewer.data.source import Progress, Watch, open_regular, read_exactly, silent
from gmmviewer.data.subbands import SubbandTable, subband_table
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.stopping import ShouldStop, never

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

LARGEST_PICTURE = 50_000_000  # pixels; 48 million took 0.65 GB while they were read
LONGEST_SIDE = 30_000  # pixels
LARGEST_KEPT = 1 << 20  # pixels: a quarter as many coefficients at level 1
ROWS = 64  # of the reduced picture between two looks at ``should_stop``
LUMA = (0.299, 0.587, 0.114)  # of red, green and blue (ITU-R BT.601)
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
GIFS, TIFFS = (b"GIF87a", b"GIF89a"), (b"II*\0", b"MM\0*")
BMP, PNMS = b"BM", (b"P2", b"P3", b"P5", b"P6")  # too short to tell a picture from a text that begins so
MAGICS = (PNG, JPEG, *GIFS, *TIFFS)
EXTENSIONS = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".pgm", ".ppm")

_DAMAGE = (
    *(OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, AttributeError),
    *(RuntimeError, ArithmeticError, struct.error, zlib.error, Warning),
)


def read_image(
    path: str | Path, progress: Progress = silent, should_stop: ShouldStop = never
) -> SubbandTable:
    """The sub-bands of the picture in a file, from its grey values 0…255.

    Raises ``DataError`` for what is no picture, is damaged or too large, ``Cancelled`` when told to stop.
    """
    watch = Watch(progress, should_stop)
    watch.check(0.0)
    with open_regular(path) as handle:
        try:
            image = _opened(handle)
            size = _checked(image.size)
            watch.check(0.1)
            grey, notes = _read(image, watch)
        except DataError:
            raise
        except _damage() as fault:
            said = one_line(str(fault)) or type(fault).__name__
            raise DataError(f"is a damaged picture ({said}); save it again as PNG") from fault
    watch.check(0.7)
    if grey.shape != size[::-1] and grey.size < size[0] * size[1]:
        notes = (f"reduced from {size[0]} × {size[1]} pixels", *notes)
    about = f"{grey.shape[1]} × {grey.shape[0]} pixels"
    table = subband_table(grey, Path(path).name, (about, *notes))
    watch.check(1.0)
    return table


def _damage() -> tuple[type[Exception], ...]:
    """Whatever a damaged picture makes its reader raise."""
    from PIL.Image import DecompressionBombError

    return (DecompressionBombError, *_DAMAGE)


def _opened(handle: BinaryIO) -> ImageFile:
    """The picture behind a handle, of which only the header has been read.

    By its first bytes, and by the class for them: ``Image.open`` would try every format there is, warn on
    stderr about large pictures, and start Ghostscript for some.
    """
    from PIL import BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, PpmImagePlugin
    from PIL import TiffImagePlugin as Tiff

    start = read_exactly(handle, 8)
    handle.seek(0)
    if start.startswith(PNG):
        return PngImagePlugin.PngImageFile(handle)
    if start.startswith(JPEG):
        return JpegImagePlugin.JpegImageFile(handle)
    if start.startswith(GIFS):
        return GifImagePlugin.GifImageFile(handle)
    if start.startswith(TIFFS):
        return Tiff.TiffImageFile(handle)
    if start.startswith(BMP):
        return BmpImagePlugin.BmpImageFile(handle)
    if start.startswith(PNMS):
        return PpmImagePlugin.PpmImageFile(handle)
    raise DataError(
        "is no PNG, JPEG, GIF, BMP, TIFF or PNM picture, whatever its name says; save it as PNG or JPEG"
    )


def _checked(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    if width < 1 or height < 1:
        raise DataError("has no pixels")
    if width * height > LARGEST_PICTURE or max(size) > LONGEST_SIDE:
        raise DataError(f"has {width} × {height} pixels; scale it down to at most 7000 × 7000")
    return size


def _read(image: ImageFile, watch: Watch) -> tuple[FloatArray, tuple[str, ...]]:
    """Grey values 0…255 (height, width) of the first frame, upright, and what was assumed."""
    from PIL import ImageOps

    frames = int(getattr(image, "n_frames", 1))
    notes = [f"the first of {frames} frames"] if frames > 1 else []
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    factor = _factor(image.size)
    if image.mode.startswith("I;16"):  # sixteen bits, which Pillow can neither convert nor reduce
        return _averaged(np.asarray(image), factor, watch) / 257.0, tuple(notes)
    if image.mode in ("I", "F"):
        grey, more = _stretched(np.asarray(image, dtype=np.float64))
        return _averaged(grey, factor, watch), (*notes, *more)
    if image.has_transparency_data:
        notes.append("transparent areas taken as white")
    return _luminance(_averaged(np.asarray(_plain(image)), factor, watch)), tuple(notes)


def _plain(image: Image) -> Image:
    """The picture in a mode that is nothing but bytes: grey, colours, or colours and opacity."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _luminance(pixels: FloatArray) -> FloatArray:
    """Grey values (h, w) of grey (h, w), colour (h, w, 3) or colour over white with opacity (h, w, 4)."""
    if pixels.ndim == 2:
        return pixels
    grey = pixels[..., :3] @ np.array(LUMA)
    if pixels.shape[2] == 4:
        grey = 255.0 + (grey - 255.0) * (pixels[..., 3] / 255.0)
    return np.asarray(grey)


def _stretched(numbers: FloatArray) -> tuple[FloatArray, tuple[str, ...]]:
    """Whole or floating numbers of any range as 0…255."""
    low, high = float(numbers.min()), float(numbers.max())
    if not np.isfinite([low, high, high - low]).all():
        raise DataError("holds pixels that are not finite numbers; save it with 8 or 16 bits")
    if low >= 0 and 255 < high <= 65535 and (numbers == np.rint(numbers)).all():
        return numbers / 257.0, ()  # sixteen bits in a larger container
    span = high - low
    grey = (numbers - low) * (255.0 / span) if span > 0 else np.zeros_like(numbers)
    return grey, (f"{low:g} … {high:g} stretched to 0 … 255",)


def _factor(size: tuple[int, int]) -> int:
    """By how much to reduce either side."""
    factor = 1
    while (size[0] // factor) * (size[1] // factor) > LARGEST_KEPT and factor < min(size):
        factor += 1
    return factor


def _averaged(pixels: NDArray[Any], factor: int, watch: Watch) -> FloatArray:
    """Means (h, w, …) of squares of ``factor``² pixels; what does not fill a square is left out."""
    height, width = pixels.shape[0] // factor, pixels.shape[1] // factor
    means = np.empty((height, width, *pixels.shape[2:]))
    for first in range(0, height, ROWS):
        watch.check(0.3 + 0.4 * first / height)
        rows = min(ROWS, height - first)
        strip = pixels[first * factor : (first + rows) * factor, : width * factor]
        down = strip.reshape(rows, factor, *strip.shape[1:]).sum(axis=1, dtype=np.float64)
        means[first : first + rows] = down.reshape(rows, width, factor, *strip.shape[2:]).sum(axis=2)
    return means / factor**2
