"""The e-mail: all points made, no name, date, number or link that nobody gave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from partimento import BadInput, Partimento
from partimento.shapes.email import EmailDraft
from partimento.tasks.email import email

POINTS = ("the recital is on 12 April at 6 pm in the school hall", "each student plays two pieces")


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


def asked(**more: Any) -> Any:
    fields: dict[str, Any] = {
        "purpose": "invite the parents to the spring recital", "points": POINTS, "sender": "Nora Lind",
        "recipient": "parents", "ask": "please say how many seats you need",
    }  # fmt: skip
    return email(**(fields | more))


def draft(body: str = "", **more: Any) -> EmailDraft:
    told = (
        "You are invited to our spring recital on 12 April at 6 pm in the school hall.",
        "Each student plays two pieces. Please say how many seats you need.",
    )
    fields: dict[str, Any] = {
        "subject": "Spring recital", "greeting": "Dear parents,", "paragraphs": (*told, *((body,) if body else ())),
        "closing": "Kind regards,", "signature": "Nora Lind",
    }  # fmt: skip
    return EmailDraft(**(fields | more))


def flaws(request: Any, drafted: Any) -> list[str]:
    return [flaw for check in email.checks for flaw in check(request.inputs, drafted)]


@pytest.mark.parametrize("tone", ["", "friendly", "formal"])
@pytest.mark.parametrize("seed", range(4))
def test_the_rules_frame_the_points_as_they_were_given(tone: str, seed: int) -> None:
    request = asked(tone=tone, recipient_name="Mr Berg")
    assert email.rules is not None
    drafted = email.rules(request.inputs, seed)
    assert flaws(request, drafted) == []
    made = email.finish(request.inputs, drafted, "rules")
    assert "Each student plays two pieces." in made.paragraphs
    assert "Mr Berg" in made.greeting
    assert made.text.endswith("Nora Lind")
    assert made.notes == ()


def test_it_is_made_without_any_model(pt: Partimento) -> None:
    made = pt.make(email(purpose="thank the accompanist for the concert", tone="exuberant"))
    assert (made.receipt.engine, made.value.generation_method) == ("rules", "rules")
    assert "tone" in made.value.notes[0]


def test_a_model_s_words_stand_where_nothing_is_invented() -> None:
    assert flaws(asked(), draft()) == []


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ("Our guest is Peter Holm.", "Peter Holm"),
        ("Ask Mrs Jones for details.", "Jones"),
        ("Rehearsal is on Friday.", "Friday"),
        ("Doors open at 5:30 pm.", "5:30 pm"),
        ("Tickets are 15 dollars.", "15"),
        ("See www.recital-tickets.com.", "www.recital-tickets.com"),
        ("Write to office@school.org.", "office@school.org"),
        ("Dear [Parent Name], welcome.", "[Parent Name]"),
    ],
)
def test_what_nobody_gave_is_refused(body: str, part: str) -> None:
    assert part in " ".join(flaws(asked(), draft(body)))


@pytest.mark.parametrize("more", [{"greeting": "Dear Peter,"}, {"signature": "Anna"}, {"subject": "a\nb"}])
def test_whom_it_greets_and_who_signs_is_not_invented_either(more: dict[str, Any]) -> None:
    assert flaws(asked(), draft(**more)) != []


def test_no_point_may_be_left_out() -> None:
    short = draft(paragraphs=("You are invited to our spring recital, please say how many seats you need.",))
    told = " ".join(flaws(asked(), short))
    assert "12 April" in told
    assert "two pieces" in told


def test_placeholders_of_personal_data_are_no_gaps() -> None:
    request = asked(points=("write to [EMAIL_1] before you come",), ask="")
    assert flaws(request, draft(paragraphs=("Write to [EMAIL_1] before you come to the spring recital.",))) == []


def test_another_language_is_a_model_s_matter() -> None:
    request = email(purpose="Einladung zum Konzert", points=["das Konzert ist am Abend in der Aula"], language="de")
    assert email.rules is not None
    assert "English" in flaws(request, email.rules(request.inputs, 1))[0]
    german = EmailDraft(
        subject="Einladung", greeting="Liebe Eltern,",
        paragraphs=("Wir laden Sie herzlich ein: Das Konzert ist am Abend in der Aula.",), closing="Herzliche Grüße",
    )  # fmt: skip
    assert flaws(request, german) == []


@pytest.mark.parametrize("fields", [{"purpose": ""}, {"purpose": "x" * 301}, {"purpose": "x", "points": ["y"] * 13}])
def test_what_cannot_be_written_is_refused_and_mendable(fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        email(**fields)
    assert refused.value.mend
