"""Writes tests/data/claims/true.jsonl and false.jsonl: every frame filled with facts, and the same with one error.

    python tests/claims/write_corpus.py

One line: {"text", "kind", "frame", "part"}; "part" is "dev", "held" or "later", by frame. The same each time it is run.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from claims.facts import FACTS, Fact
from claims.frames import frames
from claims.later_frames import later

FOLDER = Path(__file__).parents[1] / "data" / "claims"
EACH = 5


def filled(frame: str, fact: Fact, true: bool) -> str:
    slots = dict(fact)
    if not true:
        slots |= {"x": fact["y"]} | {f"x{tail}": fact[f"y{tail}"] for tail in ("s", "l") if f"y{tail}" in fact}
    text = frame.format(**slots)
    if text.startswith("A ") and slots.get("w", " ").startswith(("A ", "E", "F#", "Ab", "Eb")):
        text = "An " + text[2:]
    return (
        text[0].upper() + text[1:]
        if text[:1].isalpha() and " " in text[:8] and not text.startswith(("ii", "vi"))
        else text
    )


def held_frames() -> set[int]:
    numbers = list(range(len(frames())))
    Random(20).shuffle(numbers)
    return set(numbers[: round(len(numbers) * 0.4)])


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    held = held_frames()
    rows: dict[bool, list[str]] = {True: [], False: []}
    first = len(frames())
    for number, (kind, frame) in enumerate([*frames(), *later()]):
        random = Random(f"{kind} {frame}")
        for _ in range(EACH):
            fact = FACTS[kind](random)
            for true in (True, False):
                row = {
                    "text": filled(frame, fact, true),
                    "kind": kind,
                    "frame": number,
                    "part": "later" if number >= first else "held" if number in held else "dev",
                }
                rows[true].append(json.dumps(row, ensure_ascii=False))
    for true, lines in rows.items():
        (FOLDER / f"{'true' if true else 'false'}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
