"""Fits what chords say for keys: a theory prior, moved by songs whose key is printed, and counts of local keys.

    python -m benchmarks.fit_keys FOLDER            write src/partimento/music/data/keys.json
    python -m benchmarks.fit_keys FOLDER --check    judge only songs and pieces that were not learnt from

Needs NumPy (2 or later). FOLDER holds chords_billboard.jsonl, chords_openewld.jsonl and roman_when_in_rome.jsonl; their
sources and licences stand in data/keys.README.md. The jazz charts are judged where they are present, and never learnt.

For songs the model is a softmax over 24 keys; the score of a key is the sum of its traces' amounts times their weights,
and the weights depend on the semitones above the tonic only. Billboard names a tonic, so either mode of it counts as
right; a printed signature names two keys, of which the minor one is believed a fifth as often. One label in ten may be
wrong: many lead sheets are printed with no signature at all. Weights are drawn to the theory below, and moved by Adam.
For the moment, a weight is the log odds of a key given a chord and the move to it, smoothed by the chord's own.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final
from unittest import mock

import msgspec
import numpy as np
from benchmarks.keys import Piece, Song, agreement, pieces, songs
from numpy.typing import NDArray

from partimento.music import key_profile
from partimento.music.key import Key
from partimento.music.key_finding import move, step_of, traces
from partimento.music.pitch import nearest_spelling

Array = NDArray[np.float64]
CORPORA: Final = ("chords_billboard", "chords_openewld")
DATA: Final = Path(__file__).parents[1] / "src" / "partimento" / "music" / "data" / "keys.json"
ABOUT: Final = (
    "Weights of traces for keys, in hundredths: twelve a mode, by semitones above the tonic. Written by "
    "benchmarks/fit_keys.py; sources and licences: keys.README.md."
)
FEWEST: Final = 5  # songs that must hold a kind of trace
PULL: Final = 1.0  # how strongly weights are drawn to the theory
WRONG: Final = 0.1  # share of labels that may be wrong
RELATIVE: Final = 0.2  # how often a printed signature means its minor key
ROUNDS: Final = 80
RARE: Final = 12.0  # a move counted less often speaks as its chord alone
SMOOTH: Final = 8.0  # how many chords the smoothing of a move is worth
MOVE_TO: Final = re.compile(r"move \D+ \d+ ")
POP: Final = 0.1  # what a chord of a song, in its one key, counts beside one of an analysed piece

# What every textbook says, before a song is seen: weights by semitones above the tonic.
THEORY: Final[dict[str, tuple[dict[int, float], dict[int, float]]]] = {
    "chord major": (
        {0: 8, 3: 0.5, 5: 5, 7: 5, 8: 0.5, 10: 1.5},
        {0: -4, 3: 4, 5: 1, 7: 4, 8: 5, 10: 3},
    ),
    "chord dominant": ({0: 4, 2: 2, 4: 2, 5: 3, 7: 7, 9: 3}, {5: 1, 7: 7, 8: 2, 10: 1}),
    "chord minor": ({0: -4, 2: 4, 4: 3, 5: 1, 7: 1, 9: 5}, {0: 8, 5: 5, 7: 2}),
    "chord minor seventh": ({0: -4, 2: 5, 4: 3, 5: 1, 7: 1, 9: 5}, {0: 7, 5: 5, 7: 2}),
    "first minor seventh": ({2: 1.5}, {0: 1}),
    "last minor seventh": ({}, {0: 1.5}),
    "last goal minor seventh": ({}, {0: 1}),
    "move dominant 5 minor seventh": ({2: 1, 9: 1}, {0: 3}),
    "move minor seventh 5 dominant": ({7: 5}, {7: 1}),
    "chord half": ({6: 1, 11: 2}, {2: 6, 9: 1}),
    "chord diminished": ({6: 1, 11: 2}, {11: 3}),
    "chord open": ({0: 4, 7: 2}, {0: 3}),
    "first major": ({0: 2}, {}),
    "first dominant": ({0: 1.5}, {}),
    "first minor": ({}, {0: 2}),
    "first open": ({0: 2}, {0: 1.5}),
    "last major": ({0: 2}, {}),
    "last dominant": ({0: 1.5}, {}),
    "last minor": ({}, {0: 2}),
    "last open": ({0: 2}, {0: 1.5}),
    "last goal major": ({0: 2}, {}),
    "last goal minor": ({}, {0: 2}),
    "move dominant 5 major": ({0: 3, 5: 1}, {3: 0.5}),
    "move dominant 5 minor": ({2: 1, 9: 1}, {0: 3}),
    "move minor 5 dominant": ({7: 3}, {7: 2}),
}


class Learnt(msgspec.Struct, frozen=True):
    """A song and its traces."""

    song: Song
    traces: dict[tuple[str, int], float]


def read(folder: Path, *corpora: str) -> list[Learnt]:
    return [Learnt(song, traces(song.chords)) for corpus in corpora for song in songs(folder, corpus)]


def truth(song: Song) -> Array:
    """The keys that count as right, 24 shares."""
    right = np.zeros((2, 12))
    pc, minor = song.key.pc, song.key.mode == "minor"
    right[int(minor), pc] = 1
    if song.corpus == "chords_billboard":
        right[:, pc] = 1
    elif not minor:
        right[1, (pc + 9) % 12] = RELATIVE
    return right.reshape(24)


def kinds_of(learnt: Sequence[Learnt]) -> list[str]:
    """The kinds of trace that enough songs hold, and those of the theory."""
    held: dict[str, int] = {}
    for one in learnt:
        for kind in {kind for kind, _ in one.traces}:
            held[kind] = held.get(kind, 0) + 1
    return sorted({kind for kind, count in held.items() if count >= FEWEST} | THEORY.keys())


def amounts(learnt: Sequence[Learnt], kinds: Sequence[str]) -> Array:
    """Songs by (kind, pitch class)."""
    place = {kind: at for at, kind in enumerate(kinds)}
    table = np.zeros((len(learnt), len(kinds), 12))
    for at, one in enumerate(learnt):
        for (kind, pc), amount in one.traces.items():
            if kind in place:
                table[at, place[kind], pc] += amount
    return table.reshape(len(learnt), -1)


def theory(kinds: Sequence[str]) -> Array:
    table = np.zeros((2, len(kinds), 12))
    for at, kind in enumerate(kinds):
        for mode, weights in enumerate(THEORY.get(kind, ())):
            for step, weight in weights.items():
                table[mode, at, step] = weight
    return table


_PCS: Final = np.arange(12)
_STEP_OF: Final = (_PCS[:, None] - _PCS[None, :]) % 12  # [pitch class, tonic] -> step
_PC_OF: Final = (_PCS[:, None] + _PCS[None, :]) % 12  # [step, tonic] -> pitch class


def scores(table: Array, weights: Array) -> Array:
    """Songs by 24 keys."""
    turned = weights[:, :, _STEP_OF].transpose(1, 2, 0, 3)
    return np.asarray(table @ turned.reshape(table.shape[1], 24))


def slope(table: Array, pulls: Array) -> Array:
    turned = (table.T @ pulls).reshape(-1, 12, 2, 12)
    return np.asarray(turned[:, _PC_OF, :, _PCS[None, :]].sum(axis=1).transpose(2, 1, 0))


def fit(table: Array, right: Array, start: Array) -> Array:
    """The weights that make the right keys likely, drawn to `start`; full batches, cosine steps."""
    weights, mean, square = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for turn in range(1, ROUNDS + 1):
        raw = scores(table, weights)
        odds = np.exp(raw - raw.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        hit = (odds * right).sum(axis=1, keepdims=True)
        pulls = odds * (hit - right) * (1 - WRONG) / ((1 - WRONG) * hit + WRONG / 24)
        gradient = slope(table, pulls) + PULL * (weights - start)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        step = 0.15 * (1 + np.cos(np.pi * turn / ROUNDS))
        weights -= step * (mean / (1 - 0.9**turn)) / (np.sqrt(square / (1 - 0.99**turn)) + 1e-8)
    return weights


def fitted(learnt: Sequence[Learnt], kinds: Sequence[str]) -> Array:
    return fit(amounts(learnt, kinds), np.array([truth(one.song) for one in learnt]), theory(kinds))


def found_keys(judged: Sequence[Learnt], kinds: Sequence[str], weights: Array) -> list[Key]:
    best = scores(amounts(judged, kinds), weights).argmax(axis=1)
    return [Key(nearest_spelling(int(at) % 12, 0), "minor" if at >= 12 else "major") for at in best]


def as_pieces(learnt: Sequence[Learnt], kinds: Sequence[str], weights: Array) -> list[Piece]:
    """The songs whose key is found as printed, as pieces in that key throughout."""
    found = zip(learnt, found_keys(learnt, kinds, weights), strict=True)
    return [
        Piece(one.song.title, one.song.chords, (key,) * len(one.song.chords))
        for one, key in found
        if one.song.judged(key)[1 if one.song.corpus == "chords_billboard" else 2]
    ]


def counts(learnt: Iterable[Piece], worth: float, repeats: bool, table: dict[str, Array]) -> None:
    """Adds the chords, and the moves to them, by mode and semitones above the tonic."""
    for piece in learnt:
        steps = [(step_of(chord), key) for chord, key in zip(piece.chords, piece.keys, strict=True)]
        sounding = [(step, key) for step, key in steps if step is not None]
        for (before, _), (step, key) in pairwise([(None, sounding[0][1]), *sounding] if sounding else []):
            if step is None or (step == before and not repeats):
                continue
            names = [f"chord {step[1]}"] if before in (None, step) else [f"chord {step[1]}", move(before, step)[0]]
            for name in names:
                table.setdefault(name, np.zeros((2, 12)))[int(key.is_minor), (step[0] - key.pc) % 12] += worth


def moment(analysed: Sequence[Piece], in_one_key: Sequence[Piece]) -> dict[str, Array]:
    """Log odds of the 24 keys given each kind of chord and of move, against all being alike."""
    table: dict[str, Array] = {}
    counts(analysed, 1.0, True, table)
    counts(in_one_key, POP, False, table)
    odds: dict[str, Array] = {}
    for name in sorted(table):  # chords come before moves
        alike = np.full((2, 12), 1 / 24)
        if name.startswith("move"):
            if table[name].sum() < RARE:
                continue
            alike = odds.get(f"chord {MOVE_TO.sub('', name)}", alike)
        odds[name] = (table[name] + SMOOTH * alike) / (table[name].sum() + SMOOTH)
    return {name: np.log(24 * share) for name, share in odds.items()}


def check_pieces(folder: Path) -> None:
    """Local keys of each half of the pieces, by weights of the other half alone."""
    found = pieces(folder)
    halves = [[one for one in found if zlib.crc32(one.name.encode()) % 2 == half] for half in (0, 1)]
    for judged, learnt in (halves, halves[::-1]):
        text = f'{{"about":"","song":{{}},"moment":{tables(moment(learnt, []))}}}'
        weights = msgspec.json.decode(text, type=key_profile.Weights)
        key_profile.moment_votes.cache_clear()
        with mock.patch.object(key_profile, "weights", return_value=weights):
            told = agreement(judged, lambda piece: piece.keys[0])
        base = sum(piece.keys.count(piece.keys[0]) for piece in judged) / sum(len(piece.keys) for piece in judged)
        print(f"half of {len(judged)} pieces, local keys {told:.2%}, baseline {base:.2%}")
    key_profile.moment_votes.cache_clear()


def check(folder: Path) -> None:
    """Every song judged by weights that never saw its title, under three cuts into five."""
    learnt, unseen = read(folder, *CORPORA), read(folder, "chords_jazz_ireal")
    for cut in range(3):
        folds = [zlib.crc32(f"{cut} {one.song.title.casefold()}".encode()) % 5 for one in learnt]
        seen: dict[str, list[tuple[bool, bool, bool]]] = {}
        for fold in range(5):
            rest = [one for one, place in zip(learnt, folds, strict=True) if place != fold]
            kinds = kinds_of(rest)
            weights = fitted(rest, kinds)
            held = [one for one, place in zip(learnt, folds, strict=True) if place == fold] + unseen
            for one, key in zip(held, found_keys(held, kinds, weights), strict=True):
                seen.setdefault(one.song.corpus, []).append(one.song.judged(key))
                if one.song.corpus == "chords_openewld" and one.song.key.signature:
                    seen.setdefault("openewld, ♯ or ♭", []).append(one.song.judged(key))
        for corpus, hits in seen.items():
            exact, tonic, signature = (sum(column) / len(hits) for column in zip(*hits, strict=True))
            print(f"cut {cut} {corpus:18} exact {exact:.2%}  tonic {tonic:.2%}  signature {signature:.2%}")


def tables(text: dict[str, Array]) -> str:
    rows = (f"{json.dumps(name)}: {json.dumps(np.rint(text[name] * 100).astype(int).tolist())}" for name in text)
    return "{\n" + ",\n".join(rows).replace(", ", ",") + "\n}"


def write(folder: Path) -> None:
    learnt = read(folder, *CORPORA)
    kinds = kinds_of(learnt)
    weights = fitted(learnt, kinds)
    song = {kind: weights[:, at] for at, kind in enumerate(kinds)}
    now = moment(pieces(folder), as_pieces(learnt, kinds, weights))
    text = f'{{"about": {json.dumps(ABOUT)},\n"song": {tables(song)},\n"moment": {tables(now)}}}\n'
    DATA.write_text(text, encoding="utf-8")
    print(f"{DATA.name}: {len(song)} + {len(now)} kinds of trace, {len(text):,} bytes, from {len(learnt)} songs")


def main() -> int:
    arguments = sys.argv[1:]
    if not arguments or not Path(arguments[0]).is_dir() or arguments[1:] not in ([], ["--check"]):
        print(__doc__)
        return 2
    for job in (check, check_pieces) if arguments[1:] else (write,):
        job(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
