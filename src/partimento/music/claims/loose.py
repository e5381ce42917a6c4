"""A sentence whose wording no form knows, put into the plain wording of what its named things can only mean together.

A numeral, a key and a chord in one plain statement say which chord the numeral is; a degree, a chord and a note say
which note the degree is. Sentences with words that make it something else (before, instead, or …) are left alone.
"""

from __future__ import annotations

import re
from typing import Final

from partimento.music.claims.entity import CLASSES, Entity
from partimento.music.claims.skeleton import Skeleton

_OTHERWISE: Final = frozenset(
    """not or except before after instead rather borrow borrowed substitute substitutes replace replaced swap
    omit remove without minus
    lower lowered lowering raise raised raising flatten flattened sharpen sharpened alter altered add added adding
    solo soloing improvise
    improvising against while until toward towards maybe perhaps almost nearly unlike different differs differ than
    pivot modulate
    modulates modulating modulation could might try wrong become becomes resolve share between but though although
    neither either
    except transpose common more fewer less extra additional over double doubled doubling closer close similar many
    melody lick line shift
    slide chromatic passing""".split()
)
_LONGEST: Final = 10
_UP: Final = re.compile(r"\b(?:above|up|higher|over|ascend\w*|upward\w*|plus|add)\b")
_DOWN: Final = re.compile(r"\b(?:below|down|lower|under|descend\w*|downward\w*|beneath|minus)\b")
_MARK: Final = re.compile(r"@([A-Za-z])(\d+)")


def readings(bones: Skeleton) -> list[str]:
    """The plain wordings (as bones) of a sentence and of its clauses; none where a clause says too much or too
    little."""
    clauses = [bones.text, *re.split(r" , (?:and |but |so )?| and (?=@\w+\d+ be )", bones.text)]
    found = []
    for clause in dict.fromkeys(clauses):
        spoken = re.findall(r"(?<!@)\b[a-z]+\b", clause)
        words = set(spoken)
        plain = None if words & _OTHERWISE or len(spoken) > _LONGEST else _plain(clause, bones.entities, words)
        if plain is not None:
            found.append(plain)
    return found


def _plain(clause: str, entities: tuple[Entity, ...], words: set[str]) -> str | None:
    seen: dict[str, str] = {}
    for letter, number in _MARK.findall(clause):
        seen.setdefault(letter + entities[int(number)].text, f"@{letter}{number}")
    marks = list(seen.values())
    if sum(letter in "fre" for letter, _ in _MARK.findall(clause)) > sum(mark[1] in "fre" for mark in marks):
        return None  # "the dominant of the dominant"
    if not 2 <= len(marks) <= 4:
        return None
    by: dict[str, list[str]] = {}
    for mark in marks:
        by.setdefault(mark[1], []).append(mark)
    roots = [mark for mark in marks if mark[1] in "nmaks" or mark[1] == "c"]
    lists = by.get("N", []) + by.get("L", [])
    links = (
        bool(
            words
            & {
                "be",
                "has",
                "made",
                "form",
                "see",
                "find",
                "play",
                "call",
                "label",
                "labelled",
                "spot",
                "identify",
                "meet",
                "act",
            }
        )
        or "(" in clause
        or " , " in clause
    )
    return (
        _with_list(by, roots, lists, marks, clause) if lists else _single(by, roots, marks, clause) if links else None
    )


def _with_list(
    by: dict[str, list[str]], roots: list[str], lists: list[str], marks: list[str], clause: str
) -> str | None:
    if len(lists) != 1:
        return None
    rows = by.get("R", []) + by.get("D", [])
    if len(rows) == 1 and len(roots) == 1 and len(marks) == 3:
        return f"{rows[0]} in {roots[0]} be {lists[0]}"
    if len(by.get("v", [])) == 1 and len(roots) == 1 and len(marks) == 3:
        return f"{by['v'][0]} of {roots[0]} be {lists[0]}"
    for word in ("guide", "shell", "rootless"):
        if word in clause and len(roots) == 1 and len(marks) == 2:
            return f"{word} of {roots[0]} be {lists[0]}"
    if len(by.get("g", [])) == 1 and len(roots) == 1 and len(marks) == 3:
        return f"{roots[0]} has {by['g'][0]} be {lists[0]}"
    if len(marks) == 2 and len(roots) == 1 and lists[0][1] == "N":
        if roots[0][1] == "n" and re.search(rf"\b(?:in|on|of) {roots[0]}\b", clause):
            return None
        return f"{roots[0]} be {lists[0]}"
    return None


