"""`python -m webapp.serve`: the site and its worker together, until the last process is gone."""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from webapp.settings import Settings, SettingsError, variable

ROOT = Path(__file__).resolve().parent.parent
# Else the C library keeps a heap for each thread, of which none gives back what another could use.
FEW_HEAPS = {"MALLOC_ARENA_MAX": "2"}
PATIENCE = 10.0  # seconds between asking a process to end and ending it
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # our own site, whatever proxy is set


class Stop(Exception):
    """Somebody pressed Ctrl-C or asked this process to end."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--demo", action="store_true", help="with demo catalogues and a demo sign-in")
    demo = arguments.parse_args().demo
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        return _say(str(error))
    if not _is_free(settings.host, settings.port):
        return _say(f"port {settings.port} is taken; free it or choose another: LEKALO_PORT=8001 make run")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    running: list[subprocess.Popen[bytes]] = []
    try:
        prepared = _start(_flask("prepare", *(["--demo"] if demo else [])))
        running.append(prepared)
        if prepared.wait() != 0:
            return _say("not started: see above")
        running[:] = [_start(_site(settings), demo=demo), _start(_flask("worker"))]
        _wait_until_ready(settings, running)
        _greet(settings, demo)
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
        return _say("the site or its worker has ended by itself; the other is stopped too")
    except Stop:
        return 0
    finally:
        _end(running)


def _site(settings: Settings) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "webapp:create_app"),
        *("--host", settings.host, "--port", str(settings.port), "--working-dir", str(ROOT)),
        *("--workers", str(settings.workers), "--blocking-threads", str(settings.threads)),
        *("--log-level", "warning", "--workers-kill-timeout", "5"),
    ]


def _flask(*words: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "webapp", *words]


def _start(command: list[str], *, demo: bool = False) -> subprocess.Popen[bytes]:
    """`demo`: the demo owner may sign in with a password alone, and nowhere else."""
    environment = {**FEW_HEAPS, **os.environ, variable("demo"): "1" if demo else "0"}
    # A session of its own: Ctrl-C reaches this process alone, which then ends the others in good order.
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True, preexec_fn=_end_with_parent
    )


def _end_with_parent() -> None:
    """Asks Linux to end a child whose parent was killed; elsewhere there is nothing of the kind."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _wait_until_ready(settings: Settings, running: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and all(process.poll() is None for process in running):
        try:
            DIRECTLY.open(_address(settings) + "/readyz", timeout=2).close()
            return
        except urllib.error.HTTPError:
            return  # it answers, and says itself what is missing
        except OSError:
            time.sleep(0.05)


def _greet(settings: Settings, demo: bool) -> None:
    lines = [
        "",
        f"  Lekalo runs:  {_address(settings)}/",
        f"  The desk:     {_address(settings)}/staff/",
    ]
    sign_in = settings.instance / "demo-sign-in"
    if demo and sign_in.exists():
        email, password = sign_in.read_text().split()
        lines.append(f"  Sign in as:   {email}  password: {password}  (the demo owner)")
    if not settings.smtp_url:
        lines.append(f"  Mails go to:  {settings.instance / 'mail'}")
    print(*lines, "  Ctrl-C stops everything.", "", sep="\n", flush=True)  # noqa: T201


def _address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    return f"http://{host}:{settings.port}"


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _say(sentence: str) -> int:
    print(f"lekalo: {sentence}", file=sys.stderr, flush=True)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
