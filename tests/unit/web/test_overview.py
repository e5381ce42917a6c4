"""What the Overview says of figures: comparisons, columns of money, files, how many days."""

from __future__ import annotations

import asyncio
import csv
import io
from decimal import Decimal

import msgspec
import pytest

from partimento.client import AsyncPartimento
from partimento.core.errors import BadInput
from partimento.core.request import Caller
from partimento.ledger.report import UsageLine
from partimento.web.pages.overview import as_csv, change, days_of, even_money, overview, points
from partimento.web.visit import Moved, Sent, Shown, Visit


def looked_at(client: AsyncPartimento, **query: str) -> Visit:
    return Visit(client=client, caller=Caller(), method="GET", path="/overview", query=query)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (112, 100, "12 % more than"), (88, 100, "12 % less than"), (100, 100, "the same as"), (0, 5, "100 % less than"),
        (250, 100, "2.5 times"), (300, 100, "3 times"), (5, 0, ""), (1000, 1, ""),
        (Decimal("1.5"), Decimal(1), "50 % more than"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_words_where_there_is_something_to_compare_with(now: int, before: int, told: str) -> None:
    assert change(now, before) == told


def test_a_hit_rate_moves_in_points() -> None:
    def line(rate: float, requests: int = 9) -> UsageLine:
        return UsageLine(name="", requests=requests, hit_rate=rate)

    assert points(line(0.45), line(0.40)) == "+5 points on"
    assert points(line(0.40), line(0.41)) == "−1 point on"
    assert points(line(0.401), line(0.40)) == "as in"
    assert points(line(0.4), line(0.0, requests=0)) == ""


def test_a_column_of_money_has_the_same_digits_throughout() -> None:
    amounts = [Decimal(told) for told in ("0", "0.1", "0.0342", "0.00001")]
    assert even_money(amounts) == ("$0", "$0.1000", "$0.0342", "under $0.0001")
    assert even_money([Decimal("1234.5"), Decimal("0.0342")]) == ("$1,234.50", "$0.03")
    assert even_money([]) == ()


def test_another_number_of_days_leads_to_the_nearest_that_there_is() -> None:
    async def look() -> None:
        async with AsyncPartimento() as client:
            for told, nearest in (("1", 7), ("31", 30), ("365", 90)):
                assert await overview(looked_at(client, days=told)) == Moved(f"/overview?days={nearest}")
            assert isinstance(await overview(looked_at(client)), Shown)

    asyncio.run(look())


@pytest.mark.parametrize("told", ["abc", "0", "-7", "401", "9" * 5000, "7.5", "²"])
def test_days_that_are_none_are_told_with_the_mend(told: str) -> None:
    async def look() -> None:
        async with AsyncPartimento() as client:
            days_of(looked_at(client, days=told))

    with pytest.raises(BadInput) as raised:
        asyncio.run(look())
    assert "days=30" in raised.value.mend
    assert len(raised.value.what) < 100


def test_a_file_computes_no_formula_that_somebody_took_for_a_name() -> None:
    hostile = '=HYPERLINK("http://evil.example","x"),+1\r\n'

    async def look() -> Sent:
        async with AsyncPartimento(caller=Caller(user=hostile)) as client:
            await client.compose("gospel", "amen", bars=4)
            return await as_csv(looked_at(client, by="user", days="7"))

    sent = asyncio.run(look())
    assert sent.filename == "partimento-by-user-7-days.csv"
    header, line = csv.reader(io.StringIO(sent.content.decode(), newline=""))
    assert header[:2] == ["user", "requests"]
    assert line[0] == f"'{hostile}"
    assert line[1] == "1"


def test_a_file_of_nothing_is_a_header() -> None:
    async def look() -> Sent:
        async with AsyncPartimento() as client:
            return await as_csv(looked_at(client, by="model"))

    assert asyncio.run(look()).content.decode().splitlines() == [
        "model,requests,hits,served,failed,cancelled,unknown,input_tokens,output_tokens,cost_usd,saved_usd,"
        "saved_cache_usd,saved_local_usd,saved_flight_usd,hit_rate,tier,provider"
    ]


def test_a_key_with_limits_is_shown_its_own_requests_and_nothing_of_the_owners() -> None:
    async def look() -> tuple[str, str]:
        async with AsyncPartimento() as client:
            request = client.composition("gospel", "the owner's own")
            await client.make(request)
            own = client.composition("jazz", "an app's").with_(caller=Caller(key="key_a", user="somebody"))
            await client.make(own)
            pages = []
            for owner in (True, False):
                visit = looked_at(client)
                told = await overview(msgspec.structs.replace(visit, owner=owner, caller=Caller(key="key_a")))
                assert isinstance(told, Shown)
                pages.append(told.html)
            return pages[0], pages[1]

    everything, own = asyncio.run(look())
    assert "gospel arrangement" in everything
    assert "jazz arrangement" in everything
    assert "Jobs running" in everything
    assert "gospel arrangement" not in own
    assert "jazz arrangement" in own
    for word in ("Jobs running", "Models loaded", "Ready to train"):
        assert word not in own
