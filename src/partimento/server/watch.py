"""Everything that is told of each request: gauges, the log, its trace. Knows the order; leaves each to its own file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partimento.server.exchange import Ask, asking
from partimento.server.logs import RequestLog
from partimento.server.metrics import Metrics

if TYPE_CHECKING:
    from partimento.server.otel import Traces

GONE = 499
"""The status of a request whose client left, as other servers log it."""


class Watch:
    """Told of every request at its beginning and at its end."""

    def __init__(self, metrics: Metrics, log: RequestLog | None = None, traces: Traces | None = None) -> None:
        self._metrics, self._log, self._traces = metrics, log, traces
        self._looks = log is not None or traces is not None

    def begun(self, ask: Ask) -> None:
        self._metrics.begun()
        if self._looks:
            asking.set(ask)
            if self._traces is not None:
                self._traces.begun(ask)

    def ended(self, ask: Ask, status: int) -> None:
        self._metrics.ended("" if ask.door is None else ask.door.path, status)
        if self._log is not None:
            self._log.ended(ask, status)
        if self._traces is not None:
            self._traces.ended(ask, status)
