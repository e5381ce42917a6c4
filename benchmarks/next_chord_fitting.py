"""Learns the weights of next-chord prediction with NumPy: the network that reads songs, the mixer that weighs evidence.

Knows tokens and evidence as arrays, no files. All chance is seeded.
"""

from __future__ import annotations

from base64 import b85encode
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from partimento.music.prediction.mixer import Mixer
from partimento.music.prediction.network import FADE, REACH, SONG_CAP, Bytes, Network
from partimento.music.prediction.styles import CorpusName
from partimento.music.prediction.tokens import CLASSES, END, START

HIDDEN = 12  # units of the mixer
WIDTH = 64  # units of the network
BATCH = 512
NETWORK_WEIGHTS: dict[CorpusName, float] = {"billboard": 0.6, "openewld": 2.0, "when_in_rome": 0.6}
REPEATED = 0.3  # what a passage teaches the network when its song has played it before: the song's own memory knows it
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class Adam:
    """Named weights, moved down their slopes by gradients' running mean over their running size."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self.weights = weights
        self._mean = {name: np.zeros_like(one) for name, one in weights.items()}
        self._size = {name: np.zeros_like(one) for name, one in weights.items()}
        self._steps = 0

    def step(self, slopes: dict[str, Floats], pace: float) -> None:
        self._steps += 1
        for name, slope in slopes.items():
            self._mean[name] += 0.1 * (slope - self._mean[name])
            self._size[name] += 0.01 * (slope**2 - self._size[name])
            mean = self._mean[name] / (1 - 0.9**self._steps)
            size = self._size[name] / (1 - 0.99**self._steps)
            self.weights[name] -= pace * mean / (np.sqrt(size) + 1e-7)


class _Inputs(Struct, frozen=True):
    """What the network sees at each place: recent tokens, the song's use of each token, corpus, length; the truth."""

    recent: Ints
    used: Floats
    corpus: Ints
    length: Floats
    truth: Ints
    weight: Floats


def _inputs(streams: dict[CorpusName, list[list[int]]]) -> _Inputs:
    recent, used, corpus, length, truth, weight = [], [], [], [], [], []
    for place, (name, sequences) in enumerate(streams.items()):
        for tokens in sequences:
            padded = [START] * REACH + tokens
            use = np.zeros(END, dtype=np.float32)
            met = set()
            for now in range(1, len(tokens) + (name != "when_in_rome")):
                use *= FADE
                use[tokens[now - 1]] += 1
                following = tokens[now] if now < len(tokens) else END
                passage = (*tokens[max(0, now - 3) : now], following)
                recent.append(padded[now : now + REACH][::-1])
                used.append(np.log1p(use))
                corpus.append(place)
                length.append(min(now, SONG_CAP) / 40)
                truth.append(following)
                weight.append(NETWORK_WEIGHTS[name] * (REPEATED if passage in met else 1.0))
                met.add(passage)
    return _Inputs(
        np.array(recent), np.array(used), np.array(corpus), np.array(length, dtype=np.float32), np.array(truth),
        np.array(weight, dtype=np.float32),
    )  # fmt: skip


def _transposed(batch: _Inputs, chance: np.random.Generator) -> _Inputs:
    """Three in ten examples on another step: harmony of passing keys is harmony of the home key, moved."""
    steps = np.where(
        chance.random(len(batch.truth)) < 0.3, chance.choice([5, 7, 3, 9, 2, 10, 4, 8], len(batch.truth)), 0
    )
    shift = steps * CLASSES
    recent = np.where(batch.recent < END, (batch.recent + shift[:, None]) % END, batch.recent)
    truth = np.where(batch.truth < END, (batch.truth + shift) % END, batch.truth)
    used = batch.used.copy()
    for step in np.unique(steps):
        used[steps == step] = np.roll(batch.used[steps == step], step * CLASSES, axis=1)
    return _Inputs(recent, used, batch.corpus, batch.length, truth, batch.weight)


def _one_hot(tokens: Ints, size: int) -> Floats:
    found = np.zeros((len(tokens), size), dtype=np.float32)
    found[np.arange(len(tokens)), tokens] = 1
    return found


