"""An idea to begin with: composed by rules, proven where a model writes it; a story is no matter of rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from partimento import BadInput, Partimento, UnknownName
from partimento.core.errors import PartimentoError
from partimento.music.claims import check_claims
from partimento.shapes.creative import CreativeDraft, MelodyNote
from partimento.tasks.creative import creative

GENRES = ("jazz", "gospel", "blues", "classical", "neosoul", "reggae", "latin", "rnb")


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


def flaws(request: Any, drafted: Any) -> list[str]:
    return [flaw for check in creative.checks for flaw in check(request.inputs, drafted)]


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("kind", ["motif", "progression"])
def test_the_rules_compose_in_every_genre_what_their_own_checks_allow(genre: str, kind: Any) -> None:
    assert creative.rules is not None
    for key, bars, seed in (("C", 4, 1), ("Ebm", 8, 2), ("F#", 2, 3)):
        request = creative(kind=kind, genre=genre, key=key, bars=bars, mood="calm")
        drafted = creative.rules(request.inputs, seed)
        assert flaws(request, drafted) == []
        made = creative.finish(request.inputs, drafted, "rules")
        assert (made.key, made.bars, bool(made.melody)) == (key, bars, kind == "motif")
        assert [finding for finding in check_claims(made.text) if finding.verdict == "contradicted"] == []


def test_an_idea_is_made_without_a_model_and_can_be_heard(pt: Partimento, tmp_path: Path) -> None:
    made = pt.make(creative(genre="gospel", mood="hopeful", key="Ab"))
    assert made.receipt.engine == "rules"
    assert made.value.save(tmp_path / "idea.mid").stat().st_size > 100
    assert len(made.value.score.notes) == len(made.value.melody) > 4
    assert made.value.text.startswith("# ")


def test_a_story_is_no_matter_of_rules(pt: Partimento) -> None:
    with pytest.raises(PartimentoError, match="stories"):
        pt.make(creative(kind="story", mood="a night train"))


STORY = "A night train leaves the station, and the wheels find a slow swing that carries you to the sea."
BARS = (("Dm7",), ("G7",), ("Cmaj7",), ("Cmaj7",))


def line(*notes: tuple[int, float, float, str]) -> tuple[MelodyNote, ...]:
    return tuple(MelodyNote(bar=bar, beat=beat, beats=beats, note=note) for bar, beat, beats, note in notes)


MELODY = line((1, 1, 2, "F5"), (1, 3, 2, "E5"), (2, 1, 4, "D5"), (3, 1, 4, "E5"), (4, 1, 4, "C5"))


def test_a_model_s_story_stands_with_music_and_without() -> None:
    request = creative(kind="story", key="C", mood="night")
    assert flaws(request, CreativeDraft(title="Night train", idea=STORY)) == []
    assert flaws(request, CreativeDraft(title="Night train", idea=STORY, bars=BARS)) == []


def test_a_model_s_motif_stands_where_the_engine_has_nothing_against_it() -> None:
    request = creative(key="C", bars=4)
    drafted = CreativeDraft(title="Falling", idea="It falls by step to the tonic.", bars=BARS, melody=MELODY)
    assert flaws(request, drafted) == []
    assert creative.finish(request.inputs, drafted, "some-model").roman_numerals == ("ii7", "V7", "Imaj7", "Imaj7")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"bars": BARS[:3]}, "bars"),
        ({"bars": (("Dm7",), ("G7",), ("Cmaj7",), ("Xyz",))}, "Xyz"),
        ({"bars": (("F#m7",), ("B7",), ("Emaj7",), ("Emaj7",))}, "C"),
        ({"melody": ()}, "melody"),
        ({"melody": line((1, 1, 1, "Q5"))}, "Q5"),
        ({"melody": line((1, 1, 1, "E"))}, "octave"),
        ({"melody": line((1, 1, 1, "E1"))}, "outside"),
        ({"melody": line((5, 1, 1, "E5"))}, "outside its bars"),
        ({"melody": line((1, 1, 4, "F5"), (1, 2, 1, "E5"))}, "begins before"),
        ({"melody": line((4, 1, 6, "C5"))}, "after the last bar"),
        ({"melody": line(*((bar, beat, 1.0, "F#5") for bar in (1, 2, 3, 4) for beat in (1, 2)))}, "neither"),
        ({"idea": "x" * 1_100}, "at most"),
        ({"idea": ""}, "empty"),
    ],
)
def test_what_does_not_hold_is_told(change: dict[str, Any], part: str) -> None:
    drafted = CreativeDraft(title="Falling", idea="It falls by step.", bars=BARS, melody=MELODY)
    told = " ".join(flaws(creative(key="C", bars=4), msgspec.structs.replace(drafted, **change)))
    assert part in told


def test_the_language_asked_for_is_kept() -> None:
    request = creative(kind="story", language="fr")
    assert "French" in " ".join(flaws(request, CreativeDraft(title="Train", idea=STORY)))


@pytest.mark.parametrize("fields", [{"bars": 1}, {"bars": 33}, {"constraints": ["x"] * 11}, {"mood": "x" * 301}])
def test_what_cannot_be_imagined_is_refused_and_mendable(fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        creative(**fields)
    assert refused.value.mend


def test_kinds_of_ideas_are_known_by_name() -> None:
    wrong: Any = "poem"
    with pytest.raises(UnknownName):
        creative(kind=wrong)
