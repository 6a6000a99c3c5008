"""Servers to measure: the site as `make run` starts it, and the reference page on the same server."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from webapp import serve
from webapp.settings import PREFIX, ROOT, Settings

PATIENCE = 60.0


class Host:
    """A started server with its processes; `with Host(…)` ends all of them."""

    def __init__(self, command: list[str], port: int, instance: Path, page: str) -> None:
        self.port = port
        self.instance = instance
        log = instance / f"bench-{port}.log"
        began = time.perf_counter()
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=_environment(instance, port),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_for(page, log)
        except BaseException:
            self.end()
            raise
        self.seconds_to_first_answer = time.perf_counter() - began

    def __enter__(self) -> "Host":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def memory(self) -> float:
        """The largest resident size of a web process, in MiB."""
        return max(_resident(pid) for pid in self._web_processes())

    def worked(self) -> float:
        """Seconds of processor time that the web processes have taken so far."""
        return sum(_worked(pid) for pid in self._web_processes())

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _wait_for(self, page: str, log: Path) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{page}", timeout=10).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.005)
        raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")

    def _web_processes(self) -> list[int]:
        """The processes that answer: the children of Granian's own."""
        parents, words = _processes()
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        masters = {pid for pid in family if b"granian" in words[pid]}
        return [pid for pid in family if parents[pid] in masters and b"resource_tracker" not in words[pid]]


def site(instance: Path) -> Host:
    """The whole site with its worker, on the demo catalogues, until the configurator answers."""
    command = [sys.executable, "-m", "webapp.serve", "--demo"]
    return Host(command, free_port(), instance, "/configure/bicycle")


def web_alone(instance: Path) -> Host:
    """The web processes of a prepared instance, as they are started without the worker beside them."""
    port = free_port()
    return Host(_granian(port, instance), port, instance, "/configure/bicycle")


def hello(instance: Path) -> Host:
    """H: a hello-world page on the site's own server, with its processes and threads."""
    port = free_port()
    command = [
        word.replace("webapp:create_app", "tests.bench.hello:create_app") for word in _granian(port, instance)
    ]
    return Host(command, port, instance, "/")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _granian(port: int, instance: Path) -> list[str]:
    return serve._site(Settings(port=port, instance=instance))


def _environment(instance: Path, port: int) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        # As on a server: what is compiled once is not compiled at every start.
        if not name.startswith(PREFIX) and name != "PYTHONDONTWRITEBYTECODE"
    }
    return serve.FEW_HEAPS | kept | {"LEKALO_INSTANCE": str(instance), "LEKALO_PORT": str(port)}


def _processes() -> tuple[dict[int, int], dict[int, bytes]]:
    """Parent and command line of every process, as Linux tells them."""
    parents: dict[int, int] = {}
    words: dict[int, bytes] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            words[int(place.name)] = (place / "cmdline").read_bytes()
        except OSError:
            parents.pop(int(place.name), None)  # it has just ended
    return parents, words


def _worked(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    for row in Path(f"/proc/{pid}/status").read_text().splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) / 1024
    raise RuntimeError(f"process {pid} does not tell its size")
