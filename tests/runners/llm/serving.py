"""A server on the loopback that speaks as OpenAI-compatible ones do, and as they misbehave."""

import atexit
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NAMES = {
    "سيرغي لافروف": "PERS", "موسكو": "GPE", "الأمم المتحدة": "ORG", "القاهرة": "GPE", "البصرة": "GPE", "بوتين": "PERS",
    "غزة": "GPE", "لبنان": "GPE", "الصين": "GPE", "Geneva": "GPE", "Reuters": "ORG", "أمس": "DATE",
}  # fmt: skip
"""What `by_rule` finds, with its types."""


@dataclass(frozen=True)
class Response:
    """What goes back over the wire: JSON or bytes, or nothing but a connection that is closed."""

    body: object = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    pause: float = 0.0
    """Seconds before each byte of the body."""
    drop: bool = False


@dataclass(frozen=True)
class Asked:
    """A request as it came; names of headers in small letters."""

    body: dict[str, Any]
    headers: Mapping[str, str]
    path: str

    @property
    def question(self) -> str:
        """The last message."""
        return str(self.body["messages"][-1]["content"])

    @property
    def sentences(self) -> dict[int, str]:
        """The numbered sentences of the question."""
        return {int(number): text for number, text in re.findall(r"^\[(\d+)\] (.*)$", self.question, re.MULTILINE)}


Answer = Callable[[Asked], Response]


def completion(text: str | None, finish: str | None = "stop", **further: Any) -> Response:
    """A chat completion as OpenAI writes it; `further` are fields of the message, `usage` of the whole."""
    usage = further.pop("usage", {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120})
    message = {"role": "assistant", "content": text, **further}
    body: dict[str, Any] = {
        "id": "x", "object": "chat.completion", "created": 0, "model": "served-1",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
    }  # fmt: skip
    return Response(body if usage is None else body | {"usage": usage})


def error(status: int, message: str = "no", headers: Mapping[str, str] | None = None, **further: Any) -> Response:
    """An error as OpenAI writes it."""
    return Response({"error": {"message": message, "type": "x", **further}}, status, headers or {})


def found(asked: Asked) -> dict[str, Any]:
    """What `by_rule` answers: each name each time it occurs in a sentence, and one label for every sentence."""
    entities = [
        {"sentence": number, "quote": name, "type": kind}
        for number, text in asked.sentences.items()
        for name, kind in NAMES.items()
        for _ in range(text.count(name))
    ]
    labels = [{"sentence": number, "label": "NFS"} for number in asked.sentences]
    return {"entities": entities, "claims": [], "sentences": labels}


def by_rule(asked: Asked) -> Response:
    """An answer that depends on the question alone."""
    return completion(json.dumps(found(asked), ensure_ascii=False))


@dataclass
class Server:
    """A running server: what it was asked, and what it answers next."""

    answer: Answer
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    port: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def endpoint(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    def respond(self, asked: Asked) -> Response:
        """The answer to a request, which is kept."""
        with self._lock:
            self.asked.append(asked)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            response = self.answer(asked)
            time.sleep(response.delay)
        finally:
            with self._lock:
                self._now -= 1
        return response


def in_turn(*responses: Response, then: Answer = by_rule) -> Answer:
    """These responses, one a request, and after them what `then` answers."""
    left = list(responses)
    lock = threading.Lock()

    def answer(asked: Asked) -> Response:
        with lock:
            response = left.pop(0) if left else None
        return then(asked) if response is None else response

    return answer


@contextmanager
def serving(answer: Answer = by_rule) -> Iterator[Server]:
    """A server that answers so, until the block ends."""
    server = Server(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            response = server.respond(
                Asked(body, {name.lower(): value for name, value in self.headers.items()}, self.path)
            )
            if response.drop:
                self.close_connection = True
                return
            raw = response.body if isinstance(response.body, bytes) else json.dumps(response.body).encode()
            kind = "text/html" if raw.startswith(b"<") else "application/json"
            try:
                self.send_response(response.status)
                for name, value in {"content-type": kind, **response.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                pieces = [raw[place : place + 1] for place in range(len(raw))] if response.pause else [raw]
                for piece in pieces:
                    time.sleep(response.pause)
                    self.wfile.write(piece)
            except OSError:
                # The client did not wait for it.
                self.close_connection = True

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: Any) -> None:
            pass

    http = Quiet(("127.0.0.1", 0), Handler)
    server.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@cache
def lasting() -> Server:
    """A server that answers by rule until the process ends."""
    block = serving()
    atexit.register(block.__exit__, None, None, None)
    return block.__enter__()
