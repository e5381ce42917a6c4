"""A batch file carries a job's questions away and brings the answers back: checked, booked once, at its own price."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from databases import Place
from filling import PAID, Shop, verses
from partimento.core.errors import BadInput, UnknownName
from partimento.core.money import Money
from partimento.core.usage import Usage
from partimento.library.batch import share_of
from partimento.testing.upstream import Upstream, rate_limited, said
from verse import CLOUD, RULES, declare

TOPICS = f"about = {[f'topic {number}' for number in range(6)]}\n"
REFUSED = {"message": {"refusal": "I will not"}, "finish_reason": "stop"}
OPENAI = msgspec.structs.replace(CLOUD, provider="openai")


def run_batch(questions: Path, answers: Path, base_url: str) -> None:
    """What `vllm run-batch` does: ask each line's body of a server, and write what came, last line first."""
    written = []
    for number, raw in enumerate(questions.read_bytes().splitlines()):
        line = msgspec.json.decode(raw)
        assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
        url = base_url + line["url"].removeprefix("/v1")
        asked = urllib.request.Request(url, msgspec.json.encode(line["body"]), {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(asked) as got:
                status, body = got.status, msgspec.json.decode(got.read())
        except urllib.error.HTTPError as error:
            status, body = error.code, msgspec.json.decode(error.read())
        response = {"status_code": status, "request_id": f"r{number}", "body": body}
        told = {"id": f"b{number}", "custom_id": line["custom_id"], "response": response, "error": None}
        written.append(msgspec.json.encode(told))
    answers.write_bytes(b"\n".join(reversed(written)) + b"\n")


@pytest.fixture
def shop(place: Place, tmp_path: Path) -> Any:
    opened = Shop(place, folder=tmp_path, task=declare(with_rules=False), models=(OPENAI, RULES), max_tokens=200)
    yield opened
    opened.close()


def read(shop: Shop, path: Path, **how: Any) -> Any:
    return asyncio.run(shop.library.batch_read(path, "cumulus", **how))


def test_questions_go_out_in_openais_form(shop: Shop, tmp_path: Path) -> None:
    job = shop.library.new_job(shop.plan(PAID + TOPICS))
    told = shop.library.batch_write(job.id, tmp_path / "in.jsonl", "cumulus")
    lines = [msgspec.json.decode(line) for line in (tmp_path / "in.jsonl").read_bytes().splitlines()]
    assert told.lines == len(lines) == 6
    assert len({line["custom_id"] for line in lines}) == 6
    assert all(len(line["custom_id"]) <= 64 for line in lines)
    body = lines[2]["body"]
    assert body["model"] == "cumulus"
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert "topic 2" in body["messages"][1]["content"]
    assert body["max_tokens"] == 200
    assert body["response_format"]["json_schema"]["schema"]["properties"]["lines"]["type"] == "array"
    assert "stream" not in body
    assert told.price_share == Decimal("0.5")
    assert told.most_usd > 0


def test_answers_are_taken_in_and_served_and_booked_at_the_batchs_price(shop: Shop, tmp_path: Path) -> None:
    job = shop.library.new_job(shop.plan(PAID + TOPICS))
    shop.library.batch_write(job.id, tmp_path / "in.jsonl", "cumulus")
    with Upstream(*map(said, verses(6))) as upstream:
        run_batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl", upstream.base_url)
    told = read(shop, tmp_path / "out.jsonl")
    assert (told.lines, told.made, told.failed, told.foreign) == (6, 6, 0, 0)
    one = asyncio.run(shop.make(shop.task(about="topic 4")))
    assert (one.receipt.cached, one.receipt.model) == (True, "cumulus")
    assert one.receipt.saved_usd * 6 == told.cost_usd
    served = [row for row in shop.store.rows() if row.ending == "served"]
    assert len(served) == 6
    assert sum(row.cost_pico for row in served) == Money.of(told.cost_usd).pico
    usual = OPENAI.cost(Usage(11, 7), date(2026, 11, 21))  # what the upstream says it used
    assert {row.cost_pico for row in served} == {usual.pico // 2}
    assert shop.store.ask("total_of", "", "2026-11-21") == [(Money.of(told.cost_usd).pico, 0)]
    done = shop.library.progress(job.id)
    assert (done.made, done.cost_usd) == (6, told.cost_usd)


def test_reading_the_same_file_twice_books_it_once(shop: Shop, tmp_path: Path) -> None:
    job = shop.library.new_job(shop.plan(PAID + TOPICS))
    shop.library.batch_write(job.id, tmp_path / "in.jsonl", "cumulus")
    with Upstream(*map(said, verses(6))) as upstream:
        run_batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl", upstream.base_url)
    first = read(shop, tmp_path / "out.jsonl")
    rows = len(shop.store.rows())
    again = read(shop, tmp_path / "out.jsonl")
    assert (again.made, again.again, again.cost_usd) == (0, 6, 0)
    assert len(shop.store.rows()) == rows
    assert shop.library.progress(job.id).cost_usd == first.cost_usd
    with pytest.raises(BadInput, match="nothing to ask"):
        shop.library.batch_write(job.id, tmp_path / "more.jsonl", "cumulus")
    assert not (tmp_path / "more.jsonl").exists()


def test_what_failed_is_told_line_by_line_and_written_to_be_asked_again(shop: Shop, tmp_path: Path) -> None:
    job = shop.library.new_job(shop.plan(PAID + TOPICS))
    shop.library.batch_write(job.id, tmp_path / "in.jsonl", "cumulus")
    good = list(verses(6))
    wrong = ['{"lines": ["only one"]}', "no JSON at all"]
    with Upstream(
        said(good[0]), rate_limited(), said(wrong[0]), said(good[1]), said(wrong[1]), said(good[2])
    ) as upstream:
        run_batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl", upstream.base_url)
    told = read(shop, tmp_path / "out.jsonl", retries=tmp_path / "again.jsonl")
    assert (told.made, told.failed) == (3, 3)
    whys = " ".join(trouble.why for trouble in told.troubles)
    assert "429" in whys
    assert "2 were asked for" in whys
    assert [trouble.line for trouble in told.troubles] == [2, 4, 5]
    failed = [row for row in shop.store.rows() if row.ending == "failed"]
    assert sorted(row.cost_pico > 0 for row in failed) == [False, True, True]  # who was not answered pays nothing
    with Upstream(*map(said, good[3:])) as upstream:
        run_batch(tmp_path / "again.jsonl", tmp_path / "second.jsonl", upstream.base_url)
    assert read(shop, tmp_path / "second.jsonl").made == 3
    assert shop.library.progress(job.id).made == 6


def test_failed_items_can_be_written_alone(shop: Shop, tmp_path: Path) -> None:
    job = shop.library.new_job(shop.plan(PAID + TOPICS))
    shop.library.batch_write(job.id, tmp_path / "in.jsonl", "cumulus")
    with Upstream(rate_limited(), *map(said, verses(5))) as upstream:
        run_batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl", upstream.base_url)
    read(shop, tmp_path / "out.jsonl")
    assert shop.library.batch_write(job.id, tmp_path / "again.jsonl", "cumulus", failed=True).lines == 1


def test_lines_of_somebody_else_are_passed_over_and_told(shop: Shop, tmp_path: Path) -> None:
    job = shop.library.new_job(shop.plan(PAID + TOPICS))
    other = "0" * 28
    answer = {"status_code": 200, "body": {"choices": []}}
    lines: list[Any] = [
        {"custom_id": "request-1", "response": answer},
        {"custom_id": f"{other}-0-{'a' * 12}", "response": answer},
        {"custom_id": f"{job.id}-0-{'a' * 12}", "response": answer},
        {"custom_id": f"{job.id}-99-{'a' * 12}", "response": answer},
        {"no": "custom_id"},
        ["a list"],
    ]
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"\n".join(map(msgspec.json.encode, lines)) + b"\n\nno json\n\xff\xfe\n")
    told = read(shop, out)
    assert (told.lines, told.foreign, told.made, told.failed) == (8, 8, 0, 0)
    assert "another question" in told.troubles[2].why
    assert not shop.store.rows()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"response": None, "error": {"code": "batch_expired", "message": "too late"}}, "too late"),
        ({"response": {"status_code": 500, "body": None}}, "500"),
        ({"response": {"status_code": 200, "body": {}}}, "broke off"),
        ({"response": {"status_code": 200, "body": "text"}}, "no chat completion"),
        ({"response": {"status_code": 200, "body": {"choices": [REFUSED]}}}, "I will not"),
    ],
)
def test_an_answer_that_is_none_fails_its_item(shop: Shop, tmp_path: Path, line: dict[str, Any], told: str) -> None:
    job = shop.library.new_job(shop.plan(PAID + 'about = "rain"'))
    shop.library.batch_write(job.id, tmp_path / "in.jsonl", "cumulus")
    name = msgspec.json.decode((tmp_path / "in.jsonl").read_bytes())["custom_id"]
    (tmp_path / "out.jsonl").write_bytes(msgspec.json.encode({"custom_id": name, **line}))
    found = read(shop, tmp_path / "out.jsonl")
    assert found.failed == 1
    assert told in found.troubles[0].why
    assert shop.library.progress(job.id).failed == 1


