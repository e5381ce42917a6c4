"""Writing a 32-bar arrangement of about 600 notes in every format; the MIDI also with mido, for comparison; its sound.

    python benchmarks/formats.py

Best of 30 in one process (of 3 for sound), in milliseconds, after one cold run that is shown beside it. Must reach:
MIDI at most 1.5 ms and faster than mido, MusicXML at most 30 ms, a chart at most 5 ms, the sound of all bars with bass
and drums at most 2 s by the own synth.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from random import Random

import mido
from msgspec.structs import replace

from partimento.music.composition.arrange import arrange
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import compose
from partimento.music.formats import abc, chart, chordpro, ireal, midi, musicxml
from partimento.music.genres.gospel import genre
from partimento.music.score import BandNote, Score, Track
from partimento.sound import fluidsynth, preview

NOTES = 600
ROUNDS = 30
SOUND_ROUNDS = 3
LIMITS_MS = {"MIDI": 1.5, "MusicXML": 30.0, "chart": 5.0, "ChordPro": 5.0, "iReal Pro": 5.0, "own synth": 2000.0}


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


def with_band(score: Score) -> Score:
    """The same with a bass in quarters and a drummer in eighths."""
    beats = range(1, 1 + 4 * score.bars)
    bass = tuple(BandNote(beat, 0.9, 28 + beat * 5 % 12, 80) for beat in beats)
    drums = tuple(BandNote(beat + half, 0.25, 42, 60) for beat in beats for half in (0, 0.5))
    drums += tuple(BandNote(beat, 0.25, 38 if beat % 2 else 36, 80) for beat in beats)
    return replace(score, tracks=(Track("bass", 32, bass), Track("drums", None, drums)))


def timed(write: Callable[[Score], bytes | str], score: Score, rounds: int = ROUNDS) -> tuple[float, float, int]:
    """Cold and best milliseconds, and the length of what was written."""
    taken = []
    for _ in range(rounds + 1):
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
        "chart": chart.write,
        "ChordPro": chordpro.write,
        "iReal Pro": ireal.write,
        "MIDI by mido": by_mido,
    }
    best = {}
    for name, write in writers.items():
        cold, best[name], size = timed(write, score)
        print(f"{name:12}  best {best[name]:8.2f} ms  cold {cold:8.2f} ms  {size:10,} characters")
    players: dict[str, Callable[[Score], bytes | str]] = {}
    if find_spec("numpy"):
        players["own synth"] = lambda score: preview(score, player="synth")
    if fluidsynth.find_command() and fluidsynth.find_soundfont():
        players["FluidSynth"] = lambda score: preview(score, player="fluidsynth")
    for name, play in players.items():
        cold, best[name], size = timed(play, with_band(score), SOUND_ROUNDS)
        print(f"{name:12}  best {best[name]:8.2f} ms  cold {cold:8.2f} ms  {size:10,} bytes of WAV")
    missed = [name for name, limit in LIMITS_MS.items() if best.get(name, 0) > limit]
    if best["MIDI"] >= best["MIDI by mido"]:
        missed.append("faster than mido")
    print(f"missed: {', '.join(missed)}" if missed else "all reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
