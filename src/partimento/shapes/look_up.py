"""A thing of theory looked up, as doors show it. Knows the fields; leaves deriving them to `music.teaching`."""

from __future__ import annotations

from msgspec import Struct

from partimento.music.teaching.page import Page, Values
from partimento.music.teaching.subject import Kind


class LookUp(Struct, frozen=True, kw_only=True):
    """One thing explained: a chord, scale, interval, numeral, key or concept.

    `topic` is its canonical name ("Dm7b5"), `key` where it is shown ("" where that does not matter). `facts` are
    sentences that the theory engine confirms, `values` what programs read, `related` ids of concepts.
    """

    title: str
    kind: Kind
    topic: str
    key: str
    summary: str
    facts: tuple[str, ...]
    values: Values
    related: tuple[str, ...]
    generation_method: str


def shown(page: Page, kind: Kind, topic: str, key: str, method: str) -> LookUp:
    """A page as doors show it."""
    return LookUp(
        title=page.title,
        kind=kind,
        topic=topic,
        key=key,
        summary=page.summary,
        facts=page.facts,
        values=page.values,
        related=page.related,
        generation_method=method,
    )
