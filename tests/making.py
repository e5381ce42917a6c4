"""The least that each task can be asked by, as somebody would fill it into a form. Knows names of fields only."""

from __future__ import annotations

from typing import Final

NOTES: Final = '[{"start": 0, "duration": 1, "midi": 59}, {"start": 0, "duration": 1, "midi": 62}]'
QUIZ: Final = (
    '{"title": "Triads", "questions": [{"kind": "choice", "question": "Which note is the third of C major?", '
    '"options": ["E", "F", "G"], "answer": 0, "explanation": "The third of C is E.", "concept": "triads"}]}'
)

LEAST: Final[dict[str, dict[str, str]]] = {
    "arrangement": {"genre": "gospel", "bars": "4"},
    "assessment": {"topic": "ii-V-I", "questions": "4"},
    "coaching": {"message": "What should I practise for jazz?"},
    "creative": {"kind": "motif"},
    "curriculum": {"goals": "play jazz standards", "weeks": "2"},
    "curriculum_outline": {"goals": "play jazz standards", "weeks": "2"},
    "email": {"purpose": "invite the parents to the recital"},
    "exercise": {"genre": "jazz", "kind": "voicing"},
    "feedback": {"assessment": QUIZ, "answers": "q1: 0"},
    "grading": {"take": NOTES, "criterion": "play G7 in first inversion"},
    "lesson": {"topic": "ii-V-I"},
    "lesson_script": {"topic": "ii-V-I", "minutes": "10"},
    "look_up": {"topic": "Dm7b5"},
    "podcast_script": {"topic": "the blues", "minutes": "6"},
    "practice_tips": {"topic": "ii-V-I"},
    "progression": {"genre": "jazz", "bars": "4"},
    "quiz": {"topic": "scales", "questions": "3"},
    "rearrangement": {"genre": "gospel", "key": "C", "chords": "C Am | F G | C"},
    "reharmonization": {"chords": "C Am Dm G7 C"},
    "report": {"subject": "practice in May", "figures": "minutes: 320\nsessions: 12"},
    "theory": {"chords": "Dm7 G7 Cmaj7"},
    "tutorial": {"topic": "ii-V-I"},
    "validation": {"chords": "Dm7 G7 | Cmaj7", "key": "C"},
    "voice_leading": {"chords": "Dm7 G7 Cmaj7"},
    "voicing": {"chords": "Dm7 G7 Cmaj7"},
}
"""By task, for all that the rules can make."""
