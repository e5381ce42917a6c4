"""Amounts of money and days as people write them. Knows words; leaves their meaning to commands and pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from partimento.core.errors import BadInput
from partimento.core.money import Money
from partimento.core.settings import MOST_USD


def dollars(words: str) -> Money:
    """ "5", "0.50" or "$2.50" as money. Raises BadInput."""
    try:
        amount = Decimal(words.strip().removeprefix("$"))
        if amount.is_finite() and 0 <= amount <= MOST_USD:
            return Money.of(amount)
    except InvalidOperation:
        pass
    raise BadInput(
        f"cannot read the amount {words!r}",
        why=f"it is no number of US dollars from 0 to {MOST_USD}",
        mend="write a number such as 2.50",
    )


def day(words: str) -> date:
    """A day of the calendar: "2026-11-21". Raises BadInput."""
    try:
        return date.fromisoformat(words.strip())
    except ValueError as error:
        raise BadInput(f"cannot read the day {words!r}", why=str(error), mend="write it as 2026-11-21") from error


def moment(words: str) -> float:
    """A moment in Unix seconds; of a day its end, and UTC where no zone is told. Raises BadInput."""
    try:
        if len(words.strip()) == len("2026-11-21"):
            return (datetime.combine(day(words), datetime.min.time(), UTC) + timedelta(days=1)).timestamp()
        at = datetime.fromisoformat(words.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise BadInput(
            f"cannot read the date {words!r}", why=str(error), mend="write 2027-01-31 or 2027-01-31T18:00"
        ) from error
