"""A local engine as the pipeline sees it: a lease on the model, then OpenAI's protocol with its child. Knows how long a
call may wait and what is tried once more; leaves memory and turns to the daemon, protocols to `engines.openai`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from random import SystemRandom
from typing import Any, Final

import msgspec

from partimento.core.clock import Clock
from partimento.core.errors import EngineError, EngineFault, EngineOverloaded, EngineTimeout, EngineUnreachable
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted
from partimento.core.request import Options
from partimento.core.task import Prompt
from partimento.engines.openai import OpenAIEngine
from partimento.pipeline.route import prompt_tokens
from partimento.pool.client.leases import Leased, Leases
from partimento.pool.files.shelf import Shelf
from partimento.wire.http import HttpTransport
from partimento.wire.retry import RetryPolicy

TOLD_FROM_S: Final = 0.5
"""Waiting for a model longer than this stands on the receipt."""
NOTICED_S: Final = 1.0
"""How long the pool may take to see that a process has ended."""
_SLACK: Final = 1.35  # of our estimate of a prompt: four bytes a token is short for code, names and other scripts
_TEMPLATE: Final = 64  # tokens that a chat template adds


class PooledEngine:
    """Drafts by models that the pool holds. What breaks before its first word is asked once more; afterwards the route
    goes on."""

    keeps_time = True

    def __init__(
        self,
        name: str,
        shelf: Shelf,
        leases: Leases,
        clock: Clock,
        is_warm: Callable[[Model], bool] = lambda model: False,
        too_slow: Callable[[Model, Any], str] = lambda model, request: "",
    ) -> None:
        """`is_warm`: whether a model is in memory; `too_slow`: why it could not answer a request in time."""
        self.name, self._shelf, self._leases, self._clock = name, shelf, leases, clock
        self._is_warm, self._too_slow = is_warm, too_slow
        self._secrets: dict[str, str] = {}
        self._inner = OpenAIEngine(HttpTransport(), self._secret, clock, SystemRandom(), retries=RetryPolicy(retries=0))

    def unready(self, model: Model, request: Any) -> str:
        return self._shelf.missing(model) or ("" if request is None else self._too_slow(model, request))

    def warm(self, model: Model) -> bool:
        """Whether it is in memory, as far as we heard."""
        return self._is_warm(model)

    async def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        lost: EngineError | None = None
        while True:
            begun = False
            try:
                async with aclosing(self._once(call, lost)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except (EngineTimeout, EngineOverloaded):
                raise
            except EngineError as error:
                if begun or lost is not None or not error.retryable or self._left_s(call) <= 0:
                    raise
                lost = error

    async def close(self) -> None:
        await self._inner.close()

    async def _once(self, call: Call, lost: EngineError | None) -> AsyncGenerator[str | Drafted, None]:
        """One lease and one answer. `lost`: what became of the try before it."""
        began = self._clock.monotonic()
        caller, wanted = call.request.caller, self._shelf.wanted(call.model)
        async with self._leases.lease(wanted, needed(call), self._left_s(call), caller.priority, caller.user) as lease:
            waited_s = self._clock.monotonic() - began
            notes = _notes(call.model, lease, waited_s, lost)
            model = msgspec.structs.replace(call.model, engine=wanted.engine)
            if wanted.engine != call.model.engine:
                notes = (*notes, f"{wanted.engine} ran it here")
            try:
                async with aclosing(self._inner.draft(self._at(call, model, lease))) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Drafted) and notes:
                            piece = msgspec.structs.replace(piece, notes=(*notes, *piece.notes))
                        yield piece
            except (EngineFault, EngineUnreachable) as error:
                raise await _as_told(error, lease, call.model) from error

    def _at(self, call: Call, model: Model, lease: Leased) -> Call:
        """The call, put to the child of the lease."""
        base_url = f"{lease.base_url}/v1"
        self._secrets[base_url] = lease.secret
        while len(self._secrets) > 64:  # children come and go
            del self._secrets[next(iter(self._secrets))]
        model = msgspec.structs.replace(
            model, base_url=base_url, upstream=lease.upstream, replicas=(), dialect="chat", prices=()
        )
        return msgspec.structs.replace(call, model=model)

    def _secret(self, model: Model) -> str:
        return self._secrets.get(model.base_url, "")

    def _left_s(self, call: Call) -> float:
        return max(0.0, call.deadline - self._clock.monotonic())


async def _as_told(error: EngineError, lease: Leased, model: Model) -> EngineError:
    """What the pool says became of the process, where it has ended; else the error as it is. The pool may learn of an
    end later than who talks to the process, and a lease asked for sooner would be on the dead one."""
    await asyncio.wait({lease.revoked}, timeout=NOTICED_S)
    if not lease.revoked.done():
        return error
    return EngineFault(
        f"{model.id} broke off its answer", why=lease.revoked.result(), mend="ask again: it is loaded anew"
    )


def needed(call: Call) -> int:
    """How many tokens of context the call needs at most, prompt and answer together."""
    prompt = Prompt(system=call.system, user=call.user, conversation=call.conversation, texts=call.texts)
    told = int(prompt_tokens(prompt, Options()) * _SLACK) + _TEMPLATE
    if call.schema is not None:
        told += len(msgspec.json.encode(call.schema)) // 4
    return told if call.texts else told + call.max_tokens


def _notes(model: Model, lease: Leased, waited_s: float, lost: EngineError | None) -> tuple[str, ...]:
    notes = lease.notes
    if lost is not None:
        notes = (f"{model.id} broke off before its first word and was asked once more: {lost.why or lost.what}", *notes)
    if waited_s >= TOLD_FROM_S:
        notes = (*notes, f"waited {waited_s:.1f} s for {model.id}")
    return notes