def _single(by: dict[str, list[str]], roots: list[str], marks: list[str], clause: str) -> str | None:
    letters = "".join(sorted(mark[1] for mark in marks))
    if len(by.get("i", [])) == 1 and len(marks) == 2 and by.get("h"):
        return f"{by['i'][0]} be {by['h'][0]}"
    if len(by.get("i", [])) == 2 and len(marks) == 2 and re.search(r"invert|upside|flip|turn", clause):
        first, second = by["i"]
        return f"{first} invert {second}"
    if letters == "inn":
        return _interval(by, clause)
    if len(by.get("v", [])) == len(by.get("n", [])) == 1 and len(marks) == 3 and len(roots) == 2 and "bass" in clause:
        whole = next(mark for mark in roots if mark not in by["n"])
        return f"{by['v'][0]} of {whole} has {by['n'][0]} bass"
    degrees = by.get("o", [])
    if len(degrees) == 1 and len(marks) == 3 and len(by.get("n", [])) == 1 and len(roots) == 2:
        whole = next(mark for mark in roots if mark not in by["n"])
        if _is_governed(degrees[0], clause) or re.search(rf"\b(?:in|of|on|from|to) {by['n'][0]}", clause):
            return None
        return f"{degrees[0]} of {whole} be {by['n'][0]}" if whole[1] in "acsm" else None
    chords, keys = by.get("a", []) + by.get("c", []), by.get("m", []) + by.get("s", []) + by.get("k", [])
    if len(degrees) == len(chords) == len(keys) == 1 and len(marks) == 3 and not _is_governed(degrees[0], clause):
        return f"{degrees[0]} of {keys[0]} be {chords[0]}"
    if len(by.get("g", [])) == 1 and len(marks) == 2 and len(roots) == 1:
        if roots[0][1] == "n" and not re.search(rf"\b(?:in|of|on) {roots[0]}\b|{roots[0]} (?:has|be)\b", clause):
            return None
        return f"{roots[0]} has {by['g'][0]}"
    return _of_key(by, roots, marks, clause)


def _is_governed(mark: str, clause: str) -> bool:
    """Whether something else is told of a thing: "the neighbour of the tonic"."""
    return re.search(rf"\b(?:of|to|from|above|below|under|toward) {mark}\b", clause) is not None


def _interval(by: dict[str, list[str]], clause: str) -> str | None:
    """A note, an interval and the note it leads to, the goal told last or first."""
    first, second = by["n"]
    up, down = _UP.search(clause), _DOWN.search(clause)
    if bool(up) == bool(down):
        return None
    side = "above" if up else "below"
    word = up or down
    place = word.start() if word is not None else 0
    base = (
        first
        if abs(clause.index(first) - place) <= abs(clause.index(second) - place) or clause.index(second) < place
        else second
    )
    if re.search(rf"(?:{word[0] if word else ''}|from|than|on) (?:it )?{second}\b", clause) and not re.search(
        rf"(?:from|than|on) {first}\b", clause
    ):
        base = second
    goal = second if base == first else first
    return f"{by['i'][0]} {side} {base} be {goal}"


def _of_key(by: dict[str, list[str]], roots: list[str], marks: list[str], clause: str) -> str | None:
    what = by.get("r", []) + by.get("e", []) + by.get("f", [])
    if len(what) != 1 or len(roots) != 2 or len(marks) != 3 or _is_governed(what[0], clause):
        return None
    keys = [mark for mark in roots if re.search(rf"(?:^|\s)(?:in|of) {mark}\b", clause) or mark[1] == "k"]
    keys = keys or [mark for mark in roots if mark[1] == "m" and len(by.get("m", [])) == 1]
    if len(keys) != 1:
        return None
    chord = next(mark for mark in roots if mark != keys[0])
    if chord[1] not in CLASSES["chord"]:
        return None
    return f"{what[0]} of {keys[0]} be {chord}"
