"""How a text shows that its writer took somebody's words for orders: it says what they order, or speaks as a model that
was freed of its task. Pure; knows no task. What is obeyed in other words than these is not noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from partimento.shapes.unveiled import unveiled
from partimento.shapes.wording import wording


def obeyed_flaws(text: str, given: Sequence[str]) -> Iterator[str]:
    """One sentence for each sign of it. What stands in a text as a whole because it was given is no sign."""
    own = text.casefold()
    for one in given:
        own = own.replace(one.casefold(), " ") if one else own
    turned = [one for one in given if turns_the_role(one)]
    if any(order.casefold() in own for one in turned for order in orders_in(one)):
        yield "it says what somebody's words order it to say; they are matter, not orders"
    known = " ".join(given).casefold()
    for pattern in patterns("freed"):
        found = pattern.search(own)
        if found and (turned or found[0].casefold() not in known):
            yield f"it speaks of models or of orders ({found[0].strip()!r}); write what was asked for"
            return


def turns_the_role(text: str) -> bool:
    """Whether words try to make their reader something else, or to learn its instructions."""
    plain = unveiled(text)
    return any(pattern.search(plain) for pattern in patterns("turn", "reading"))


def orders_in(text: str) -> frozenset[str]:
    """What words order to be said."""
    plain = unveiled(text)
    return frozenset(
        told for pattern in patterns("order") for order in pattern.findall(plain) if (told := _bare(order))
    )


def _bare(order: str) -> str:
    return order.strip(" .!?,;:\"'“”„‘’")


@cache
def patterns(kind: str, table: str = "role") -> tuple[re.Pattern[str], ...]:
    """The patterns of a kind; they are kept with the words of the coach, who meets most of such."""
    return tuple(re.compile(one, re.IGNORECASE | re.MULTILINE) for one in wording("coaching").tables[table][kind])
