"""Packs in the browser: what was made given away as one signed file, and such a file taken in once its signer is agreed
to. Knows forms and where an upload waits; leaves files and trust to `library`. For the owner alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
from pathlib import Path
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError, UnknownName
from partimento.library.bringing import Imported, Trust
from partimento.library.coverage import stock
from partimento.library.front import Library
from partimento.library.job import Job
from partimento.library.manifest import Manifest
from partimento.library.signing import KEY_FILE, check_can_sign, fingerprint
from partimento.library.unpack import manifest_of
from partimento.web.grids import in_order
from partimento.web.layout import page
from partimento.web.visit import Answer, Moved, Place, Sent, Shown, Visit

PACK: Final = "application/zip"
_WAITING: Final = "packs-to-look-at"
_KEPT_S: Final = 3_600.0
_NAME: Final = re.compile(r"[0-9a-f]{64}")
_WORDS: Final = ("task", "genre", "level", "kind", "job")


class Offered(Struct, frozen=True, kw_only=True):
    """What may be packed: jobs, tasks and genres of which something is there. `key`: the fingerprint of what packs are
    signed with, "" before the first; `missing`: why nothing can be packed."""

    jobs: tuple[Job, ...]
    tasks: tuple[str, ...]
    genres: tuple[str, ...]
    key: str
    missing: PartimentoError | None

    @property
    def of_jobs(self) -> list[tuple[str, str]]:
        """What a list of jobs offers: value and words."""
        return [("", "any job"), *((job.id, job.name) for job in self.jobs)]

    @property
    def of_tasks(self) -> list[tuple[str, str]]:
        return [("", "any"), *((task, task.replace("_", " ")) for task in self.tasks)]

    @property
    def of_genres(self) -> list[tuple[str, str]]:
        return [("", "any"), *((genre, genre) for genre in self.genres)]


class Waiting(Struct, frozen=True, kw_only=True):
    """A pack that was sent and is not taken in yet. `signer` is a fingerprint; `before` that of who signed packs of its
    name until now, "" where it is the first; `since` in Unix seconds."""

    name: str
    manifest: Manifest
    bytes: int
    signer: str
    before: str
    since: float

    @property
    def is_other(self) -> bool:
        """Whether somebody else signed it than was trusted."""
        return bool(self.before) and self.before != self.signer


async def packs(visit: Visit) -> Answer:
    """GET /library/packs."""
    return await _shown(visit)


async def send(visit: Visit) -> Answer:
    """POST /library/packs: a file, kept aside until its signer is agreed to."""
    upload = visit.form.files.get("file")
    if upload is None:
        nothing = BadInput("no file came", why="none was chosen", mend="choose a .pack file and send it again")
        return await _shown(visit, nothing)
    try:
        name = await asyncio.to_thread(_put_aside, visit, upload.content)
    except PartimentoError as error:
        return await _shown(visit, error)
    return Moved(f"/library/packs/{name}")


async def look(visit: Visit) -> Answer:
    """GET /library/packs/{name}: what it says of itself, and whose it is."""
    return page(visit, "library_pack.html", pack=await asyncio.to_thread(_waiting, visit), error=None)


async def take(visit: Visit) -> Answer:
    """POST /library/packs/{name}: it is agreed to."""
    pack = await asyncio.to_thread(_waiting, visit)
    if pack.is_other and visit.form.get("agreed") != "1":
        error = BadInput(
            "the new signer is not agreed to", why="the box was not ticked", mend="compare the fingerprints first"
        )
        return page(visit, "library_pack.html", status=400, pack=pack, error=error)
    trust, partly = Trust(key=pack.manifest.public_key), visit.form.get("partly") == "1"

    def taken() -> Imported:
        path = _folder(visit.client.library) / f"{pack.name}.pack"
        found = visit.client.library.import_(path, trust, partly=partly)
        path.unlink(missing_ok=True)
        return found

    try:
        done = await asyncio.to_thread(taken)
    except PartimentoError as error:
        return page(visit, "library_pack.html", status=error.status, pack=pack, error=error)
    left_out = f"; {done.left_out:,} left out, the first because {done.first_left_out}" if done.left_out else ""
    here = "were here already" if done.already_here else "are served from now on"
    return Moved(f"/library/jobs/{done.job}", said=f"{done.items:,} items of {done.name} {here}{left_out}.")


async def give(visit: Visit) -> Answer:
    """GET /library/pack?name&version&licence&task&genre&level&kind&job: the signed file."""
    words = {name: visit.query[name] for name in _WORDS if visit.query.get(name)}
    called, licence = visit.query.get("name", "")[:200], visit.query.get("licence", "")[:200]
    version = visit.query.get("version", "")[:40] or "1"

    def packed() -> tuple[bytes, str]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "library.pack"
            told = visit.client.library.export(
                path, name=called, version=version, licence=licence, sign_with=None, **words
            )
            return path.read_bytes(), told.name

    try:
        content, name = await asyncio.to_thread(packed)
    except PartimentoError as error:
        return await _shown(visit, error)
    plain = "".join(sign if sign.isalnum() or sign in " -_." else "-" for sign in name)[:80].strip(" .") or "library"
    return Sent(content, PACK, filename=f"{plain}.pack")


async def _shown(visit: Visit, error: PartimentoError | None = None) -> Shown:
    offered = await asyncio.to_thread(_offered, visit.client.library)
    status = 200 if error is None else error.status
    return page(visit, "library_packs.html", status=status, offered=offered, error=error, asked=visit.query)


def _offered(library: Library) -> Offered:
    kept = stock(library.shelf)
    missing: PartimentoError | None = None
    key = ""
    try:
        check_can_sign()
        key = fingerprint(library.public_key) if (library.folder / KEY_FILE).exists() else ""
    except PartimentoError as error:
        missing = error
    return Offered(
        jobs=tuple(job for job in library.shelf.jobs() if job.origin == "plan")[:50],
        tasks=tuple(in_order(sorted({one.task for one in kept}))),
        genres=tuple(in_order(sorted({one.genre for one in kept} - {""}))), key=key, missing=missing,
    )  # fmt: skip


def _folder(library: Library) -> Path:
    return library.folder / _WAITING


def _put_aside(visit: Visit, content: bytes) -> str:
    """Keep what was sent under its SHA-256, once its signature holds; what nobody came back for goes.

    Raises BadInput, TooLarge, NotConfigured.
    """
    folder, name = _folder(visit.client.library), hashlib.sha256(content).hexdigest()
    check_can_sign()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.pack"):
        if visit.now - old.stat().st_mtime > _KEPT_S:
            old.unlink(missing_ok=True)
    path = folder / f"{name}.pack"
    path.write_bytes(content)
    try:
        manifest_of(path)
    except PartimentoError:
        path.unlink(missing_ok=True)
        raise
    return name


def _waiting(visit: Visit) -> Waiting:
    """Raises UnknownName for what is not there any more."""
    name, library = visit.names["name"], visit.client.library
    path = _folder(library) / f"{name}.pack"
    if not _NAME.fullmatch(name) or not path.exists():
        raise UnknownName("pack that waits", name[:80], (), mend="send the file again under Library, Packs")
    manifest = manifest_of(path)
    before = library.shelf.store.ask("library_signer", manifest.name)
    return Waiting(
        name=name, manifest=manifest, bytes=path.stat().st_size, signer=fingerprint(manifest.public_key),
        before=fingerprint(before[0][0]) if before else "", since=before[0][1] if before else 0.0,
    )  # fmt: skip


places = (
    Place(method="GET", path="/library/packs", opened=packs, summary="Packs", owner=True),
    Place(method="POST", path="/library/packs", opened=send, summary="Send a pack", owner=True),
    Place(method="GET", path="/library/packs/{name}", opened=look, summary="Look at a pack", owner=True),
    Place(method="POST", path="/library/packs/{name}", opened=take, summary="Take a pack in", owner=True),
    Place(method="GET", path="/library/pack", opened=give, summary="Download a pack", owner=True),
)
