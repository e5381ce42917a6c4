"""A job's work as batch files in OpenAI's form, for a cloud's batch door or `vllm run-batch`: writing what to ask.

Knows lines; leaves bodies to the engine that speaks the protocol, what came back to `answers`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput, PartimentoError, StoreReadOnly
from partimento.core.model import Model
from partimento.core.money import FREE, Money
from partimento.core.ports import Call, Ports
from partimento.core.request import Caller
from partimento.library.job import Job
from partimento.library.making import Asked, asked, refused
from partimento.library.plan import Item, Known, Unfolded
from partimento.library.shelf import Placed, Shelf
from partimento.pipeline.budget import upper_bound
from partimento.pipeline.generate import call_for

URL: Final = "/v1/chat/completions"
BATCH_SHARE: Final = {"openai": Decimal("0.5"), "anthropic": Decimal("0.5"), "gemini": Decimal("0.5")}
"""What of its usual price a vendor takes for a batch (their price pages, November 2026); others: all of it."""
_KEY: Final = 12
_encoder = msgspec.json.Encoder()


class BatchLine(Struct, frozen=True, kw_only=True):
    """One question."""

    custom_id: str
    method: Literal["POST"] = "POST"
    url: str = URL
    body: dict[str, Any]


class Written(Struct, frozen=True, kw_only=True):
    """What was written. `most`: the most it can cost at the batch's price; `left`: items that the cost cap keeps out;
    `skipped`: items that no task takes."""

    job: str
    path: str
    model: str
    lines: int
    most_usd: Decimal
    price_share: Decimal
    left: int = 0
    skipped: int = 0


def share_of(model: Model) -> Decimal:
    """What of the model's price a batch costs, where nobody says otherwise."""
    return BATCH_SHARE.get(model.provider, Decimal(1))


def at_share(cost: Money, share: Decimal) -> Money:
    """A batch's price of what costs so much otherwise, rounded up."""
    return Money(int((Decimal(cost.pico) * share).to_integral_value("ROUND_UP")))


def custom_id(job: Job, of: Asked) -> str:
    """A line's name: the job, the item, and enough of what is asked to tell when the plan's task has changed."""
    return f"{job.id}-{of.item.position}-{of.key[:_KEY]}"


def read_custom_id(name: str) -> tuple[str, int, str]:
    """The job, position and beginning of the item's key in a line's name. Raises BadInput for a stranger's."""
    job, _, rest = name.partition("-")
    position, _, key = rest.partition("-")
    if not (job and position.isdigit() and len(position) < 10 and len(key) == _KEY):
        raise BadInput(
            f"the line {name[:80]!r} is not one of ours", why="its custom_id names no job", mend="read the right file"
        )
    return job, int(position), key


def model_named(item: Item, model: Model) -> Item:
    """The item, to be made by that model and no other."""
    return replace(item, model=model.id)


def call_of(of: Asked, model: Model, ports: Ports) -> Call:
    """The question as that model is asked it, in one piece."""
    deadline = ports.clock.monotonic() + ports.settings.deadline_s
    call = call_for(of.ready.redacted.sent, model, of.item.seed or 0, deadline, ports, stream=False)
    return replace(call, seed=of.item.seed)


def body_of(call: Call) -> dict[str, Any]:
    """The body of a chat completion."""
    from partimento.engines.openai.chat import chat_body
    from partimento.engines.openai.dialect import first_dialect

    dialect = first_dialect(call.model)
    if dialect.form == "grammar":  # llama.cpp's own word; whoever runs a batch reads a schema
        dialect = replace(dialect, form="schema")
    return chat_body(call, replace(dialect, protocol="chat"))


def write_batch(
    path: Path,
    job: Job,
    unfolded: Unfolded,
    wanted: Iterable[str],
    model: Model,
    share: Decimal,
    known: Known,
    ports: Ports,
    shelf: Shelf,
) -> Written:
    """Write a line for every item of the job that is in one of the wanted states ("pending", "failed"), as far as its
    cost cap reaches. Raises BadInput where there is nothing to ask, StoreReadOnly."""
    states = dict(shelf.settled(job))
    chosen = frozenset(wanted)
    items = unfolded.items(lambda position: states.get(position, "pending") not in chosen)
    caller = replace(msgspec.json.decode(job.caller, type=Caller), endpoint=job.endpoint, priority="batch")
    most, left, lines, skipped = FREE, 0, 0, 0
    spent = shelf.cost(job)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with fresh.open("wb") as file:
            for of in _each(items, model, job, known, caller, ports, shelf):
                if of is None:
                    skipped += 1
                    continue
                call = call_of(of, model, ports)
                cost = at_share(upper_bound(call, ports.clock.now()), share)
                if left or (job.cap is not None and spent + most + cost > job.cap):
                    left += 1
                    continue
                most, lines = most + cost, lines + 1
                file.write(_encoder.encode(BatchLine(custom_id=custom_id(job, of), body=body_of(call))) + b"\n")
        if not lines:
            raise _nothing(job, left)
        fresh.replace(path)
    except OSError as error:
        raise StoreReadOnly(
            f"cannot write {path}", why=error.strerror or str(error), mend="name a folder that may be written"
        ) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return Written(
        job=job.id, path=str(path), model=model.id, lines=lines, most_usd=most.usd, price_share=share, left=left,
        skipped=skipped,
    )  # fmt: skip


def _each(
    items: Iterator[Item], model: Model, job: Job, known: Known, caller: Caller, ports: Ports, shelf: Shelf
) -> Iterator[Asked | None]:
    """Each item's request; None for one that no task takes, which is written down so."""
    for item in items:
        try:
            yield asked(model_named(item, model), known, caller, ports)
        except PartimentoError as error:
            now = ports.clock.now()
            shelf.settle([Placed(refused(item, job.id, now, error))], now)
            yield None


def today(ports: Ports) -> Any:
    """The day of prices."""
    return datetime.fromtimestamp(ports.clock.now(), UTC).date()


def _nothing(job: Job, left: int) -> BadInput:
    if left:
        return BadInput(
            f"the cost cap of {job.name} allows no line",
            why=f"it is {job.cap}, and one answer alone may cost more than is left of it",
            mend="raise the cap with --cap, or name a cheaper model",
        )
    return BadInput(
        f"there is nothing to ask for {job.name}",
        why="every item is settled",
        mend="write those that failed with --failed, or see `partimento library status`",
    )
