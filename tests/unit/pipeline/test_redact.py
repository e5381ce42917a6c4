from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from partimento.core.request import Caller, Options
from partimento.pipeline.redact import Restorer, redact, redact_text, redact_value, restore
from verse import declare

CASES: dict[str, list[str]] = tomllib.loads((Path(__file__).parents[2] / "data" / "redaction_cases.toml").read_text())
CLEAN = CASES.pop("clean")
TYPED = [(kind, marked) for kind, cases in CASES.items() for marked in cases]
MARK = re.compile("⟦(.*?)⟧", re.DOTALL)

SURROUNDINGS = [
    *[
        "{}",
        " {} ",
        "({})",
        '"{}"',
        "'{}'",
        "<{}>",
        "“{}”",
        "«{}»",
        "「{}」",
        "（{}）",
        "Hi, {}.",
        "{};",
        "\n{}\n",
        "`{}`",
    ],
    *["x: {}, y", "これは{}です。", "请用{}。", '{{"a":"{}","key":"Ab"}}', "a={} b", "\u200b{}\u200b", "- {}\n- C"],
    *["Dm7 G7 {} Cmaj7 60 64 67", "bars 17-32, {} at 120 bpm"],
]


def test_there_are_enough_cases_to_mean_something() -> None:
    assert len(TYPED) >= 350
    assert len(CLEAN) >= 250
    assert len(set(CLEAN)) == len(CLEAN)


@pytest.mark.parametrize(("kind", "marked"), TYPED)
def test_what_is_personal_is_taken_out_and_nothing_else(kind: str, marked: str) -> None:
    wanted = MARK.findall(marked)
    text = MARK.sub(lambda match: match[1], marked)
    redacted = redact_text(text)
    assert list(redacted.values.values()) == wanted
    assert all(placeholder.startswith(f"[{kind}_") for placeholder in redacted.values)
    numbers = iter(redacted.values)
    assert redacted.text == MARK.sub(lambda _: next(numbers), marked)
    assert restore(redacted.text, redacted.values) == text


@pytest.mark.parametrize("text", CLEAN)
def test_music_and_its_history_stay_as_they_are(text: str) -> None:
    assert redact_text(text).text == text


def test_all_the_music_at_once_stays_as_it_is() -> None:
    """Joined by lines of prose, so that no case leans on the borders of its text."""
    for text in CLEAN:
        around = f"Play this at sight.\n{text}\nThen transpose it, please."
        if "\ndef " not in text and "\nclass " not in text:
            assert redact_text(around).text == around


def test_a_typed_value_is_found_in_any_surroundings() -> None:
    for kind, marked in TYPED:
        for value in MARK.findall(marked):
            if kind == "BIRTHDATE" or [*redact_text(value).values.values()] != [value]:
                continue  # found by the cue before it, which these surroundings have not
            for surroundings in SURROUNDINGS:
                text = surroundings.format(value)
                redacted = redact_text(text)
                assert value not in redacted.text, text
                assert restore(redacted.text, redacted.values) == text


def test_the_same_value_has_the_same_placeholder_and_numbers_follow_first_occurrence() -> None:
    redacted = redact_text("b@example.com a@example.com b@example.com @anna")
    assert redacted.text == "[EMAIL_1] [EMAIL_2] [EMAIL_1] [HANDLE_1]"
    assert redacted.values == {"[EMAIL_1]": "b@example.com", "[EMAIL_2]": "a@example.com", "[HANDLE_1]": "@anna"}


def test_equal_prompts_of_different_people_become_equal() -> None:
    one = redact_text("I'm Anna, anna@example.com, +44 20 7946 0958: a waltz", ("Anna",))
    other = redact_text("I'm Ben, ben@mail.example.org, (555) 123-4567: a waltz", ("Ben",))
    assert one.text == other.text == "I'm [NAME_1], [EMAIL_1], [PHONE_1]: a waltz"


