"""Bringing a pack in: whose it is, then every item proven, then rows. Nothing is written before all of it holds.

Rows go in portions; killed in between, the same import goes on, and what is there by then is whole and served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, NotAllowed, PartimentoError
from partimento.core.ports import MemoryItem, Ports
from partimento.decoding.schema import encode
from partimento.library.job import Job
from partimento.library.making import Asked, entries_of, settled
from partimento.library.manifest import Manifest, encoded
from partimento.library.plan import Item, Known
from partimento.library.shelf import Placed, Shelf, put
from partimento.library.signing import fingerprint, is_named
from partimento.library.unpack import Fit, Unfit, lines_of, manifest_of, read_item
from partimento.pipeline.prepare import prepare
from partimento.store.database import Session

_AT_A_TIME: Final = 200


class Trust(Struct, frozen=True):
    """Whose packs are taken. `key`: of this signer alone (public key in hex, or fingerprint); `anyone`: of whoever,
    without remembering him; neither: of whoever signed the first pack of that name."""

    key: str = ""
    anyone: bool = False


class Imported(Struct, frozen=True, kw_only=True):
    """What came of it. `signer` is the fingerprint; `first_seen`: from now on packs of that name must be his.
    `left_out`: items that cannot be served here, where that was allowed."""

    job: str
    name: str
    version: str
    items: int
    signer: str
    first_seen: bool
    already_here: bool = False
    left_out: int = 0
    first_left_out: str = ""


def bring_in(
    path: Path,
    shelf: Shelf,
    known: Known,
    ports: Ports,
    trust: Trust,
    *,
    partly: bool = False,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Imported:
    """Take a pack's items in, to be served from now on. `partly`: leave out those that cannot be served here, rather
    than refuse the pack. Raises BadInput, TooLarge, NotAllowed, StoreError.
    """
    manifest = manifest_of(path)
    first_seen = _check_signer(shelf, manifest, trust)
    unfit = _unfit(path, manifest, known, told, all_of_them=partly)
    if unfit and (not partly or len(unfit) == manifest.items):
        raise BadInput(
            f"{path.name} cannot be served here",
            why=f"item {unfit[0].line + 1}: {unfit[0].why}",
            mend="bring both to the same version of Partimento, or take the rest with --partly",
        )
    job = _job(shelf, manifest, ports)
    told_of = Imported(
        job=job.id, name=manifest.name, version=manifest.version, items=manifest.items - len(unfit),
        signer=fingerprint(manifest.public_key), first_seen=first_seen, already_here=job.state == "done",
        left_out=len(unfit), first_left_out=unfit[0].why if unfit else "",
    )  # fmt: skip
    if job.state != "done":
        _write(path, manifest, job, shelf, known, ports, told)
    if not trust.anyone:
        shelf.store.tell("put_library_signer", manifest.name, manifest.public_key, ports.clock.now())
    return told_of


def _check_signer(shelf: Shelf, manifest: Manifest, trust: Trust) -> bool:
    """Whether he is seen for the first time. Raises NotAllowed for somebody else than is trusted."""
    shown = fingerprint(manifest.public_key)
    if trust.key:
        if not is_named(manifest.public_key, trust.key):
            raise NotAllowed(
                f"the pack {manifest.name} is signed by {shown}",
                why="that is not the key you trust",
                mend=f"--trust {manifest.public_key} if it should be",
            )
        return False
    before = shelf.store.ask("library_signer", manifest.name)
    if before and before[0][0] != manifest.public_key and not trust.anyone:
        since = datetime.fromtimestamp(before[0][1], UTC).date()
        raise NotAllowed(
            f"the pack {manifest.name} is signed by {shown}",
            why=f"packs of that name have been {fingerprint(before[0][0])}'s since {since}",
            mend=f"--trust {manifest.public_key} if he is to be trusted from now on",
        )
    return not before


def _unfit(
    path: Path, manifest: Manifest, known: Known, told: Callable[[int, int], None], *, all_of_them: bool
) -> list[Unfit]:
    """What cannot be served; the first alone, unless all are wanted."""
    found = []
    for number, line in enumerate(lines_of(path)):
        read = read_item(line, number, known)
        if isinstance(read, Unfit):
            found.append(read)
            if not all_of_them:
                break
        told(number + 1, 2 * manifest.items)
    return found


def _job(shelf: Shelf, manifest: Manifest, ports: Ports) -> Job:
    now = ports.clock.now()
    shelf.add(
        Job(
            id=manifest.id, name=manifest.name, origin="pack", plan=encoded(manifest).decode(),
            plan_hash=manifest.items_sha256, state="paused", why="not whole yet", total=manifest.items, cap_pico=None,
            caller="{}", owner="", created_at=now, changed_at=now, seconds=0.0,
        )
    )  # fmt: skip
    return shelf.job(manifest.id)


def _write(
    path: Path, manifest: Manifest, job: Job, shelf: Shelf, known: Known, ports: Ports, told: Callable[[int, int], None]
) -> None:
    job = shelf.take(job, None, ports.clock.now())
    started = ports.clock.monotonic()
    done, why = False, "the import broke off; run it again"
    try:
        items = _fit(path, known)
        written = 0
        while portion := list(islice(items, _AT_A_TIME)):
            _put(portion, job, shelf, ports)
            written += len(portion)
            told(manifest.items + written, 2 * manifest.items)
        done, why = True, ""
    except PartimentoError as error:
        why = f"the import broke off ({error.what}); run it again"
        raise
    finally:
        seconds = ports.clock.monotonic() - started
        shelf.leave(job, "done" if done else "paused", why, seconds, ports.clock.now())


def _fit(path: Path, known: Known) -> Iterator[Fit]:
    for number, line in enumerate(lines_of(path)):
        read = read_item(line, number, known)
        if isinstance(read, Fit):
            yield read


def _put(portion: Sequence[Fit], job: Job, shelf: Shelf, ports: Ports) -> None:
    """Items, what leads to them, and their rows, in one transaction."""
    now = ports.clock.now()
    placed, items = [], []
    for fit in portion:
        packed, request = fit.packed, fit.request
        item = Item(position=fit.line, task=packed.task, fields=packed.fields, seed=0)
        of = Asked(item, prepare(request, ports))
        row = msgspec.structs.replace(settled(of, job.id, now, state="made", memory_id=packed.id), space=packed.space)
        placed.append(Placed(row, entries_of(request, packed.id, ports)))
        items.append(msgspec.structs.astuple(_remembered(fit, now)))

    def work(db: Session) -> None:
        db.executemany("record_item", items)
        put(db, placed, now)

    shelf.store.write(work)


def _remembered(fit: Fit, now: float) -> MemoryItem:
    """The item as memory keeps it: free here, whatever it cost whoever made it."""
    packed, made = fit.packed, fit.packed.provenance
    return MemoryItem(
        id=packed.id, task=packed.task, task_version=packed.task_version, value=bytes(packed.value),
        prompt=fit.request.task.prompt(fit.request.inputs).user, options=encode(fit.request.options), model=made.model,
        engine=made.engine, tier=made.tier, provider=made.provider, input_tokens=made.input_tokens,
        output_tokens=made.output_tokens, cost_pico=0, latency_ms=0.0, created_at=made.made_at, claims=made.claims,
    )  # fmt: skip
