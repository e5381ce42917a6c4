"""Numbers, money and times as people read them. Pure: takes values, gives words."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def count(number: float) -> str:
    """1234 → "1,234"; 1_250_000 → "1.25 M"."""
    if abs(number) >= 1_000_000:
        return f"{number / 1_000_000:.2f}".rstrip("0").rstrip(".") + " M"
    return f"{number:,.0f}"


def money(dollars: Decimal | float) -> str:
    """Two digits after the point, four below ten cents, and "under $0.0001" for what is less than that."""
    amount = Decimal(str(dollars))
    if amount == 0:
        return "$0"
    sign, size = ("−" if amount < 0 else ""), abs(amount)
    if size < Decimal("0.0001"):
        return f"under {sign}$0.0001"
    if size < Decimal("0.1"):
        return f"{sign}${size:.4f}"
    return f"{sign}${size:,.2f}"


def share(part: float) -> str:
    """0.423 → "42 %"; what is nearly nothing or nearly all does not round to it."""
    percent = part * 100
    if 0 < percent < 1 or 99 < percent < 100:
        return f"{percent:.1f} %"
    return f"{percent:.0f} %"


def milliseconds(ms: float) -> str:
    """0.4 → "0.4 ms"; 240 → "240 ms"; 1_240 → "1.2 s"; 90_000 → "1 min 30 s"."""
    if ms < 10:
        return f"{ms:.1f} ms"
    if ms < 1_000:
        return f"{ms:.0f} ms"
    if ms < 60_000:
        return f"{ms / 1_000:.1f} s"
    return duration(ms / 1_000)


def duration(seconds: float) -> str:
    """75 → "1 min 15 s"; 7_300 → "2 h 1 min"."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    if whole < _DAY:
        hours, rest = divmod(whole, _HOUR)
        return f"{hours} h {rest // _MINUTE} min" if rest >= _MINUTE else f"{hours} h"
    days, rest = divmod(whole, _DAY)
    return f"{days} d {rest // _HOUR} h" if rest >= _HOUR else f"{days} d"


def size(gigabytes: float) -> str:
    """0.35 → "350 MB"; 4.25 → "4.3 GB"."""
    return f"{gigabytes * 1_000:.0f} MB" if gigabytes < 1 else f"{gigabytes:.1f} GB"


def ago(at: float, now: float) -> str:
    """How long ago a moment was: "just now", "12 min ago", "3 h ago", "5 days ago", then the day."""
    seconds = now - at
    if seconds < 45:
        return "just now" if seconds > -45 else day(at)
    if seconds < _HOUR:
        return f"{max(1, round(seconds / _MINUTE))} min ago"
    if seconds < _DAY:
        return f"{max(1, round(seconds / _HOUR))} h ago"
    days = round(seconds / _DAY)
    if days <= 30:
        return "yesterday" if days == 1 else f"{days} days ago"
    return day(at)


def day(at: float) -> str:
    """21 Nov 2026 (UTC)."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment.day} {moment:%b %Y}"


def moment(at: float) -> str:
    """For machines, and for who wants it exactly: 2026-11-21T18:00:00Z."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
