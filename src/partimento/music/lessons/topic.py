"""What free words mean as a topic: the concept named, or the nearest, or none. Leaves the concepts to `teaching`.

Rules teach only what they know: a topic counts as understood where at least half of its words of weight belong to
music, and a concept is named by them or all but spelled.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError
from partimento.music.chord import Chord
from partimento.music.genres import find, names
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept_named, concepts, concepts_in

MOST_LETTERS: Final = 300
_NEAR: Final = 0.8
"""How like a name words must be to be taken for it; where a part of them names something else, `_NEARER`."""
_NEARER: Final = 0.88
_RELATED: Final = 0.6
_WORD: Final = re.compile(r"[a-z0-9#♭♯&/+-]*[a-z0-9][a-z0-9#♭♯&/+-]*")
_LIGHT: Final = frozenset(
    "a about all an and any are as at basic basics be beginner beginners best better by can chord chords class do does "
    "easy for from get good guide help how i improve in intermediate advanced intro introduction into is it key keys "
    "know learn learning lesson lessons level like major me minor more music musical my of on or piano play player "
    "playing please practice practise practising practicing some song songs start style teach than that the their them "
    "theory these this through to tutorial understand understanding use using want way what when where which with "
    "work would write you your".split()
)  # fmt: skip
"""Words that neither name a concept nor speak against one."""
_MUSICAL: Final = frozenset(
    "accompany accompaniment arrange arrangement band bar bars bass beat beats chart chorus comp compose ear fingers "
    "flat flats gig hand hands harmonies harmony hear hymn improvisation improvise improvising jam keyboard keyboards "
    "left lick licks line lines listen listening melody melodies meter metre note notes octave octaves pattern "
    "patterns pianist piece pieces progression progressions read reading rhythm rhythms right scale scales sharp "
    "sharps sight sing singer solo soloing soloist sound sounds tempo tone tones tune tunes verse voicing voicings "
    "worship church praise blues".split()
)  # fmt: skip


class Topic(Struct, frozen=True):
    """`words` as they were said, cleaned. `concept`: the one they mean, None where it is none the rules know.

    `guessed`: whether it is only the nearest; `near`: titles that are somewhat like it.
    """

    words: str
    concept: Concept | None
    guessed: bool = False
    near: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What a reader should know of how the words were taken, "" where nothing."""
        if self.concept is None:
            return "the rules know no concept of that name" + (f" (near: {', '.join(self.near)})" if self.near else "")
        return f"the topic was read as the concept {self.concept.title!r}" if self.guessed else ""


def cleaned(words: str, name: str = "topic") -> str:
    """Words in one line without control characters. Raises BadInput where there are too many."""
    text = unicodedata.normalize("NFC", words)
    text = " ".join("".join(" " if _is_control(sign) else sign for sign in text).split())
    if len(text) > MOST_LETTERS:
        raise BadInput(
            f"the {name} has {len(text):,} characters",
            why=f"at most {MOST_LETTERS} are read",
            mend=f"say the {name} in a sentence",
        )
    return text


def _is_control(sign: str) -> bool:
    """Control and format characters, and halves of pairs; the joiners that some scripts are written with are kept."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") and sign not in "\u200c\u200d"


@lru_cache(maxsize=2048)
def topic_of(words: str) -> Topic:
    """What cleaned words mean."""
    named = concept_named(words)
    if named is not None and words.casefold() in _names_of(named):
        return Topic(words, named)
    near = _near(words)
    understood = named is not None and _share_of_music(words) >= 0.5
    if understood and not (near and near[0][0] >= _NEARER):
        return Topic(words, named, guessed=True)
    if near and near[0][0] >= _NEAR:
        return Topic(words, near[0][1], guessed=True)
    return Topic(words, None, near=tuple(one.title for _, one in near))


def is_light(word: str) -> bool:
    """Whether a word (in lower case) neither names a concept nor speaks against one."""
    return word in _LIGHT


def also_named(topic: Topic) -> tuple[Concept, ...]:
    """The other concepts that a topic names, in the order said."""
    return tuple(one for one in concepts_in(topic.words) if one != topic.concept)


def _names_of(one: Concept) -> frozenset[str]:
    return frozenset(name.casefold() for name in (one.id, one.title, one.title.removeprefix("The "), *one.names))


def _share_of_music(text: str) -> float:
    """How many of the words of weight belong to music, 0 to 1; 1 where there are none."""
    heavy = [word for word in _WORD.findall(text.lower()) if word.strip("-/&+") not in _LIGHT]
    if not heavy:
        return 1.0
    return sum(_is_musical(word, text) for word in heavy) / len(heavy)


def _is_musical(word: str, text: str) -> bool:
    word = word.strip("-/&+")
    if word in _vocabulary() or word.rstrip("s") in _vocabulary():
        return True
    if all(part in _vocabulary() or part.isdigit() for part in re.split(r"[-/]", word)):
        return True
    written = re.search(rf"(?i)(?<![\w#]){re.escape(word)}(?![\w#])", text)
    return written is not None and _is_chord(written[0])


def _is_chord(word: str) -> bool:
    try:
        Chord.parse(word)
    except PartimentoError:
        return False
    return True


@cache
def _vocabulary() -> frozenset[str]:
    said = [word for one in concepts() for name in (one.title, *one.names) for word in _WORD.findall(name.lower())]
    spoken = [alias.lower() for genre in names() for alias in (genre, *find(genre).aliases)]
    uses = [word.lower() for genre in names() for use in find(genre).applications for word in use.words]
    parts = [part for word in (*said, *spoken, *uses) for part in re.split(r"[-/\s]", word)]
    return (frozenset((*said, *spoken, *parts)) | _MUSICAL) - {""}


def _near(words: str) -> list[tuple[float, Concept]]:
    """The concepts whose names are most like the words, with how like they are (0 to 1), the likest first."""
    plain = words.casefold()
    by_name = _every_name()
    close = get_close_matches(plain, by_name, n=6, cutoff=_RELATED)
    found: dict[str, tuple[float, Concept]] = {}
    for name in close:
        likeness = SequenceMatcher(None, plain, name).ratio()
        found.setdefault(by_name[name].id, (likeness, by_name[name]))
    return list(found.values())[:3]


@cache
def _every_name() -> dict[str, Concept]:
    return {name: one for one in reversed(concepts()) for name in sorted(_names_of(one))}
