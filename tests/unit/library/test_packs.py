"""A pack carries a library: signed, whole or refused, and served without a model where it comes to."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from databases import Place
from filling import LITTLE, Shop, verses
from partimento import AsyncPartimento
from partimento.core.errors import BadInput, NotAllowed, NotConfigured, TooLarge, UnknownName
from partimento.core.request import Options
from partimento.library.bringing import Trust
from partimento.library.manifest import ITEMS, MANIFEST, SIGNATURE, Manifest, encoded
from partimento.library.plan import read_plan
from partimento.library.signing import KEY_FILE, fingerprint, is_signed, signer_in
from partimento.library.unpack import manifest_of
from partimento.store.maintenance import prune
from partimento.tasks import exercise
from verse import declare

TOPICS = f"about = {[f'topic {number}' for number in range(20)]}\n"
Members = dict[str, bytes]


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    """A shop with twenty poems."""
    opened = Shop(tmp_path / "here.db", verses(), folder=tmp_path / "here")
    job = opened.library.new_job(opened.plan(LITTLE + TOPICS))
    asyncio.run(opened.library.work(job.id))
    yield opened
    opened.close()


@pytest.fixture
def pack(shop: Shop, tmp_path: Path) -> Path:
    shop.library.export(tmp_path / "poems.pack", job="poems", licence="CC0")
    return tmp_path / "poems.pack"


@pytest.fixture
def there(place: Place, tmp_path: Path) -> Any:
    """Another shop with nothing, no models but the rules, and other settings."""
    opened = Shop(place, folder=tmp_path / "there", models=(), privacy="store-only", ttl={"verse": 1.0})
    yield opened
    opened.close()


def rewritten(pack: Path, change: Callable[[Members], None], *, signed_in: Path | None = None) -> Path:
    """The pack with members changed; with `signed_in`, the manifest told again and signed by the key of that folder."""
    with zipfile.ZipFile(pack) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    change(members)
    if signed_in is not None:
        signer = signer_in(signed_in)
        told = msgspec.json.decode(members[MANIFEST])
        items = members[ITEMS]
        told |= {
            "items": items.count(b"\n"), "items_bytes": len(items), "items_sha256": hashlib.sha256(items).hexdigest(),
            "public_key": signer.public_key,
        }  # fmt: skip
        members[MANIFEST] = msgspec.json.encode(told)
        members[SIGNATURE] = signer.sign(members[MANIFEST]).encode()
    changed = pack.with_name("changed.pack")
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, data in members.items():
            whole.writestr(name, data)
    return changed


def nothing_came(shop: Shop) -> bool:
    """Whether nothing was brought in."""
    return not list(shop.library.items()) and not shop.store.ask("cache_stats", 0.0)[0][0]


def test_what_is_brought_in_is_served_without_a_model(there: Shop, pack: Path, shop: Shop) -> None:
    came = there.library.import_(pack)
    assert (came.items, came.first_seen, came.already_here) == (20, True, False)
    for options in (Options(), Options(model="little", selection_mode="manual")):
        result = asyncio.run(there.make(there.task(about="topic 7").with_(options=options)))
        assert result.receipt.cached
        assert result.receipt.model == "little"
        assert result.receipt.cost_usd == result.receipt.saved_usd == 0
    assert there.engine.calls == []
    here, came_there = (list(one.library.items()) for one in (shop, there))
    assert [item.memory_id for item in here] == [item.memory_id for item in came_there]
    assert there.library.progress("poems").state == "done"
    assert there.library.coverage("poems").made == 20


def test_it_is_not_pruned_and_a_later_plan_takes_from_it(there: Shop, pack: Path) -> None:
    there.library.import_(pack)
    prune(there.store, there.clock.now() + 1e9)
    job = there.library.new_job(there.plan(LITTLE.replace('model = "little"\n', "") + TOPICS))
    assert asyncio.run(there.library.work(job.id)).state == "done"
    assert asyncio.run(there.make(there.task(about="topic 7"))).receipt.model == "little"


def test_bringing_the_same_in_again_changes_nothing(there: Shop, pack: Path) -> None:
    there.library.import_(pack)
    again = there.library.import_(pack)
    assert (again.items, again.first_seen, again.already_here) == (20, False, True)
    assert len(list(there.library.items())) == 20
    assert len(there.library.jobs()) == 1


def test_the_same_items_make_the_same_file(shop: Shop, tmp_path: Path) -> None:
    for name in ("a", "b"):
        shop.library.export(tmp_path / name, job="poems")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_it_says_whose_it_is_and_tells_nothing_of_who_asked(shop: Shop, pack: Path) -> None:
    told = manifest_of(pack)
    assert (told.name, told.items, told.tasks, told.licence) == ("poems", 20, {"verse": 1}, "CC0")
    assert told.public_key == shop.library.public_key
    with zipfile.ZipFile(pack) as whole:
        line = msgspec.json.decode(whole.read(ITEMS).splitlines()[0])
    assert set(line) == {
        "id", "task", "task_version", "fields", "options", "fingerprint", "space", "value", "provenance",
    }  # fmt: skip
    assert "prompt" not in line["provenance"]
    assert "cost_pico" not in line["provenance"]


def test_the_key_is_the_owners_alone(shop: Shop, pack: Path, tmp_path: Path) -> None:
    path = tmp_path / "here" / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert shop.library.public_key == shop.library.public_key
    path.write_text("no key")
    with pytest.raises(BadInput, match="holds no key"):
        shop.library.export(tmp_path / "x.pack", job="poems")
    assert not (tmp_path / "x.pack").exists()


def test_items_that_hold_something_personal_stay(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "p.db", ['{"lines": ["call 030 123456789", "or anna@example.org"]}', *verses(1)],
                folder=tmp_path, privacy="off")  # fmt: skip
    job = shop.library.new_job(shop.plan("parallel = 1\n" + LITTLE + 'about = ["a", "b"]'))
    asyncio.run(shop.library.work(job.id))
    out = shop.library.export(tmp_path / "p.pack")
    assert (out.items, out.withheld) == (1, 1)
    shop.close()


def test_only_what_is_chosen_is_packed(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing to pack"):
        shop.library.export(tmp_path / "x.pack", genre="jazz")
    with pytest.raises(UnknownName):
        shop.library.export(tmp_path / "x.pack", job="sonnets")
    assert not (tmp_path / "x.pack").exists()


def test_who_signed_first_is_trusted_and_another_one_later_is_not(
    there: Shop, shop: Shop, pack: Path, tmp_path: Path
) -> None:
    there.library.import_(pack)
    other = rewritten(pack, lambda members: None, signed_in=tmp_path / "elsewhere")
    stranger = signer_in(tmp_path / "elsewhere").public_key
    with pytest.raises(NotAllowed, match=fingerprint(stranger)) as refused:
        there.library.import_(other)
    assert fingerprint(shop.library.public_key) in refused.value.why
    assert there.library.import_(other, Trust(anyone=True)).items == 20
    with pytest.raises(NotAllowed):
        there.library.import_(other)
    assert there.library.import_(other, Trust(key=stranger)).items == 20
    with pytest.raises(NotAllowed):  # now it is he
        there.library.import_(pack)
    assert there.library.import_(pack, Trust(key=fingerprint(shop.library.public_key))).signer


def test_a_key_that_is_named_must_be_the_signers(there: Shop, pack: Path) -> None:
    with pytest.raises(NotAllowed, match="is signed by"):
        there.library.import_(pack, Trust(key="ab" * 32))
    assert nothing_came(there)


def _swap(members: Members) -> None:
    members[ITEMS] = members[ITEMS].replace(b"topic 3", b"topic X")


def _tell_more(members: Members) -> None:
    members[MANIFEST] = members[MANIFEST].replace(b'"poems"', b'"novel"')


def _no_signature(members: Members) -> None:
    members[SIGNATURE] = b"00" * 64


def _another_signature(members: Members) -> None:
    members[SIGNATURE] = b"no hex"


def _longer(members: Members) -> None:
    members[ITEMS] += members[ITEMS]


def _path(members: Members) -> None:
    members["../../etc/passwd"] = b"x"


def _missing(members: Members) -> None:
    del members[ITEMS]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_swap, "not those that were signed"),
        (_longer, "not those that were signed"),
        (_tell_more, "signature of changed.pack is broken"),
        (_no_signature, "signature of changed.pack is broken"),
        (_another_signature, "signature of changed.pack is broken"),
        (_path, "is no pack"),
        (_missing, "is no pack"),
    ],
)
def test_a_pack_that_was_changed_is_refused(
    there: Shop, pack: Path, change: Callable[[Members], None], told: str
) -> None:
    with pytest.raises(BadInput, match=told) as refused:
        there.library.import_(rewritten(pack, change))
    assert refused.value.why
    assert refused.value.mend
    assert nothing_came(there)


def _edit(**fields: Any) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        lines = members[ITEMS].splitlines()
        told = msgspec.json.decode(lines[7])
        members[ITEMS] = b"\n".join([*lines[:7], msgspec.json.encode(told | fields), *lines[8:]]) + b"\n"

    return change


def _manifest_says(**fields: Any) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        members[MANIFEST] = msgspec.json.encode(msgspec.json.decode(members[MANIFEST]) | fields)

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_edit(task="sonnet"), "no task 'sonnet' here"),
        (_edit(task_version=2), "version 2 of verse, and this is version 1"),
        (_edit(value={"lines": ["a", "b"]}), "not what its id says"),
        (_edit(fields={"about": 3}), "about"),
        (_edit(options={"seed": "x"}), "seed"),
        (_edit(space="progression"), "not of its task"),
        (_edit(provenance={"model": "m"}), "cannot be read"),
    ],
)
def test_a_signed_pack_with_an_item_that_does_not_hold_is_refused_or_taken_without_it(
    there: Shop, pack: Path, change: Callable[[Members], None], told: str, tmp_path: Path
) -> None:
    other = rewritten(pack, change, signed_in=tmp_path / "here")
    with pytest.raises(BadInput, match="cannot be served here") as refused:
        there.library.import_(other)
    assert "item 8" in refused.value.why
    assert told in refused.value.why
    assert nothing_came(there)
    came = there.library.import_(other, partly=True)
    assert (came.items, came.left_out) == (19, 1)
    assert told in came.first_left_out


def test_a_pack_whose_every_item_is_of_another_version_is_refused_even_in_part(tmp_path: Path, pack: Path) -> None:
    newer = msgspec.structs.replace(declare(), version=2)
    shop = Shop(tmp_path / "new.db", folder=tmp_path / "new", task=newer)
    with pytest.raises(BadInput, match="cannot be served here"):
        shop.library.import_(pack, partly=True)
    shop.close()


def test_claims_that_are_not_so_are_not_brought_in(tmp_path: Path, place: Place) -> None:
    lines = '{"lines": ["The V7 of C is G7, a chord of four notes.", "The relative minor of C is A minor."]}'
    shop = Shop(tmp_path / "a.db", [lines], folder=tmp_path)
    job = shop.library.new_job(shop.plan(LITTLE + 'about = "a"'))
    asyncio.run(shop.library.work(job.id))
    shop.library.export(tmp_path / "a.pack")
    shop.close()

    def lie(members: Members) -> None:
        (line,) = members[ITEMS].splitlines()
        told = msgspec.json.decode(line)
        value = msgspec.json.encode(told["value"]).replace(b"G7", b"D7")
        digest = hashlib.sha256(b"verse\x001\x00little\x00" + value).hexdigest()
        members[ITEMS] = msgspec.json.encode(told | {"id": digest, "value": msgspec.Raw(value)}) + b"\n"

    checked = msgspec.structs.replace(declare(), claims="checked")
    there = Shop(place, folder=tmp_path, task=checked)
    with pytest.raises(BadInput, match="cannot be served") as refused:
        there.library.import_(rewritten(tmp_path / "a.pack", lie, signed_in=tmp_path))
    assert "D7" in refused.value.why
    there.close()


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        (_manifest_says(format=2), BadInput, "newer Partimento"),
        (_manifest_says(format="x"), BadInput, "cannot be read"),
        (_manifest_says(name="\x1b[2Jpoems"), BadInput, "cannot be read"),
        (_manifest_says(items=10**9), TooLarge, "too large"),
        (_manifest_says(items_bytes=10**12), TooLarge, "too large"),
    ],
)
def test_a_manifest_that_cannot_be_meant_is_refused(
    there: Shop, pack: Path, change: Callable[[Members], None], error: type[BadInput], told: str
) -> None:
    with pytest.raises(error, match=told):
        there.library.import_(rewritten(pack, change))
    assert nothing_came(there)


def test_a_file_that_is_cut_off_at_any_place_is_refused(there: Shop, pack: Path) -> None:
    whole = pack.read_bytes()
    cut = pack.with_name("cut.pack")
    for size in (0, 1, 100, len(whole) // 2, len(whole) - 200, len(whole) - 1):
        cut.write_bytes(whole[:size])
        with pytest.raises(BadInput):
            there.library.import_(cut)
    cut.write_bytes(whole[: len(whole) // 2] + b"\0" + whole[len(whole) // 2 + 1 :])
    with pytest.raises(BadInput):
        there.library.import_(cut)
    assert nothing_came(there)


def test_a_file_that_unpacks_to_far_more_than_it_says_is_refused_early(there: Shop, pack: Path) -> None:
    def bomb(members: Members) -> None:
        members[ITEMS] = members[ITEMS] + b"0" * 300_000_000

    huge = rewritten(pack, bomb)
    assert huge.stat().st_size < 1_000_000
    started = time.process_time()
    with pytest.raises(BadInput, match="not those that were signed"):
        there.library.import_(huge)
    assert time.process_time() - started < 5  # of a patience, not of a speed: the bomb itself takes longer to read

    def long_manifest(members: Members) -> None:
        members[MANIFEST] = b" " * 100_000_000

    with pytest.raises(TooLarge):
        there.library.import_(rewritten(pack, long_manifest))
    assert nothing_came(there)


def test_no_pack_and_no_file_are_told(there: Shop, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot read the pack"):
        there.library.import_(tmp_path / "none.pack")
    with pytest.raises(BadInput, match="pack"):
        there.library.import_(tmp_path)


def test_a_manifest_reads_back_as_it_was_signed(pack: Path) -> None:
    with zipfile.ZipFile(pack) as whole:
        raw = whole.read(MANIFEST)
    assert encoded(msgspec.json.decode(raw, type=Manifest)) == raw


IMPORT = """
import sys, time
from pathlib import Path
from partimento import AsyncPartimento
import asyncio
from partimento.library import bringing

