"""Scams in the browser: brought, judged value by value, published; reported by anybody without an account."""

import json
import re

import pytest

from comity.kernel.clock import DAY, HOUR
from comity.node.publicform import MOST_HERE
from tests.unit.node.test_indicators import TERMS, seen
from tests.unit.web.browser import Browser
from tests.unit.web.world import HEAD, House, world

MAIL = b"""From: "Bank" <thief@evil.example.com>
To: victim@ours.example.com
Subject: parcel

Pay to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa at http://evil.example.com/x <script>alert(1)</script>
or https://tax.go.ke/pay
"""
WALLET = "cryptocurrency-wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return world(tmp_path_factory.mktemp("scams")).asking


def test_a_mail_becomes_indicators_that_a_person_kept(house: House) -> None:
    duty = house.browser()
    page = duty.get("/indicators/reports")
    token = page.page.form("/indicators/reports")[0]
    reply = duty.follow(
        duty.upload("/indicators/reports", [token, ("sector", "health")], [("file", "m.eml", MAIL)])
    )
    assert reply.status == 200
    assert "thief@evil.example.com" in reply.words
    assert "victim@" not in reply.text
    assert "warning list" in reply.words
    path = next(form["action"] for form in reply.page.forms if form["action"].endswith("/values"))
    empty = duty.submit(reply, path, what="keep")
    assert empty.status == 422
    bad = duty.submit(reply, path, what="keep", value=["url http://other.example/"])
    assert bad.status == 422
    terms = {"purpose-of-use": "fraud cases", "basis": "36(2), 40(1)", "tlp": "green"}
    kept = duty.submit(reply, path, what="keep", value=[WALLET, "url https://tax.go.ke/pay"], **terms)
    assert kept.words.count("kept") >= 2
    gone = duty.submit(kept, path, what="dismiss", value=["url http://evil.example.com/x"])
    assert "dismissed" in gone.words
    found = duty.get("/indicators?value=https://tax.go.ke/pay")
    (link,) = [one for one in found.page.links() if one.startswith("/indicators/indicator--")]
    one = duty.get(link)
    assert "public bodies" in one.words
    refused = duty.post(f"{link}/publish", one.page.form(f"{link}/publish"))
    assert refused.status == 409
    done = duty.submit(one, f"{link}/publish", override="the page was taken over")
    assert "the page was taken over" in done.words
    back = duty.submit(done, f"{link}/retract", reason="it is theirs again")
    assert "it is theirs again" in back.words
    assert duty.submit(back, f"{link}/sight", harmless="yes").words.count("false alarm") >= 1
    file = duty.post(
        "/indicators/export", [*duty.get("/indicators").page.form("/indicators/export"), ("format", "csv")]
    )
    assert file.status == 200
    assert "attachment" in file.headers["content-disposition"]
    figures = duty.get("/indicators/figures")
    assert "hidden" in figures.words
    for path in ("/indicators/campaigns", "/indicators/families?name=x", "/indicators?type=url"):
        assert duty.get(path).status == 200


def test_campaigns_come_by_pages_and_each_has_one_of_its_own(house: House) -> None:
    desks, officer, duty = house.desks, house.office.head(), house.browser()
    for number in range(25):
        joined = [seen(f"c{number}.example", message=f"{number:02}{at:02}" * 16) for at in range(2)]
        desks.indicators.keep(officer, joined, terms=TERMS)
    first = duty.get("/indicators/campaigns")
    (further,) = re.findall(r'href="(/indicators/campaigns\?after=[^"]+)"', first.text)
    second = duty.get(further.replace("&amp;", "&"))
    links = r'href="/indicators/campaigns/(campaign--[^"]+)"'
    here, there = set(re.findall(links, first.text)), set(re.findall(links, second.text))
    assert (len(here), first.status, second.status) == (20, 200, 200)
    assert len(there) >= 5 and not here & there and 'href="/indicators/campaigns?' not in second.text
    whole = duty.get(f"/indicators/campaigns/{sorted(there)[-1]}")
    assert whole.status == 200 and len(re.findall(r">[0-9a-f]{64}<", whole.text)) == 2
    assert duty.get("/indicators/campaigns/none").status == 404


def test_a_ransom_note_tells_which_family_it_may_be_of(house: House) -> None:
    head = house.browser(HEAD)
    galaxy = {"name": "Ransomware", "values": [{"value": "BitLock", "meta": {"extensions": [".bitlock"]}}]}
    references = house.desks.indicators.references
    references.take(house.office.head(), json.dumps(galaxy).encode())
    page = head.get("/indicators/reports")
    token = page.page.form("/indicators/reports")[0]
    note = b"Your files are encrypted and have the extension .bitlock"
    told = head.follow(head.upload("/indicators/reports", [token], [("file", "n.txt", note)]))
    assert "It may be" in told.words and "BitLock" in told.words and "web." not in told.words


