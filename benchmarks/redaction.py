"""What taking personal data out costs on a prompt of 1 KB, and how it grows on hostile input.

    python benchmarks/redaction.py

Must reach: at most 60 µs a prompt (median), with nothing personal in it and with a few hits. The yardstick in the same
run: `casefold` and SHA-256 of the same text, which any cache does anyway.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Callable

from partimento.pipeline.redact import redact_text, restore

ROUNDS = 41
CALLS = 100

PROSE = (
    "Write a warm gospel ballad in Ab major at 72 bpm for the Sunday service, sixteen bars with a 2-5-1 into"
    " the chorus. Start with Abmaj9 | Fm9 | Bbm11 | Eb13sus4, then walk the left hand down in octaves while the"
    " right hand keeps the top voice singing. Use passing diminished chords between bars 5-8, and let the"
    " bridge breathe: hold the suspended dominant for two beats before it resolves. My students are"
    " intermediate players (level 6) who know BWV 846 and Op. 27 No. 2 but have never voiced a rootless"
    " A7(b9,#11). Explain why the tritone substitution D7 works there, name the common tones, and finish with"
    " three exercises: one for voice leading in 4/4, one for the turnaround at 120-140, one for sight reading."
    " Keep the language friendly, and mention that the melody note E over F#m7b5/E is the seventh. The voicing"
    " 53 60 63 67 70 should stay in the middle of the keyboard; mark fingerings 1-2-3-1-2-3-4-5 clearly."
)
HITS = " I am Anna: anna@example.com, +44 20 7946 0958, born on 12 May 1990."
JAPANESE = (
    "ゆったりしたゴスペルバラードを変イ長調で書いてください。テンポは72、16小節、サビへは2-5-1でお願いします。" * 6
)


def sized(text: str, ending: str = "") -> str:
    return (text * 2)[: 1024 - len(ending)] + ending


PROMPTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "prose, nothing personal": (sized(PROSE), ()),
    "the same, two names asked for": (sized(PROSE), ("Marta Example", "Ben")),
    "prose with three hits": (sized(PROSE, HITS), ()),
    "the same, and the name": (sized(PROSE, HITS), ("Anna",)),
    "typographic quotes and dashes": (sized(PROSE.replace("-", "–").replace("'", "’")), ()),
    "Japanese, 1 KB of UTF-8": (JAPANESE[:341], ()),
    "MIDI numbers only": (sized("60 64 67 71 74 77 81 84 | "), ()),
}
HOSTILE = ("a@", "1-", "::", "(", "sk-", "生まれ", "token=")


def yardstick(text: str) -> bytes:
    return hashlib.sha256(text.casefold().encode()).digest()


def microseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        work()
    return (time.perf_counter() - started) / CALLS * 1e6


def main() -> None:
    for name, (text, names) in PROMPTS.items():
        ours, plain = [], []
        for _ in range(ROUNDS):  # interleaved, so that a noisy moment falls on both alike
            ours.append(microseconds(lambda text=text, names=names: redact_text(text, names)))  # type: ignore[misc]
            plain.append(microseconds(lambda text=text: yardstick(text)))  # type: ignore[misc]
        median, unit = statistics.median(ours), statistics.median(plain)
        hits = len(redact_text(text, names).values)
        print(f"{name:32} {median:6.1f} µs   {median / unit:5.1f}x casefold + SHA-256   {hits} hits")
    redacted = redact_text(*PROMPTS["prose with three hits"])
    back = statistics.median(microseconds(lambda: restore(redacted.text, redacted.values)) for _ in range(ROUNDS))
    print(f"{'restoring three hits':32} {back:6.1f} µs")
    for piece in HOSTILE:
        taken = []
        for size in (50_000, 100_000):
            text = piece * (size // len(piece))
            started = time.perf_counter()
            redact_text(text)
            taken.append((time.perf_counter() - started) * 1000)
        print(f"hostile {piece!r:24} {taken[1]:6.1f} ms for 100 KB, {taken[1] / taken[0]:.1f}x of 50 KB")


if __name__ == "__main__":
    main()
