"""Shoppers over HTTP: raw kept-alive connections that ask as htmx does and cost next to nothing themselves."""

import gzip
import html
import json
import multiprocessing
import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Barrier

from tests.bench.walk import START, Click

BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) lekalo-bench",
    "Accept": "text/html",
    "Accept-Language": "ru,en;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Dest": "empty",
}
INHERITED = re.compile(r"hx-headers:inherited='([^']*)'")
COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLIENTS = 2


class Shopper:
    """One visitor on one connection, with the cookies and headers that a browser would keep."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port = port
        self.cookies = dict([cookie.split("=", 1)]) if cookie else {}
        self.inherited: dict[str, str] = {}
        self.socket = connect(port)

    def arrive(self) -> bytes:
        """Opens the configurator, and learns what its page has htmx send along. Answers the page, packed."""
        body = self.ask(self.request(START, {"Sec-Fetch-Site": "none"}))
        for words in INHERITED.findall(gzip.decompress(body).decode()):
            self.inherited |= json.loads(html.unescape(words))
        return body

    def click(self, click: Click) -> tuple[float, bytes]:
        """How long a click took in seconds, and its answer, packed."""
        request = self.click_request(click)
        began = time.perf_counter()
        body = self.ask(request)
        return time.perf_counter() - began, body

    def timed(self, request: bytes) -> float:
        """How long a request took in seconds."""
        began = time.perf_counter()
        self.ask(request)
        return time.perf_counter() - began

    def click_request(self, click: Click) -> bytes:
        site = f"http://127.0.0.1:{self.port}"
        own = {
            "Sec-Fetch-Site": "same-origin",
            "Referer": site + click.page,
            "HX-Request": "true",
            "HX-Request-Type": "partial",
            "HX-Current-URL": site + click.page,
        }
        return self.request(click.target, own | self.inherited)

    def request(self, target: str, headers: dict[str, str]) -> bytes:
        said = {"Host": f"127.0.0.1:{self.port}", **BROWSER, **headers}
        if self.cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()), "", ""]
        return "\r\n".join(lines).encode()

    def ask(self, request: bytes) -> bytes:
        """The body of the answer."""
        self.socket.sendall(request)
        data = b""
        while (answer := body_of(data)) is None:
            data += received(self.socket)
        head = data[: len(data) - len(answer)]
        for cookie in COOKIE.findall(head):
            name, _, value = cookie.decode().partition("=")
            self.cookies[name] = value
        return answer


def connect(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=60)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def received(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        raise RuntimeError("the server closed the connection")
    return data


def body_of(data: bytes) -> bytes | None:
    """The body of an answer, None until all of it is there. Nothing but 200 is an answer here."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    length = LENGTH.search(data, 0, end + 2)
    if not data.startswith(b"HTTP/1.1 200") or length is None:
        raise RuntimeError(f"unexpected answer: {data[:200]!r}")
    body = data[end + 4 :]
    return body if len(body) >= int(length[1]) else None


def hello_request(port: int) -> bytes:
    """The reference page, asked for with the headers of a click."""
    shopper = Shopper(port)
    request = shopper.click_request(Click("/", START))
    shopper.socket.close()
    return request


def answered_at_once(port: int, conversations: Sequence[Sequence[bytes]]) -> float:
    """Answers per second while every conversation goes on at the same time, each on a connection of its own."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(CLIENTS)
    ends: list[Pipe] = []
    clients = []
    for number in range(CLIENTS):
        mine, theirs = context.Pipe(duplex=False)
        own = conversations[number::CLIENTS]
        clients.append(context.Process(target=_converse, args=(port, own, barrier, theirs)))
        clients[-1].start()
        theirs.close()
        ends.append(mine)
    spans = [end.recv() for end in ends]
    for client in clients:
        client.join()
    seconds = max(end for _, end in spans) - min(start for start, _ in spans)
    return sum(map(len, conversations)) / seconds


def _converse(port: int, conversations: list[Sequence[bytes]], barrier: Barrier, report: Pipe) -> None:
    """One client process: each connection sends its next request as soon as it has its answer."""
    waiting = selectors.DefaultSelector()
    data: dict[socket.socket, bytes] = {}
    left: dict[socket.socket, Iterator[bytes]] = {}
    for requests in conversations:
        connection = connect(port)
        data[connection], left[connection] = b"", iter(requests)
        waiting.register(connection, selectors.EVENT_READ)
    barrier.wait()
    began = time.perf_counter()
    for connection in data:
        connection.sendall(next(left[connection]))
    talking = len(data)
    while talking:
        for key, _ in waiting.select():
            connection = key.fileobj  # type: ignore[assignment]
            data[connection] += received(connection)
            if body_of(data[connection]) is None:
                continue
            data[connection] = b""
            following = next(left[connection], None)
            if following is None:
                talking -= 1
                waiting.unregister(connection)
            else:
                connection.sendall(following)
    report.send((began, time.perf_counter()))
