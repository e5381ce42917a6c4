"""Writing a 32-bar arrangement of about 600 notes as MIDI, MusicXML and ABC; the MIDI also with mido, for comparison.

    python benchmarks/formats.py

Best of 30 in one process, in milliseconds, after one cold run that is shown beside it. Must reach: MIDI at most
1.5 ms and faster than mido, MusicXML at most 30 ms.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from random import Random

import mido

from partimento.music.arrange import arrange
from partimento.music.formats import abc, midi, musicxml
from partimento.music.genres.gospel import genre
from partimento.music.plan import plan
from partimento.music.progression import compose
from partimento.music.score import Score

NOTES = 600
ROUNDS = 30
LIMITS_MS = {"MIDI": 1.5, "MusicXML": 30.0}


def piece() -> Score:
    """Of 200 arrangements the one whose number of notes is nearest to 600."""
    made = []
    for seed in range(200):
        order = plan(genre, "shout", key="Ab", bars=32, level=7)
        made.append(arrange(compose(genre, order, Random(seed)), genre, order, Random(seed)))
    return min(made, key=lambda score: abs(len(score.notes) - NOTES))


def by_mido(score: Score) -> bytes:
    """The notes alone, one track a hand, as a plain program would write them."""
    file = mido.MidiFile(type=1, ticks_per_beat=midi.TICKS)
    for channel, hand in enumerate(("right", "left")):
        events = []
        for note in score.notes:
            if note.hand == hand:
                start = round((note.start_beat - 1) * midi.TICKS)
                stop = start + round(note.beats * midi.TICKS)
                events += [(start, 1, note.midi, note.velocity), (stop, 0, note.midi, 0)]
        track, now = file.add_track(), 0
        for tick, is_on, key, velocity in sorted(events):
            name = "note_on" if is_on else "note_off"
            track.append(mido.Message(name, channel=channel, note=key, velocity=velocity, time=tick - now))
            now = tick
    written = io.BytesIO()
    file.save(file=written)
    return written.getvalue()


def timed(write: Callable[[Score], bytes | str], score: Score) -> tuple[float, float, int]:
    """Cold and best milliseconds, and the length of what was written."""
    taken = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        written = write(score)
        taken.append((time.perf_counter() - started) * 1e3)
    return taken[0], min(taken[1:]), len(written)


def main() -> int:
    score = piece()
    print(f"{score.bars} bars, {len(score.notes)} notes")
    writers: dict[str, Callable[[Score], bytes | str]] = {
        "MIDI": midi.write,
        "MusicXML": musicxml.write,
        "ABC": abc.write,
        "MIDI by mido": by_mido,
    }
    best = {}
    for name, write in writers.items():
        cold, best[name], size = timed(write, score)
        print(f"{name:12}  best {best[name]:6.2f} ms  cold {cold:6.2f} ms  {size:7,} characters")
    missed = [name for name, limit in LIMITS_MS.items() if best[name] > limit]
    if best["MIDI"] >= best["MIDI by mido"]:
        missed.append("faster than mido")
    print(f"missed: {', '.join(missed)}" if missed else "all reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
