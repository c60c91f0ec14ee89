"""The desk for crypto-assets: who may ask, what the log holds, what a tag is worth, and what is printed."""

import json
from datetime import date
from xml.etree import ElementTree

import pytest

from comity.bootstrap.tracing import draw_flow, tracing_desk
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.tracing.questions import Question
from comity.tracing.taint import Method
from comity.wording.flowreport import flow_report
from tests.unit.node.nodes import node
from tests.unit.tracing.chains import ADDRESS, CHAIN, told, txid

pytest.importorskip("duckdb")
pytest.importorskip("numba")
yaml = pytest.importorskip("yaml")

PACK = {
    "title": "Exchanges",
    "creator": "Unit XAA",
    "source": "https://example.org/list",
    "confidence": "authority_data",
    "category": "exchange",
    "lastmod": "2024-01-02",
    "tags": [
        {"address": ADDRESS["exchange"], "currency": "BTC", "label": "Exchange <One>"},
        {"address": ADDRESS["friend"], "currency": "BTC", "label": "no source", "source": ""},
        {"address": "1nonsense", "currency": "BTC", "label": "x"},
        {"address": "TEAqwfMhXLaomXhZ8KeMhx3njGmQEDnsUR", "currency": "BTC", "label": "of another chain"},
    ],
}
QUESTION = Question(method=Method.HAIRCUT, seeds=(txid("theft"),))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    root = tmp_path_factory.mktemp("tracing")
    side = node("XAA", 1)
    desk = tracing_desk(root, side.place)
    actor = side.officer()
    for one in CHAIN:
        path = root / f"{one['height']}.json"
        path.write_bytes(told(one))
        desk.take(actor, ledger="main", path=str(path))
    (root / "pack.yaml").write_text(yaml.safe_dump(PACK))
    taken = desk.tags.take(actor, path=str(root / "pack.yaml"))
    pack = taken.pack
    assert taken.fresh == 2
    assert [(one.place, one.reason) for one in pack.refused] == [(2, "source"), (3, "address.unknown")]
    assert dict(pack.moved) == {"TEAqwfMhXLaomXhZ8KeMhx3njGmQEDnsUR": "tron"}
    return root, side, desk, actor


def entries(side, actor):
    with side.place.store.snapshot() as tx:
        found = tx.node.journal(actor.authority)
    return [(one.action, one.about, one.purpose) for one in found]


def test_every_question_needs_a_purpose_and_stands_in_the_log_with_its_digests(world):
    _, side, desk, actor = world
    traced = desk.taint(actor, ledger="main", question=QUESTION, purpose="practice")
    assert [tag.label for tag in traced.tags] == ["Exchange <One>"]
    action, about, purpose = entries(side, actor)[0]
    assert (action, purpose) == ("trace.taint", "practice")
    assert traced.trail.digest in about and traced.contents.digest in about
    before = len(entries(side, actor))
    for ask in (desk.taint, desk.path, desk.report):
        with pytest.raises(DeniedError, match="purpose"):
            ask(actor, ledger="main", question=QUESTION, purpose="")
    with pytest.raises(NotFoundError):
        desk.taint(actor, ledger="none", question=QUESTION, purpose="practice")
    assert len(entries(side, actor)) == before


def test_a_report_is_the_same_again_and_draws_the_same_picture(world):
    _, side, desk, actor = world
    desk.cluster(actor, ledger="main", purpose="practice")
    one, other = (desk.report(actor, ledger="main", question=QUESTION, purpose="practice") for _ in range(2))
    assert one.data() == other.data() and one.digest == other.digest
    assert one.digest in entries(side, actor)[0][1]
    value = json.loads(one.data())
    assert value["clusters"]["addresses"] == [sorted((ADDRESS["thief"], ADDRESS["friend"]))]
    assert [trail["method"] for trail in value["trails"]] == ["fifo", "haircut", "poison"]
    assert {path["target"] for path in value["paths"]} >= {ADDRESS["exchange"], ADDRESS["shop"]}
    pictures = {language: draw_flow(one, language=language) for language in ("en", "ar")}
    for data in pictures.values():
        ElementTree.fromstring(data)
    assert pictures["en"] == draw_flow(other, language="en")
    assert b"Exchange &lt;One&gt;" in pictures["en"]
    boxes = {language: data.count(b"<rect") for language, data in pictures.items()}
    assert boxes["en"] == boxes["ar"] and 'text-anchor="end">\u2067' in pictures["ar"].decode()


