"""Pictures put on pixels and papers on pages, each in a process of its own, to which time and memory are measured out.

So a drawing that takes for ever holds up nobody's click, and a web process stays as small as it was.
"""

import os
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "static"
UNAVAILABLE = 69  # how a process says that a library it needs is not there
# Nothing secret of ours goes along.
PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "FONTCONFIG_PATH",
)


class PressError(Exception):
    """It could not be made."""


class Busy(PressError):
    """Too much is being made at the moment; later it may go."""


class Unavailable(PressError):
    """This machine lacks a library that it takes."""


class Press:
    """Runs one of our scripts: `at_once` jobs at a time, as many again may wait, all others are told at once."""

    def __init__(self, script: str, *, at_once: int, seconds: int) -> None:
        self.script, self.seconds = str(HERE / script), seconds
        self.room = threading.BoundedSemaphore(2 * at_once)
        self.turns = threading.BoundedSemaphore(at_once)

    def make(self, job: bytes, *arguments: str) -> bytes:
        """What the script makes of a job. Raises Busy, Unavailable or PressError."""
        if not self.room.acquire(blocking=False):
            raise Busy
        try:
            if not self.turns.acquire(timeout=self.seconds):
                raise Busy
            try:
                return self._run(job, arguments)
            finally:
                self.turns.release()
        finally:
            self.room.release()

    def _run(self, job: bytes, arguments: tuple[str, ...]) -> bytes:
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        try:
            done = subprocess.run(
                [sys.executable, "-I", self.script, *arguments],
                input=job,
                capture_output=True,
                timeout=self.seconds,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PressError(f"not done within {self.seconds} s") from None
        if done.returncode == 0:
            return done.stdout
        trouble = done.stderr.decode(errors="replace").strip()[-500:]
        raise Unavailable(trouble) if done.returncode == UNAVAILABLE else PressError(trouble)


pixels = Press("press_png.py", at_once=2, seconds=10)
pages = Press("press_pdf.py", at_once=1, seconds=45)


@lru_cache(maxsize=16)
def png(svg: str, width: int) -> bytes:
    """A drawing as a PNG of a width in pixels. Raises PressError."""
    return pixels.make(svg.encode(), str(width))


@lru_cache(maxsize=8)
def pdf(html: str) -> bytes:
    """A page of HTML as a PDF; of all that it names it is given our static files alone. Raises PressError."""
    return pages.make(html.encode(), str(STATIC))
