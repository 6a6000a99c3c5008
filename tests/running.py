"""The processes of a shop, started for real, killed for real, and asked over HTTP."""

import contextlib
import html
import http.client
import http.cookiejar
import os
import random
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple

from tests.webapp.shopping import ENTRIES
from webapp import serve
from webapp.settings import PREFIX, ROOT, Settings

PATIENCE = 120.0  # seconds until a process must have started, on a busy machine


class Answer(NamedTuple):
    """What a server said."""

    status: int
    text: str
    headers: Message

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class NoAnswer(Exception):
    """The server was not there, or went away before it had answered."""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Browser:
    """A visitor over HTTP with cookies of their own."""

    def __init__(self, port: int, language: str = "en", timeout: float = 60) -> None:
        self.port, self.language, self.timeout = port, language, timeout
        self.address = ""  # from where a proxy says that the visitor comes
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
            _Stay(),
        )

    def get(self, path: str, port: int | None = None) -> Answer:
        return self._ask(path, None, port)

    def post(self, path: str, form: Mapping[str, str], port: int | None = None) -> Answer:
        return self._ask(path, urllib.parse.urlencode(form).encode(), port)

    def _ask(self, path: str, data: bytes | None, port: int | None) -> Answer:
        headers = {"Accept-Language": self.language, "Accept": "text/html"}
        if self.address:
            headers["X-Forwarded-For"] = self.address
        address = f"http://127.0.0.1:{port or self.port}{path}"
        request = urllib.request.Request(address, data, headers)
        try:
            with self._opened(request) as answer:
                return Answer(answer.status, answer.read().decode(), answer.headers)
        except (OSError, http.client.HTTPException) as error:  # in the middle of an answer too
            raise NoAnswer(str(error)) from error

    def _opened(self, request: urllib.request.Request) -> Any:
        """The answer, whatever its status says."""
        try:
            return self.opener.open(request, timeout=self.timeout)
        except urllib.error.HTTPError as error:
            return error


def hidden(page: str) -> dict[str, str]:
    """What the forms of a page carry along."""
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    }


def filled_in(page: str, **entries: str) -> dict[str, str]:
    """A checkout page as a shopper sends it."""
    return hidden(page) | ENTRIES | entries


Process = subprocess.Popen[bytes]


class Shop:
    """One shop with any number of processes; `with Shop(…)` ends all of them."""

    def __init__(self, instance: Path, database_url: str, **settings: str) -> None:
        self.instance = instance
        instance.mkdir(parents=True, exist_ok=True)
        self.environment = {
            name: value
            for name, value in os.environ.items()
            # As on a server: what is compiled once is not compiled at every start.
            if not name.startswith(PREFIX) and name != "PYTHONDONTWRITEBYTECODE"
        } | {
            PREFIX + name.upper(): value
            for name, value in {
                "instance": str(instance),
                "database_url": database_url,
                **settings,
            }.items()
        }
        self.running: list[subprocess.Popen[bytes]] = []
        self.log = instance / "log"

    def __enter__(self) -> "Shop":
        return self

    def __exit__(self, *_: object) -> None:
        for process in list(self.running):  # each is taken off it
            self.kill(process)

    def web(self, port: int, **environment: str) -> subprocess.Popen[bytes]:
        """A web process with its own port; not ready yet."""
        settings = Settings(instance=self.instance, port=port, secret_key="unused")
        return self._start(serve._site(settings), environment)

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        return self._start(serve._flask("worker"), environment)

    def flask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command, to its end."""
        return subprocess.run(
            serve._flask(*words), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL to a process and all it has started: none of them gets to say goodbye."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process in self.running:
            self.running.remove(process)

    def _start(self, command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**self.environment, **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=serve._end_with_parent,
            )
        self.running.append(process)
        return process


def ready(port: int, path: str = "/readyz") -> float:
    """Seconds until a server says that it can serve."""
    began, told = time.monotonic(), ""
    while time.monotonic() < began + PATIENCE:
        try:
            answer = Browser(port, timeout=5).get(path)
        except NoAnswer as trouble:
            told = str(trouble)
        else:
            if answer.status == 200:
                return time.monotonic() - began
            told = answer.text
        time.sleep(0.02)
    raise AssertionError(f"nothing serves on port {port}: {told}")


def free_port() -> int:
    """A port to serve on, below those that systems give to clients.

    Among those, somebody who asks a server that was killed a moment ago may be given its very port, be connected with
    themselves, and keep it from the server that comes after.
    """
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
