"""Pictures and sounds: they reach the model, they change what it says, and what cannot be used is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import senses
from child import Child, audio, child, image, words


@pytest.fixture(scope="module")
def phi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    with child(senses.sensing(tmp_path_factory.mktemp("phi")), context=2048) as one:
        yield one


@pytest.fixture(scope="module")
def gemma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    with child(senses.seeing(tmp_path_factory.mktemp("gemma"))) as one:
        yield one


def test_gemma_sees_and_what_it_sees_matters(gemma: Child) -> None:
    dark, light = (gemma.chat([image(senses.picture(red)), words("what is it?")]) for red in (20, 255))
    assert dark["usage"]["prompt_tokens"] == light["usage"]["prompt_tokens"]
    assert dark["choices"] != light["choices"]


def test_gemma_still_takes_words(gemma: Child) -> None:
    assert gemma.text("what is it?") != gemma.text([image(senses.picture(9)), words("what is it?")])


def test_two_pictures_cost_more_than_one(gemma: Child) -> None:
    one = gemma.chat([image(senses.picture(9)), words("?")])["usage"]["prompt_tokens"]
    two = gemma.chat([image(senses.picture(9)), image(senses.picture(99)), words("?")])["usage"]["prompt_tokens"]
    assert two > one + 4


def test_gemma_does_not_hear_and_says_so(gemma: Child) -> None:
    body = {"messages": [{"role": "user", "content": [audio(senses.tone(440)), words("?")]}]}
    status, answer = gemma.ask("POST", "/v1/chat/completions", body)
    assert status == 400
    assert "does not hear" in answer["error"]["message"]


def test_phi_sees_and_hears_at_once(phi: Child) -> None:
    seen = phi.chat([image(senses.picture(200)), words("what?")])
    heard = phi.chat([audio(senses.tone(440)), words("what?")])
    both = phi.chat([image(senses.picture(200)), audio(senses.tone(440)), words("what?")])
    assert seen["usage"]["prompt_tokens"] > 500
    parts = [one["usage"]["prompt_tokens"] for one in (seen, heard, both, phi.chat("what?"))]
    assert parts[2] == parts[0] + parts[1] - parts[3]


def test_phi_hears_what_is_played(phi: Child) -> None:
    low, high = (phi.text([audio(senses.tone(hz)), words("what?")]) for hz in (110, 3000))
    assert low != high


def test_a_sound_may_come_at_any_rate(phi: Child) -> None:
    counts = {
        phi.chat([audio(senses.tone(440, rate)), words("?")])["usage"]["prompt_tokens"] for rate in (8000, 16000, 48000)
    }
    assert len(counts) == 1


def test_a_template_of_words_takes_pictures_too(tmp_path: Path) -> None:
    with child(senses.sensing(tmp_path, senses.PHI_WORDS), context=2048) as one:
        assert one.chat([image(senses.picture(200)), words("what?")])["usage"]["prompt_tokens"] > 500


@pytest.mark.parametrize("part", [image(b"no picture"), audio(b"no sound")])
def test_what_is_no_picture_or_sound_is_refused(phi: Child, part: dict[str, object]) -> None:
    body = {"messages": [{"role": "user", "content": [part, words("?")]}]}
    status, answer = phi.ask("POST", "/v1/chat/completions", body)
    assert status == 400
    assert "cannot be read" in answer["error"]["message"]


def test_texts_with_and_without_pictures_are_made_together_as_alone(phi: Child) -> None:
    import concurrent.futures

    asked = [[image(senses.picture(200)), words("what?")], "tell me of fugues", [audio(senses.tone(440)), words("?")]]
    alone = [phi.text(content) for content in asked]
    with concurrent.futures.ThreadPoolExecutor(3) as several:
        assert list(several.map(phi.text, asked)) == alone


def test_the_adapters_that_came_with_a_checkpoint_are_on_for_what_they_are_for(phi: Child, tmp_path: Path) -> None:
    folder = senses.sensing(tmp_path)
    senses.sharpen(folder, "vision-lora")
    asked = {"words": "what?", "sound": [audio(senses.tone(440)), words("what?")]}
    seen = [image(senses.picture(200)), words("what?")]
    with child(folder, context=2048) as one:
        assert {name: one.text(content) for name, content in asked.items()} == {
            name: phi.text(content) for name, content in asked.items()
        }
        assert one.text(seen) != phi.text(seen)
