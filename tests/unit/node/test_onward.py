"""What one State gave goes to a third only with a consent that names items, recipient and purpose."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from comity.kernel.errors import ComityError
from comity.kernel.findings import Severity
from comity.node.delivering import delivery_desk
from comity.node.onward import OnwardDesk
from comity.node.releasing import ReleaseDesk
from comity.node.views import ActView
from comity.requests.service import example
from tests.unit.node.nodes import exchange
from tests.unit.node.test_delivery import Carrier, Office, _asked, _deliver, sides

__all__ = ["sides"]
USE = "Trial of the same group in Corvia"


def desk(side: Office) -> OnwardDesk:
    return OnwardDesk(place=side.place, evidence=side.evidence, releases=ReleaseDesk(place=side.place))


def refused(step: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(ComityError) as caught:
        step(*args, **named)
    return caught.value.code


def ask(asking: Office, asked: Office, case: str, *, give: bool = True, **more: Any) -> ActView:
    body = {"use": "onward", "recipient": "XAC"} | more
    parts = {"use": {"text": "trial of the same  group in Corvia", "language": "en"}}
    asking.act("consent.ask", case, {"body": body, "parts": parts})
    exchange(asking, asked)
    made = asked.act("consent.give" if give else "consent.decline", case)
    exchange(asking, asked)
    return made


def propose(side: Office, act: str, *, to: str = "XAC", use: str = USE) -> Any:
    return desk(side).propose(side.officer(), act=act, recipient=to, use=use, purpose="practice")


def test_a_delivery_is_passed_on_with_consent_release_custody_and_log(
    sides: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, asked = sides
    file = tmp_path / "mailbox.mbox"
    file.write_bytes(b"From: x" * 1000)
    request = _asked(asking, asked)
    came = _deliver(asked, request, [file])
    exchange(asking, asked)
    _carry(asked, asking, came)
    assert refused(propose, asking, came.act) == "onward.no_consent"
    ask(asking, asked, request.case, give=False)
    assert refused(propose, asking, came.act) == "onward.no_consent"
    ask(asking, asked, request.case, recipient="XAD")
    assert refused(propose, asking, came.act) == "onward.no_consent"
    ask(asking, asked, request.case, items=["log-ins"])
    assert refused(propose, asking, came.act) == "onward.no_consent"
    given = ask(asking, asked, request.case)
    assert refused(propose, asking, came.act, use="another trial") == "onward.no_consent"
    assert refused(propose, asking, request.act) == "onward.what"
    release = propose(asking, came.act)
    assert not [one for one in release.assessment.findings if one.severity is Severity.BLOCKS]
    out = tmp_path / "out"
    hand = partial(desk(asking).hand, purpose="practice")
    assert refused(hand, asking.officer(), release=release.release, out=str(out)) == "way_out.no_decision"
    releases = ReleaseDesk(place=asking.place)
    for finding in release.undecided:
        releases.decide(asking.officer(), release=release.release, finding=finding, inner="weighed")
    for actor in (asking.head(), asking.officer()):
        releases.approve(actor, release=release.release, reason="agreed by Belmare")
    made = hand(asking.officer(), release=release.release, out=str(out))
    assert (made.recipient, made.consent) == ("XAC", given.act)
    assert [path.read_bytes() for path in out.rglob("*") if path.is_file()] == [b"From: x" * 1000]
    (package,) = asking.evidence.custody.packages(asking.officer(), case=request.case, purpose="practice")
    last = package.events[-1]
    assert (last.step, last.place) == ("disclosed", "XAC") and given.act in last.reason
    asked.act("act.recall", request.case, {"body": {"act": given.act}, "parts": {"reason": "trial is over"}})
    exchange(asking, asked)
    again = refused(hand, asking.officer(), release=release.release, out=str(tmp_path / "again"))
    assert again == "onward.no_consent"


def _carry(sender: Office, receiver: Office, came: ActView) -> None:
    sending = delivery_desk(sender.place, sender.blobs, sender.pieces)
    sending.send(sender.desk, came.act, Carrier(sender, receiver))


def agreed_information(giving: Office, taking: Office, words: dict[str, str]) -> tuple[str, str]:
    """Send information, and agree that it go to a third State; return the case and the act."""
    form = json.dumps(example("spontaneous-information")).encode()
    draft = giving.cases.draft_request(giving.officer(), form=form, to="XAB/contact-point")
    case = giving.settle(draft).case
    exchange(giving, taking)
    taking.act("request.accept", case)
    exchange(giving, taking)
    came = giving.act("information.send", case, {"parts": {"information": words}})
    exchange(giving, taking)
    ask(taking, giving, case)
    return case, came.act


def test_information_is_passed_on_as_a_file(sides: tuple[Office, Office], tmp_path: Path) -> None:
    giving, taking = sides
    words = {"text": "Eleven accounts", "language": "en"}
    _, came = agreed_information(giving, taking, words)
    release = propose(taking, came)
    for actor in (taking.head(), taking.officer()):
        ReleaseDesk(place=taking.place).approve(actor, release=release.release, reason="agreed")
    out = tmp_path / "information.json"
    desk(taking).hand(taking.officer(), release=release.release, out=str(out), purpose="practice")
    assert json.loads(out.read_bytes()) == words


def test_who_gave_it_or_only_asks_passes_nothing_on(sides: tuple[Office, Office]) -> None:
    asking, asked = sides
    request = _asked(asking, asked)
    assert refused(propose, asked, request.act) == "onward.what"
    assert refused(propose, asking, "0" * 64) == "act.unknown"
