"""One command brings up the site and its worker, and takes all of it down again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.running import PATIENCE, free_port
from webapp.settings import ROOT

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(tmp_path: Path, port: int) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def serve(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "webapp.serve", *words],
            cwd=ROOT,
            env={**os.environ, "LEKALO_INSTANCE": str(tmp_path), "LEKALO_PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield serve
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)


def told_until(process: subprocess.Popen[str], words: str) -> str:
    """What the process has said up to these words."""
    told = ""
    assert process.stdout is not None
    for line in process.stdout:
        told += line
        if words in line:
            return told
    raise AssertionError(f"it ended without saying {words!r}: {told}")


def answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_it_starts_with_the_demo_says_where_and_ends_with_ctrl_c(
    start: Start, port: int, tmp_path: Path
) -> None:
    process = start("--demo")
    told = told_until(process, "Ctrl-C stops everything")
    assert f"http://127.0.0.1:{port}/" in told
    assert "desk@lekalo.example" in told
    assert answers(port, "/healthz")
    assert answers(port, "/readyz")
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    assert not answers(port, "/healthz")
    assert processes_of(tmp_path) == []


def test_nothing_is_left_when_it_is_killed(start: Start, port: int, tmp_path: Path) -> None:
    process = start()
    told_until(process, "Ctrl-C stops everything")
    process.kill()
    process.wait()
    deadline = time.monotonic() + PATIENCE
    while processes_of(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(tmp_path) == []


def test_a_taken_port_is_said_in_one_line(start: Start, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = start()
        assert process.wait(PATIENCE) == 1
    assert process.stdout is not None
    (line,) = process.stdout.read().splitlines()
    assert f"port {port} is taken" in line
    assert "LEKALO_PORT=" in line


def processes_of(instance: Path) -> list[str]:
    """The processes that run with this instance folder (Linux tells)."""
    mark = f"LEKALO_INSTANCE={instance}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes().split(b"\0"):
                found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found
