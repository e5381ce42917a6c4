"""What speaks for each chord that may come next: a short list of candidates, one column of numbers a witness.

Witnesses are other songs (`ngram`), the song itself (`memory`) and its habits; what they are worth together is the
mixer's business. All numbers are natural logarithms or small counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from math import exp, log
from operator import mul
from typing import Final

from msgspec import Struct

from partimento.music.prediction.memory import Memory, recall
from partimento.music.prediction.network import Network
from partimento.music.prediction.ngram import ORDER, Row, Table, favourites
from partimento.music.prediction.styles import CorpusName, Mix
from partimento.music.prediction.tokens import CLASSES, END, FAMILIES, START, family, moved

_FLOOR: Final = 1e-5
_BY_FAMILY: Final = {
    place: tuple(one for one in range(CLASSES) if FAMILIES[one] == place) for place in sorted(set(FAMILIES))
}


class Corpus(Struct, frozen=True, dict=True):
    """Tables of one collection of songs: of chords above the tonic, and of their families."""

    chords: Table
    families: Table

    @cached_property
    def usual(self) -> list[float]:
        """For each token its share among the chords of its family on its step."""
        counts = self.chords.chain(())[0].counts
        met = [counts.get(token, 0) + 0.2 for token in range(END)]
        whole: dict[int, float] = defaultdict(float)
        for token, count in enumerate(met):
            whole[family(token)] += count
        return [count / whole[family(token)] for token, count in enumerate(met)]


class Witnesses(Struct, frozen=True):
    """What is asked: each corpus, root movements of all of them in any key, and the network."""

    corpora: dict[CorpusName, Corpus]
    movements: Table
    network: Network


class Evidence(Struct, frozen=True):
    """`candidates`, and for each a row of `features`; `memory` and `style` (odds in like songs) serve the reasons."""

    candidates: list[int]
    features: list[tuple[float, ...]]
    memory: Memory
    style: list[float]


class Habits(Struct, frozen=True):
    """How often a song used each chord, each class of a family, each family on each step."""

    chords: Counter[int]
    classes: Counter[int]
    families: Counter[int]
    steps: Counter[int]


def gather(song: Sequence[int], mix: Mix, witnesses: Witnesses) -> Evidence:
    """The evidence for the chord after a song's last one. `mix`: the share of each corpus in the style; they sum to 1.

    The song holds one token or more, and never the same one twice running.
    """
    memory, habits = recall(song), _habits(song)
    past = [START, *song][-ORDER:]
    root = song[-1] // CLASSES
    free = witnesses.movements.chain([moved(token, -root) for token in past if token != START])
    asked = [_ask(witnesses.corpora[name], weight, past) for name, weight in mix.items()]
    tokens = _candidates(song, memory, asked, free, habits)
    style = _blend([one.weight for one in asked], [one.corpus.chords.odds(one.chords, tokens) for one in asked])
    broad = _blend([one.weight for one in asked], [_broad_odds(one, tokens, habits) for one in asked])
    movements = witnesses.movements.odds(free, [moved(token, -root) for token in tokens])
    network = _shares(witnesses.network.scores(song, mix, tokens))
    columns = [[log(share + _FLOOR) for share in column] for column in (style, movements, broad, network)]
    columns += _song_columns(song, memory, tokens, habits)
    return Evidence(tokens, list(zip(*columns, strict=True)), memory, style)


class _Asked(Struct, frozen=True):
    corpus: Corpus
    weight: float
    chords: list[Row]
    families: list[Row]


def _ask(corpus: Corpus, weight: float, past: Sequence[int]) -> _Asked:
    return _Asked(corpus, weight, corpus.chords.chain(past), corpus.families.chain([family(token) for token in past]))


def _blend(weights: Sequence[float], columns: Sequence[list[float]]) -> list[float]:
    if len(columns) == 1:
        return columns[0]
    return [sum(map(mul, weights, shares)) for shares in zip(*columns, strict=True)]


def _shares(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    whole = sum(powers)
    return [power / whole for power in powers]


def _habits(song: Sequence[int]) -> Habits:
    chords = Counter(song)
    classes: Counter[int] = Counter()
    families: Counter[int] = Counter()
    steps: Counter[int] = Counter()
    for token, count in chords.items():
        place = token % CLASSES
        classes[place] += count
        families[FAMILIES[place]] += count
        steps[family(token)] += count
    return Habits(chords, classes, families, steps)


def _candidates(
    song: Sequence[int], memory: Memory, asked: Sequence[_Asked], free: list[Row], habits: Habits
) -> list[int]:
    found: dict[int, None] = dict.fromkeys(_heaviest(memory.near, 8))
    found |= dict.fromkeys(memory.runs)
    found |= dict.fromkeys(_heaviest(memory.shifted, 4))
    root = song[-1] // CLASSES
    found |= dict.fromkeys(moved(token, root) for token in favourites(free, 8))
    for one in asked:
        found |= dict.fromkeys(favourites(one.chords, 12))
        found |= dict.fromkeys(_usual(token, habits) for token in favourites(one.families, 8))
    found[END] = None
    found.pop(song[-1], None)
    return list(found)


def _heaviest(weights: dict[int, float], most: int) -> list[int]:
    if len(weights) <= most:
        return list(weights)
    return sorted(weights, key=weights.__getitem__, reverse=True)[:most]


def _usual(token: int, habits: Habits) -> int:
    """A family's token as the song would write it: with the class it has used most on that step, or anywhere."""
    if token >= END:
        return token
    step, chords, classes = token - token % CLASSES, habits.chords, habits.classes
    return step + max(_BY_FAMILY[token % CLASSES], key=lambda one: (chords[step + one], classes[one]))


