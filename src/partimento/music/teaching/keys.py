"""Which keys suit a learner: few accidentals first, then the keys a genre is played in. Knows no concept's content."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from partimento.music import genres
from partimento.music.key import Key, practical_key, usual_keys
from partimento.music.teaching.concept import Concept

_MOST: Final = (0, 1, 1, 2, 3, 4, 5, 5, 6, 6, 6)
"""The accidentals a signature may have, by level from 0."""
# Keys a genre's players live in beyond the ones it is composed in when none is named.
_HABITS: Final = {
    "gospel": "Ab Db Eb F Bb C Fm", "jazz": "F Bb Eb C G Ab Cm Gm Dm", "blues": "C G F E A Bb Am Cm",
    "classical": "C G F D Bb A Am Dm Em Gm", "neosoul": "Eb Ab Db F Fm Cm Ebm Bbm", "reggae": "C G A D F Am Em Dm Bm",
    "latin": "C F G Bb Am Dm Gm Cm", "rnb": "Eb Ab Db F C Cm Fm Bbm",
}  # fmt: skip


@lru_cache(maxsize=512)
def keys_for(level: int, genre: str = "", mode: Literal["", "major", "minor"] = "") -> tuple[Key, ...]:
    """The keys that suit a level (1–10), a genre's own first, then by accidentals; all twelve of a mode from level 8.

    `genre` is a name or alias, "" for none. Raises UnknownName for a genre that does not exist.
    """
    most = _MOST[max(1, min(level, 10))]
    modes: tuple[Literal["major", "minor"], ...] = ("major", "minor") if not mode else (mode,)
    every = [key for one in modes for key in usual_keys(one) if abs(key.signature) <= most]
    wanted = _HABITS.get(genres.find(genre).name, "").split() if genre else []
    own = [key for key in map(Key.parse, wanted) if key in every]
    rest = sorted((key for key in every if key not in own), key=lambda key: (abs(key.signature), key.is_minor))
    return (*own, *rest)


def home_key(concept: Concept, key: Key | str) -> Key:
    """The key in which a concept is shown to who works in `key`: of the concept's mode, with the same signature.

    Modes other than major and minor count as the one they resemble; keys of more than seven accidentals are respelled.
    Raises KeySyntaxError.
    """
    home = Key.parse(key) if isinstance(key, str) else key
    home = Key(home.tonic, "minor" if home.is_minor else "major")
    if concept.mode == "minor" and home.mode == "major":
        home = Key(home.tonic + 3, "minor")
    elif concept.mode == "major" and home.mode == "minor":
        home = Key(home.tonic - 3, "major")
    return practical_key(home)[0]


def key_words(key: Key) -> str:
    """The key as teachers say it: "Eb major", "F# minor"."""
    return f"{key.symbol.removesuffix('m')} {key.mode}"
