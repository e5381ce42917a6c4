"""A chart of days as shapes in a drawing: what was spent and saved stacked, requests beneath. Pure: takes lines, gives
rectangles, labels and the same in words; leaves colours to the style sheet and marks to the template.

A drawing is `WIDTH` wide and is stretched to the page; its heights are pixels. Text stands beside it and not in it, so
that it keeps its size on a narrow screen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from partimento.ledger.report import UsageLine
from partimento.web.figures import count, money

WIDTH = 900.0
MONEY_HEIGHT = 180.0
REQUESTS_HEIGHT = 56.0
_LEAST = 2.0  # of what is not nothing
_GAP = 1.5  # between what is stacked
_MOST_MARKS = 6
_STEPS = tuple(map(Decimal, ("1", "1.2", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10")))


class Bar(Struct, frozen=True):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


class Column(Struct, frozen=True, kw_only=True):
    """A day: where it stands, its bars (None: nothing to show), and what it says."""

    x: float
    width: float
    spent: Bar | None
    saved: Bar | None
    asked: Bar | None
    words: str


class Share(Struct, frozen=True):
    """A part of a whole, as a piece of a bar that is `WIDTH` long."""

    name: str
    amount: Decimal
    words: str
    x: float
    width: float


class DayChart(Struct, frozen=True, kw_only=True):
    """All of it. `money_marks` are the labels beside the money from the top down, `marks` the days below, each for an
    equal part of the width; `summary` tells the chart to who does not see it."""

    columns: tuple[Column, ...]
    money_marks: tuple[str, ...]
    most_requests: str
    marks: tuple[str, ...]
    summary: str
    has_money: bool


def day_chart(lines: Sequence[UsageLine]) -> DayChart:
    """The chart of these days, which follow one another."""
    worth = [line.cost_usd + line.saved_usd for line in lines]
    top = rounded_up(max(worth, default=Decimal(0)))
    most = max((line.requests for line in lines), default=0)
    step = WIDTH / max(1, len(lines))
    width = step * (0.5 if len(lines) <= 10 else 0.68)
    columns = []
    for number, line in enumerate(lines):
        x = number * step + (step - width) / 2
        spent, saved = _stacked(x, width, line.cost_usd, line.saved_usd, top)
        asked = _bar(x, width, line.requests / most * REQUESTS_HEIGHT, REQUESTS_HEIGHT) if line.requests else None
        columns.append(
            Column(
                x=round(number * step, 2), width=round(step, 2), spent=spent, saved=saved, asked=asked,
                words=f"{day_words(line.name)}: {requests(line.requests)}, spent {money(line.cost_usd)}, "
                f"saved {money(line.saved_usd)}",
            )
        )  # fmt: skip
    return DayChart(
        columns=tuple(columns), money_marks=_money_marks(top), most_requests=count(most),
        marks=_marks(lines), summary=_summary(lines), has_money=top > 0,
    )  # fmt: skip


def shares(parts: Sequence[tuple[str, Decimal, str]]) -> tuple[Share, ...]:
    """Names, amounts and words as pieces of one bar; a piece that is not nothing can be seen."""
    amounts = [max(Decimal(0), amount) for _, amount, _ in parts]
    whole = sum(amounts)
    if not whole:
        return ()
    least = WIDTH / 100
    widths = [max(least, float(amount / whole) * WIDTH) if amount else 0.0 for amount in amounts]
    scale, found, x = WIDTH / sum(widths), [], 0.0
    for (name, amount, words), width in zip(parts, widths, strict=True):
        if amount > 0:
            found.append(Share(name, amount, words, round(x, 2), round(width * scale, 2)))
        x += width * scale
    return tuple(found)


def rounded_up(amount: Decimal) -> Decimal:
    """The least of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12 … (and so below 1) that is not under the amount."""
    if amount <= 0:
        return Decimal(0)
    power = Decimal(10) ** amount.adjusted()
    return next(step * power for step in _STEPS if step * power >= amount)


def requests(number: int) -> str:
    """1 → "1 request"; 1234 → "1,234 requests"."""
    return f"{count(number)} request{'' if number == 1 else 's'}"


def day_words(name: str, *, short: bool = False) -> str:
    """ "2026-11-21" → "Sat 21 Nov"; short: "21 Nov"."""
    day = date.fromisoformat(name)
    return f"{day.day} {day:%b}" if short else f"{day:%a} {day.day} {day:%b}"


def _stacked(x: float, width: float, spent: Decimal, saved: Decimal, top: Decimal) -> tuple[Bar | None, Bar | None]:
    """What was spent at the bottom, what was saved on it."""
    if not top:
        return None, None
    low = max(_LEAST, float(spent / top) * MONEY_HEIGHT) if spent > 0 else 0.0
    high = max(_LEAST, float(saved / top) * MONEY_HEIGHT) if saved > 0 else 0.0
    gap = _GAP if low and high else 0.0
    high = max(_LEAST, min(high, MONEY_HEIGHT - low) - gap) if high else 0.0
    return (
        _bar(x, width, low, MONEY_HEIGHT) if low else None,
        _bar(x, width, high, MONEY_HEIGHT - low - gap) if high else None,
    )


def _bar(x: float, width: float, height: float, foot: float) -> Bar:
    tall = max(_LEAST, height)
    return Bar(round(x, 2), round(max(0.0, foot - tall), 2), round(width, 2), round(tall, 2))


def _money_marks(top: Decimal) -> tuple[str, ...]:
    """The top, the half and the foot, with as many digits as the half needs."""
    digits = max(2, -int((top / 2).normalize().as_tuple().exponent))
    return f"${top:,.{digits}f}", f"${top / 2:,.{digits}f}", "$0"


def _marks(lines: Sequence[UsageLine]) -> tuple[str, ...]:
    """Every day where they are few, else the first of each of some equal parts."""
    if len(lines) <= _MOST_MARKS + 1:
        return tuple(f"{date.fromisoformat(line.name):%a}" for line in lines)
    parts = next((n for n in range(_MOST_MARKS, 2, -1) if len(lines) % n == 0), 1)
    each = math.ceil(len(lines) / parts)
    return tuple(day_words(line.name, short=True) for line in lines[::each])


def _summary(lines: Sequence[UsageLine]) -> str:
    if not lines:
        return "No days."
    asked = sum(line.requests for line in lines)
    spent = sum((line.cost_usd for line in lines), Decimal(0))
    saved = sum((line.saved_usd for line in lines), Decimal(0))
    told = [
        f"From {day_words(lines[0].name)} to {day_words(lines[-1].name)}: {requests(asked)}, spent {money(spent)}, "
        f"saved {money(saved)}."
    ]
    busiest = max(lines, key=lambda line: line.requests)
    dearest = max(lines, key=lambda line: line.cost_usd)
    thrifty = max(lines, key=lambda line: line.saved_usd)
    if busiest.requests:
        told.append(f"Most was asked on {day_words(busiest.name)} ({requests(busiest.requests)}).")
    if dearest.cost_usd:
        told.append(f"Most was spent on {day_words(dearest.name)} ({money(dearest.cost_usd)}).")
    if thrifty.saved_usd:
        told.append(f"Most was saved on {day_words(thrifty.name)} ({money(thrifty.saved_usd)}).")
    return " ".join(told)
