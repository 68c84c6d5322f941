"""Pictures from anywhere: the right grey values, a handy size, or one clear error."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gmmviewer.data.errors import DataError
from gmmviewer.data.images import EXTENSIONS, LARGEST_KEPT, read_image
from gmmviewer.data.readers import read_table
from gmmviewer.data.subbands import SubbandTable, subband_table
from gmmviewer.mixture.stopping import Cancelled

GREY = np.random.default_rng(7).integers(0, 256, (12, 17), dtype=np.uint8)
COLOUR = np.random.default_rng(8).integers(0, 256, (12, 17, 3), dtype=np.uint8)


def saved(path: Path, pixels: Any, mode: str | None = None, **options: Any) -> Path:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(path, **options)
    return path


def same(found: SubbandTable, grey: np.ndarray, tolerance: float = 1e-9) -> bool:
    """Whether a table holds the details of these grey values."""
    wanted = subband_table(np.asarray(grey, dtype=np.float64), "wanted")
    equal = np.allclose(found.values, wanted.values, atol=tolerance, equal_nan=True)
    return found.pixels == wanted.pixels and equal


def luma(colour: np.ndarray) -> np.ndarray:
    return colour[..., 0] * 0.299 + colour[..., 1] * 0.587 + colour[..., 2] * 0.114


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999))


# ------------------------------------------------------------------------------------------ what is read


@pytest.mark.parametrize("suffix", [".png", ".gif", ".bmp", ".tif", ".pgm"])
def test_grey_pixels_are_read_as_they_are(tmp_path: Path, suffix: str) -> None:
    found = read_image(saved(tmp_path / f"a{suffix}", GREY))
    assert same(found, GREY)
    assert found.name == f"a{suffix}"
    assert found.notes[0] == "17 × 12 pixels"


def test_a_photograph_is_read(tmp_path: Path) -> None:
    smooth = np.add.outer(np.arange(40), 2 * np.arange(60)).astype(np.uint8)
    found = read_image(saved(tmp_path / "a.jpg", smooth, "RGB", quality=95))
    assert same(found, smooth, tolerance=8.0)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".ppm"])
def test_colours_become_luminance(tmp_path: Path, suffix: str) -> None:
    assert same(read_image(saved(tmp_path / f"a{suffix}", COLOUR)), luma(COLOUR))


def test_transparent_pixels_lie_on_white(tmp_path: Path) -> None:
    opacity = np.random.default_rng(9).integers(0, 256, (12, 17, 1), dtype=np.uint8)
    found = read_image(saved(tmp_path / "a.png", np.concatenate([COLOUR, opacity], axis=2)))
    share = opacity[..., 0] / 255.0
    assert same(found, luma(COLOUR) * share + 255.0 * (1.0 - share))
    assert "transparent areas taken as white" in found.notes
    both = np.stack([GREY, opacity[..., 0]], axis=2)
    assert same(read_image(saved(tmp_path / "b.png", both)), GREY * share + 255.0 * (1.0 - share), 0.6)


def test_palettes_and_single_bits(tmp_path: Path) -> None:
    few = Image.fromarray(COLOUR).quantize(5)
    assert same(read_image(saved(tmp_path / "a.png", few)), luma(np.asarray(few.convert("RGB"))))
    few.info["transparency"] = 0
    pixels = np.asarray(few.convert("RGBA"))
    share = pixels[..., 3] / 255.0
    found = read_image(saved(tmp_path / "b.png", few, transparency=0))
    assert same(found, luma(pixels) * share + 255.0 * (1.0 - share))
    bits = Image.fromarray(GREY).convert("1")
    assert same(read_image(saved(tmp_path / "c.png", bits)), 255.0 * np.asarray(bits))


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bits_keep_their_digits(tmp_path: Path, suffix: str) -> None:
    deep = np.random.default_rng(10).integers(0, 65536, (12, 17), dtype=np.uint16)
    assert same(read_image(saved(tmp_path / f"a{suffix}", deep)), deep / 257.0, tolerance=1e-3)


def test_floating_pixels_are_stretched(tmp_path: Path) -> None:
    numbers = np.linspace(-2.0, 3.0, 12 * 17, dtype=np.float32).reshape(12, 17)
    found = read_image(saved(tmp_path / "a.tif", numbers))
    assert same(found, (numbers + 2.0) / 5.0 * 255.0, tolerance=1e-3)
    assert "-2 … 3 stretched to 0 … 255" in found.notes
    numbers[3, 4] = np.nan
    with pytest.raises(DataError, match="not finite"):
        read_image(saved(tmp_path / "b.tif", numbers))


def test_a_camera_held_upright_is_turned(tmp_path: Path) -> None:
    for orientation, upright in ((3, GREY[::-1, ::-1]), (6, GREY[::-1].T), (8, GREY.T[::-1])):
        tags = Image.Exif()
        tags[0x0112] = orientation
        assert same(read_image(saved(tmp_path / "a.png", GREY, exif=tags)), upright)


def test_the_first_of_several_frames(tmp_path: Path) -> None:
    frames = [Image.fromarray(GREY), Image.fromarray(GREY[::-1].copy())]
    found = read_image(saved(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:]))
    assert same(found, GREY)
    assert "the first of 2 frames" in found.notes


# ------------------------------------------------------------------------------------------ sizes


def test_a_large_picture_is_reduced(tmp_path: Path) -> None:
    blocks = np.kron(GREY, np.ones((160, 160), dtype=np.uint8))  # 1920 × 2720
    told: list[float] = []
    found = read_image(saved(tmp_path / "a.png", blocks), told.append)
    assert len(told) > 10, "it can be cancelled on the way"
    assert told == sorted(told)
    assert found.pixels == (1920 // 3, 2720 // 3)
    assert found.pixels[0] * found.pixels[1] <= LARGEST_KEPT
    assert "reduced from 2720 × 1920 pixels" in found.notes
    wanted = blocks[:, :2718].reshape(640, 3, 906, 3).mean(axis=(1, 3))
    assert same(found, wanted)


def test_sixteen_bits_are_reduced_too(tmp_path: Path) -> None:
    blocks = np.kron(GREY, np.ones((160, 160))).astype(np.uint16) * 257
    found = read_image(saved(tmp_path / "a.png", blocks))
    assert found.pixels == read_image(saved(tmp_path / "b.png", (blocks // 257).astype(np.uint8))).pixels


@pytest.mark.parametrize("size", [(20_000, 20_000), (50_000, 10), (2**31 - 1, 2**31 - 1)])
def test_a_huge_header_is_refused_before_anything_is_read(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(png_header(*size))
    with pytest.raises(DataError, match=rf"huge\.png: has {size[0]} × {size[1]} pixels; scale it down"):
        read_table(path)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 2), (1, 30_000)])
def test_thin_pictures(tmp_path: Path, shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(11).integers(0, 256, shape, dtype=np.uint8)
    path = saved(tmp_path / "a.png", pixels)
    if shape == (1, 1):
        with pytest.raises(DataError, match=r"a\.png: has a single pixel"):
            read_table(path)
    else:
        assert read_table(path).points().n == max(shape) // 2


def test_a_constant_picture_gives_points_that_are_all_alike(tmp_path: Path) -> None:
    points = read_table(saved(tmp_path / "a.png", np.full((20, 20), 9, dtype=np.uint8))).points()
    assert not points.values.any()
    assert "flat areas" in points.notes[-1]


# ------------------------------------------------------------------------------------------ what is refused


def test_a_text_under_the_name_of_a_picture_is_refused(tmp_path: Path) -> None:
    for suffix in EXTENSIONS:
        path = tmp_path / f"a{suffix}"
        path.write_text("x,y\n1,2\n3,4\n", encoding="utf-8")
        with pytest.raises(DataError, match=rf"a\{suffix}: is no PNG, JPEG, .* save it as PNG or JPEG"):
            read_table(path)


def test_a_picture_under_the_name_of_a_text_is_a_picture(tmp_path: Path) -> None:
    saved(tmp_path / "a.png", GREY).rename(tmp_path / "a.csv")
    table = read_table(tmp_path / "a.csv")
    assert isinstance(table, SubbandTable)
    assert same(table, GREY)


def test_a_text_that_begins_like_a_bitmap_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("BMI,P5\n20,1\n30,2\n", encoding="utf-8")
    assert read_table(tmp_path / "a.csv").columns == ("BMI", "P5")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".bmp", ".tif", ".ppm"])
def test_a_truncated_picture_is_refused(tmp_path: Path, suffix: str) -> None:
    whole = saved(tmp_path / f"a{suffix}", np.kron(COLOUR, np.ones((9, 9, 1), dtype=np.uint8))).read_bytes()
    for kept in (len(whole) // 2, 12):
        (tmp_path / f"a{suffix}").write_bytes(whole[:kept])
        with pytest.raises(DataError, match=rf"a\{suffix}: is a damaged picture"):
            read_table(tmp_path / f"a{suffix}")
    (tmp_path / f"a{suffix}").write_bytes(b"")
    with pytest.raises(DataError, match=f"a\\{suffix}: is no PNG"):
        read_table(tmp_path / f"a{suffix}")


def test_a_format_that_starts_other_programs_is_never_tried(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n")
    with pytest.raises(DataError, match="is no PNG"):
        read_table(tmp_path / "a.png")


def test_mutated_pictures_give_data_or_one_clear_error(tmp_path: Path) -> None:
    generator = random.Random(3)
    corpus = []
    for kind, pixels in (("PNG", COLOUR), ("GIF", GREY), ("BMP", COLOUR), ("TIFF", GREY), ("PPM", COLOUR)):
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, kind)
        corpus.append(stream.getvalue())
    outcomes = {"read": 0, "refused": 0}
    for number in range(200):
        content = bytearray(generator.choice(corpus))
        for _ in range(generator.randint(1, 3)):
            at = generator.randrange(len(content)) if generator.random() < 0.5 else generator.randrange(64)
            content[at : at + generator.randint(0, 2)] = generator.randbytes(generator.randint(0, 2))
        path = tmp_path / f"a{number}.png"
        path.write_bytes(content)
        said = ""
        try:
            assert np.isfinite(read_table(path).points().values).all()
        except DataError as error:
            said = str(error)
        assert said == "" or said.startswith(path.name)
        outcomes["refused" if said else "read"] += 1
    assert min(outcomes.values()) > 20


# ------------------------------------------------------------------------------------------ as a reader


def test_reading_tells_how_far_it_is_and_can_be_cancelled(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", GREY)
    told: list[float] = []
    read_table(path, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    for after in range(len(told)):
        answers = iter([False] * after)
        with pytest.raises(Cancelled):
            read_table(path, should_stop=lambda answers=answers: next(answers, True))