@pytest.mark.parametrize(
    ("text", "names", "wanted"),
    [
        ("Anna plays", ["Anna"], "[NAME_1] plays"),
        ("ANNA and anna", ["Anna"], "[NAME_1] and [NAME_2]"),
        ("Anna's solo, Anna’s hands", ["Anna"], "[NAME_1]'s solo, [NAME_1]’s hands"),
        ("Annabel, Joanna, bananna", ["Anna"], "Annabel, Joanna, bananna"),
        ("Anna Smith and Anna", ["Anna", "Anna Smith"], "[NAME_1] and [NAME_2]"),
        ("Anna\n  Smith", ["Anna Smith"], "[NAME_1]"),
        ("anna_smith Anna-Maria", ["Anna"], "[NAME_1]_smith [NAME_2]-Maria"),
        ("佐藤さんとAnnaさん", ["佐藤", "Anna"], "[NAME_1]さんと[NAME_2]さん"),
        ("김민준이가", ["김민준"], "[NAME_1]이가"),
        ("Жанна и ЖАННА", ["Жанна"], "[NAME_1] и [NAME_2]"),
        ("Jose\u0301 et Jos\u00e9 et Jose", ["José"], "[NAME_1] et [NAME_2] et [NAME_3]"),
        ("Herr STRAUSS", ["Strauß"], "Herr [NAME_1]"),
        ("İpek", ["ipek"], "[NAME_1]"),
        ("Ａｎｎａ plays", ["Anna"], "[NAME_1] plays"),
        ("An\u200bna plays", ["Anna"], "[NAME_1] plays"),
        ("a chord in A, Em", ["A", ""], "a chord in A, Em"),
        ("C++ (Anna)", ["C++", "anna"], "[NAME_1] ([NAME_2])"),
        ("anna@example.com is Anna", ["Anna"], "[EMAIL_1] is [NAME_1]"),
    ],
)
def test_names_the_caller_gives_are_whole_words_in_any_case(text: str, names: list[str], wanted: str) -> None:
    redacted = redact_text(text, names)
    assert redacted.text == wanted
    assert restore(redacted.text, redacted.values) == text


def test_a_placeholder_the_caller_wrote_himself_is_left_to_him() -> None:
    redacted = redact_text("[EMAIL_1] and EMAIL_2 and [email 3] mean a@example.com")
    assert redacted.text == "[EMAIL_1] and EMAIL_2 and [email 3] mean [EMAIL_4]"
    assert restore("[EMAIL_1] is [EMAIL_4]", redacted.values) == "[EMAIL_1] is a@example.com"


@pytest.mark.parametrize(
    "answer",
    [
        *["[EMAIL_1]", "[email_1]", "[Email_1]", "[ EMAIL_1 ]", "[EMAIL 1]", "[EMAIL-1]", "[EMAIL1]", "EMAIL_1"],
        *[r"[EMAIL\_1]", r"\[EMAIL\_1\]", "【EMAIL_1】", "［EMAIL_1］"],
    ],
)
def test_a_placeholder_the_model_bent_is_restored_all_the_same(answer: str) -> None:
    assert restore(f"Dear {answer}, hello", {"[EMAIL_1]": "a@example.com"}) == "Dear a@example.com, hello"


def test_a_number_is_not_the_beginning_of_another() -> None:
    values = {"[NAME_1]": "Anna", "[NAME_12]": "Ben"}
    assert restore("[NAME_12] [NAME_1] [NAME_2] NAME_12 name_1", values) == "Ben Anna [NAME_2] Ben name_1"


def test_what_was_put_back_is_not_read_again() -> None:
    assert restore("[NAME_1]", {"[NAME_1]": "[NAME_2]", "[NAME_2]": "x"}) == "[NAME_2]"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_an_answer_that_comes_in_pieces_is_restored_whole(size: int) -> None:
    values = {"[NAME_1]": "Anna", "[EMAIL_1]": "a@example.com"}
    answer = r"Dear [NAME_1], play [Dm7] A7 and mail EMAIL_1 or \[EMAIL\_1\]: [x"
    restorer = Restorer(values)
    pieces = [restorer.enter(answer[at : at + size]) for at in range(0, len(answer), size)]
    assert "".join(pieces) + restorer.rest() == restore(answer, values)


class Verse(Struct, frozen=True):
    about: str
    lines: int = 4
    tags: tuple[str, ...] = ()
    more: dict[str, Any] = {}


def test_a_tree_keeps_its_shape_and_shares_one_numbering() -> None:
    verse = Verse("for a@example.com", 8, ("b@example.com", "x"), {"z": ["a@example.com"], "c@example.com": {"@anna"}})
    redacted = redact_value(verse)
    assert redacted.value == Verse(
        "for [EMAIL_1]", 8, ("[EMAIL_2]", "x"), {"z": ["[EMAIL_1]"], "[EMAIL_3]": {"[HANDLE_1]"}}
    )
    assert len(redacted.values) == 4
    assert verse.about == "for a@example.com"


def test_a_clean_tree_comes_back_as_the_same_object() -> None:
    verse = Verse("rain in Ab", more={"notes": [60, 64, 67], "x": None})
    assert redact_value(verse).value is verse


def test_the_order_of_a_mapping_does_not_change_the_numbers() -> None:
    one = redact_value({"a": "a@example.com", "b": "b@example.com"}).value
    other = redact_value({"b": "y@example.com", "a": "x@example.com"}).value
    assert one == other


def test_a_placeholder_written_anywhere_in_the_tree_is_left_free() -> None:
    assert redact_value(["a@example.com", "[EMAIL_1]"]).value == ["[EMAIL_2]", "[EMAIL_1]"]


def asked(about: str, privacy: Any = "full", names: tuple[str, ...] = (), system: str | None = None) -> Any:
    return declare()(about=about).with_(
        privacy=privacy, caller=Caller(names=names, user="7"), options=Options(system=system)
    )