def test_the_public_form_is_off_until_a_head_opens_it_and_tells_nothing(house: House) -> None:
    anybody = Browser(house.app)
    assert anybody.get("/report").status == 404
    assert anybody.post("/report", {"words": "x"}).status == 404
    duty, head = house.browser(), house.browser(HEAD)
    assert (
        duty.post("/indicators/form", [duty.get("/indicators").page.form("/indicators/export")[0]]).status
        == 403
    )
    page = head.get("/indicators/reports")
    head.submit(page, "/indicators/form", on="yes", days="30", notice="Call 17 <b>now</b>")
    form = anybody.get("/report")
    assert form.status == 200
    assert "<b>now" not in form.text
    policy = form.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert (
        form.headers["referrer-policy"] == "same-origin"
    )  # else a browser posts the form without its origin
    assert anybody.post("/report", {"words": ""}).status == 422
    trapped = anybody.post("/report", {"words": "x", "website": "y"})
    assert "has arrived" not in trapped.words
    sent = anybody.upload(
        "/report",
        [("words", "<img src=x onerror=1> http://evil.example.com/x"), ("sector", "odd")],
        [("file", "m.eml", MAIL)],
    )
    assert "has arrived" in sent.words
    assert sent.cookies == []
    assert anybody.post("/report", {"words": "x"}, **{"sec-fetch-site": "cross-site"}).status == 403
    twice = anybody.post("/report", {"words": "<img src=x onerror=1> http://evil.example.com/x"})
    assert len(twice.body) == len(sent.body)
    for _ in range(MOST_HERE - 2):
        assert anybody.post("/report", {"words": "more"}).status == 200
    busy = anybody.post("/report", {"words": "again"})
    assert (busy.status, "again" in busy.text) == (503, True)
    house.office.clock.advance(HOUR)
    assert anybody.post("/report", {"words": "more"}).status == 200
    for language, direction in (("fr", "ltr"), ("ar", "rtl")):
        told = Browser(house.app, language=language).get("/report")
        assert f'dir="{direction}"' in told.text


def test_an_officer_opens_what_the_public_wrote_as_text(house: House) -> None:
    duty = house.browser()
    queue = duty.get("/indicators/reports")
    link = next(one for one in queue.page.links() if one.startswith("/indicators/reports/report--"))
    waiting = duty.get(link)
    assert "onerror" not in waiting.text
    opened = duty.submit(waiting, f"{link}/open")
    assert "&lt;img" in opened.text
    assert "<img src=x" not in opened.text
    assert "evil.example.com" in opened.words
    known = duty.submit(
        opened, f"{link}/victim", sector="health", criticality="critical", family="Odd", case=""
    )
    assert known.page.form(f"{link}/victim")[1] == ("sector", "health")
    gone = duty.submit(known, f"{link}/dismiss", reason="no scam")
    assert gone.status == 200
    assert "onerror" not in duty.get(link).text
    assert "no scam" in duty.get(link).words
    house.office.clock.advance(31 * DAY)
    duty = house.browser()
    assert "Waiting" in duty.get("/indicators/reports").words
    desk = house.desks.scams
    assert [one for one in desk.queue(house.office.officer()) if one.state.value == "waiting"] == []


def test_what_is_shared_and_what_is_not_taken_is_decided_on_a_page(house: House) -> None:
    duty = house.browser()
    page = duty.get("/indicators/feeds")
    terms = {"to": "XAB/contact-point", "use": "fraud <b>cases</b>", "tlp": "green"}
    given = duty.submit(page, "/indicators/feeds", **terms, what="give", until="")
    assert "fraud <b>cases</b>" in given.words and "GREEN" in given.words
    bare = duty.submit(page, "/indicators/feeds", **{**terms, "until": "soon"}, what="give")
    assert bare.status == 422
    assert "nothing new is given" in duty.submit(page, "/indicators/feeds", to=terms["to"], what="end").words
    stop = {"source": "XAB/contact-point", "feed": "alerts", "reason": "too many", "what": "stop"}
    stopped = duty.submit(page, "/indicators/feeds/taking", **stop)
    assert "too many" in stopped.words and "Take it again" in stopped.words
    assert duty.submit(page, "/indicators/feeds/taking", **stop).status == 409
    assert "Not taken" not in duty.submit(page, "/indicators/feeds/taking", **{**stop, "what": "again"}).words
    for language in ("fr", "ar"):
        shown = house.browser(language=language).get("/indicators/feeds")
        assert shown.status == 200 and len(shown.text) < 16_384


