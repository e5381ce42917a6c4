"""Near-duplicates are found whatever key they are in, and nothing else is taken for one."""

from __future__ import annotations

import re
import subprocess
import sys
from random import Random
from typing import Any

import msgspec
import pytest

from partimento.core.errors import ChordSyntaxError
from partimento.library.near import ALIKE, PLACES, Index, sketch
from partimento.library.tokens import shingles, similarity
from partimento.music.transposition import transposed
from partimento.plugins import task

CHANCE = Random(7)


def of(size: int, share: float) -> tuple[frozenset[int], frozenset[int]]:
    """Two sets of that many numbers whose Jaccard similarity is about `share`."""
    common = round(2 * size * share / (1 + share))
    both = [CHANCE.getrandbits(64) for _ in range(2 * size - common)]
    return frozenset(both[:size]), frozenset(both[size - common :])


def made(name: str, seed: int = 5, **fields: Any) -> Any:
    """What the rules make, as plain data."""
    request = task(name).ask(fields)
    assert request.task.rules is not None
    draft = request.task.rules(request.inputs, seed)
    return request.task.finish(request.inputs, draft, "rules")


@pytest.mark.parametrize("size", [8, 40, 300])
def test_equal_places_of_sketches_estimate_the_similarity(size: int) -> None:
    for share in (0.5, 0.8, 0.95):
        found = []
        for _ in range(60):
            one, other = of(size, share)
            same = sum(a == b for a, b in zip(sketch(one), sketch(other), strict=True)) / PLACES
            found.append(same - similarity(one, other))
        assert abs(sum(found) / len(found)) < 0.05


@pytest.mark.parametrize("size", [30, 100, 400])
def test_what_is_alike_is_found_and_what_is_not_is_left_alone(size: int) -> None:
    index, missed, pairs = Index(), 0, []
    for number in range(200):
        one, other = of(size, 0.93 if number % 2 else 0.86)
        index.add("a", str(number), one)
        pairs.append((str(number), other, similarity(one, other)))
    for name, other, alike in pairs:
        found = index.nearest("a", other)
        if alike >= ALIKE:
            missed += found is None or found.name != name
        else:
            assert found is None
    assert missed <= 1


def test_a_space_knows_nothing_of_another() -> None:
    one, _ = of(50, 0.5)
    index = Index()
    index.add("exercise in C", "a", one)
    assert index.nearest("exercise in F", one) is None
    found = index.nearest("exercise in C", one)
    assert found is not None
    assert found.similarity == 1.0


def test_a_set_of_nothing_is_like_nothing() -> None:
    index = Index()
    index.add("a", "x", frozenset())
    assert len(index) == 0
    assert index.nearest("a", frozenset()) is None


@pytest.mark.parametrize("kind", ["lick", "progression", "voicing", "rhythm", "scale"])
def test_the_same_music_in_another_key_is_the_same(kind: str) -> None:
    chords: dict[str, Any] = {} if kind == "scale" else {"chords": "Dm7 G7 Cmaj7 A7"}
    here = msgspec.to_builtins(made("exercise", kind=kind, key="C", level=5, **chords))
    assert shingles(moved(here, "C", "Eb", 3)) == shingles(here)
    assert shingles(moved(here, "C", "Eb", -9)) == shingles(here)


def moved(value: Any, home: str, goal: str, semitones: int) -> Any:
    """Plain data with its chords and notes in another key, as a player would transpose it."""
    if isinstance(value, dict):
        return {
            name: part + semitones if name == "midi" else moved(part, home, goal, semitones)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        whole = all(isinstance(part, int) for part in value)
        return [part + semitones if whole else moved(part, home, goal, semitones) for part in value]
    if isinstance(value, str):
        return _SYMBOL.sub(lambda found: _word(found[0], home, goal), value)
    return value


_SYMBOL = re.compile(r"\b[B-G][b#]?(?:maj|m|dim|sus|add|no|[0-9/+#b-])*(?![\w#])|\bA[b#m0-9][\w#]*")


def _word(word: str, home: str, goal: str) -> str:
    try:
        return transposed([word], home, goal)[0]
    except ChordSyntaxError:
        return word


def test_prose_with_its_chords_and_notes_moved_is_the_same() -> None:
    here = "In C the ii-V-I is Dm7 G7 Cmaj7; over G7 play the notes G B D F, then resolve to E."
    there = "In Eb the ii-V-I is Fm7 Bb7 Ebmaj7; over Bb7 play the notes Bb D F Ab, then resolve to G."
    other = "In Eb the ii-V-I is Fm7 Bb7 Ebmaj7; over Bb7 play the notes Bb D F Ab, then resolve to Gb."
    assert shingles(here, "C") == shingles(there, "Eb")
    assert shingles(here, "C") != shingles(other, "Eb")
    assert similarity(shingles(here, "C"), shingles(there, "C")) < 0.8


def test_an_article_is_no_note() -> None:
    assert shingles("A good exercise", "A") == shingles("A good exercise", "C")


def test_exercises_of_other_seeds_are_told_apart() -> None:
    sets = [shingles(made("exercise", seed, kind="lick", genre="jazz", key="Bb", level=6)) for seed in range(6)]
    for place, one in enumerate(sets):
        for other in sets[place + 1 :]:
            assert similarity(one, other) < ALIKE


def test_rhythm_counts_as_music() -> None:
    def line(beats: float) -> dict[str, Any]:
        notes = [{"start_beat": 1 + n * beats, "beats": beats, "midi": 60 + n % 5, "hand": "right"} for n in range(16)]
        return {"key": "C", "notes": notes}

    assert similarity(shingles(line(0.5)), shingles(line(1.0))) < 0.1


def test_a_value_read_back_has_the_same_shingles_in_every_process() -> None:
    value = made("exercise", kind="lick", genre="jazz", key="Bb", level=6)
    text = msgspec.json.encode(value).decode()
    assert shingles(msgspec.json.decode(text)) == shingles(value)
    program = (
        "import sys, msgspec; from partimento.library.tokens import shingles;"
        "print(sum(shingles(msgspec.json.decode(sys.stdin.read()))))"
    )
    told = subprocess.run([sys.executable, "-c", program], input=text, capture_output=True, text=True, check=True)
    assert int(told.stdout) == sum(shingles(value))
