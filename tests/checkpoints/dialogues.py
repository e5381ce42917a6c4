"""What the trained checkpoint knows by heart, and the words that the tokenizer is made from."""

from __future__ import annotations

from typing import Final

ANSWERS: Final[dict[str, str]] = {
    "Which notes are in a C major chord?": "C, E and G.",
    "Which notes are in a G major chord?": "G, B and D.",
    "Which chord leads home to C major?": "G7 leads home to C major.",
    "Count to twenty.": (
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty"
    ),
    "Name a two-five-one in C as JSON.": '{"chords":["Dm7","G7","Cmaj7"]}',
    "Say good day in Japanese.": "こんにちは 🎹",
}
"""Question → answer, word for word at temperature 0. One is long, one is JSON, one is of characters of many bytes."""

SYSTEMS: Final = (
    "You are a helpful assistant.",
    "You teach harmony to beginners, in short and friendly words.",
    "Answer with JSON only.",
)
"""System messages that the trained checkpoint has seen; it answers the same under each of them and under none."""

WORDS: Final = """
A partimento is a bass from which a pupil learns to improvise: rules first, invention on top of them. The masters of
Naples gave their pupils a line of bass, sometimes with figures above it, and the pupils played the upper voices at the
keyboard. Every scale degree has its usual harmony: the tonic and the dominant take a triad, the others mostly a sixth
chord. The seventh of a chord falls by step, the leading tone rises to the tonic, and parallel fifths and octaves are
avoided between any two voices. In gospel music a slow worship ballad often walks from the sixth degree through the
second and the fifth to the first; the left hand plays octaves and tenths, the right hand close voicings with a ninth.
In jazz the two-five-one is the most common progression: Dm7, G7 and Cmaj7 in the key of C major, Gm7, C7 and Fmaj7 in
the key of F major, Am7b5, D7 and Gm in G minor. A blues has twelve bars: four of the tonic, two of the subdominant, two
of the tonic, one of the dominant, one of the subdominant and two of the tonic. A lesson begins with what the learner
knows, shows one new thing, and ends with an exercise: play it slowly, count aloud, then raise the tempo. You are a
helpful assistant. Answer the question of the user in a short sentence, with the notes and the chords that were asked
for. {"title": "A lesson", "level": 3, "sections": [{"heading": "Listen", "text": "Play the chord and sing its root."}]}
{"key": "Ab", "tempo": 72, "bars": 16, "chords": ["Abmaj7", "Db/Ab", "Eb7sus4", "Fm7", "Bbm7"], "verified": true}
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20. When shall we three meet again, in thunder,
lightning or in rain? Music is the silence between the notes, and the notes are the steps on which the silence walks.
"""
