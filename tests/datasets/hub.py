"""A hub of one data set on this machine: what the package `datasets` asks of the Hugging Face hub, and no more."""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import unquote, urlparse

ID: Final = "team/tiny"
COMMIT: Final = "0123456789abcdef0123456789abcdef01234567"
"""The only commit that there is."""


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """The address of a hub that has `files`, and the paths of the files that it sent, as they are sent."""
    sent: list[str] = []

    class Hub(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = unquote(urlparse(self.path).path)
            recursive = "recursive=true" in self.path.lower()
            resolved, tree = f"/datasets/{ID}/resolve/", f"/api/datasets/{ID}/tree/{COMMIT}"
            if path.startswith(resolved):
                commit, _, name = path.removeprefix(resolved).partition("/")
                self.file(name if commit == COMMIT else None)
            elif path.startswith(tree):
                self.tree(path.removeprefix(tree).strip("/"), recursive)
            elif path == f"/api/datasets/{ID}/revision/{COMMIT}":
                siblings = [{"rfilename": name} for name in files]
                self.reply(200, {"id": ID, "sha": COMMIT, "siblings": siblings, "private": False, "gated": False})
            elif path.startswith(f"/api/datasets/{ID}/revision/"):
                self.reply(404, {"error": "Invalid rev id"}, {"X-Error-Code": "RevisionNotFound"})
            else:
                self.reply(404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})

        def file(self, name: str | None) -> None:
            if name is None:
                return self.reply(404, b"", {"X-Error-Code": "RevisionNotFound"})
            if name not in files:
                return self.reply(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})
            content = files[name]
            headers = {"ETag": f'"{oid(content)}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
            if self.command == "GET":
                sent.append(name)
            asked = self.headers.get("Range")
            if asked is None or self.command == "HEAD":
                return self.reply(200, content, headers)
            first, last = asked.removeprefix("bytes=").split("-")
            piece = content[int(first) : int(last) + 1 if last else None]
            place = f"bytes {first}-{int(first) + len(piece) - 1}/{len(content)}"
            return self.reply(206, piece, headers | {"Content-Range": place})

        def tree(self, folder: str, recursive: bool) -> None:
            inside = f"{folder}/" if folder else ""
            names = [name.removeprefix(inside) for name in files if name.startswith(inside)]
            folders = {"/".join(parts[:depth]) for parts in (name.split("/") for name in names)
                       for depth in range(1, len(parts))}  # fmt: skip
            listed = [{"type": "directory", "path": inside + name, "oid": "0" * 40, "size": 0}
                      for name in sorted(folders) if recursive or "/" not in name]  # fmt: skip
            for name in names:
                if recursive or "/" not in name:
                    content = files[inside + name]
                    listed.append({"type": "file", "path": inside + name, "oid": oid(content), "size": len(content)})
            if not listed:
                return self.reply(404, {}, {"X-Error-Code": "EntryNotFound"})
            return self.reply(200, listed)

        def reply(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in ({"Content-Type": "application/json"} | dict(headers or {})).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sent
    finally:
        server.shutdown()
        server.server_close()


def oid(content: bytes) -> str:
    """What the hub calls a file of this content."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
