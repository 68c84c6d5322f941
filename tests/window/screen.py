"""A screen of its own for tests: an X server in memory, its pixels, its keyboard and its mouse."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1440, 900
PATIENCE = 30.0  # seconds; a test that waits this long has failed
LOOK_AGAIN = 0.02  # seconds between two looks at the screen
ADVICE = "these tests need {tool}: run 'sh packaging/test' once, or install the package '{package}'"

Picture = NDArray[np.int16]


def tool(name: str, package: str) -> str:
    """The path of a program, or a failure that says where to get it."""
    path = shutil.which(name)
    assert path is not None, ADVICE.format(tool=name, package=package)
    return path


class Screen:
    """An X server without a window manager. ``picture()`` reads the memory in which it draws."""

    def __init__(self, folder: Path) -> None:
        self._frame = folder / "Xvfb_screen0"
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            [
                *(tool("Xvfb", "xvfb"), "-displayfd", str(writing), "-nolisten", "tcp", "-noreset"),
                *("-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(folder)),
            ],
            pass_fds=[writing],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading, encoding="ascii") as number:
            self.display = f":{number.readline().strip()}"  # the server writes it once it is ready
        assert self.display != ":", "the X server did not start"

    def close(self) -> None:
        """End the server."""
        self._server.terminate()
        self._server.wait(timeout=PATIENCE)

    def picture(self) -> Picture:
        """What is on the screen now, (height, width, 3), red first."""
        content = self._frame.read_bytes()
        header = np.frombuffer(content, dtype=">u4", count=25)  # as written by xwd
        size, width, height, bits, stride, colours = header[[0, 4, 5, 11, 12, 19]].tolist()
        assert bits == 32
        rows = np.frombuffer(content, np.uint8, height * stride, size + 12 * colours).reshape(height, stride)
        return rows[:, : 4 * width].reshape(height, width, 4)[..., 2::-1].astype(np.int16)

    def xdotool(self, *arguments: object, check: bool = True) -> str:
        """Ask for events as a keyboard and a mouse would make them."""
        done = subprocess.run(
            [tool("xdotool", "xdotool"), *map(str, arguments)],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0 or not check, done.stderr
        return done.stdout.strip()


class Program:
    """``python -m gmmviewer`` on a screen, seen from outside."""

    def __init__(self, screen: Screen, home: Path, *arguments: object) -> None:
        self._screen = screen
        self._said = home / "stdout.txt", home / "stderr.txt"
        folders = {
            f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")
        }
        environment = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
        environment |= {"HOME": str(home), "DISPLAY": screen.display, "PYTHONPATH": str(ROOT)} | folders
        with self._said[0].open("w") as out, self._said[1].open("w") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gmmviewer", *map(str, arguments)],
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        self.window = ""

    def show(self) -> None:
        """Wait for the window and give it the keyboard, which a window manager would do."""
        self.until("a window", self._find)
        self._screen.xdotool("windowfocus", "--sync", self.window)

    def picture(self) -> Picture:
        """What is on the screen now."""
        return self._screen.picture()

    def until(self, what: str, condition: Callable[[], Any]) -> None:
        """Look again and again until something is so; fail when it takes too long or the program ends."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, f"it ended while waiting for {what}: {self.said()}"
            assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} s for {what}"
            try:
                self.process.wait(LOOK_AGAIN)
            except subprocess.TimeoutExpired:
                continue

    def key(self, *names: str) -> None:
        """Press keys."""
        self._screen.xdotool("key", "--delay", 30, *names)

    def click(self, x: int, y: int) -> None:
        """Click with the left button and move the mouse away."""
        self._screen.xdotool("mousemove", x, y, "click", 1, "mousemove", x, HEIGHT - 5)

    def drag(self, *places: tuple[int, int]) -> None:
        """Press the left button at the first place and release it at the last one; then away."""
        moves = [part for x, y in places[1:] for part in ("mousemove", x, y)]
        (x, y), last = places[0], places[-1]
        self._screen.xdotool(
            "mousemove", x, y, "mousedown", 1, *moves, "mouseup", 1, "mousemove", last[0], HEIGHT - 5
        )

    def name(self) -> str:
        """The title of the window."""
        return self._screen.xdotool("getwindowname", self.window)

    def size(self) -> tuple[int, int]:
        """Width and height of the window."""
        lines = self._screen.xdotool("getwindowgeometry", "--shell", self.window).splitlines()
        found = dict(line.split("=") for line in lines)
        return int(found["WIDTH"]), int(found["HEIGHT"])

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._screen.xdotool("windowsize", "--sync", self.window, width, height)

    def said(self) -> str:
        """Everything it wrote, to stdout and stderr."""
        return "".join(path.read_text(encoding="utf-8") for path in self._said)

    def end(self, seconds: float = PATIENCE) -> int:
        """Wait for the end of the program; its exit code."""
        return self.process.wait(seconds)

    def close(self) -> None:
        """End it by force, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)

    def _find(self) -> bool:
        found = self._screen.xdotool("search", "--onlyvisible", "--pid", self.process.pid, check=False)
        self.window = found.splitlines()[-1] if found else ""
        return bool(self.window)
