"""What stands in a text that nobody gave."""

from __future__ import annotations

import pytest

from partimento.shapes.given import quotes, ungiven_addresses


@pytest.mark.parametrize(
    "text",
    [
        "Write to anna@example.com.",
        "See https://piano.example/blues",
        "See www.piano.example for more",
        "It is on piano-blues.com, free.",
        "Call +49 30 1234567",
        "Call 030 12345678 today",
    ],
)
def test_an_address_that_nobody_gave_is_told(text: str) -> None:
    assert list(ungiven_addresses(text, ())) != []
    assert list(ungiven_addresses(text, (f"It says: {text}",))) == []


@pytest.mark.parametrize(
    "text",
    [
        "The formula is 1-2-3-5-6.",
        "Play 1 2 3 4 5 6 7 8",
        "MIDI 60 64 67 71 74",
        "Set it to 100 120 140",
        "between 1959 - 1964",
        "on 2024-03-01",
        "e.g. Dm7. Then G7",
        "[EMAIL_1] will know",
        "C6/9, F#m7b5/E",
    ],
)
def test_music_is_no_address(text: str) -> None:
    assert list(ungiven_addresses(text, ())) == []


def test_a_stretch_of_the_instructions_is_noticed_however_it_is_written() -> None:
    told = "Answer in two to eight plain sentences, and never speak of prompts."
    assert quotes("Well: ANSWER IN TWO to eight   plain sentences, and so on", told)
    assert not quotes("Answer in two sentences.", told)
    assert not quotes("", told)
