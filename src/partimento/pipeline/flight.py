"""One generation for identical requests in flight, in this process and among those that share its store.

Knows who waits for whom; leaves the leases of other processes to the Flights port.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from partimento.core.errors import EngineTimeout, PartimentoError
from partimento.core.ports import Flights, Ports
from partimento.core.request import Request
from partimento.pipeline.cache import Place, look_up

LOOK_AGAIN_S = 0.05  # another process's landing rings no bell here
GRACE_S = 5.0  # after the deadline, before a lease counts as forgotten


class Recorded(Protocol):
    """Knows whether its request has been answered and written down."""

    closed: bool


@asynccontextmanager
async def turn(
    place: Place, request: Request[Any], ports: Ports, deadline: float, entry: Recorded
) -> AsyncIterator[bool]:
    """Yields True to the one who generates, False to those who waited for a good answer: look again.

    If the one fails, all of this process who waited fail with it; if it is cancelled, or its process dies, the next one
    takes its place. Raises EngineTimeout when the wait outlasts the deadline.
    """
    if request.cache != "use" or not place.lives_at(ports.clock.now()):
        yield True
        return
    flight, in_flight = place.key + place.scope.encode(), ports.in_flight
    while (ahead := in_flight.get(flight)) is not None:
        try:
            async with asyncio.timeout(max(0.0, deadline - ports.clock.monotonic())):
                landed = await asyncio.shield(ahead)
        except TimeoutError as error:
            raise _unanswered() from error
        if isinstance(landed, PartimentoError):
            raise landed
        if landed:
            yield False
            return
    landing: asyncio.Future[bool | PartimentoError] = asyncio.get_running_loop().create_future()
    in_flight[flight] = landing
    failure: PartimentoError | None = None
    try:
        if ports.flights is None:
            yield True
        else:
            async with _lease(ports.flights, flight, place, request, ports, deadline) as first:
                yield first
    except PartimentoError as error:
        failure = error
        raise
    finally:
        # a reader may close the stream at Done: what counts is whether the answer was recorded
        del in_flight[flight]
        landing.set_result(failure or entry.closed)


@asynccontextmanager
async def _lease(
    flights: Flights, flight: bytes, place: Place, request: Request[Any], ports: Ports, deadline: float
) -> AsyncIterator[bool]:
    """The same among processes: True with the lease in hand, False once another one's answer can be looked up."""
    while True:
        now, left_s = ports.clock.now(), deadline - ports.clock.monotonic()
        if await flights.take_off(flight, now, now + left_s + GRACE_S):
            break
        if left_s <= 0:
            raise _unanswered()
        await asyncio.sleep(min(LOOK_AGAIN_S, left_s))
        if await look_up(place, request, ports) is not None:
            yield False
            return
    try:
        # between our look and our lease, another process may have answered and landed
        yield await look_up(place, request, ports) is None
    finally:
        flights.land(flight)  # queued at the call; nobody need wait for its commit


def _unanswered() -> EngineTimeout:
    return EngineTimeout(
        "an identical request has not been answered in time",
        why="this one waited for its answer up to the deadline",
        mend="raise deadline_s, or try again later",
    )
