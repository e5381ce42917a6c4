"""Whether a sense has grasped all of the clause it objects to: no word of unknown effect, nothing left unaccounted for.

A sense reads named things without grammar, so it may say "not so" only where every other word of the clause is known
to leave the relation as it is (`known`). A confirmation needs no grasp.
"""

from __future__ import annotations

import re
from typing import Final

from partimento.music.claims.doubts import is_else
from partimento.music.claims.known import are_known
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told

_ENDS: Final = frozenset((",", ";", ":", "(", ")", "-", "?", "but", "while", "because", "since", "although", "though"))
_OF_NOTES: Final = frozenset(("key signature", "chord notes", "scale notes"))
_ROLES: Final = re.compile(r"(?:parallel|sub-?dominant|dominant|mediant|submediant|supertonic)\b.*", re.IGNORECASE)


def grasps(scene: Scene, told: Told) -> bool:
    """Whether an objection may be made: every word of its clause is known, every other thing there accounted for."""
    if is_else(scene.text):
        return told.sure
    own = {thing.place for thing in told.things} | {item.place for thing in told.things for item in thing.items}
    where = [thing.at for thing in scene.things if thing.entity.place in own]
    low, high = min(where, default=0), max(where, default=0)
    while low > 0 and scene.words[low - 1] not in _ENDS:
        low -= 1
    while high < len(scene.words) - 1 and scene.words[high + 1] not in _ENDS:
        high += 1
    if told.sure or not are_known(scene.words[low : high + 1]):
        return told.sure
    if told.kind not in _OF_NOTES:
        return True
    if _both_named(scene):
        return True
    return all(_accounted(scene, thing, own) for thing in scene.things if low <= thing.at <= high and thing.row < 0)


def _both_named(scene: Scene) -> bool:
    """Whether a key and its parallel are both named, so that the word for it adds nothing."""
    keys = {(key.tonic, key.mode) for thing in scene.of("mk") if (key := thing.entity.key) is not None}
    return len(keys) > len({tonic for tonic, _ in keys})


def _accounted(scene: Scene, thing: Thing, own: set[tuple[int, int]]) -> bool:
    """Whether another thing of the clause leaves the claim as it is: the name of a role does not."""
    if thing.entity.place in own or "type" in scene.words[thing.at + 1 : thing.at + 3]:
        return True
    return not (thing.letter == "f" and _ROLES.fullmatch(thing.entity.text) is not None)
