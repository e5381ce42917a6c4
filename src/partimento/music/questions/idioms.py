"""What players call by name: the bars of a basic blues, and changes that have a name of their own. Asks nothing."""

from __future__ import annotations

from functools import cache
from typing import Final

from partimento.music.teaching.concepts import concepts

BLUES_BARS: Final = {1: "I7", 3: "I7", 4: "I7", 5: "IV7", 6: "IV7", 7: "I7", 8: "I7", 9: "V7", 11: "I7"}
"""The bars that every basic twelve-bar blues has alike; the second may change quickly, the tenth and twelfth vary."""

_NAMED: Final = {
    "the doo-wop changes": "doo-wop", "the Andalusian cadence": "andalusian-cadence", "the royal road": "royal-road",
    "the bridge of rhythm changes": "rhythm-changes", "the backdoor progression": "backdoor",
    "the axis progression": "axis-progression",
    "the gospel 7-3-6": "seven-three-six", "the line cliché": "line-cliche", "the minor ii-V-i": "minor-two-five-one",
    "the jazz turnaround": "turnarounds", "the minor plagal ending": "minor-subdominant",
    "the tritone ii-V-I": "tritone-substitution",
    "a lovers rock turnaround": "lovers-rock", "a reggae vamp": "reggae-two-chords", "a slow-jam descent": "slow-jam",
    "Coltrane changes": "coltrane-changes",
}  # fmt: skip


@cache
def named_changes() -> dict[str, str]:
    """Names of changes, and the concepts whose numerals they are."""
    known = {one.id for one in concepts() if len(one.numerals) >= 2}
    return {name: identity for name, identity in _NAMED.items() if identity in known}


def changes_called(name: str) -> tuple[str, ...]:
    """The numerals of changes by name, without regard to case; () for a name that is not known."""
    plain = name.strip().lower()
    found = next((identity for known, identity in named_changes().items() if known.lower() == plain), "")
    return next((one.numerals for one in concepts() if one.id == found), ())
