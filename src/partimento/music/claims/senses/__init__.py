"""What a sentence means by its named things, whatever its wording: each family of meanings is a file, asked in turn.

The forms of `claims` read grammar; the senses ask of each named thing whether anything beside it makes it so.
"""

from __future__ import annotations

from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.claims.doubts import miscounts
from partimento.music.claims.senses import (
    cadenced,
    changes,
    degrees,
    hands,
    held,
    kinds,
    lore,
    modal,
    moves,
    pairs,
    places,
    ratios,
    resolved,
    roles,
    rows,
    rules,
    shared,
    signed,
    sizes,
    steps,
    sums,
    timed,
    titles,
    turned,
    voiced,
)
from partimento.music.claims.senses.grasp import grasps
from partimento.music.claims.senses.scene import Scene, laid_out
from partimento.music.claims.senses.told import Told, not_so, senses_for
from partimento.music.claims.skeleton import Skeleton
from partimento.music.key import Key

# Each of them adds its senses to those that are asked by being imported.
_FAMILIES: Final = (
    cadenced, changes, degrees, hands, held, kinds, lore, modal, moves, pairs, places, ratios, resolved, roles, rows,
    rules, shared, signed, sizes, steps, sums, timed, titles, turned, voiced,
)  # fmt: skip
_NO: Final = frozenset(
    "not isn't aren't doesn't don't never cannot can't wasn't won't nor neither no lacks lack".split()
)
_DENIES: Final = frozenset("not isn't aren't doesn't no".split())
_BUT: Final = frozenset(("but", "it's", "rather", ";", ":", ",", "-", "instead", "(", "that's", "they're"))
_ONLY: Final = frozenset("only just necessarily always surprisingly merely simply so too".split())


def understood(bones: Skeleton, context: Key | None) -> list[Told]:
    """Every claim that the senses make out in a sentence; what is denied is no claim of the thing denied."""
    scene = laid_out(bones.marked, bones.entities, context)
    found: list[Told] = []
    for sense in senses_for(scene.letters):
        try:
            read = [one for told in sense(scene) if (one := _as_denied(scene, told)) is not None]
            found += [told for told in read if _stands(scene, bones, told)]
        except PartimentoError:
            continue
    return found


def _stands(scene: Scene, bones: Skeleton, told: Told) -> bool:
    """Whether a claim may be told: an objection is grasped, and a confirmation counts rightly."""
    if not told.judged.holds:
        return grasps(scene, told)
    scales = [one for one in bones.entities if one.letter == "s" and one not in told.things]
    return not miscounts([*told.things, *scales], bones.marked)


def _as_denied(scene: Scene, told: Told) -> Told | None:
    """A claim as a "not" leaves it: what is not so is rightly denied, what is so is wrongly."""
    where = [thing.at for thing in scene.things if thing.entity in told.things]
    low, high = min(where, default=0), max(where, default=0)
    for at in range(max(0, low - 3), high):
        if scene.words[at] not in _NO or set(scene.words[at + 1 : at + 2]) & _ONLY:
            continue
        if set(scene.words[at + 1 : high]) & _BUT:
            return told
        wrongly = told.judged.holds and not told.faint and low < at >= high - 4 and scene.words[at] in _DENIES
        if not wrongly:
            return told if told.judged.holds else None
        last = next(thing for thing in scene.things if thing.at == high and thing.entity in told.things)
        return not_so(told.kind, f"It is so: {told.judged.reason}", last, "")
    return told
