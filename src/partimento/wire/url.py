"""Where a URL leads, as text: what may be shown of it, and whether that is this machine. Asks nobody."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

Headers = tuple[tuple[str, str], ...]


@lru_cache(maxsize=512)
def host_of(url: str) -> str:
    """Scheme, host and port, fit to be shown: without user, password, path or query."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an unreadable URL"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "an unreadable URL"
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{name}{port}"


def is_url(url: str) -> bool:
    """Whether this names an HTTP host."""
    return host_of(url).startswith("http")


@lru_cache(maxsize=512)
def is_loopback(url: str) -> bool:
    """Whether this host is this machine by its name alone: localhost, 127.0.0.0/8, ::1."""
    name = (urlsplit(url).hostname or "") if is_url(url) else ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
