"""Crypto-assets in pages and in the interface: judged, taken in, followed, escaped, and printed."""

from __future__ import annotations

import pytest

from tests.unit.api.test_v1 import client
from tests.unit.tracing.chains import ADDRESS, CHAIN, told, txid
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import DUTY, world

pytest.importorskip("duckdb")
pytest.importorskip("numba")
LEDGER = "/tracing/ledgers/main"
SECRET = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    root = tmp_path_factory.mktemp("trace")
    here = world(root).asking
    desk, actor = here.desks.tracing, here.office.officer()
    for one in CHAIN[:2]:
        path = root / f"<b>{one['height']}.json"
        path.write_bytes(told(one))
        desk.take(actor, ledger="main", path=str(path))
    pack = root / "pack.yaml"
    pack.write_text(
        "title: T\ncreator: C\nsource: s\ncategory: exchange\nconfidence: forensic\ntags:\n"
        f"- {{address: {ADDRESS['mixer']}, currency: BTC, label: 'Mixer <i>'}}\n"
    )
    desk.tags.take(actor, path=str(pack))
    return here


def ask(browser, page, **fields):
    token = dict(page.page.form(LEDGER))["csrf"]
    return browser.post(LEDGER, {"csrf": token, **fields})


def test_files_are_taken_in_on_the_page_and_faults_are_told(house):
    browser = house.browser(DUTY)
    token = dict(browser.get("/tracing").page.form("/tracing/import"))["csrf"]
    for name, data, status in (("3.json", told(CHAIN[2]), 303), ("x.json", b"[", 422)):
        values = [("csrf", token), ("ledger", "main")]
        reply = browser.upload("/tracing/import", values, [("file", name, data)])
        assert reply.status == status, reply.words
    assert "trace.json" in reply.text or "Esplora" in reply.words
    assert browser.get("/tracing/ledgers/none").status == 404
    page = browser.get(LEDGER)
    for fields in ({"do": "taint", "seeds": "nobody"}, {"do": "guess"}, {"do": "taint"}):
        reply = ask(browser, page, **fields)
        assert reply.status in (404, 422) and 'role="alert"' in reply.text
    secret = browser.submit(browser.get("/tracing"), "/tracing/address", value=SECRET)
    assert SECRET not in secret.text and "private key" in secret.words


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_trace_on_pages_in_every_language(house, language):
    browser = house.browser(DUTY, language=language)
    require_sound(browser.get("/tracing"), language)
    judged = browser.submit(browser.get("/tracing"), "/tracing/address", value=ADDRESS["thief"])
    require_sound(judged, language)
    assert "bitcoin-cash" in judged.words
    page = browser.get(LEDGER)
    require_sound(page, language)
    assert "<b>1.json" in page.words and "<b>1" not in page.text
    taint = ask(browser, page, do="taint", seeds=txid("theft"))
    require_sound(taint, language)
    assert "Mixer <i>" in taint.words and "0.00000493 BTC" in taint.words
    for fields in (
        {"do": "path", "seeds": txid("theft")},
        {"do": "cluster", "rule": "multi-input"},
        {"do": "explain", "first": ADDRESS["thief"], "second": ADDRESS["friend"]},
        {"do": "asked"},
    ):
        found = ask(browser, page, **fields)
        assert found.status == 200, (fields, found.words)
        require_sound(found, language)
    require_sound(browser.get(f"/tracing/tags?address={ADDRESS['mixer']}"), language)


def test_a_picture_and_what_has_moved_since(house, tmp_path):
    browser, caller = house.browser(DUTY), client(house)
    page = browser.get(LEDGER)
    token = dict(page.page.form(LEDGER))["csrf"]
    drawn = browser.post(f"{LEDGER}/file", {"csrf": token, "seeds": txid("theft"), "form": "svg"})
    assert drawn.status == 200 and drawn.body.startswith(b"<svg") and b"<script" not in drawn.body
    assert drawn.headers["content-disposition"].startswith("attachment")
    assert browser.post(f"{LEDGER}/file", {"csrf": token, "seeds": "x", "form": "doc"}).status == 422
    wish = {"ledger": "main", "seeds": [txid("theft")], "method": "fifo"}
    told_now = caller.post("/tracing/taint", wish)
    assert sum(int(one["taint"]) for one in told_now["holdings"]) == 990
    still = caller.post("/tracing/moved", {"ledger": "main", "trace": told_now["digest"]})
    assert still["moved"] is False
    path = tmp_path / "4.json"
    path.write_bytes(told(CHAIN[3]))
    house.desks.tracing.take(house.office.officer(), ledger="main", path=str(path))
    moved = ask(browser, page, do="moved", trace=told_now["digest"])
    assert "0.0000049 BTC" in moved.words and "Mixer" not in moved.words
    assert caller.post("/tracing/moved", {"ledger": "main", "trace": told_now["digest"]})["moved"] is True
    assert caller.get("/tracing/ledgers")[0]["contents"]["network"] == "bitcoin"
    assert caller.post("/tracing/clusters", {"ledger": "main"})["grouping"]["links"] == 1
    assert caller.get("/tracing/tags")[0]["label"] == "Mixer <i>"
    assert caller.post("/tracing/reports", wish)["report"]["network"] == "bitcoin"
    assert caller.call("POST", "/tracing/taint", {**wish, "method": "guess"}).status == 422