def test_a_path_leads_to_services_by_themselves(world):
    _, _, desk, actor = world
    found = desk.path(actor, ledger="main", question=QUESTION, purpose="practice")
    assert [(path.target, path.is_whole) for path in found.paths] == [(ADDRESS["exchange"], True)]
    assert found.tags[0].confidence == "authority_data"
    named = desk.path(actor, ledger="main", question=QUESTION, purpose="practice", targets=[ADDRESS["b"]])
    assert [path.target for path in named.paths] == [ADDRESS["b"]]


def test_why_two_addresses_are_one_hands(world):
    _, _, desk, actor = world
    desk.cluster(actor, ledger="main", purpose="practice")
    first, second = ADDRESS["thief"], ADDRESS["friend"]
    (link,) = desk.explain(actor, ledger="main", first=first, second=second, purpose="practice")
    assert (link.rule, link.tx) == ("multi-input", txid("join"))
    with pytest.raises(NotFoundError, match="links these"):
        desk.explain(actor, ledger="main", first=first, second=ADDRESS["shop"], purpose="practice")


def test_packs_go_out_come_in_and_are_retracted_for_good(world):
    root, side, desk, actor = world
    out = str(root / "out.yaml")
    assert desk.tags.export(actor, path=out, title="Ours", creator="Unit XAA") == 2
    with pytest.raises(ConflictError):
        desk.tags.export(actor, path=out, title="Ours", creator="Unit XAA")
    rows = {row["address"]: row for row in yaml.safe_load((root / "out.yaml").read_text())["tags"]}
    assert rows["TEAqwfMhXLaomXhZ8KeMhx3njGmQEDnsUR"]["currency"] == "TRX"
    stray = "TEAqwfMhXLaomXhZ8KeMhx3njGmQEDnsUR"
    with pytest.raises(MalformedError):
        desk.tags.retract(actor, why=" ", address=stray)
    (gone,) = desk.tags.retract(actor, why="not theirs", address=stray).gone
    assert gone.address == stray
    assert desk.tags.take(actor, path=str(root / "pack.yaml")).fresh == 0
    assert desk.tags.list(actor, address=stray) == ()
    (was,) = desk.tags.retracted(actor, address=stray)
    assert (was.tag, was.why, was.by) == (gone, "not theirs", actor.officer)
    with pytest.raises(NotFoundError):
        desk.tags.retract(actor, why="again", address=stray)
    assert entries(side, actor)[0][0] == "trace.tags.import"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tags: []",
        "title: x\ncreator: y\ntags: []",
        "a: &a [1]\nb: *a",
        "!!python/object/apply:os.system ['true']",
        "[" * 50 + "]" * 50,
        "\x00",
        "title: [x]\ncreator: y\ntags: [1]",
        "title: !!timestamp x",
        "title: !!bool x",
        "title: !!int ''",
        "title: a\ntitle: b\ncreator: c\ntags: [1]",
        "title: a\ncreator: c\nretractions: []",
    ],
)
def test_what_is_no_pack_is_refused(world, text):
    root, _, desk, actor = world
    path = root / "bad.yaml"
    path.write_text(text)
    with pytest.raises(MalformedError) as caught:
        desk.tags.take(actor, path=str(path))
    assert caught.value.code == "tag.pack"


def test_a_tag_without_confidence_needs_somebody_who_vouches(world):
    root, _, desk, actor = world
    path = root / "unsure.yaml"
    path.write_text(yaml.safe_dump({**PACK, "confidence": None, "tags": PACK["tags"][:1], "title": "New"}))
    taken = desk.tags.take(actor, path=str(path))
    assert (taken.fresh, [one.reason for one in taken.pack.refused]) == (0, ["confidence"])
    with pytest.raises(MalformedError, match="no level"):
        desk.tags.take(actor, path=str(path), confidence="sure")
    taken = desk.tags.take(actor, path=str(path), confidence="forensic")
    assert taken.pack.tags[0].confidence == "forensic"


