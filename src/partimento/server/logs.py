"""The server's log: one line for a request, one for what went wrong unexpectedly. Knows forms and what must not be
there; leaves what a request took to the ledger's row.

No line holds a prompt, an answer, a header, a query or a secret. Of an exception it says the type and where it came
from, and its words only where those are Python's own: others may quote what was asked.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO, Literal

import msgspec
from msgspec import Struct

from partimento.core.settings import LogLevel, Settings
from partimento.server.exchange import Ask

Form = Literal["json", "text"]

GATHERED_S = 0.02
MOST_WAITING = 10_000
"""Lines; where nobody reads as fast as we write, the rest is dropped and counted."""
LONGEST_PATH = 200
_OWN_WORDS = (AttributeError, ImportError, MemoryError, NameError, OSError, RecursionError, RuntimeError, TypeError)
_SECRET = re.compile(r"(?i)\b(?:pk|sk|rk|hf|gsk|xai|bearer|basic|aiza)[-_ ][\w.~+/=-]{6,}|\bAIza[\w-]{10,}")
_ENTRY = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Line(Struct, omit_defaults=True):
    """A request. Money in US dollars; `key` is the key's id, never the key."""

    at: str
    level: str
    method: str
    path: str
    status: int
    ms: float
    id: str = ""
    task: str = ""
    model: str = ""
    cache: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    key: str = ""
    error: str = ""


class Told(Struct, omit_defaults=True):
    """Anything else: a message, and of an exception where it came from."""

    at: str
    level: str
    message: str
    error: str = ""
    trace: tuple[str, ...] = ()


class Sink:
    """Writes lines in a thread of its own: a pipe that nobody reads must not hold the server up."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self._waiting = threading.Event()
        self._ended = False
        self._dropped = 0
        self._thread = threading.Thread(target=self._write, name="partimento-log", daemon=True)
        self._thread.start()

    def put(self, line: bytes) -> None:
        """Write it soon."""
        if self._lines.qsize() >= MOST_WAITING:
            self._dropped += 1
            return
        self._lines.put(line)
        if not self._waiting.is_set():
            self._waiting.set()

    def close(self, timeout_s: float = 1.0) -> None:
        """Write what is waiting, then end; what nobody reads by then is lost."""
        self._ended = True
        self._waiting.set()
        self._thread.join(timeout_s)

    def _write(self) -> None:
        while not (self._ended and self._lines.empty()):
            self._waiting.wait()
            if not self._ended:
                time.sleep(GATHERED_S)
            self._waiting.clear()
            gathered = list(self._taken())
            if self._dropped:
                gathered.append(b"log: %d lines were dropped, nobody read as fast as they came\n" % self._dropped)
                self._dropped = 0
            try:
                self._out.write(b"".join(gathered))
                self._out.flush()
            except (OSError, ValueError):  # the reader is gone: there is nobody left to tell
                return

    def _taken(self) -> Iterator[bytes]:
        try:
            while True:
                yield self._lines.get_nowait()
        except Empty:
            return


class RequestLog:
    """Lines about requests and about what the house's loggers say. `level` "errors" leaves out what went well."""

    def __init__(self, sink: Sink, level: LogLevel, form: Form) -> None:
        self._sink, self._all = sink, level == "requests"
        self._encode = msgspec.json.Encoder().encode
        self._told = self._encode if form == "json" else _as_text
        self._second, self._second_told = 0, ""

    def ended(self, ask: Ask, status: int) -> None:
        """A request was answered with that status, or its client had gone (499)."""
        row = ask.row
        failed = status >= 500 or (row is not None and row.ending == "failed" and status == 200)
        if not (self._all or failed):
            return
        line = Line(
            self.moment(), "error" if failed else "info", ask.method, _path(ask), status,
            round((time.monotonic() - ask.started) * 1000, 3), key=ask.caller.key,
        )  # fmt: skip
        if row is not None:
            line.id, line.task, line.model = row.id, row.task, row.model
            line.cache = "hit" if row.ending == "hit" else "miss"
            line.input_tokens, line.output_tokens = row.input_tokens, row.output_tokens
            line.cost_usd = row.cost_pico / 1e12
            line.error = row.error.partition(":")[0]
        if ask.error is not None:
            line.error = type(ask.error).__name__
        self._sink.put(self._told(line) + b"\n")

    def say(self, level: str, message: str, error: BaseException | None = None) -> None:
        """A line about anything else."""
        trace = () if error is None else tuple(_trace(error))
        kind = "" if error is None else type(error).__name__
        self._sink.put(self._told(Told(self.moment(), level, masked(message), kind, trace)) + b"\n")

    def moment(self) -> str:
        """Now, in UTC."""
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second, self._second_told = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._second_told}.{int(now % 1 * 1000):03}Z"

    def close(self) -> None:
        self._sink.close()


class Loggers(logging.Handler):
    """Brings what the loggers of the house and of uvicorn say into the log."""

    def __init__(self, log: RequestLog) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._log.say(record.levelname.lower(), record.getMessage(), error)


def opened(settings: Settings) -> RequestLog | None:
    """The log on stderr as the settings have it; None where it is off."""
    form = settings.log_format
    if form == "auto":
        form = "text" if sys.stderr.isatty() else "json"
    return led(sys.stderr.buffer, settings.log_level, form)


def led(out: BinaryIO, level: LogLevel, form: Form) -> RequestLog | None:
    """The log, and the house's loggers led into it; None where it is off."""
    loggers = [logging.getLogger(name) for name in ("partimento", "uvicorn.error")]
    for logger in loggers:
        for handler in [h for h in logger.handlers if isinstance(h, Loggers)]:
            logger.removeHandler(handler)
    if level == "off":
        for logger in loggers:
            logger.addHandler(logging.NullHandler())
        return None
    log = RequestLog(Sink(out), level, form)
    for logger in loggers:
        logger.addHandler(Loggers(log))
    return log


def masked(text: str) -> str:
    """The text without what looks like a key, and in one line."""
    return _ENTRY.sub(" ", _SECRET.sub("[masked]", text))


def _path(ask: Ask) -> str:
    """The path as it was asked; of one that leads nowhere no more than can do harm in a log."""
    if ask.door is not None and "{" not in ask.door.path:
        return ask.path
    return masked(ask.path[:LONGEST_PATH])


def _trace(error: BaseException | None) -> Iterator[str]:
    """Where the exception came from, its causes last. No locals, and no words but Python's own."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"{frame.filename}:{frame.lineno} {frame.name}"
        words = f": {masked(str(error))}" if isinstance(error, _OWN_WORDS) else ""
        yield f"{type(error).__name__}{words}"
        error = error.__cause__ or error.__context__


def _as_text(line: Any) -> bytes:
    if isinstance(line, Told):
        kind = f" ({line.error})" if line.error else ""
        return "\n    ".join((f"{line.at[11:19]} {line.level}: {line.message}{kind}", *line.trace)).encode()
    parts = [line.at[11:19], line.method, line.path, str(line.status), f"{line.ms:.1f} ms", line.model, line.cache]
    if line.input_tokens or line.output_tokens:
        parts.append(f"{line.input_tokens}+{line.output_tokens} tokens")
    parts += [f"${line.cost_usd:.6f}" if line.cost_usd else "", f"key {line.key}" if line.key else "", line.error]
    return " ".join(part for part in parts if part).encode("utf-8", "replace")
