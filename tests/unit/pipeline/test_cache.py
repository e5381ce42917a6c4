from __future__ import annotations

import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.request import Caller, Options, Request
from partimento.core.settings import Settings
from partimento.core.task import Prompt, Task, task
from partimento.pipeline.cache import expiry, fingerprint, scope_of
from verse import declare, model

VERSE = declare()


def asked(about: str = "rain", mood: str = "", **options: Any) -> Request[Any]:
    return VERSE(about=about, mood=mood).with_(options=Options(**options))


@given(st.text(max_size=40), st.sampled_from(["", " ", "\n", "\t  "]), st.sampled_from(["NFC", "NFD"]))
def test_outer_white_space_and_the_unicode_form_do_not_matter(text: str, space: str, form: Any) -> None:
    changed = space + unicodedata.normalize(form, text) + space
    assert fingerprint(asked(text)) == fingerprint(asked(changed))


def test_letter_case_matters_unless_the_task_says_not() -> None:
    assert fingerprint(asked("Rain")) != fingerprint(asked("rain"))
    assert fingerprint(asked(mood="Dark")) == fingerprint(asked(mood="dark"))


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": 0.5},
        {"max_tokens": 7},
        {"system": "Be brief."},
        {"language": "ja"},
        {"seed": 1},
        {"model": "small"},
        {"selection_mode": "manual", "model": "little"},
        {"complexity": 9},
        {"provider": "sky"},
    ],
)
def test_every_option_counts(options: dict[str, Any]) -> None:
    assert fingerprint(asked(**options)) != fingerprint(asked())


def test_no_option_is_forgotten_by_the_fingerprint() -> None:
    for name in Options.__struct_fields__:
        changed = msgspec.structs.replace(Options(), **{name: "manual" if name == "selection_mode" else 2})
        assert fingerprint(asked().with_(options=changed)) != fingerprint(asked()), name


def test_the_inputs_and_the_version_of_the_task_count() -> None:
    newer = msgspec.structs.replace(VERSE, version=2)
    assert fingerprint(VERSE(about="rain")) != fingerprint(newer(about="rain"))
    assert fingerprint(VERSE(about="rain", lines=3)) != fingerprint(VERSE(about="rain"))


def test_who_asks_and_how_long_it_may_take_do_not_count() -> None:
    other = asked().with_(caller=Caller(user="42", key="k", endpoint="e"), deadline_s=3.0, cache="skip", privacy="off")
    assert fingerprint(asked()) == fingerprint(other)


def test_a_chosen_model_counts_with_its_adapter() -> None:
    first, second = model("little", "small", 4), model("little", "small", 4, adapter_version=2)
    request = asked(selection_mode="manual", model="little")
    assert len({fingerprint(request), fingerprint(request, first), fingerprint(request, second)}) == 3


class WishInputs(Struct, frozen=True, kw_only=True):
    wishes: dict[str, Any]
    chords: tuple[str, ...] = ()


def wish() -> Task[..., str]:
    return task(
        name="wish", summary="", version=1, complexity=1, inputs=WishInputs, draft=str, output=str,
        prompt=lambda inputs: Prompt("", ""), finish=lambda inputs, draft, method: draft,
    )  # fmt: skip


def test_the_order_of_free_options_does_not_matter_but_that_of_a_list_does() -> None:
    ask = wish()
    assert fingerprint(ask(wishes={"a": 1, "b": {"x": "q ", "y": 2}})) == fingerprint(
        ask(wishes={"b": {"y": 2, "x": "q"}, "a": 1})
    )
    assert fingerprint(ask(wishes={}, chords=("C", "G"))) != fingerprint(ask(wishes={}, chords=("G", "C")))


def test_neighbouring_fields_never_run_into_each_other() -> None:
    ask = wish()
    assert fingerprint(ask(wishes={}, chords=("C", "G"))) != fingerprint(ask(wishes={}, chords=("CG",)))


def test_a_scope_needs_its_account() -> None:
    request = asked().with_(scope="user", caller=Caller(user="42"))
    assert scope_of(request) == "user:42"
    assert scope_of(asked()) == ""
    with pytest.raises(BadInput):
        scope_of(asked().with_(scope="key"))


def test_time_to_live_is_the_task_s_unless_a_setting_says_otherwise() -> None:
    from datetime import timedelta

    lasting = asked()
    brief = msgspec.structs.replace(VERSE, ttl=timedelta(days=30))(about="rain")
    assert expiry(lasting, Settings(), 0.0) is None
    assert expiry(brief, Settings(), 0.0) == 30 * 86_400
    assert expiry(brief, Settings(ttl={"verse": 7}), 0.0) == 7 * 86_400
    assert expiry(lasting, Settings(ttl={"verse": 0}), 5.0) == 5.0