def train_network(streams: dict[CorpusName, list[list[int]]], epochs: int = 10, rate: float = 0.004) -> Network:
    """Adam with dropout on the hidden layer, on older chords and on the song's use of chords."""
    chance = np.random.default_rng(0)
    data = _inputs(streams)
    shapes = {
        "token": (REACH, START + 1, WIDTH), "root": (REACH, 13, WIDTH), "quality": (REACH, CLASSES + 1, WIDTH),
        "used": (END, WIDTH), "style": (len(streams), WIDTH), "length": (1, WIDTH), "hidden": (WIDTH,),
        "out": (WIDTH, END + 1), "bias": (END + 1,), "leaning": (len(streams), END + 1),
    }  # fmt: skip
    sizes = {"token": 0.03, "root": 0.1, "quality": 0.1, "used": 0.03, "out": 0.05}
    net = {name: chance.normal(0, sizes.get(name, 0), shape).astype(np.float32) for name, shape in shapes.items()}
    adam = Adam(net)
    for epoch in range(epochs):
        order = chance.permutation(len(data.truth))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            drawn = order[start : start + BATCH]
            batch = _Inputs(*(getattr(data, field)[drawn] for field in data.__struct_fields__))
            slopes = _slopes(net, _transposed(batch, chance), chance)
            for name in ("token", "root", "quality", "used", "style", "out", "leaning"):
                slopes[name] = slopes[name] + np.float32(6e-5 if name == "token" else 2e-5) * net[name]
            adam.step(slopes, rate * (1 - epoch / epochs) + 1e-4)
    return _packed(net, list(streams))


def _slopes(net: dict[str, Floats], batch: _Inputs, chance: np.random.Generator) -> dict[str, Floats]:
    count = len(batch.truth)
    forgotten = chance.random(batch.recent.shape) < 0.3 * np.array([0, 0.3, 0.6, 1, 1, 1])
    recent = np.where(forgotten, START, batch.recent)
    roots = np.where(recent < END, recent // CLASSES, 12)
    qualities = np.where(recent < END, recent % CLASSES, CLASSES)
    used = batch.used * (chance.random((count, 1)) > 0.15)
    total = net["hidden"] + net["style"][batch.corpus] + used @ net["used"] + batch.length[:, None] * net["length"]
    for place in range(REACH):
        total = total + net["token"][place][recent[:, place]] + net["root"][place][roots[:, place]]
        total = total + net["quality"][place][qualities[:, place]]
    hidden = np.tanh(total)
    kept = ((chance.random(hidden.shape) > 0.25) / 0.75).astype(np.float32)
    scores = (hidden * kept) @ net["out"] + net["bias"] + net["leaning"][batch.corpus]
    error = np.exp(scores - scores.max(1, keepdims=True))
    error /= error.sum(1, keepdims=True)
    error[np.arange(count), batch.truth] -= 1
    error = (error * (batch.weight / batch.weight.sum())[:, None]).astype(np.float32)
    back = ((error @ net["out"].T) * kept * (1 - hidden**2)).astype(np.float32)
    corpora = _one_hot(batch.corpus, len(net["style"]))
    inputs = {"token": (recent, START + 1), "root": (roots, 13), "quality": (qualities, CLASSES + 1)}
    slopes = {
        name: np.stack([_one_hot(read[:, place], size).T @ back for place in range(REACH)])
        for name, (read, size) in inputs.items()
    }
    return slopes | {
        "used": used.T @ back, "style": corpora.T @ back, "length": batch.length[None] @ back, "hidden": back.sum(0),
        "out": (hidden * kept).T @ error, "bias": error.sum(0), "leaning": corpora.T @ error,
    }  # fmt: skip


def _packed(net: dict[str, Floats], names: list[CorpusName]) -> Network:
    """A token's, its root's and its class's rows become one; matrices become bytes."""
    tokens = np.arange(START + 1)
    roots = np.where(tokens < END, tokens // CLASSES, 12)
    qualities = np.where(tokens < END, tokens % CLASSES, CLASSES)
    recent = net["token"] + net["root"][:, roots] + net["quality"][:, qualities]
    return Network(
        _bytes(recent.reshape(-1, WIDTH)), _bytes(net["used"]), _bytes(net["out"].T),
        _bytes(np.stack([net["hidden"], net["length"][0]])), _rounded(net["bias"]),
        {name: _rounded(net["style"][place]) for place, name in enumerate(names)},
        {name: _rounded(net["leaning"][place]) for place, name in enumerate(names)},
    )  # fmt: skip


def _bytes(matrix: Floats) -> Bytes:
    scale = float(np.abs(matrix).max()) / 127
    whole = np.round(matrix / scale).astype(np.int8)
    return Bytes(b85encode(whole.tobytes()).decode(), matrix.shape[1], scale)


class Examples(Struct, frozen=True):
    """Evidence as arrays: features of all candidates, where each prediction starts, the true one's place or -1."""

    features: Floats
    starts: Ints
    truth: Ints
    fold: Ints
    weight: Floats


def joined(parts: Sequence[Examples]) -> Examples:
    """Several as one."""
    offsets = np.cumsum([0, *(len(part.features) for part in parts)])
    starts = [part.starts[:-1] + offset for part, offset in zip(parts, offsets[:-1], strict=True)]
    return Examples(
        np.concatenate([part.features for part in parts]),
        np.concatenate([*starts, offsets[-1:]]),
        *(np.concatenate([getattr(part, field) for part in parts]) for field in ("truth", "fold", "weight")),
    )


def chosen(data: Examples, keep: NDArray[np.bool_]) -> Examples:
    """The predictions that a mask keeps."""
    sizes = np.diff(data.starts)
    starts = np.concatenate([[0], np.cumsum(sizes[keep])])
    kept = data.features[np.repeat(keep, sizes)]
    return Examples(kept, starts, data.truth[keep], data.fold[keep], data.weight[keep])


def _softmax(scores: Floats, starts: Ints) -> Floats:
    sizes = np.diff(starts)
    powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts[:-1]), sizes))
    shares: Floats = powers / np.repeat(np.add.reduceat(powers, starts[:-1]), sizes)
    return shares


