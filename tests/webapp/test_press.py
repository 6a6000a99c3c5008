"""Pictures and papers are made apart, within limits, and of nothing but what is ours."""

import struct
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from webapp import press
from webapp.press import STATIC, Busy, Press, PressError, Unavailable
from webapp.press_pdf import file

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/>%s</svg>'


def a_script(folder: Path, text: str) -> str:
    place = folder / "script.py"
    place.write_text(text)
    return str(place)


def test_a_drawing_becomes_a_picture_of_the_width_asked_for() -> None:
    picture = press.png(SQUARE % "", 90)
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (90, 90)


@pytest.mark.parametrize(
    "inside", ['<image href="/etc/logo.png"/>', '<svg:image href="a"/>', "<foreignObject/>"]
)
def test_a_drawing_that_names_files_is_refused(inside: str) -> None:
    with pytest.raises(PressError, match="outside itself"):
        press.png(SQUARE % inside, 90)


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    slow = Press(a_script(tmp_path, "import time; time.sleep(60)"), at_once=1, seconds=1)
    with pytest.raises(PressError, match="1 s"):
        slow.make(b"")


def test_what_fails_or_lacks_a_library_says_so(tmp_path: Path) -> None:
    with pytest.raises(PressError, match="no good"):
        Press(a_script(tmp_path, "import sys; sys.exit('no good')"), at_once=1, seconds=30).make(b"")
    with pytest.raises(Unavailable):
        Press(a_script(tmp_path, "import sys; sys.exit(69)"), at_once=1, seconds=30).make(b"")


def test_few_are_made_at_once_and_the_rest_are_told(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    waiting = "while not os.path.exists(sys.argv[1]): time.sleep(0.02)"
    place = a_script(tmp_path, f"import os, sys, time\n{waiting}\nsys.stdout.write(sys.stdin.read())")
    small = Press(place, at_once=1, seconds=60)

    def make(number: int) -> str:
        try:
            return small.make(str(number).encode(), str(gate)).decode()
        except Busy:
            return "busy"

    with ThreadPoolExecutor(6) as hands:
        answers = as_completed([hands.submit(make, number) for number in range(6)])
        first = [next(answers).result() for _ in range(4)]
        gate.touch()
        rest = [answer.result() for answer in answers]
    assert first == ["busy"] * 4
    assert "busy" not in rest
    assert small.make(b"later", str(gate)) == b"later"


def test_secrets_of_ours_do_not_go_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEKALO_SECRET_KEY", "hidden")
    script = a_script(tmp_path, "import os; print(*os.environ)")
    assert b"LEKALO" not in Press(script, at_once=1, seconds=30).make(b"")


def test_a_page_asks_nobody_and_reads_no_file_but_ours(tmp_path: Path) -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    (tmp_path / "secret.css").write_text("p::after { content: 'the secret' }")
    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = f"http://127.0.0.1:{server.server_port}"
    page = press.pdf(
        f"""<!doctype html><html lang="en"><head><title>A sheet</title>
        <link rel="stylesheet" href="file://{tmp_path}/secret.css"><link rel="stylesheet" href="{there}/a.css">
        <style>@import "{there}/b.css"; p {{ background: url({there}/c.png) }}</style></head>
        <body><p>Words</p><img src="{there}/d.png" alt=""><object data="{there}/e"></object>
        <a rel="attachment" href="file:///etc/hostname">f</a></body></html>"""
    )
    server.shutdown()
    server.server_close()
    assert page.startswith(b"%PDF")
    assert asked == []
    assert b"EmbeddedFile" not in page


@pytest.mark.parametrize(
    "address",
    [
        "https://press.invalid/static/../webapp/settings.py",
        "https://press.invalid/static/%2e%2e/README.md",
        "https://press.invalid/static/vendor",
        "https://elsewhere.example/static/css/tokens.css",
        "file:///etc/passwd",
        "http://press.invalid/static/css/tokens.css",
    ],
)
def test_only_static_files_have_an_address(address: str) -> None:
    with pytest.raises(ValueError, match=r"not ours|no such file"):
        file(address, STATIC)


def test_static_files_are_found() -> None:
    assert file("https://press.invalid/static/css/tokens.css", STATIC) == STATIC / "css" / "tokens.css"
