"""Just enough of PDF to see what a page consists of: its size, its texts, its images."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Page:
    """``size`` in points; ``texts`` piece by piece as drawn; ``images`` on the page; ``curves`` drawn."""

    size: tuple[float, float]
    texts: tuple[str, ...]
    images: int
    curves: int


def read_page(path: Path) -> Page:
    """The one page of a file."""
    data = path.read_bytes()
    objects = {int(m[1]): m[2] for m in re.finditer(rb"(\d+) 0 obj(.*?)endobj", data, re.DOTALL)}
    fonts = {}
    for number, body in objects.items():
        table = re.search(rb"/ToUnicode (\d+) 0 R", body)
        if table:
            fonts[f"F{number}"] = _letters(_stream(objects[int(table[1])]).decode())
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert box is not None
    content = max((_stream(body) for body in objects.values() if b"stream" in body), key=_operators).decode(
        "latin1"
    )
    return Page(
        (float(box[1]), float(box[2])),
        tuple(_texts(content, fonts)),
        sum(b"/Subtype /Image" in body and b"/SMask" in body for body in objects.values()),
        len(re.findall(r"\bc$", content, re.MULTILINE)),
    )


def _operators(content: bytes) -> int:
    return content.count(b"\nBT") + content.count(b"\nq") + content.count(b" cs")


def _stream(body: bytes) -> bytes:
    found = re.search(rb"stream\r?\n(.*)endstream", body, re.DOTALL)
    if found is None:
        return b""
    try:
        return zlib.decompress(found[1])
    except zlib.error:
        return found[1]


def _letters(cmap: str) -> dict[int, str]:
    """What each glyph of a font stands for."""
    letters = {}
    for first, _last, codes in re.findall(r"<(\w{4})> <(\w{4})> \[([^\]]*)\]", cmap):
        for offset, code in enumerate(re.findall(r"<(\w+)>", codes)):
            letters[int(first, 16) + offset] = bytes.fromhex(code).decode("utf-16-be")
    return letters


def _texts(content: str, fonts: dict[str, dict[int, str]]) -> list[str]:
    texts = []
    for block in re.findall(r"\nBT\n(.*?)\nET", content, re.DOTALL):
        font = fonts[block.partition(" ")[0].lstrip("/")]
        glyphs = "".join(re.findall(r"<(\w+)>", block))
        numbers = [int(glyphs[i : i + 4], 16) for i in range(0, len(glyphs), 4)]
        letters = "".join(font.get(number, "?") for number in numbers)
        texts.append(
            letters.replace("\t", " ")
        )  # of the characters that look like a space Qt names the first
    return texts
