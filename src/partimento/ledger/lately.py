"""Periods that take long to read, told again while they are read anew. Knows how old figures may be; leaves reading
them to `period`.

A ledger whose days are summed is read in milliseconds, and read each time. One with a hundred thousand rows on a single
day takes half a second: nobody should wait for that at every look, so the last figures are shown, and the next ones are
on their way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from msgspec import Struct

from partimento.core.clock import Clock
from partimento.ledger.period import Period

QUICK_S = 0.05
"""What is read as fast as this is read each time."""
FRESH_S = 3.0
"""Figures of this age are not read anew, if reading takes long."""
OLDEST_S = 60.0
"""Older ones are waited for."""
_MOST_HELD = 64

Asked = tuple[int, str | None]
"""Days and key."""


class _Held(Struct, frozen=True):
    period: Period
    read_at: float
    took_s: float


class Lately:
    """The last days, of everybody or of one key, asked from any thread. `read`: (now, days, key) → period; blocks."""

    def __init__(self, read: Callable[[float, int, str | None], Period], clock: Clock) -> None:
        self._read, self._clock = read, clock
        self._held: dict[Asked, _Held] = {}
        self._under_way: dict[Asked, Future[Period]] = {}
        self._lock = threading.Lock()

    def period(self, days: int, key: str | None = None) -> Period:
        """Figures that are at most OLDEST_S old, and as of now where they are quickly read. Raises BadInput."""
        asked = (days, key)
        held = self._held.get(asked)
        age = self._clock.monotonic() - held.read_at if held is not None else 0.0
        if held is None or held.took_s < QUICK_S or age > OLDEST_S:
            return self._anew(asked)
        if age > FRESH_S and asked not in self._under_way:
            threading.Thread(target=self._quietly, args=(asked,), daemon=True).start()
        return held.period

    def _anew(self, asked: Asked) -> Period:
        """Read it; who asks for what is being read waits for that."""
        with self._lock:
            under_way = self._under_way.get(asked)
            mine: Future[Period] = Future()
            if under_way is None:
                self._under_way[asked] = mine
        if under_way is not None:
            return under_way.result()
        begun = self._clock.monotonic()
        try:
            found = self._read(self._clock.now(), *asked)
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            self._keep(asked, _Held(found, self._clock.monotonic(), self._clock.monotonic() - begun))
            mine.set_result(found)
            return found
        finally:
            with self._lock:
                del self._under_way[asked]

    def _quietly(self, asked: Asked) -> None:
        """For nobody in particular: what goes wrong is told to who asks next, and has to wait."""
        try:
            self._anew(asked)
        except Exception:  # noqa: BLE001  # whatever it is, it comes again when somebody waits for it
            self._held.pop(asked, None)

    def _keep(self, asked: Asked, held: _Held) -> None:
        with self._lock:
            self._held[asked] = held
            while len(self._held) > _MOST_HELD:
                del self._held[next(iter(self._held))]
