"""What parts of a conversation are made of: data URLs, kinds of pictures, the arguments of tool calls. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading JSON from a stranger may raise: no JSON, no UTF-8, brackets thousands deep."""

_SUFFIXES = {"png": "png", "gif": "gif", "webp": "webp", "heic": "heic", "heif": "heif", "jpg": "jpeg", "jpeg": "jpeg"}


def data_url(source: bytes) -> tuple[str, str] | None:
    """The media type and the base64 text of a data URL; None for any other URL."""
    if not source.startswith(b"data:"):
        return None
    head, _, data = source[5:].decode("utf-8", "replace").partition(",")
    return head.partition(";")[0] or "text/plain", data


def picture_type(url: str) -> str:
    """The media type that the suffix of a picture's URL promises; JPEG where it promises none."""
    path = url.partition("?")[0].partition("#")[0]
    return f"image/{_SUFFIXES.get(path.rpartition('.')[2].lower(), 'jpeg')}"


def arguments_of(text: str) -> dict[str, Any]:
    """The arguments of a tool call. Text that is no JSON object comes back whole, under "arguments"."""
    if not text.strip():
        return {}
    try:
        found: Any = msgspec.json.decode(text)
    except UNREADABLE:
        found = text
    return found if isinstance(found, dict) else {"arguments": found}