PACK = (
    "title: New\ncreator: Unit\nsource: s\ncurrency: BTC\nlabel: 'Shop <u>'\ntags:\n"
    f"- {{address: {ADDRESS['shop']}}}\n- {{address: nonsense, confidence: forensic}}\n"
)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_packs_come_in_go_out_and_are_taken_back_on_the_page(house, language):
    browser = house.browser(DUTY, language=language)
    pack = PACK.replace("Unit", f"Unit {language}")
    page = browser.get("/tracing/tags")
    require_sound(page, language)
    token = dict(page.page.form("/tracing/tags/import"))["csrf"]

    def brought(text, **fields):
        values = [("csrf", token), *fields.items()]
        return browser.upload("/tracing/tags/import", values, [("file", "p.yaml", text.encode())])

    done = brought(pack, confidence="forensic")
    require_sound(done, language)
    assert done.status == 200 and "Shop <u>" in done.words and "<u>" not in done.text
    for text, fields in (("title: [", {}), ("tags: []", {}), (pack, {"confidence": "sure"})):
        refused = brought(text, **fields)
        assert refused.status == 422 and 'role="alert"' in refused.text
    out = browser.post("/tracing/tags/export", {"csrf": token, "title": "T", "creator": "U", "what": "tags"})
    assert out.status == 200 and ADDRESS["shop"].encode() in out.body
    assert out.headers["content-disposition"].startswith("attachment")
    assert browser.post("/tracing/tags/export", {"csrf": token, "title": "", "creator": "U"}).status == 422
    back = pack.replace("tags:", "reason: 'moved <b>'\nretractions:").replace("New", f"Back {language}")
    gone = brought(back)
    require_sound(gone, language)
    assert gone.status == 200 and "moved <b>" in gone.words and "moved <b>" not in gone.text
    given = {"csrf": token, "title": "T", "creator": "U", "what": "retractions"}
    assert b"retractions:" in browser.post("/tracing/tags/export", given).body


def test_tags_and_figures_in_the_interface(house):
    caller = client(house)
    text = PACK.replace("Unit", "Another").replace(ADDRESS["shop"], ADDRESS["a"])
    taken = caller.post("/tracing/tags", {"text": text, "confidence": "forensic", "name": "p.yaml"})
    assert (taken["fresh"], [one["place"] for one in taken["refused"]]) == (1, [2])
    pack = caller.get("/tracing/tags/pack?title=T&creator=U")
    assert ADDRESS["a"] in pack["text"] and pack["count"] >= 1
    gone = caller.post("/tracing/tags/retractions", {"reason": "wrong", "address": ADDRESS["a"]})
    assert [tag["creator"] for tag in gone["gone"]] == ["Another"]
    assert "wrong" in {one["why"] for one in caller.get("/tracing/tags/retracted")}
    assert "retractions:" in caller.get("/tracing/tags/pack?title=T&creator=U&retracted=true")["text"]
    assert isinstance(caller.get("/tracing/tags/leaned"), list)
    told = caller.get("/tracing/ledgers/main")
    assert told["contents"]["network"] == "bitcoin" and int(told["figures"]["made"]) == 4000
    assert caller.call("POST", "/tracing/tags", {"text": "a: ["}).status == 422
    assert caller.call("GET", "/tracing/ledgers/none").status == 404


def test_tags_are_retracted_on_the_page(house):
    browser = house.browser(DUTY)
    page = browser.get("/tracing/tags")
    wrong = browser.submit(page, "/tracing/tags/retract", why="x")
    assert wrong.status == 422
    done = browser.submit(page, "/tracing/tags/retract", why="not theirs", address=ADDRESS["mixer"])
    assert done.status == 200 and "not theirs" in done.words
    assert house.desks.tracing.tags.list(house.office.officer(), address=ADDRESS["mixer"]) == ()
