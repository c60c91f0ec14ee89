"""Commands of conversation and of what happens outside any node."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from comity.cases.attested import CHANNELS, CHECKS
from comity.cli.talk_commands import TALK
from comity.kernel.ids import OfficerName
from comity.node.talkviews import AttestedView
from comity.node.views import VerifyReport
from tests.unit.cli.fakes import CASE, REQUEST, comity, draft

COMPLETE = draft(kind="act.attest", approved_by=(OfficerName("a.diallo"),), roles_missing=())


def test_what_came_by_letter_is_registered_and_issued_in_one_step(tmp_path: Path) -> None:
    form, scan = tmp_path / "form.json", tmp_path / "scan.pdf"
    form.write_text("{}")
    scan.write_bytes(b"%PDF")
    ran = comity(
        "request", "register", str(form), "--from", "XAC", "--channel", "post", "--scan", str(scan),
        "--reference", "NV 12/2026", "--at", "2026-09-20T08:00:00Z", "--checked", "sealed", "--json",
        answers={"approve": COMPLETE},
    )  # fmt: skip
    (call,) = ran.calls.of("register")
    arrival = call["arrival"]
    assert (arrival.sender, arrival.channel, arrival.checked) == ("XAC", "post", "sealed")
    assert (arrival.reference, arrival.scan) == ("NV 12/2026", sha256(b"%PDF").hexdigest())
    assert arrival.statement == "Came by post; transcribed and registered by the officer who signs."
    assert call["case"] is None and call["form"] == b"{}"
    assert ran.value["issued"] is True
    assert ran.calls.of("approve")[0]["reason"] == arrival.statement


def test_what_came_belongs_to_a_case_and_is_stated_in_own_words(tmp_path: Path) -> None:
    form = tmp_path / "form.json"
    form.write_text('{"act": "status.ask"}')
    ran = comity(
        "request", "register", str(form), "--from", "XAB", "--channel", "voice", "--case", CASE,
        "--statement", "Ms Okafor called; I called back.", "--lang", "fr",
        answers={"approve": COMPLETE},
    )  # fmt: skip
    (call,) = ran.calls.of("register")
    assert call["case"] == CASE
    assert call["arrival"].statement == "Ms Okafor called; I called back."
    assert call["arrival"].language == "fr" and call["arrival"].at is None


def test_how_an_act_was_carried_is_an_act_of_the_same_case(tmp_path: Path) -> None:
    ran = comity(
        "request", "sent", REQUEST, "--channel", "courier", "--arrived", "--reference", "RR 1", "--json",
        answers={"approve": COMPLETE},
    )  # fmt: skip
    (call,) = ran.calls.of("draft_act")
    assert call["kind"] == "act.convey"
    assert call["form"] == {
        "body": {"act": REQUEST, "step": "arrived", "channel": "courier", "reference": "RR 1"}
    }


def test_the_form_of_an_act_is_printed_to_be_filled_in() -> None:
    value = comity("act", "example", "conditions.offer", "--json").value
    assert value["body"]["conditions"] and "conditions" in value["parts"]
    assert json.loads(comity("act", "example", "status.ask").out)["body"] == {}
    assert comity("act", "example", "data.request").code == 5


def test_a_draft_to_talk_about_and_one_for_a_letter(tmp_path: Path) -> None:
    form = tmp_path / "form.json"
    form.write_text('{"kind": "preservation"}')
    line = ("request", "draft", "preservation", "--to", "XAC/justice", "--form", str(form))
    (call,) = comity(*line, "--consult", "--outside").calls.of("draft_request")
    assert call["consult"] and call["outside"]


def test_the_verdict_tells_what_one_side_alone_attests(tmp_path: Path) -> None:
    file = tmp_path / "court.tar"
    file.write_bytes(b"x")
    one = AttestedView(act="5" * 64, kind="data.request", channel="post")
    report = VerifyReport(verdict="PRACTICE", exit_code=0, attested=(one,))
    ran = comity("verify", str(file), answers={"verify": report})
    assert "attested by one side only: 555555555555 request for stored data, by post" in ran.out


@pytest.mark.parametrize(("flag", "known"), [("channel", CHANNELS), ("checked", CHECKS)])
def test_the_choices_are_those_of_the_act(flag: str, known: tuple[str, ...]) -> None:
    for command in TALK:
        for argument in command.arguments:
            if argument.name == flag:
                assert argument.choices == known