def _broad_odds(asked: _Asked, tokens: Sequence[int], habits: Habits) -> list[float]:
    """The odds of each token's family, shared among its classes as the song does, and the corpus before it."""
    families = [family(token) for token in tokens]
    shares = asked.corpus.families.odds(asked.families, families)
    usual, classes, kinds = asked.corpus.usual, habits.classes, habits.families
    found = []
    for token, folded, share in zip(tokens, families, shares, strict=True):
        if token < END:
            place = token % CLASSES
            here = (classes[place] + 3 * usual[token]) / (kinds[FAMILIES[place]] + 3)
            share *= (habits.chords[token] + 1.5 * here) / (habits.steps[folded] + 1.5)
        found.append(share)
    return found


def _song_columns(song: Sequence[int], memory: Memory, tokens: Sequence[int], habits: Habits) -> list[list[float]]:
    length = len(song)
    none = [0, 0, 0, 0]
    after = [memory.after.get(token, none) for token in tokens]
    runs = [memory.runs.get(token, 0) for token in tokens]
    near, shifted, chords = memory.near, memory.shifted, habits.chords
    columns = [
        [log((chords[token] + 0.15) / (length + 5)) for token in tokens],
        [_class_habit(token, habits) for token in tokens],
        [log((near.get(token, 0.0) + 0.3) / (memory.near_sum + 5)) for token in tokens],
        [log((shifted.get(token, 0.0) + 0.5) / (memory.shifted_sum + 8)) for token in tokens],
        *([log((counts[slot] + 0.2) / (memory.after_sums[slot] + 1)) for counts in after] for slot in range(4)),
        [log(1 + run) for run in runs],
        [float(run > 0 and run == memory.longest) for run in runs],
        [float(min(memory.longest - run, 5)) if run else 0.0 for run in runs],
        [float(token == memory.latest) for token in tokens],
        [float(token == song[0]) for token in tokens],
    ]
    ends = [float(token == END) for token in tokens]
    context = [
        1.0,
        log(length / 40),
        float(memory.latest == song[0]),
        float(memory.longest >= 5),
        float(song[-1] // CLASSES == 0),
        float(length < 14),
    ]
    columns += [[end * value for end in ends] for value in context]
    columns += [[value] * len(tokens) for value in (log(length), log(1 + memory.longest))]
    return columns


def _class_habit(token: int, habits: Habits) -> float:
    if token == END:
        return 0.0
    place = token % CLASSES
    return log((habits.classes[place] + 0.3) / (habits.families[FAMILIES[place]] + 1))
