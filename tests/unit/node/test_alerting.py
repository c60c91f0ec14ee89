"""Alerts: to those who told us of the same, without telling who was hit; they ring until somebody answers."""

import json
from dataclasses import replace

import pytest

from comity.indicators.marks import Tlp
from comity.kernel.clock import DAY, MINUTE
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.node.alarmbook import alarms_of
from comity.node.alerting import HIT, AlertDesk, AlertForm
from comity.node.duty import DutyDesk
from comity.node.indicators import Terms
from comity.node.reference import RefDesk
from comity.node.sharing import SharingDesk
from comity.node.watching import Watch
from tests.unit.node.feeds import give, later, settle, state, trio
from tests.unit.node.nodes import Side

TERMS = Terms(tlp=Tlp.AMBER, purpose="defence against ransomware", basis=("40(4)",))
FORM = AlertForm(
    family="lockbit",
    sectors=("energy",),
    critical=True,
    words="it spreads over the remote desktop of the supplier",
    terms=TERMS,
    to=(HIT,),
    answer_within=15,
)
GALAXY = {
    "name": "Ransomware",
    "version": 1,
    "values": [{"value": "LockBit", "meta": {"synonyms": ["ABCD Ransomware", "LockBit Black"]}}],
}


def alerts(side: Side) -> AlertDesk:
    return AlertDesk(place=side.place)


def rung(side: Side) -> list[tuple[str, str, bool]]:
    with side.place.store.snapshot() as tx:
        return [(one.code, one.about, one.is_open) for one in alarms_of(tx, side.desk)]


def test_others_hit_by_the_same_are_warned_and_it_rings_until_a_person_took_it() -> None:
    one, two, three = trio()
    RefDesk(place=one.place).take(one.head(), json.dumps(GALAXY).encode(), where="galaxy.json")
    give(two, one)
    give(three, one)
    state(two, "leak.example", family="ABCD")  # another name of the same
    state(three, "scam.example", family="Other")
    settle(one, two, three)
    ours = state(one, "panel.example", family="LockBit", publish=False)
    assert [(hit.office, hit.count) for hit in alerts(one).hit(one.officer(), family="lockbit")] == [
        (two.desk, 1)
    ]
    form = replace(FORM, indicators=(ours,), terms=replace(TERMS, case="c" * 64))
    made = alerts(one).send(one.officer(), form)
    assert [office for office, _ in made.to] == [two.desk]
    settle(one, two, three)
    (came,) = alerts(two).alerts(two.officer())
    assert alerts(three).alerts(three.officer()) == ()
    assert came.alert == made.alert and came.alert.victim == "" and came.cases == ()
    assert came.alert.family == "LockBit" and ("domain-name", "panel.example") in came.alert.values
    assert [code for code, _, is_open in rung(two) if is_open] == ["critical"]
    view = alerts(two).show(two.officer(), name=came.alert.id)
    assert [one.value for one in view.matches] == ["leak.example"]
    assert any(call.alarm.code == "critical" for call in Watch(place=two.place).turn())
    # Nobody answers in time: the sender's own officers are rung.
    later(one, two, three, microseconds=16 * MINUTE)
    Watch(place=one.place).turn()
    assert ("unanswered", made.alert.id, True) in rung(one)
    (alarm,) = [found for found in DutyDesk(place=two.place).board(two.officer()).alarms if found.is_open]
    DutyDesk(place=two.place).acknowledge(two.officer(), alarm=alarm.id, words="we look at it")
    settle(one, two, three)
    (kept,) = alerts(one).alerts(one.officer())
    assert [(ack.office, ack.hit) for ack in kept.acks] == [(two.desk, "")] and kept.missing == ()
    alerts(two).answer(two.officer(), name=made.alert.id, hit="yes", words="three hospitals")
    settle(one, two, three)
    assert alerts(one).alerts(one.officer())[0].acks[0].hit == "yes"
    alerts(one).recall(one.officer(), name=made.alert.id, reason="it was a drill")
    settle(one, two, three)
    assert alerts(two).alerts(two.officer())[0].reason == "it was a drill"
    assert alerts(one).show(one.officer(), name=made.alert.id).cases == ("c" * 64,)
    with pytest.raises(ConflictError, match="only its author"):
        alerts(two).recall(two.officer(), name=made.alert.id, reason="no")
    with pytest.raises(ConflictError, match="gave the alert itself"):
        alerts(one).answer(one.officer(), name=made.alert.id)


def test_an_alert_obeys_marks_warning_lists_and_the_author_of_what_it_names() -> None:
    one, two, three = trio()
    actor = one.officer()
    red = state(one, "red.example", tlp=Tlp.RED, publish=False)
    bank = state(one, "tax.go.ke", publish=False)
    give(two, one)
    theirs = state(two, "theirs.example")
    settle(one, two, three)
    to = (three.desk,)
    for change, error in (
        ({"indicators": (red,), "to": to}, DeniedError),
        ({"terms": replace(TERMS, tlp=Tlp.RED), "to": to}, DeniedError),
        ({"terms": Terms(), "to": to}, ConflictError),
        ({"indicators": (bank,), "to": to}, ConflictError),
        ({"indicators": (theirs,), "to": to}, ConflictError),
        ({"to": (HIT,), "family": "unheard"}, ConflictError),
        ({"sectors": ("moon",), "to": to}, MalformedError),
        ({"sectors": (), "to": to}, MalformedError),
        ({"family": "", "to": to}, MalformedError),
        ({"words": " ", "to": to}, MalformedError),
        ({"answer_within": 60 * 24 * 8, "to": to}, MalformedError),
        ({"to": ("XAD/contact-point",)}, NotFoundError),
    ):
        with pytest.raises(error):
            alerts(one).send(actor, replace(FORM, **change))  # type: ignore[arg-type]
    alerts(one).send(actor, replace(FORM, indicators=(bank,), to=to, override="the site serves malware"))
    settle(one, two, three)
    assert len(alerts(three).alerts(three.officer())) == 1 and not alerts(two).alerts(two.officer())
    SharingDesk(place=one.place).retract(actor, name=bank, reason="it was put right")
    old = state(one, "old.example", publish=False)
    later(one, two, three, microseconds=4000 * DAY)
    for name, code in ((bank, "indicators.retracted"), (old, "indicators.expired")):
        with pytest.raises(ConflictError) as caught:  # what was taken back, or is past its retention
            alerts(one).send(actor, replace(FORM, indicators=(name,), to=to, override="it is dire"))
        assert caught.value.code == code
    with pytest.raises(NotFoundError):
        alerts(two).show(two.officer(), name="alert--x")
    with pytest.raises(MalformedError):
        name = alerts(three).alerts(three.officer())[0].alert.id
        alerts(three).answer(three.officer(), name=name, hit="perhaps")
