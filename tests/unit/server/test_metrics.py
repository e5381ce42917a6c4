"""Counts: what a row adds, how several processes add up, and text that Prometheus' own parser reads."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from partimento.core.errors import NotConfigured, StoreError
from partimento.core.ports import CacheEntry, LedgerRow, MemoryItem, Tally
from partimento.server.counters import Counters, folder_of, gather, make_folder
from partimento.server.metrics import BOUNDS_MS, Counted, Metrics
from partimento.testing.memory_store import MemoryStore
from rows import SERVED

COUNT = """
import sys
from pathlib import Path
from partimento.server.metrics import Metrics
metrics = Metrics(frozenset(), Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    metrics.rated(5)
metrics.begun()
print("counted", flush=True)
sys.stdin.read()
"""


def changed(**fields: Any) -> LedgerRow:
    return msgspec.structs.replace(SERVED, **fields)


def shown(metrics: Metrics) -> dict[str, float]:
    """Every sample as Prometheus' parser reads it: name{label=value,…} → value."""
    found = {}
    for family in text_string_to_metric_families(metrics.text()):
        assert family.documentation
        for one in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(one.labels.items()) if name != "le")
            found[f"{one.name.removeprefix('partimento_')}{{{labels}}}"] = one.value
    return found


def test_a_row_is_counted_in_every_way_it_counts() -> None:
    metrics = Metrics(frozenset())
    for _ in range(3):
        metrics.row(SERVED)
    metrics.row(changed(ending="hit", cost_pico=0, saved_pico=18_000_000, saved_by="cache", latency_ms=0.2))
    samples = shown(metrics)
    assert samples["requests_total{ending=served,model=little,task=chat,tier=small}"] == 3
    assert samples["requests_total{ending=hit,model=little,task=chat,tier=small}"] == 1
    assert samples["tokens_total{kind=input,model=little,task=chat}"] == 44
    assert samples["cost_usd_total{model=little,task=chat}"] == pytest.approx(54e-6)
    assert samples["saved_usd_total{by=cache,task=chat}"] == pytest.approx(18e-6)
    assert samples["drafts_total{model=little,outcome=sound,task=chat}"] == 3
    assert samples["request_seconds_count{cache=miss,model=little,task=chat}"] == 3
    assert samples["request_seconds_sum{cache=miss,model=little,task=chat}"] == pytest.approx(0.021)
    assert samples["hit_ratio{}"] == 0.25
    assert samples["requests_in_flight{}"] == 0
    assert [value for name, value in samples.items() if name.startswith("build_info")] == [1]


@given(st.lists(st.floats(0, 200_000), min_size=1, max_size=50))
def test_a_bucket_holds_what_took_no_longer_than_its_bound(times_ms: list[float]) -> None:
    metrics = Metrics(frozenset())
    for time_ms in times_ms:
        metrics.row(changed(latency_ms=time_ms))
    buckets = {
        float(one.labels["le"]): one.value
        for family in text_string_to_metric_families(metrics.text())
        for one in family.samples
        if one.name == "partimento_request_seconds_bucket"
    }
    expected = {bound / 1000: sum(time_ms <= bound for time_ms in times_ms) for bound in BOUNDS_MS}
    assert buckets == {**expected, float("inf"): len(times_ms)}


def test_what_came_of_drafts_is_told_by_model() -> None:
    metrics = Metrics(frozenset({"progression"}))
    attempts = [["big", "x", "unreadable: no JSON"], ["big", "r"], ["small", "f", "no answer"], ["small", "p"]]
    metrics.row(changed(task="progression", model="big", attempts=msgspec.json.encode(attempts)))
    metrics.row(changed(task="progression", model="big"))
    metrics.row(changed(task="progression", model="rules", tier="rules"))
    metrics.row(changed(task="progression", model="rules", attempts=b'[["big","x","bar 3 is wrong"],["rules","s"]]'))
    samples = shown(metrics)
    assert samples["json_drafts_total{model=big,read=no}"] == 1
    assert samples["json_drafts_total{model=big,read=yes}"] == 3
    assert not [name for name in samples if name.startswith("json_drafts_total{model=rules")]
    assert samples["drafts_total{model=big,outcome=repaired,task=progression}"] == 1
    assert samples["drafts_total{model=small,outcome=failed,task=progression}"] == 1
    assert samples["drafts_total{model=small,outcome=passed over,task=progression}"] == 1
    assert samples["escalations_total{from=big,task=progression,to=rules}"] == 1


@given(st.text(), st.text())
def test_any_name_can_be_told(model: str, task: str) -> None:
    metrics = Metrics(frozenset())
    metrics.row(changed(model=model, task=task))
    assert sum(value for name, value in shown(metrics).items() if name.startswith("requests_total")) == 1


def test_there_are_never_more_series_than_there_is_room_for() -> None:
    metrics = Metrics(frozenset())
    for number in range(3000):
        metrics.row(changed(model=f"model {number}"))
        metrics.ended(f"/{number}", 200)
    samples = shown(metrics)
    assert sum(value for name, value in samples.items() if name.startswith("requests_total")) == 3000
    assert samples["requests_total{ending=other,model=other,task=other,tier=other}"] > 0
    assert len([name for name in samples if name.startswith("requests_total")]) < 1024


