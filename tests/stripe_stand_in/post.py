"""Events on their way to the shop: signed, sent more than once, in any order, held back on demand."""

import hashlib
import hmac
import json
import queue
import random
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

API_VERSION = "2026-10-28.endive"
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Message(NamedTuple):
    """One event as it is sent."""

    id: str
    type: str
    body: bytes

    def signed(self, secret: str, at: float | None = None) -> str:
        """The header as Stripe publishes it: HMAC-SHA256 of the moment, a full stop and the body."""
        moment = int(time.time() if at is None else at)
        code = hmac.new(secret.encode(), f"{moment}.".encode() + self.body, hashlib.sha256).hexdigest()
        return f"t={moment},v1={code}"


Deliver = Callable[[bytes, str], int]


def over_http(address: str) -> Deliver:
    """To an endpoint somewhere."""

    def deliver(body: bytes, signature: str) -> int:
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        try:
            with DIRECTLY.open(urllib.request.Request(address, body, headers), timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    return deliver


class Post:
    """The sender. `held`: events wait until `release`; otherwise each leaves twice, soon after it was told."""

    def __init__(self, secret: str, deliver: Deliver | None = None, *, held: bool = False) -> None:
        self.secret, self.deliver, self.held = secret, deliver, held
        self.waiting: list[Message] = []
        self.sent: list[tuple[Message, int]] = []
        self.unsent: list[Message] = []
        self._queue: queue.Queue[Message] = queue.Queue()
        if not held:
            threading.Thread(target=self._run, daemon=True).start()

    def tell(self, kind: str, thing: dict[str, Any], **more: Any) -> None:
        message = written(kind, thing, **more)
        if self.held:
            self.waiting.append(message)
        else:
            self._queue.put(message)

    def release(self, messages: Iterable[Message] | None = None) -> list[int]:
        """Sends what was held back, or these, in this order; what was answered."""
        if messages is None:
            messages, self.waiting = self.waiting, []
        return [self.send(message) for message in messages]

    def send(self, message: Message) -> int:
        if self.deliver is None:
            self.unsent.append(message)
            return 0
        status = self.deliver(message.body, message.signed(self.secret))
        self.sent.append((message, status))
        return status

    def _run(self) -> None:
        """Takes a few at a time, shuffles them, sends each twice, and again later what was not taken."""
        while True:
            batch = [self._queue.get()]
            time.sleep(0.15)
            while not self._queue.empty():
                batch.append(self._queue.get())
            batch *= 2
            random.shuffle(batch)
            for message in batch:
                if self.send(message) not in range(200, 300) and self.deliver is not None:
                    threading.Timer(1.0, self._queue.put, [message]).start()


def written(kind: str, thing: dict[str, Any], **more: Any) -> Message:
    name = f"evt_{secrets.token_hex(12)}"
    event = {
        "id": name,
        "object": "event",
        "api_version": API_VERSION,
        "created": int(time.time()),
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": f"req_{secrets.token_hex(7)}", "idempotency_key": None},
        "type": kind,
    }
    return Message(name, kind, json.dumps(event | more, indent=2).encode())