def test_a_request_is_redacted_with_its_system_text_and_its_names() -> None:
    redacted = redact(asked("rain for Anna", names=("Anna",), system="You teach Anna, anna@example.com"))
    assert redacted.request.inputs.about == "rain for [NAME_1]"
    assert redacted.request.options.system == "You teach [NAME_1], [EMAIL_1]"
    assert redacted.sent is redacted.request
    assert redacted.restored(["[NAME_1]", {"x": "[EMAIL_1]"}]) == ["Anna", {"x": "anna@example.com"}]


def test_a_request_without_anything_personal_passes_untouched() -> None:
    request = asked("rain")
    redacted = redact(request)
    assert redacted.request is request
    assert redacted.sent is request


def test_store_only_sends_the_callers_words_and_keeps_none_of_them() -> None:
    request = asked("rain for Anna", "store-only", ("Anna",))
    redacted = redact(request)
    assert redacted.sent is request
    assert redacted.request.inputs.about == "rain for [NAME_1]"
    assert redacted.kept("Dear Anna, call 555-123-4567") == "Dear [NAME_1], call [PHONE_1]"
    assert redacted.restored(redacted.kept("Dear Anna")) == "Dear Anna"


def test_store_only_keeps_no_personal_data_of_the_answer_even_where_the_request_had_none() -> None:
    redacted = redact(asked("rain", "store-only"))
    assert redacted.kept("mail a@example.com") == "mail [EMAIL_1]"


def test_privacy_off_changes_nothing() -> None:
    request = asked("rain for a@example.com", "off")
    redacted = redact(request)
    assert redacted.request is request
    assert redacted.kept("a@example.com") == "a@example.com"


def test_the_originals_do_not_show_in_a_log() -> None:
    redacted = redact_text("a@example.com")
    assert "a@example.com" not in repr(redacted)
    assert "a@example.com" not in repr(redact(asked("a@example.com")))
    assert "a@example.com" not in repr(redact_value(["a@example.com"]))


def test_values_survive_json() -> None:
    redacted = redact_text("a@example.com", ())
    assert msgspec.json.decode(msgspec.json.encode(redacted), type=type(redacted)) == redacted


PIECES = st.sampled_from(
    [value for _, marked in TYPED for value in MARK.findall(marked)]
    + CLEAN
    + [
        "[EMAIL_1]",
        "NAME_1",
        "[phone 2]",
        "\u200b",
        "\n",
        " ",
        ", ",
        "。",
        "born on ",
        "call ",
        "password: ",
        "İ",
        "ß",
        "e\u0301",
        "👩‍🎤",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=8), st.lists(st.text(max_size=6), max_size=2))
def test_restoring_a_redacted_text_gives_the_text(pieces: list[str], names: list[str]) -> None:
    text = "".join(pieces)
    redacted = redact_text(text, names)
    assert restore(redacted.text, redacted.values) == text


@pytest.mark.parametrize(
    "piece",
    [
        *[
            "a@",
            "1-",
            "1",
            "1 ",
            "://",
            "a://b@",
            "::",
            "a:",
            "a.",
            "(",
            "(.",
            "+1 ",
            "a-",
            "@",
            '""@',
            "ａ＠",
            "0",
            "0 ",
            "A1",
        ],
        *[
            "born ",
            "password: ",
            "password:",
            "token: a1b2c3d4 ",
            "(at) ",
            " dot com at ",
            "a at b dot com ",
            "bach born ",
        ],
        *[
            "-----BEGIN PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----!",
            "sk-",
            "fw-",
            "eyJa.",
            "eyJaaaaaaaa-",
            "A1b2-",
        ],
        *[
            "1.2.",
            "255.255.255.255 ",
            "4111 1111 1111 1111 ",
            "DE89 ",
            "DE89370400440532013000",
            "07700 900123 ",
            "1:",
            "\n",
        ],
        *[
            "\u200b",
            "１",
            "生年月日",
            "1990年5月12日生",
            "生まれ",
            "[EMAIL_1]",
            "[",
            "EMAIL_",
            "@a/b ",
            "fe80:",
            "anna ",
        ],
    ],
)
def test_hostile_input_ends(piece: str) -> None:
    """100 KB of what a backtracking pattern would never finish: here every pattern is bounded, so it takes a moment."""
    text = piece * (100_000 // len(piece))
    redacted = redact_text(text, ("Anna", "anna anna"))
    assert restore(redacted.text, redacted.values) == text


def test_a_backslash_before_a_placeholder_is_the_text_s_own_unless_both_brackets_are_escaped() -> None:
    values = {"[EMAIL_1]": "anna@example.com"}
    assert restore("\\[EMAIL_1]", values) == "\\anna@example.com"
    assert restore("\\[EMAIL\\_1\\]", values) == "anna@example.com"
