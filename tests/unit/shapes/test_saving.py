from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from partimento.core.errors import BadInput, UnknownName
from partimento.music.score import Note, PlacedChord, Section
from partimento.shapes import arrangement, chord_progression
from partimento.shapes.arrangement import Arrangement
from partimento.shapes.chord_progression import ChordProgression

CHORDS = (PlacedChord(1, 1, 4, "Dm7", "ii7", "subdominant"), PlacedChord(2, 1, 4, "G7", "V7", "dominant"))
SECTIONS = (Section("A", 1, 2),)
STARTS = {
    ".mid": b"MThd", ".midi": b"MThd", ".musicxml": b"<?xml", ".abc": b"%abc-2.1", ".txt": b"Two chords\n",
    ".json": b"{", ".cho": b"{title: Two chords}", ".chordpro": b"{title: Two chords}", ".ireal": b"irealbook://",
    ".wav": b"RIFF",
}  # fmt: skip


@pytest.fixture
def piece() -> Arrangement:
    return Arrangement(
        title="Two chords", genre="jazz", application="swing", level=3, key="C", tempo=120, meter="4/4", bars=2,
        generation_method="rules", sections=SECTIONS, chords=CHORDS, notes=(Note(1, 4, 60, 80, "right"),),
    )  # fmt: skip


@pytest.fixture
def chords() -> ChordProgression:
    return ChordProgression(
        genre="jazz", application="swing", level=3, key="C", tempo=120, meter="4/4", bars=2, generation_method="rules",
        symbols=("Dm7", "G7"), roman_numerals=("ii7", "V7"), sections=SECTIONS, chords=CHORDS,
    )  # fmt: skip


@pytest.mark.parametrize("suffix", arrangement.SUFFIXES)
def test_a_piece_is_saved_as_what_its_suffix_names(piece: Arrangement, suffix: str, tmp_path: Path) -> None:
    if suffix == ".wav":
        pytest.importorskip("numpy", reason="NumPy is not installed: pip install '.[audio]'")
    saved = piece.save(tmp_path / f"song{suffix.upper()}")
    assert saved.read_bytes().startswith(STARTS[suffix])
    assert list(tmp_path.iterdir()) == [saved], "no draft is left behind"


@pytest.mark.parametrize("suffix", chord_progression.SUFFIXES)
def test_chords_alone_are_saved_as_charts(chords: ChordProgression, suffix: str, tmp_path: Path) -> None:
    assert b"Dm7" in chords.save(tmp_path / f"chart{suffix}").read_bytes() or suffix == ".ireal"


@pytest.mark.parametrize("suffix", [".mid", ".wav", ".musicxml"])
def test_chords_alone_make_no_sound_and_no_notation(chords: ChordProgression, suffix: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        chords.save(tmp_path / f"chart{suffix}")
    assert ".chordpro" in caught.value.mend
    assert not list(tmp_path.iterdir())


def test_json_comes_back_as_the_same_value(piece: Arrangement, chords: ChordProgression) -> None:
    assert msgspec.json.decode(piece.as_bytes(".json"), type=Arrangement) == piece
    assert msgspec.json.decode(chords.as_bytes(".json"), type=ChordProgression) == chords


def test_a_chart_of_chords_alone_is_named_by_genre_use_and_key(chords: ChordProgression) -> None:
    assert chords.as_bytes(".txt").decode().splitlines()[0] == "Jazz swing in C"


def test_a_place_that_cannot_be_written_leaves_what_was_there(piece: Arrangement, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot write"):
        piece.save(tmp_path / "nowhere" / "song.mid")
    (tmp_path / "song.mid").mkdir()
    with pytest.raises(BadInput, match="cannot write"):
        piece.save(tmp_path / "song.mid")
    assert [path.name for path in tmp_path.iterdir()] == ["song.mid"]