def test_a_retraction_reaches_a_ledger_by_file_and_reports_that_leaned_on_it_say_so(world):
    root, side, desk, actor = world
    theirs = {**PACK, "title": "Theirs", "creator": "Unit XAB", "tags": PACK["tags"][:1]}
    (root / "theirs.yaml").write_text(yaml.safe_dump(theirs))
    assert desk.tags.take(actor, path=str(root / "theirs.yaml")).fresh == 1
    report = desk.report(actor, ledger="main", question=QUESTION, purpose="practice")
    found = desk.path(actor, ledger="main", question=QUESTION, purpose="practice")
    row = {"address": ADDRESS["exchange"], "label": "Exchange <One>"}
    back = {
        "title": "Taken back",
        "reason": "they  moved",
        "retractions": [row, {**row, "address": "nonsense"}],
    }

    def brought(**changes):
        path = root / "back.yaml"
        path.write_text(yaml.safe_dump(back | changes))
        return desk.tags.take(actor, path=str(path))

    assert brought(creator="Somebody else").gone == ()
    done = brought(creator="Unit XAB")
    assert [tag.creator for tag in done.gone] == ["Unit XAB"]
    assert [one.place for one in done.pack.refused] == [2]
    assert {(one.kind, one.answer) for one in done.leaned} == {
        ("report", report.digest),
        ("path", found.digest),
    }
    assert entries(side, actor)[0][:2] == (
        "trace.tags.retract",
        f"{done.digest} Taken back retractions=1 tags=1",
    )
    assert brought(creator="Unit XAB").gone == ()
    again = desk.report(actor, ledger="main", question=QUESTION, purpose="practice")
    assert [(one.tag.creator, one.why) for one in again.retracted] == [("Unit XAB", "they moved")]
    assert json.loads(again.data())["retracted"][0]["by"] == "Unit XAB"
    assert not any(tag.creator == "Unit XAB" for tag in again.tags)
    assert [len(one.gone) for one in desk.tags.leaned(actor) if one.answer == report.digest] == [1]
    assert desk.tags.take(actor, path=str(root / "theirs.yaml")).fresh == 0
    assert "they moved" in print_words(again)


def print_words(report):
    written = flow_report(report, languages=("en",), author="XAA", on=date(2026, 1, 1))
    return " ".join(
        one.text for part in written.sections for row in part.rows for some in row.values for one in some
    )


def test_a_retraction_that_comes_before_its_tag_keeps_it_from_standing(tmp_path):
    side = node("XAA", 1)
    desk, actor = tracing_desk(tmp_path, side.place).tags, side.officer()
    head = {"title": "T", "creator": "Unit XAA", "source": "s", "confidence": "forensic", "currency": "BTC"}
    ours = [{"address": ADDRESS[name], "label": name} for name in ("exchange", "shop")]
    out, back = str(tmp_path / "out.yaml"), str(tmp_path / "back.yaml")
    desk.take_bytes(actor, data=yaml.safe_dump({**head, "tags": ours}).encode())
    desk.export(actor, path=out, title="Ours", creator="Unit XAA")
    desk.retract(actor, why="wrong", address=ADDRESS["shop"])
    assert desk.export(actor, path=back, title="Back", creator="Unit XAA", retracted=True) == 1
    for order in ((back, out), (out, back)):
        other = node("XAB", 2)
        theirs = tracing_desk(tmp_path / order[0][-8:-5], other.place).tags
        for path in order:
            theirs.take(other.officer(), path=path)
        assert [tag.label for tag in theirs.list(other.officer())] == ["exchange"]
        (gone,) = theirs.retracted(other.officer())
        assert (gone.tag.label, gone.why, gone.by) == ("shop", "wrong", "Unit XAA")


def test_a_shelf_of_the_form_before_keeps_its_tags_and_what_was_retracted(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    side = node("XAA", 1)
    folder = tmp_path / "trace" / side.officer().authority.replace("/", "_")
    folder.mkdir(parents=True)
    db = duckdb.connect(str(folder / "tags.known"))
    names = (
        "address currency network label source creator confidence category abuse actor lastmod title".split()
    )
    columns = ", ".join(f"{name} varchar" for name in names)
    db.execute(
        f"create table tag (key varchar primary key, {columns}, taken bigint, gone bigint, why varchar)"
    )
    for n, gone in enumerate(("null", "7")):
        values = ", ".join(f"'{name}{n}'" for name in ("key", *names))
        db.execute(f"insert into tag values ({values}, 5, {gone}, 'because')")
    db.close()
    desk, actor = tracing_desk(tmp_path, side.place).tags, side.officer()
    assert [tag.label for tag in desk.list(actor)] == ["label0"]
    assert [(one.tag.label, one.at, one.why) for one in desk.retracted(actor)] == [("label1", 7, "because")]