def test_figures_of_feeds_are_counted_for_the_days_that_are_asked(house: House) -> None:
    duty = house.browser()
    assert "Nothing went and nothing came" in duty.get("/indicators/feeds/figures").words
    words = {"words": "it spreads", "use": "defence", "to": "XAB/contact-point", "sector": "energy"}
    duty.submit(
        duty.get("/indicators/alerts"), "/indicators/alerts", **words, family="LockBit", basis="40(4)"
    )
    shown = duty.get("/indicators/feeds/figures?held=yes")
    assert shown.status == 200 and "Statements that stand: " in shown.words
    assert "XAB/contact-point" in shown.words and "not answered yet" in shown.words
    wrong = duty.get("/indicators/feeds/figures?since=2026-02-31")
    assert wrong.status == 422 and "indicators.form" in wrong.words
    for language in ("fr", "ar"):
        assert house.browser(language=language).get("/indicators/feeds/figures?held=yes").status == 200


def test_an_alert_is_sent_and_taken_back_on_a_page(house: House) -> None:
    duty = house.browser()
    page = duty.get("/indicators/alerts")
    told = {"words": "it spreads", "use": "defence", "to": "XAB/contact-point", "sector": "energy"}
    refused = duty.submit(page, "/indicators/alerts", **{**told, "answer": "soon"}, family="LockBit")
    assert refused.status == 422 and "it spreads" in refused.text
    sent = duty.submit(page, "/indicators/alerts", **told, family="LockBit", critical="yes")
    assert "0 of 1 answered" in sent.words and "energy" in sent.words
    path = next(
        form["action"] for form in sent.page.forms if form["action"].startswith("/indicators/alerts/")
    )
    assert duty.submit(sent, path, reason=" ", what="recall").status == 422
    assert "a drill" in duty.submit(sent, path, reason="a drill", what="recall").words
    assert duty.get("/indicators/alerts/none").status == 404


def test_files_keys_sources_and_lists_are_kept_on_a_page_and_no_secret_comes_back(house: House) -> None:
    head = house.browser(HEAD)
    place = "/indicators/exchange"
    page = head.get(place)
    token = page.page.form("/indicators/import")[0]
    sheet = b"type,value\r\ndomain-name,by-page.example\r\n"
    taken = head.upload("/indicators/import", [token, ("format", "csv")], [("file", "a.csv", sheet)])
    assert taken.status == 200 and "1 new" in taken.words
    assert "by-page.example" in head.get("/indicators?value=by-page.example").words
    broken = head.upload("/indicators/import", [token, ("format", "stix")], [("file", "a.json", b"{")])
    assert broken.status == 422 and "json." in broken.words
    assert head.upload("/indicators/import", [token, ("format", "stix")], []).status == 422
    brands = head.upload("/indicators/lists", [token], [("file", "brands.txt", b"bank.example\n")])
    assert brands.status == 303 and "brands" in head.get(place).words
    assert "banks and payment services" in head.get(place).words
    desks, officer = house.desks, house.office.head()
    (name,) = desks.indicators.keep(officer, [seen("shop.example")], terms=TERMS).added
    desks.sharing.publish(officer, names=[name])
    listed = json.dumps({"name": "pages", "type": "hostname", "list": ["shop.example"]}).encode()
    learnt = head.upload("/indicators/lists", [token], [("file", "list.json", listed)])
    assert learnt.status == 200 and f'href="/indicators/{name}"' in learnt.text
    made = head.post("/indicators/keys", [token, ("name", "soc <b>"), ("tlp", "green"), ("what", "add")])
    assert made.status == 422
    made = head.post("/indicators/keys", [token, ("name", "soc"), ("tlp", "green"), ("what", "add")])
    key = made.text.partition('class="id whole">')[2].partition("<")[0]
    assert made.status == 200 and len(key) == 40 and key not in made.path
    assert key not in head.get(place).text
    assert head.post("/indicators/keys", [token, ("name", "soc"), ("what", "revoke")]).status == 303
    assert "revoked" in head.get(place).words
    server = [
        ("name", "cert"),
        ("kind", "taxii"),
        ("url", "https://taxii.example/"),
        ("secret", "s3cret-key"),
    ]
    assert head.post("/indicators/sources", [token, *server, ("what", "add")]).status == 303
    again = head.post("/indicators/sources", [token, *server, ("what", "add")])
    assert again.status == 409 and "s3cret-key" not in again.text
    assert "taxii.example" in head.get(place).words
    assert head.post("/indicators/sources", [token, ("name", "cert"), ("what", "remove")]).status == 303
    assert "No server is known" in head.get(place).words
    for language in ("fr", "ar"):
        assert house.browser(language=language).get(place).status == 200
    duty = house.browser()
    barred = duty.get(place)
    assert "Make a key" not in barred.words and "Take in a file" in barred.words
