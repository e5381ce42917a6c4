"""What `partimento review` prints: an item as text to read, a row of the queue, what was said. Knows words only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from partimento.flywheel.review_marks import Entry, Review
from partimento.flywheel.review_queue import Queued

MOST_LINES = 60
columns = ("id", "task", "model", "state", "rating", "tags", "asked")
_PROMPT = 400
_LINE = 110


def item_lines(entry: Entry) -> Iterator[str]:
    """The item: id, what was asked, what came of it, what is said of it."""
    row = entry.item
    yield f"{row.id}"
    yield f"{row.task.replace('_', ' ')} by {row.model}"
    asked = " ".join(row.prompt.split())
    yield f"asked: {asked[:_PROMPT]}{'…' if len(asked) > _PROMPT else ''}"
    yield ""
    lines = readable(entry.value)
    yield from islice(lines, MOST_LINES)
    if more := sum(1 for _ in lines):
        yield f"… {more} more lines (--json has all)"
    yield ""
    yield said_line(entry.review)


def readable(value: Any, depth: int = 0) -> Iterator[str]:
    """A value as an outline."""
    space = "  " * depth
    if isinstance(value, Mapping):
        for name, part in value.items():
            label = str(name).replace("_", " ")
            if _is_short(part):
                if part not in ("", None, [], {}):
                    yield f"{space}{label}: {_short(part)}"
            else:
                yield f"{space}{label}:"
                yield from readable(part, depth + 1)
    elif isinstance(value, list) and not _is_short(value):
        for part in value:
            lines = list(readable(part, depth + 1))
            yield f"{space}- {lines[0].strip() if lines else ''}"
            yield from lines[1:]
    else:
        yield from (f"{space}{line}" for line in _short(value).splitlines() or ("",))


def said_line(review: Review) -> str:
    """What is said of an item, in a line."""
    told: list[str] = [review.state]
    if review.rating is not None:
        told.append(f"rated {review.rating} of 5")
    if review.edited is not None:
        told.append("edited")
    if review.tags:
        told.append(f"tags {', '.join(review.tags)}")
    if review.difficulty is not None:
        told.append(f"difficulty {review.difficulty}")
    if review.weight != 1:
        told.append(f"weight {review.weight:g}")
    if review.note:
        told.append(f"note: {' '.join(review.note.split())}")
    return f"{review.memory_id[:12]} {' · '.join(told)}"


def cells(one: Queued) -> tuple[str, ...]:
    """A row of the queue."""
    rating = "-" if one.rating is None else str(one.rating)
    asked = " ".join(one.prompt.split())[:40]
    return (one.id[:12], one.task, one.model, one.state, rating, ", ".join(one.tags) or "-", asked)


def _is_short(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(part, str | int | float) for part in value) and len(_short(value)) <= _LINE
    return not isinstance(value, Mapping) and not (isinstance(value, str) and "\n" in value)


def _short(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
