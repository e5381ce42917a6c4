"""How each kind of voicing lays a chord's tones under two hands. Leaves reach and rank to `voicing`.

A builder yields whatever its kind allows in its register, and nothing where the chord cannot take the kind (a triad has
no rootless form). What each kind *is* stands in `definition`, which checks these builders and knows nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from partimento.music.voicing.reach import WIDEST, Hands, Kind
from partimento.music.voicing.stacks import cluster, neosoul, quartal
from partimento.music.voicing.tones import Tones, places, stacked, turned
from partimento.music.voicing.voices import fourpart


def _beyond_bass(tones: Tones, pcs: tuple[int, ...]) -> tuple[int, ...]:
    """The tones left for the right hand when a bass of its own has taken one; all where too little is left."""
    rest = tuple(pc for pc in pcs if not (tones.is_slash and pc == tones.bass))
    return rest if len(rest) >= 2 else pcs


def _shell(tones: Tones) -> Iterator[Hands]:
    """Bass, third and seventh; the root too where one of these is the bass."""
    if tones.third is None or tones.seventh is None:
        return
    pcs = (*tones.guides, tones.root) if tones.bass in tones.guides else tones.guides
    rest = tuple(pc for pc in pcs if pc != tones.bass)
    for bass in places(tones.bass, 36, 52):
        for right in turned(rest, 52, 74):
            yield (bass,), right
            if len(right) == 2 and right[0] - bass <= WIDEST:
                yield (bass, right[0]), right[1:]


def _forms(tones: Tones) -> Iterator[tuple[int, ...]]:
    """The A and B forms as pitch classes from below; the thirteenth or an alteration takes the fifth's place."""
    if tones.third is None or tones.seventh is None:
        return
    rest = [pc for pc in tones.colours if pc != tones.root]
    ninths = [pc for pc in rest if (pc - tones.root) % 12 in (1, 2, 3)]
    middles = [pc for pc in rest if pc not in ninths]
    if tones.fifth is not None:
        middles.append(tones.fifth)
    middle, ninth = middles[:1], ninths[:1]
    if middle or ninth:
        yield (tones.third, *middle, tones.seventh, *ninth)
        yield (tones.seventh, *ninth, tones.third, *middle)


def _rootless(tones: Tones) -> Iterator[Hands]:
    basses = [(bass,) for bass in places(tones.bass, 40, 52)] if tones.is_slash else [()]
    for form in _forms(tones):
        for bottom in places(form[0], 46, 64):
            grip = stacked(form, bottom)
            if grip[-1] <= 76 and grip[-1] - grip[0] < 12:
                yield from ((below, grip) if below else (grip, ()) for below in basses)


def _comping(tones: Tones) -> Iterator[Hands]:
    for form in _forms(tones):
        for bottom in places(form[0], 50, 67):
            grip = stacked(form, bottom)
            if grip[-1] <= 78 and grip[-1] - grip[0] < 12:
                yield from (((bass,), grip) for bass in places(tones.bass, 33, 50))


def _close(tones: Tones) -> Iterator[Hands]:
    if not tones.is_slash:
        yield from (((), right) for right in turned(tones.upper(4), 52, 79))
        return
    pcs = {tones.bass, *tones.upper(4)}
    yield from (((), right) for right in turned(pcs, 52, 79) if right[0] % 12 == tones.bass)


def _block(tones: Tones) -> Iterator[Hands]:
    pcs = tones.upper(3) if tones.seventh is None else tones.upper(4, root=False)
    for right in turned(_beyond_bass(tones, pcs), 53, 78):
        yield from (((bass,), right) for bass in places(tones.bass, 33, 50))


def _dropped(tones: Tones, voice: int) -> Iterator[Hands]:
    """A close position of four voices (a triad doubles its lowest) with one, counted from above, an octave lower."""
    pcs = tones.upper(4)
    own_bass = tones.is_slash and tones.bass not in pcs
    for close in turned(pcs, 50, 82):
        four = (*close, close[0] + 12) if len(close) == 3 else close
        if len(four) != 4:
            continue
        down = four[-voice] - 12
        notes = (down, *(note for note in four if note != down + 12))
        if own_bass:
            yield from (((bass, down), notes[1:]) for bass in places(tones.bass, 33, 52))
        elif not tones.is_slash or down % 12 == tones.bass:
            yield notes[:2], notes[2:]


def _spread(tones: Tones) -> Iterator[Hands]:
    pcs = tones.upper(4 if tones.seventh is not None else 3)
    seconds = [pc for pc in (tones.fifth, tones.seventh, tones.third) if pc is not None and pc != tones.bass]
    for bass in places(tones.bass, 34, 50):
        for second in seconds:
            above = bass + (second - bass) % 12
            above += 12 if second == tones.third else 0
            rest = [pc for pc in pcs if pc not in (second, tones.bass)]
            if len(rest) < 2:
                rest = [pc for pc in pcs if pc != tones.bass]
            for right in turned(rest, max(above + 1, 55), 79):
                if right[-1] - bass > 12:
                    yield (bass, above), right


def _gospel(tones: Tones) -> Iterator[Hands]:
    pcs = tones.upper(3) if tones.seventh is None else tones.upper(4 if tones.colours else 3, root=False)
    rest = _beyond_bass(tones, pcs)
    for bass in places(tones.bass, 29, 44):
        lefts: list[tuple[int, ...]] = [(bass, bass + 12)]
        if tones.fifth is not None and (tones.fifth - tones.bass) % 12 == 7:
            lefts.append((bass, bass + 7, bass + 12))
        for left in lefts:
            yield from ((left, right) for right in turned(rest, max(bass + 13, 53), 78))


BUILDERS: Final[dict[Kind, Callable[[Tones], Iterator[Hands]]]] = {
    "shell": _shell,
    "rootless": _rootless,
    "close": _close,
    "drop2": lambda tones: _dropped(tones, 2),
    "drop3": lambda tones: _dropped(tones, 3),
    "spread": _spread,
    "gospel": _gospel,
    "neosoul": neosoul,
    "quartal": quartal,
    "cluster": cluster,
    "comping": _comping,
    "block": _block,
    "fourpart": fourpart,
}