def fit_mixer(data: Examples, steps: int = 800, rate: float = 0.02, decay: float = 3e-4) -> Mixer:
    """Adam on the log-loss of the true candidate, an eighth of the data a step."""
    missed = float((data.truth < 0).mean())
    data = chosen(data, data.truth >= 0)
    chance = np.random.default_rng(0)
    mean, spread = data.features.mean(0), data.features.std(0) + 1e-6
    features = (data.features - mean) / spread
    goal = np.zeros(len(features), dtype=np.float32)
    goal[data.starts[:-1] + data.truth] = 1
    adam = Adam(_blank_mixer(features.shape[1], chance))
    # blocks of 64 neighbouring predictions, dealt anew each step
    blocks = np.array_split(np.arange(len(data.truth)), max(len(data.truth) // 64, 1))
    for step in range(steps):
        drawn = np.concatenate([blocks[one] for one in chance.choice(len(blocks), len(blocks) // 8 + 1, False)])
        rows = np.concatenate([np.arange(data.starts[one], data.starts[one + 1]) for one in drawn])
        sizes = np.diff(data.starts)[drawn]
        share = data.weight[drawn] / data.weight[drawn].sum()
        slopes = _mixer_slopes(adam.weights, features[rows], goal[rows], sizes, np.repeat(share, sizes))
        for name in ("direct", "inner", "outer"):
            slopes[name] = slopes[name] + np.float32(decay if name == "inner" else decay / 10) * adam.weights[name]
        adam.step(slopes, rate * (1 if step < steps * 0.5 else 0.3 if step < steps * 0.8 else 0.1))
    inner = adam.weights["inner"] / spread[:, None]
    return Mixer(
        _rounded(adam.weights["direct"] / spread),
        [_rounded(unit) for unit in inner.T],
        _rounded(adam.weights["bias"] - mean @ inner),
        _rounded(adam.weights["outer"]),
        missed,
    )


def _blank_mixer(width: int, chance: np.random.Generator) -> dict[str, Floats]:
    return {
        "direct": np.zeros(width, dtype=np.float32),
        "inner": chance.normal(0, 0.3 / width**0.5, (width, HIDDEN)).astype(np.float32),
        "bias": np.zeros(HIDDEN, dtype=np.float32),
        "outer": chance.normal(0, 0.1, HIDDEN).astype(np.float32),
    }


def _mixer_slopes(
    mixer: dict[str, Floats], rows: Floats, goal: Floats, sizes: Ints, share: Floats
) -> dict[str, Floats]:
    starts = np.concatenate([[0], np.cumsum(sizes)])
    inner = np.tanh(rows @ mixer["inner"] + mixer["bias"])
    error = ((_softmax(rows @ mixer["direct"] + inner @ mixer["outer"], starts) - goal) * share).astype(np.float32)
    back = error[:, None] * mixer["outer"] * (1 - inner**2)
    return {"direct": rows.T @ error, "inner": rows.T @ back, "bias": back.sum(0), "outer": inner.T @ error}


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 4) for value in values]


def figures(data: Examples, mixer: Mixer) -> tuple[float, float, float]:
    """Top-1, top-3 and perplexity; what is on no shortlist is shared evenly by the tokens that are not."""
    inner = np.tanh(data.features @ np.array(mixer.inner, dtype=np.float32).T + np.array(mixer.bias, dtype=np.float32))
    scores = data.features @ np.array(mixer.direct, dtype=np.float32) + inner @ np.array(mixer.outer, dtype=np.float32)
    shares = _softmax(scores.astype(np.float32), data.starts) * (1 - mixer.missed)
    found = data.truth >= 0
    true = np.where(found, shares[data.starts[:-1] + np.maximum(data.truth, 0)], 0)
    sizes = np.diff(data.starts)
    better = np.add.reduceat((shares > np.repeat(true, sizes)).astype(np.int64), data.starts[:-1])
    odds = np.where(found, true, mixer.missed / (END + 1 - sizes))
    top1, top3 = (float((found & (better < top)).mean()) for top in (1, 3))
    return top1, top3, float(np.exp(-np.log(odds).mean()))
