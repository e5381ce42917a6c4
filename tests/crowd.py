"""Many clients at once, each on a connection of its own, and clients that do not behave. Knows sockets, no test."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Sequence
from typing import Any

from serving import Answer


def request(path: str, body: Any, *headers: str) -> bytes:
    """A POST as it goes over the wire; the connection is closed after it."""
    content = json.dumps(body).encode()
    head = [f"POST {path} HTTP/1.1", "host: localhost", "connection: close", "content-type: application/json"]
    return "\r\n".join([*head, *headers, f"content-length: {len(content)}", "", ""]).encode() + content


def answers(address: str, requests: Sequence[bytes], timeout_s: float = 60.0) -> list[Answer | None]:
    """What each of them is answered, all asked at once; None where the connection broke."""

    async def one(raw: bytes) -> Answer | None:
        host, _, port = address.rpartition(":")
        try:
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(raw)
            reply = await reader.read()
        except ConnectionError:
            return None
        writer.close()
        return read(reply) if reply else None

    async def everybody() -> list[Answer | None]:
        async with asyncio.timeout(timeout_s):
            return list(await asyncio.gather(*map(one, requests)))

    return asyncio.run(everybody())


def read(reply: bytes) -> Answer:
    """A reply with its body, chunks put together; a body cut short is told as it is."""
    head, _, body = reply.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        pieces = []
        while body:
            size, _, body = body.partition(b"\r\n")
            pieces.append(body[: int(size, 16)])
            body = body[int(size, 16) + 2 :]
        body = b"".join(pieces)
    return Answer(int(status.split()[1]), headers, body)


def connected(address: str) -> socket.socket:
    """A plain connection."""
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=30)


def everything(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    gathered = b""
    while piece := connection.recv(65536):
        gathered += piece
    return gathered