def test_the_answers_of_another_model_are_not_taken_for_this_ones(shop: Shop, tmp_path: Path) -> None:
    job = shop.library.new_job(shop.plan(PAID + TOPICS))
    shop.library.batch_write(job.id, tmp_path / "in.jsonl", "cumulus")
    with Upstream(*map(said, verses(6))) as upstream:
        run_batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl", upstream.base_url)
    told = asyncio.run(shop.library.batch_read(tmp_path / "out.jsonl", "rules"))
    assert (told.foreign, told.made) == (6, 0)
    with pytest.raises(UnknownName):
        asyncio.run(shop.library.batch_read(tmp_path / "out.jsonl", "cumulonimbus"))


def test_a_cap_keeps_questions_out(shop: Shop, tmp_path: Path) -> None:
    job = shop.library.new_job(shop.plan(PAID + TOPICS))
    whole = shop.library.batch_write(job.id, tmp_path / "in.jsonl", "cumulus")
    half = shop.library.batch_write(job.id, tmp_path / "in.jsonl", "cumulus", cap=Money.of(whole.most_usd / 2))
    assert (half.lines, half.left) == (3, 3)
    assert half.most_usd <= whole.most_usd / 2
    with pytest.raises(BadInput, match="cost cap"):
        shop.library.batch_write(job.id, tmp_path / "none.jsonl", "cumulus", cap=Money.of("0.0000001"))


def test_alike_answers_are_refused_like_any(shop: Shop, tmp_path: Path) -> None:
    job = shop.library.new_job(shop.plan(PAID + TOPICS))
    shop.library.batch_write(job.id, tmp_path / "in.jsonl", "cumulus")
    with Upstream(otherwise=said(next(verses(1)))) as upstream:
        run_batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl", upstream.base_url)
    told = read(shop, tmp_path / "out.jsonl")
    assert (told.made, told.duplicates) == (1, 5)
    assert told.cost_usd > 0
    assert job.id


def test_a_vendors_discount_counts_and_others_have_none() -> None:
    assert share_of(OPENAI) == Decimal("0.5")
    assert share_of(CLOUD) == 1


def test_no_file_is_told(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot read"):
        read(shop, tmp_path / "none.jsonl")
