"""A hub on loopback that gives out models as Hugging Face's does, and fails as it does when told to. Knows the protocol
as far as its client asks for it; leaves what is in the repositories to the test.

Set HF_ENDPOINT to `base_url`. Large files come by a redirect to another server, `store_url`, with the sum in its head,
as from the hub's own store; no xet is offered.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from msgspec import Struct

LARGE = (".gguf", ".safetensors", ".bin")


class Repository(Struct, frozen=True, kw_only=True):
    """A repository. `gated`: given only to `token`; `licence`: of its card."""

    files: dict[str, bytes]
    gated: bool = False
    token: str = "hf_good"  # noqa: S105 nobody's
    licence: str = "apache-2.0"

    @property
    def revision(self) -> str:
        """A commit: it changes with what is in it."""
        told = hashlib.sha1(usedforsecurity=False)
        for name, content in sorted(self.files.items()):
            told.update(name.encode() + hashlib.sha256(content).digest())
        return told.hexdigest()


class Asked(Struct, frozen=True):
    """A request as it came."""

    method: str
    path: str
    range: str
    authorization: str


class Hub:
    """The server, in threads of its own.

    `cuts`: bytes of a file after which its connection breaks, used up one by one; `damages`: how often a file still
    comes with a flipped byte; `gap_s` passes before each 64 KiB; `down`: every answer is 503; `holds_after`: after so
    many bytes a file waits, and `held` is set, until `release` is. `asked` is what came in.
    """

    def __init__(self, repositories: Mapping[str, Repository]) -> None:
        self.repositories = dict(repositories)
        self.cuts: dict[str, list[int]] = {}
        self.damages: dict[str, int] = {}
        self.gap_s = 0.0
        self.down = self.ranges_ignored = False
        self.holds_after: int | None = None
        self.held, self.release = threading.Event(), threading.Event()
        self.asked: list[Asked] = []
        self.sent_bytes = 0
        self.base_url = self.store_url = ""

    def __enter__(self) -> Self:
        own: type[_Answering] = type("Answering", (_Answering,), {"told": self})
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), own) for _ in range(2)]
        self.base_url, self.store_url = (f"http://127.0.0.1:{server.server_port}" for server in self._servers)
        self._threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="hub")
            for server in self._servers
        ]
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.daemon_threads = True
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()

    @property
    def downloads(self) -> list[Asked]:
        """The requests for files' bytes, without those that were sent elsewhere."""
        return [one for one in self.asked if one.method == "GET" and ("/store/" in one.path or "/small/" in one.path)]


class _Answering(BaseHTTPRequestHandler):
    """Answers one connection's requests."""

    protocol_version = "HTTP/1.1"
    told: Hub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, *_: Any) -> None:
        """Silent."""

    def _answer(self, *, body: bool) -> None:
        path = unquote(urlsplit(self.path).path).strip("/")
        headers = self.headers
        seen = Asked(self.command, f"/{path}", headers.get("Range", ""), headers.get("Authorization", ""))
        self.told.asked.append(seen)
        try:
            if self.told.down:
                self._plain(503, b"down for maintenance")
            elif path.startswith("api/models/"):
                self._info(path.removeprefix("api/models/"))
            elif "/resolve/" in path:
                self._resolve(path, body=body)
            elif path.startswith(("store/", "small/")):
                self._bytes(path, body=body)
            else:
                self._plain(404, b"Not Found")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _info(self, path: str) -> None:
        name, _, revision = path.partition("/revision/")
        found = self._repository(name)
        if found is None:
            return
        if revision not in ("", "main", found.revision):
            self._plain(404, b"Not Found", ("X-Error-Code", "RevisionNotFound"))
            return
        siblings = [_sibling(name, content) for name, content in found.files.items()]
        card = {"license": found.licence}
        told = {"id": name, "modelId": name, "sha": found.revision, "siblings": siblings, "cardData": card,
                "private": False, "gated": "auto" if found.gated else False, "disabled": False, "tags": [],
                "downloads": 0, "likes": 0}  # fmt: skip
        self._plain(200, json.dumps(told).encode(), ("Content-Type", "application/json"))

    def _resolve(self, path: str, *, body: bool) -> None:
        name, _, rest = path.partition("/resolve/")
        revision, _, file = rest.partition("/")
        found = self._repository(name, gate=True)
        if found is None:
            return
        if revision not in ("main", found.revision):
            self._plain(404, b"", ("X-Error-Code", "RevisionNotFound"))
        elif file not in found.files:
            self._plain(404, b"", ("X-Error-Code", "EntryNotFound"), ("X-Repo-Commit", found.revision))
        elif file.endswith(LARGE):
            content = found.files[file]
            sha256 = hashlib.sha256(content).hexdigest()
            self._plain(
                302, b"", ("Location", f"{self.told.store_url}/store/{name}/{file}"), ("X-Repo-Commit", found.revision),
                ("X-Linked-Size", str(len(content))), ("X-Linked-ETag", f'"{sha256}"'), ("ETag", '"pointer"'),
            )  # fmt: skip
        else:
            self._bytes(f"small/{name}/{file}", body=body)

    def _bytes(self, path: str, *, body: bool) -> None:
        """The content of a file, or from where a Range says."""
        owner, repository, file = path.split("/", 3)[1:]
        found = self.told.repositories[f"{owner}/{repository}"]
        content = found.files[file]
        begin = 0
        asked = self.headers.get("Range", "")
        if asked.startswith("bytes=") and not self.told.ranges_ignored:
            begin = int(asked.removeprefix("bytes=").split("-")[0])
        if begin and begin >= len(content):
            self._plain(416, b"")
            return
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(content) - begin))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", f'"{_blob(content)}"')
        self.send_header("X-Repo-Commit", found.revision)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if body:
            self._send(file, content, begin)

    def _send(self, file: str, content: bytes, begin: int) -> None:
        if self.told.damages.get(file, 0) > 0 and begin == 0:
            self.told.damages[file] -= 1
            content = bytes([content[0] ^ 1]) + content[1:]
        cuts = self.told.cuts.get(file, [])
        end = min(len(content), begin + cuts.pop(0)) if cuts else len(content)
        for place in range(begin, end, 65536):
            if self.told.gap_s:
                time.sleep(self.told.gap_s)
            if self.told.holds_after is not None and place - begin >= self.told.holds_after:
                self.wfile.flush()
                self.told.held.set()
                self.told.release.wait(30)
            block = content[place : min(end, place + 65536)]
            self.wfile.write(block)
            self.told.sent_bytes += len(block)
        if end < len(content):
            self.wfile.flush()
            self.close_connection = True

    def _repository(self, name: str, *, gate: bool = False) -> Repository | None:
        """The repository, or None once it was told why not."""
        found = self.told.repositories.get(name)
        if found is None:
            self._plain(401, b'{"error":"Invalid username or password."}', ("X-Error-Code", "RepoNotFound"))
            return None
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if gate and found.gated and token != found.token:
            self._plain(403 if token else 401, b"", ("X-Error-Code", "GatedRepo"))
            return None
        return found

    def _plain(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _sibling(name: str, content: bytes) -> dict[str, Any]:
    told: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": _blob(content)}
    if name.endswith(LARGE):
        told["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    return told


def _blob(content: bytes) -> str:
    """The sum that git gives a file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
