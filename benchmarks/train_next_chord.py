"""Trains the next-chord model that the package ships, from licence-clean songs only. Needs NumPy; the package does not.

    python -m benchmarks.train_next_chord FOLDER            # cross-validates, then writes the shipped file
    python -m benchmarks.train_next_chord FOLDER --check    # cross-validates only

FOLDER holds chords_billboard.jsonl (CC0), chords_openewld.jsonl (public domain) and roman_when_in_rome.jsonl
(CC BY-SA 4.0). Songs of one title share a fold. Tables and network of a fold have not seen its songs, and the mixer
learns from such unseen evidence only. Same folder, same file, with
OMP_NUM_THREADS=1 to the byte. Takes about five minutes.
"""

from __future__ import annotations

import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from benchmarks.next_chord_fitting import Examples, Floats, chosen, figures, fit_mixer, joined, train_network
from benchmarks.next_chord_songs import FILES, FOLDS, Song, songs_of, table
from msgspec import Struct

from partimento.music.prediction.evidence import Corpus, Witnesses, gather
from partimento.music.prediction.model import Model, written
from partimento.music.prediction.styles import POOLED, CorpusName, Mix
from partimento.music.prediction.tokens import END, START, family

SHIPPED = Path(__file__).parents[1] / "src/partimento/music/data/next_chord.json.z"
WORKERS = 2
# What a corpus weighs when the mixer learns: songs of the songbook are few, and the nearest to jazz.
WEIGHTS: dict[CorpusName, float] = {"billboard": 0.3, "openewld": 1.0, "when_in_rome": 0.2}


def witnesses(songs: dict[CorpusName, list[Song]]) -> Witnesses:
    """Tables and network learnt from songs."""
    corpora: dict[CorpusName, Corpus] = {}
    everything: list[list[int]] = []
    for name, corpus in songs.items():
        whole = name != "when_in_rome"  # parts of a piece are not its beginning and end
        sequences = [[START, *song.tokens, END] for song in corpus] if whole else [p for s in corpus for p in s.parts]
        families = [[family(token) for token in sequence] for sequence in sequences]
        corpora[name] = Corpus(table(sequences, END + 1), table(families, 6 * 12 + 1))
        everything += sequences
    streams = {name: [part for song in corpus for part in song.parts] for name, corpus in songs.items()}
    return Witnesses(corpora, table(everything, END + 1, free=True), train_network(streams))


def examples(songs: Iterable[Song], mix: Mix, asked: Witnesses, weight: float) -> Examples:
    """The evidence at every place of the songs, the end included."""
    rows: list[Floats] = []
    starts, truth, folds = [0], [], []
    for song in songs:
        tokens = song.tokens
        for place in range(1, len(tokens) + 1):
            evidence = gather(tokens[:place], mix, asked)
            following = tokens[place] if place < len(tokens) else END
            known = following in evidence.candidates
            truth.append(evidence.candidates.index(following) if known else -1)
            rows.append(np.array(evidence.features, dtype=np.float32))
            starts.append(starts[-1] + len(rows[-1]))
            folds.append(song.fold)
    weights = np.full(len(truth), weight, dtype=np.float32)
    return Examples(np.concatenate(rows), np.array(starts), np.array(truth), np.array(folds), weights)


class Unseen(Struct, frozen=True):
    """Evidence on songs that the tables and the network have not seen: in their own style, and of no known style."""

    own: dict[CorpusName, Examples]
    pooled: Examples


def unseen_evidence(songs: dict[CorpusName, list[Song]]) -> Unseen:
    """Evidence on every song, gathered fold by fold."""
    with ProcessPoolExecutor(WORKERS) as pool:
        found = list(pool.map(_evidence_on, range(FOLDS), [songs] * FOLDS))
    own = {name: joined([one.own[name] for one in found]) for name in songs}
    return Unseen(own, joined([one.pooled for one in found]))


def _evidence_on(fold: int, songs: dict[CorpusName, list[Song]]) -> Unseen:
    asked = witnesses({name: [song for song in corpus if song.fold != fold] for name, corpus in songs.items()})
    held = {name: [song for song in corpus if song.fold == fold] for name, corpus in songs.items()}
    own = {name: examples(held[name], {name: 1.0}, asked, WEIGHTS[name]) for name in songs}
    return Unseen(own, joined([examples(held[name][::3], POOLED, asked, WEIGHTS[name] / 2) for name in POOLED]))


def cross_validate(unseen: Unseen) -> None:
    """Prints what songs get that neither tables nor mixer have seen."""
    tested: dict[str, list[tuple[int, tuple[float, float, float]]]] = defaultdict(list)
    everything = joined([*unseen.own.values(), unseen.pooled])
    for fold in range(FOLDS):
        mixer = fit_mixer(chosen(everything, everything.fold != fold))
        for name, data in (*unseen.own.items(), ("pooled", unseen.pooled)):
            held = chosen(data, data.fold == fold)
            tested[name].append((len(held.truth), figures(held, mixer)))
    for name, found in tested.items():
        whole = sum(count for count, _ in found)
        top1, top3, _ = (sum(count * one[place] for count, one in found) / whole for place in range(3))
        perplexity = np.exp(sum(count * np.log(one[2]) for count, one in found) / whole)
        print(f"{name:14} {whole:6} predictions  top-1 {top1:.4f}  top-3 {top3:.4f}  perplexity {perplexity:.2f}")


def main() -> int:
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_dir() or sys.argv[2:] not in ([], ["--check"]):
        print(__doc__)
        return 2
    folder = Path(sys.argv[1])
    songs = {name: songs_of(folder, name) for name in FILES}
    unseen = unseen_evidence(songs)
    cross_validate(unseen)
    if not sys.argv[2:]:
        digests = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in FILES.values()}
        mixer = fit_mixer(joined([*unseen.own.values(), unseen.pooled]))
        SHIPPED.write_bytes(written(Model(digests, witnesses(songs), mixer)))
        print(f"{SHIPPED.name}: {SHIPPED.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