put = bringing._put
def slowly(*arguments):
    put(*arguments)
    print("some", flush=True)
    time.sleep(0.05)
bringing._put, bringing._AT_A_TIME = slowly, 5

async def main():
    async with AsyncPartimento(data_folder=sys.argv[1]) as client:
        client.library.import_(Path(sys.argv[2]))
        print("whole", flush=True)

asyncio.run(main())
"""
EXERCISES = """
name = "licks"
model = "rules"
[[items]]
task = "exercise"
kind = ["lick", "rhythm"]
genre = ["jazz", "blues", "gospel"]
level = "1-10"
"""


def test_an_import_that_is_killed_goes_on_when_it_is_run_again(tmp_path: Path) -> None:
    async def pack() -> int:
        async with AsyncPartimento(data_folder=str(tmp_path / "here")) as client:
            job = client.library.new_job(read_plan(EXERCISES))
            await client.library.work(job.id)
            return client.library.export(tmp_path / "licks.pack", job=job.id).items

    async def look() -> tuple[str, int]:
        async with AsyncPartimento(data_folder=str(tmp_path / "there")) as client:
            before = client.library.progress("licks")
            assert before.interrupted
            some = before.made
            assert client.library.import_(tmp_path / "licks.pack").items == items
            made = await client.make(exercise(kind="lick", genre="jazz", level=3))
            assert made.receipt.cached
            assert client.library.progress("licks").made == items
            return before.state, some

    items = asyncio.run(pack())
    child = subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(tmp_path / "there"), str(tmp_path / "licks.pack")],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    for _ in range(4):
        assert child.stdout.readline() == "some\n"
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    state, some = asyncio.run(look())
    assert state == "running"
    assert 15 <= some < items


def test_without_the_extra_nothing_is_taken_in_unchecked(
    pack: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
    with pytest.raises(NotConfigured, match=r"partimento\[packs\]"):
        is_signed(b"anything", "00", "00")
    with pytest.raises(NotConfigured):
        signer_in(pack.parent)
