"""Commands on restitution, on a real desk."""

import json

import pytest

from comity.engines.tracing.primitives import LIBRARIES
from comity.node.restitution import RestitutionDesk
from comity.requests.service import example
from tests.unit.cli.fakes import comity as run
from tests.unit.node.nodes import pair


class AsHead:
    """The desk, asked by a head of a real case whatever the fakes say."""

    def __init__(self, desk, actor, case):
        self._desk, self._actor, self._case = desk, actor, case

    def record(self, _actor, **given):
        return self._desk.record(self._actor, **given | {"case": self._case})

    def show(self, _actor, **given):
        return self._desk.show(self._actor, **given | {"case": self._case})


@pytest.fixture(scope="module")
def ask():
    here, _ = pair()
    form = json.dumps(example("confiscation")).encode()
    request = here.settle(here.cases.draft_request(here.officer(), form=form, to="XAB/contact-point"))
    desk = AsHead(RestitutionDesk(place=here.place, primitives=LIBRARIES), here.head(), str(request.case))

    def asked(*argv, **more):
        return run(*argv, answers={"restitution": desk}, **more)

    return asked


def test_a_ledger_from_the_asset_to_the_statement(ask, tmp_path):
    def record(entry, *said):
        return ask("restitution", "record", "4be1c09a", entry, *said, "--json")

    record("asset.open", "asset=A1", "unit=ETH", "description=wallet", "state=frozen", "custodian=Office")
    record("asset.ruling", "ruling=confiscated", "office=Court", "reference=1", f"digest={'d' * 64}")
    record("money.in", "amount=1000000000.000000000000000001", "source=seizure", "reference=tx")
    record("claim.lodge", "claim=C1", "who=V-1", "kind=victim", "unit=ETH", "amount=2000000000", "basis=loss")
    record("claim.decide", "claim=C1", "outcome=proven", "amount=2000000000", "reason=chain")
    record("rule.choose", "method=pro_rata", "decided_by=Court", "reason=one victim")
    made = record("money.distribute", "amount=1000000000.000000000000000001").value
    assert made["claims"][0]["allotted"][0]["smallest"] == "1000000000000000000000000001"
    shown = ask("restitution", "show", "4be1c09a").out
    assert (
        "1000000000.000000000000000001 ETH" in shown and "pro rata" in shown and "known victims: V-1" in shown
    )
    victim = ask("restitution", "show", "4be1c09a", "--victim", "V-1", "--json").value
    assert (victim["audience"], victim["journal"]) == ("victim", [])
    assert "بالنسبة" in ask("--lang", "ar", "restitution", "show", "4be1c09a").out
    out = tmp_path / "s.pdf"
    assert (
        ask("restitution", "statement", "4be1c09a", "--for", "state", "--out", str(out), "--json").code == 0
    )
    assert out.read_bytes() == b"%PDF"
    refused = record("money.distribute", "amount=1")
    assert (refused.code, json.loads(refused.err)["code"]) == (6, "restitution.overdrawn")


def test_forms_tell_what_is_asked_and_what_is_wrong(ask):
    assert "money.convert" in ask("restitution", "form").out
    asked = {one["name"]: one for one in ask("restitution", "form", "rule.choose", "--json").value}
    assert asked["method"]["choices"] == ["pro_rata", "priority", "equal"]
    assert "taux" in ask("--lang", "fr", "restitution", "form", "money.convert").out
    assert ask("restitution", "form", "money.theft").code == 2
    assert ask("restitution", "record", "4be1c09a", "money.in", "amount").code == 2
