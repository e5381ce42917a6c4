"""What a pack says of itself, and one item in it. Knows the format's fields and limits; leaves files to `pack`, reading
and trust to `unpack`.

A pack is a ZIP file of three members: `manifest.json`, `manifest.sig` (Ed25519 over the manifest's bytes, in hex) and
`items.jsonl`, whose SHA-256 the manifest tells.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec
from msgspec import Struct

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
ITEMS: Final = "items.jsonl"
MEMBERS: Final = (MANIFEST, SIGNATURE, ITEMS)
MOST_MANIFEST: Final = 1_000_000
MOST_BYTES: Final = 1_000_000_000
"""Bytes of all items together."""
MOST_LINE: Final = 8_000_000
MOST_ITEMS: Final = 1_000_000

_encoder = msgspec.json.Encoder(order="deterministic")


class Manifest(Struct, frozen=True, kw_only=True):
    """`version` is the owner's own word for this state of the pack; `tasks` are names and the versions the items were
    made for; `items_sha256` is in hex, `items_bytes` the length of items.jsonl; `made_at` in Unix seconds."""

    format: int
    name: str
    version: str
    made_at: float
    items: int
    items_bytes: int
    items_sha256: str
    tasks: dict[str, int]
    public_key: str
    licence: str = ""
    made_with: str = ""

    @property
    def id(self) -> str:
        """What the pack is known by: the same content under the same name is the same pack."""
        return hashlib.sha256(f"{self.name}\x00{self.version}\x00{self.items_sha256}".encode()).hexdigest()[:28]


class Provenance(Struct, frozen=True, kw_only=True):
    """Who made an item, when (Unix seconds), and what its prose was found to claim."""

    model: str
    engine: str
    tier: str
    provider: str
    made_at: float
    input_tokens: int = 0
    output_tokens: int = 0
    claims: str = ""


class Packed(Struct, frozen=True, kw_only=True):
    """One line of items.jsonl: what was asked, what came of it. `id` is the memory id: the SHA-256 of task, version,
    maker and value. `fingerprint` is told for other readers; who brings a pack in works out his own."""

    id: str
    task: str
    task_version: int
    fields: dict[str, Any]
    options: dict[str, Any]
    fingerprint: str
    space: str
    value: msgspec.Raw
    provenance: Provenance


def encoded(value: Manifest | Packed) -> bytes:
    """As it is written, and signed."""
    return _encoder.encode(value)
