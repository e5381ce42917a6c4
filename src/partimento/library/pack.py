"""Writing a pack: chosen items in one signed file. Knows what may leave the house; leaves fields to `manifest`.

Prompts, users, keys and costs stay; an item in whose fields or value something personal is found stays, too.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, StoreReadOnly
from partimento.library.job import Listed
from partimento.library.manifest import FORMAT, ITEMS, MANIFEST, SIGNATURE, Manifest, Packed, Provenance, encoded
from partimento.library.shelf import Shelf
from partimento.library.signing import Signer
from partimento.pipeline.redact import redact_value

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The same items make the same bytes, whenever they are packed."""


class Exported(Struct, frozen=True, kw_only=True):
    """What was written. `withheld`: items left out because something personal was found in them."""

    path: str
    name: str
    version: str
    items: int
    bytes: int
    signed_by: str
    withheld: int = 0


class About(Struct, frozen=True, kw_only=True):
    """What the owner says of a pack, and when it is made (Unix seconds)."""

    name: str
    version: str
    licence: str
    made_at: float
    made_with: str


def export(shelf: Shelf, chosen: Iterable[Listed], path: Path, about: About, signer: Signer) -> Exported:
    """Write the pack, whole or not at all. Raises BadInput where nothing was chosen, StoreReadOnly."""
    withheld = 0
    tasks: dict[str, int] = {}
    digest, size, count = hashlib.sha256(), 0, 0
    with tempfile.TemporaryFile() as lines:
        for packed in _each_once(shelf, chosen):
            if packed is None:
                withheld += 1
                continue
            line = encoded(packed) + b"\n"
            lines.write(line)
            digest.update(line)
            size, count = size + len(line), count + 1
            tasks[packed.task] = max(packed.task_version, tasks.get(packed.task, 0))
        if not count:
            raise BadInput(
                "there is nothing to pack",
                why="no item of the library was chosen" + (f"; {withheld} hold something personal" if withheld else ""),
                mend="see what is there with `partimento library coverage`",
            )
        manifest = Manifest(
            format=FORMAT, name=about.name, version=about.version, made_at=about.made_at, items=count, items_bytes=size,
            items_sha256=digest.hexdigest(), tasks=tasks, public_key=signer.public_key, licence=about.licence,
            made_with=about.made_with,
        )  # fmt: skip
        lines.seek(0)
        _write(path, encoded(manifest), signer, lines)
    return Exported(
        path=str(path), name=about.name, version=about.version, items=count, bytes=path.stat().st_size,
        signed_by=signer.public_key, withheld=withheld,
    )  # fmt: skip


def _each_once(shelf: Shelf, chosen: Iterable[Listed]) -> Iterator[Packed | None]:
    """Each request's item; None for one that may not leave."""
    seen: set[tuple[str, str, str]] = set()
    for listed in chosen:
        what = (listed.task, listed.fields, listed.options)
        if what in seen:
            continue
        seen.add(what)
        yield _packed(shelf, listed)


def _packed(shelf: Shelf, listed: Listed) -> Packed | None:
    (row,) = shelf.store.ask("packed_item", listed.memory_id)
    value, task, version, model, engine, tier, provider, asked, written, made_at, claims = row
    fields = msgspec.json.decode(listed.fields)
    options: dict[str, Any] = msgspec.json.decode(listed.options)
    if redact_value((fields, options.get("system"), msgspec.json.decode(value))).values:
        return None
    return Packed(
        id=listed.memory_id, task=task, task_version=version, fields=fields, options=options,
        fingerprint=listed.item_key, space=listed.space, value=msgspec.Raw(value),
        provenance=Provenance(
            model=model, engine=engine, tier=tier, provider=provider, made_at=made_at, input_tokens=asked,
            output_tokens=written, claims=claims,
        ),
    )  # fmt: skip


def _write(path: Path, manifest: bytes, signer: Signer, lines: IO[bytes]) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as whole:
            whole.writestr(_member(MANIFEST), manifest)
            whole.writestr(_member(SIGNATURE), signer.sign(manifest).encode())
            with whole.open(_member(ITEMS), "w") as member:
                while block := lines.read(1 << 20):
                    member.write(block)
        fresh.replace(path)
    except OSError as error:
        raise StoreReadOnly(
            f"cannot write {path}", why=error.strerror or str(error), mend="name a folder that may be written"
        ) from error
    finally:
        fresh.unlink(missing_ok=True)


def _member(name: str) -> zipfile.ZipInfo:
    told = zipfile.ZipInfo(name, _EPOCH)
    told.compress_type = zipfile.ZIP_DEFLATED
    told.external_attr = 0o644 << 16
    return told
