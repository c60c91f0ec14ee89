"""No private key of an asset enters a node: not by a form, a file, a feed, a tag or a question."""

import json
from collections.abc import Callable

import pytest

from comity.bootstrap.tracing import tracing_desk
from comity.indicators import stixwire
from comity.indicators.kinds import Kind
from comity.kernel.errors import MalformedError
from comity.node.eventing import EventDesk
from comity.node.indicators import IndicatorDesk
from comity.node.publicform import PublicForm, Told
from comity.node.receiving import ReceivingDesk
from comity.node.reportdesk import ReportDesk
from comity.node.sharing import SharingDesk
from comity.tracing.questions import Question
from comity.tracing.taint import Method
from tests.unit.indicators.making import statement
from tests.unit.node.nodes import Side, pair

WIF = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
ADDRESS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


@pytest.fixture
def side() -> Side:
    return pair()[0]


def code(attempt: Callable[..., object], *given: object, **named: object) -> str:
    with pytest.raises(MalformedError) as caught:
        attempt(*given, **named)
    shown = f"{caught.value.message} {caught.value.hint} {caught.value.where}"
    assert WIF not in shown and PHRASE not in shown
    return caught.value.code


def bundle(**more) -> bytes:
    return stixwire.dump_bundle([{**stixwire.object_of(statement(Kind.URL, author="CERT")), **more}])


@pytest.mark.parametrize("secret", [WIF, f"the wallet: {PHRASE}"])
def test_no_file_form_or_feed_of_indicators_brings_a_key(side: Side, secret: str) -> None:
    actor, desk = side.officer(), IndicatorDesk(place=side.place)
    event = {"info": "x", "Attribute": [{"type": "text", "category": "Other", "value": secret}]}
    for form, data in (
        ("stix", bundle(description=secret)),
        ("misp", json.dumps({"Event": event}).encode()),
        ("csv", f"type,value,note\ndomain-name,evil.example,{secret}\n".encode()),
    ):
        assert code(desk.import_, actor, data, form=form) == "secret.key", form
    key = SharingDesk(place=side.place).add_key(side.head(), name="cert.xab", writes=True)
    assert code(EventDesk(place=side.place).add, key, json.dumps(event).encode()) == "secret.key"
    pushed = ReceivingDesk(place=side.place).push(key, bundle(description=secret))
    assert any("private key" in one["message"] for one in pushed["failures"])
    assert secret not in json.dumps(dict(pushed))
    assert not [one for one in desk.list(actor).indicators if one.kind is Kind.URL]
    form = PublicForm(place=side.place)
    form.switch(side.head(), on=True)
    for told in (Told(words=secret), Told(words="x", contact=secret), Told(words="x", data=secret.encode())):
        assert code(form.submit, told, address="192.0.2.1") == "secret.key"
    reports = ReportDesk(place=side.place)
    data = f"send it: {secret}".encode()
    assert code(reports.bring, actor, name="n", data=data, extract=lambda *_: ()) == "secret.key"


def test_a_long_word_of_a_link_is_no_key(side: Side) -> None:
    """A feed is not refused for a word that merely looks like a key: its checksum tells."""
    wrong = f"{WIF[:-1]}K"
    taken = IndicatorDesk(place=side.place).import_(
        side.officer(), bundle(description=f"https://evil.example/{wrong}"), form="stix"
    )
    assert len(taken.added) == 1


@pytest.mark.parametrize("secret", [WIF, PHRASE])
def test_no_tag_table_or_question_brings_a_key(tmp_path, secret: str) -> None:
    pytest.importorskip("duckdb")
    yaml = pytest.importorskip("yaml")
    side = pair()[0]
    desk, actor = tracing_desk(tmp_path, side.place), side.officer()
    head = {"title": "T", "creator": "C", "source": "https://example.org", "confidence": "forensic"}
    tag = {"address": ADDRESS, "currency": "BTC", "label": "x", "lastmod": "2026-01-02"}
    rows = [tag, {**tag, "label": secret}, {**tag, "context": secret}, {**tag, "address": secret}]
    pack = desk.tags.take_bytes(actor, data=yaml.safe_dump({**head, "tags": rows}).encode()).pack
    assert [(one.place, one.reason, one.address) for one in pack.refused] == [
        (2, "secret", ""),
        (3, "secret", ""),
        (4, "secret", ""),
    ]
    titled = yaml.safe_dump({**head, "title": secret, "tags": [tag]}).encode()
    assert code(desk.tags.take_bytes, actor, data=titled) == "secret.key"
    assert code(desk.tags.retract, actor, address=ADDRESS, why=secret) == "secret.key"
    back = {"address": ADDRESS, "reason": secret}
    gone = yaml.safe_dump({"title": "T", "creator": "C", "retractions": [back]}).encode()
    assert desk.tags.take_bytes(actor, data=gone).pack.refused[0].reason == "secret"
    assert code(Question, method=Method.FIFO, seeds=(secret,)) == "secret.key"
    asked = {"ledger": "main", "purpose": "practice"}
    assert code(desk.explain, actor, first=secret, second="x", **asked) == "secret.key"
    question = Question(method=Method.FIFO, seeds=("t1",))
    assert code(desk.path, actor, question=question, targets=[secret], **asked) == "secret.key"
    with side.place.store.snapshot() as tx:
        assert all(secret not in one.about for one in tx.node.journal(actor.authority))


def test_no_table_names_an_account_by_its_key(tmp_path) -> None:
    pytest.importorskip("duckdb")
    side = pair()[0]
    desk, table = tracing_desk(tmp_path / "node", side.place), tmp_path / "t.csv"
    head = "hash,block_number,timestamp,from,to,value\n"
    for row in (f"t1,1,2026-11-01T00:00:00Z,{WIF},b,5", f"t1,1,2026-11-01T00:00:00Z,a,{WIF},5"):
        table.write_text(f"{head}t0,1,2026-11-01T00:00:00Z,a,b,5\n{row}\n")
        told = {"ledger": "eth", "path": str(table), "network": "ethereum"}
        assert code(desk.take, side.officer(), **told) == "secret.key"
    assert desk.list(side.officer()) == {}
