"""Reading a pack: what it is, whose, and whether every item in it holds. Trusts nothing it says of itself; writes
nothing, which `bringing` does.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, get_args

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError, TooLarge
from partimento.core.model import Tier
from partimento.core.request import Options, Request
from partimento.core.task import Task
from partimento.decoding.schema import decode
from partimento.library.manifest import (
    FORMAT,
    ITEMS,
    MANIFEST,
    MEMBERS,
    MOST_BYTES,
    MOST_ITEMS,
    MOST_LINE,
    MOST_MANIFEST,
    SIGNATURE,
    Manifest,
    Packed,
)
from partimento.library.plan import Known
from partimento.library.signing import is_signed
from partimento.pipeline.claims import proven
from partimento.pipeline.record import content_id

_MEND: Final = "ask for the pack again, and compare its size"
_packed = msgspec.json.Decoder(Packed)


class Unfit(Struct, frozen=True):
    """An item that cannot be served here, and why."""

    line: int
    why: str


class Fit(Struct, frozen=True):
    """An item that can: its request, and its line."""

    line: int
    packed: Packed
    request: Request[Any]


def manifest_of(path: Path) -> Manifest:
    """What a pack says of itself, once its signature holds and its items are those that were signed.

    Raises BadInput, TooLarge.
    """
    with _opened(path) as whole:
        raw = _small(whole, MANIFEST)
        manifest = _manifest(raw, path)
        if not is_signed(raw, _small(whole, SIGNATURE).decode("ascii", "replace").strip(), manifest.public_key):
            raise BadInput(
                f"the signature of {path.name} is broken",
                why="its manifest is not the one that was signed: it was damaged or changed on the way",
                mend=_MEND,
            )
        with whole.open(ITEMS) as member:
            _check_items(member, manifest, path)
    return manifest


def lines_of(path: Path) -> Iterator[bytes]:
    """The items' lines, of a pack whose manifest holds. Raises BadInput, TooLarge."""
    with _opened(path) as whole, whole.open(ITEMS) as member:
        while line := member.readline(MOST_LINE + 1):
            if len(line) > MOST_LINE:
                raise TooLarge(f"an item of {path.name} is too large", why=f"over {MOST_LINE} bytes", mend=_MEND)
            yield line


def read_item(line: bytes, number: int, known: Known) -> Fit | Unfit:
    """One item proven: its task and version are known here, its content is what its id says, and it passes the task's
    own proofs."""
    try:
        packed = _packed.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Unfit(number, f"it cannot be read: {error}")
    if packed.task not in known.task_names():
        return Unfit(number, f"there is no task {packed.task!r} here")
    task = known.task(packed.task)
    if packed.task_version != task.version:
        return Unfit(
            number, f"it is made for version {packed.task_version} of {task.name}, and this is version {task.version}"
        )
    if packed.id != content_id(task.name, task.version, bytes(packed.value), packed.provenance.model):
        return Unfit(number, "its content is not what its id says")
    if packed.provenance.tier not in get_args(Tier):
        return Unfit(number, f"there is no tier {packed.provenance.tier!r}")
    if packed.space != task.name and not packed.space.startswith(f"{task.name} in "):
        return Unfit(number, f"the space {packed.space!r} is not of its task")
    try:
        options = msgspec.convert(packed.options, Options)
        request: Request[Any] = task.ask(packed.fields).with_(options=options)
        value = decode(bytes(packed.value), task.output)
    except (PartimentoError, ValueError) as error:
        return Unfit(number, str(error))
    flaw = _flaw(task, request.inputs, value)
    return Unfit(number, flaw) if flaw else Fit(number, packed, request)


def _flaw(task: Task[..., Any], inputs: Any, value: Any) -> str:
    """The first thing that does not hold."""
    try:
        for proof in task.proofs:
            for reason in proof(inputs, value):
                return reason
        claims = proven(value, task.claims)
    except Exception as error:  # noqa: BLE001  # a value that was made to break a check is no sound one
        return f"it cannot be checked ({type(error).__name__})"
    return next(iter((*claims.flaws, *claims.corrections)), "")


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as whole:
            _check_members(whole, path)
            yield whole
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInput(
            f"{path.name} is no whole pack", why=f"it is damaged, cut off or another kind of file: {error}", mend=_MEND
        ) from error
    except OSError as error:
        raise BadInput(
            f"cannot read the pack {path}", why=error.strerror or str(error), mend="name a file that is there"
        ) from error


def _check_members(whole: zipfile.ZipFile, path: Path) -> None:
    """Exactly the three members, once each: nothing is ever unpacked to a name the file brings."""
    names = [member.filename for member in whole.infolist()]
    if sorted(names) != sorted(MEMBERS):
        strange = next((name for name in names if name not in MEMBERS or names.count(name) > 1), "")
        raise BadInput(
            f"{path.name} is no pack",
            why=f"it holds {strange[:100]!r}" if strange else f"it has not {', '.join(set(MEMBERS) - set(names))}",
            mend=f"a pack holds {', '.join(MEMBERS)} and nothing else",
        )


def _small(whole: zipfile.ZipFile, name: str) -> bytes:
    with whole.open(name) as member:
        raw = member.read(MOST_MANIFEST + 1)
    if len(raw) > MOST_MANIFEST:
        raise TooLarge(f"the pack's {name} is too large", why=f"over {MOST_MANIFEST} bytes", mend=_MEND)
    return raw


def _manifest(raw: bytes, path: Path) -> Manifest:
    try:
        told = msgspec.json.decode(raw)
        version = told.get("format") if isinstance(told, dict) else None
        if isinstance(version, int) and version > FORMAT:
            raise BadInput(
                f"{path.name} was written by a newer Partimento",
                why=f"its format is {version}, this version reads {FORMAT}",
                mend="upgrade with `pip install --upgrade partimento`",
            )
        manifest = msgspec.convert(told, Manifest)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"the manifest of {path.name} cannot be read", why=str(error), mend=_MEND) from error
    if not all(word.isprintable() and len(word) <= 200 for word in (manifest.name, manifest.version)):
        raise BadInput(
            f"the manifest of {path.name} cannot be read", why="name and version are printable words", mend=_MEND
        )
    if not (0 < manifest.items <= MOST_ITEMS and 0 < manifest.items_bytes <= MOST_BYTES):
        raise TooLarge(
            f"{path.name} is too large",
            why=f"{manifest.items:,} items of {manifest.items_bytes:,} bytes; {MOST_ITEMS:,} and {MOST_BYTES:,} are the"
            " most",
            mend="have it packed in parts",
        )
    return manifest


def _check_items(member: IO[bytes], manifest: Manifest, path: Path) -> None:
    """No byte beyond what was signed is unpacked, however much the file would give."""
    digest, size, lines = hashlib.sha256(), 0, 0
    while block := member.read(1 << 20):
        size += len(block)
        if size > manifest.items_bytes:
            break
        digest.update(block)
        lines += block.count(b"\n")
    if size != manifest.items_bytes or digest.hexdigest() != manifest.items_sha256 or lines != manifest.items:
        raise BadInput(
            f"the items of {path.name} are not those that were signed",
            why="their SHA-256 differs from the manifest's: the file was damaged or changed",
            mend=_MEND,
        )