def test_every_metric_stands_on_its_page_with_its_type_and_labels() -> None:
    metrics = Metrics(frozenset({"progression"}))
    attempts = [["big", "x", "unreadable: no JSON"], ["little", "s"]]
    metrics.row(changed(task="progression", attempts=msgspec.json.encode(attempts)))
    metrics.row(changed(ending="hit", saved_pico=18_000_000, saved_by="cache"))
    metrics.rated(5)
    metrics.begun()
    metrics.ended("/healthz", 200)
    told = {}
    for family in text_string_to_metric_families(metrics.text()):
        name = family.name + ("_total" if family.type == "counter" else "")
        told[name] = (family.type, {label for one in family.samples for label in one.labels} - {"le"})
    page = (Path(__file__).parents[3] / "docs" / "reference" / "metrics.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) ?\| \S", page, re.MULTILINE)
    assert {name: (kind, set(re.findall(r"\w+", labels))) for name, kind, labels in rows} == told


def test_requests_under_way_and_their_responses_are_counted() -> None:
    metrics = Metrics(frozenset())
    for _ in range(3):
        metrics.begun()
    metrics.ended("/healthz", 200)
    metrics.ended("", 404)
    samples = shown(metrics)
    assert samples["requests_in_flight{}"] == 1
    assert samples["http_responses_total{path=/healthz,status=200}"] == 1
    assert samples["http_responses_total{path=,status=404}"] == 1


class Failing(MemoryStore):
    """Commits nothing."""

    def record(
        self,
        row: LedgerRow,
        item: MemoryItem | None = None,
        entry: CacheEntry | None = None,
        evidence: Sequence[Tally] = (),
    ) -> Awaitable[None]:
        async def fail() -> None:
            raise StoreError

        return fail()


@pytest.mark.parametrize(("store", "counts"), [(MemoryStore, 1), (Failing, 0)])
def test_only_what_is_committed_counts(store: type[MemoryStore], counts: int) -> None:
    metrics = Metrics(frozenset())

    async def record() -> None:
        await asyncio.wait([asyncio.ensure_future(Counted(store(), metrics).record(SERVED))])
        await asyncio.sleep(0)

    asyncio.run(record())
    assert sum(value for name, value in shown(metrics).items() if name.startswith("requests_total")) == counts


def counting(folder: Path, ratings: int) -> subprocess.Popen[str]:
    """A process that counts, and then waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", COUNT, str(folder), str(ratings)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "counted\n"
    return process


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_processes_add_up_and_what_a_killed_one_counted_stays(tmp_path: Path) -> None:
    make_folder(tmp_path)
    folder = folder_of(tmp_path, os.getpid())
    metrics = Metrics(frozenset(), folder)
    metrics.rated(5)
    one, two = counting(folder, 10), counting(folder, 100)
    samples = shown(metrics)
    assert (samples["ratings_total{rating=5}"], samples["workers{}"], samples["requests_in_flight{}"]) == (111, 3, 2)
    killed(one)
    for _ in range(3):
        samples = shown(metrics)
        assert samples["ratings_total{rating=5}"] == 111
        assert (samples["workers{}"], samples["requests_in_flight{}"]) == (2, 1)
        assert len(list(folder.glob("*.counts"))) == 2
    killed(two)
    again = counting(folder, 1000)
    assert shown(metrics)["ratings_total{rating=5}"] == 1111
    killed(again)


def test_one_who_is_only_beginning_to_count_does_not_disturb_who_reads(tmp_path: Path) -> None:
    make_folder(tmp_path)
    folder = folder_of(tmp_path, os.getpid())
    own = Counters(folder)
    beginning = threading.Thread(target=lambda: [Counters(folder) for _ in range(40)])
    beginning.start()
    while beginning.is_alive():
        gather(own)
    beginning.join()
    assert len(gather(own).live) == 41


def test_counts_moved_halfway_when_the_mover_died_count_once(tmp_path: Path) -> None:
    make_folder(tmp_path)
    folder = folder_of(tmp_path, os.getpid())
    killed(counting(folder, 10))
    (left,) = folder.glob("*.counts")
    content = left.read_bytes()
    own = Counters(folder)
    assert gather(own).counts["ratings", "5"][0] == 10
    left.write_bytes(content)  # as if its removal had not happened
    assert gather(own).counts["ratings", "5"][0] == 10
    assert not left.exists()
    assert gather(own).counts["ratings", "5"][0] == 10


def test_folders_of_servers_that_are_gone_go(tmp_path: Path) -> None:
    gone = tmp_path / "metrics" / "999999999"
    gone.mkdir(parents=True)
    (gone / "base.json").write_text("{}")
    make_folder(tmp_path)
    assert [path.name for path in (tmp_path / "metrics").iterdir()] == [str(os.getpid())]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "metrics").write_text("no folder")
    with pytest.raises(NotConfigured):
        make_folder(tmp_path)
