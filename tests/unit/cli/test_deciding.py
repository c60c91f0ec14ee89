"""Approving, deciding and sending: which steps a command takes, and what it says when somebody is missing."""

import dataclasses
import json

import pytest

from comity.cases.gate import finding_key
from comity.kernel.findings import Assessment, Finding, Severity
from comity.kernel.ids import OfficerName
from tests.unit.cli.fakes import CASE, CASE_VIEW, DATA, DRAFT, QUESTION, REQUEST, act, comity, draft

COMPLETE = draft(approved_by=(OfficerName("a.diallo"), OfficerName("m.okafor")), roles_missing=())


def steps(ran):
    return [
        name
        for name, _ in ran.calls.made
        if name in {"draft_request", "draft_act", "decide", "approve", "issue"}
    ]


def test_sending_decides_approves_and_issues():
    ran = comity(
        "request", "send", "77777777", "--reason", "complete",
        "--decide", "rights.review=proceed:looked at twice: fine",
        "--decide", "scope.claimed=proceed:article 7",
        "--json",
        answers={"approve": COMPLETE},
    )  # fmt: skip
    assert steps(ran) == ["decide", "decide", "approve", "issue"]
    assert ran.calls.of("decide") == [
        {"act": DRAFT, "finding": "rights.review", "outcome": "proceed", "inner": "looked at twice: fine"},
        {"act": DRAFT, "finding": "scope.claimed", "outcome": "proceed", "inner": "article 7"},
    ]
    assert ran.calls.of("approve") == [{"act": DRAFT, "reason": "complete", "officer": "a.diallo"}]
    assert ran.value["issued"] is True
    assert ran.value["act"]["id"] == REQUEST
    assert ran.value["act"]["at"] == "2026-09-21T14:13:20Z"


def test_nothing_is_approved_while_something_is_open_or_blocks():
    blocking = Assessment.of([Finding(code="nothing.known", severity=Severity.BLOCKS, basis="42(1)")])
    waiting = draft(undecided=("rights.review@#01",))
    for held, next_step in (
        (waiting, "--decide rights.review="),
        (draft(assessment=blocking), "act drop 7777"),
    ):
        argv = ("act", "approve", "77777777", "--reason", "x")
        ran = comity(*argv, answers={"draft": held})
        assert ran.code == 0
        assert steps(ran) == []
        assert next_step in ran.out
        assert comity(*argv, "--json", answers={"draft": held}).value["issued"] is False


def test_what_was_decided_is_said_and_asked_no_more():
    open_one = Finding(code="proportionality.review", severity=Severity.DECIDE, basis="42(1)", field="/items")
    done = Finding(code="rights.review", severity=Severity.DECIDE, basis="6(2)")
    held = draft(assessment=Assessment.of([open_one, done]), undecided=(finding_key(open_one),))
    ran = comity("act", "approve", "77777777", "--reason", "x", answers={"draft": held})
    assert (ran.code, steps(ran)) == (0, []), ran.err
    assert "decide it as proportionality.review" in ran.out and "decide it as rights.review" not in ran.out
    assert ran.out.count("decided by a named officer") == 1
    assert "open for a named officer to decide: 1" in ran.out
    whole = dataclasses.replace(held, undecided=())
    out = comity(
        "act", "approve", "77777777", "--reason", "x", answers={"draft": whole, "approve": whole}
    ).out
    assert out.count("decided by a named officer") == 2 and "decide it as" not in out


def test_what_is_stopped_is_neither_approved_nor_issued():
    ran = comity("act", "approve", "77777777", "--reason", "x", "--decide", "rights.review=stop:no", "--json")
    assert ran.code == 0
    assert steps(ran) == ["decide"]
    assert ran.value == {"issued": False, "stopped": "rights.review", "dropped": DRAFT}


def test_what_lacks_an_approval_is_not_issued_and_says_who_types_what():
    ran = comity("act", "approve", "77777777", "--reason", "yes")
    assert steps(ran) == ["approve"]
    assert 'comity --as OFFICER act approve 777777777777 --reason "…"' in ran.out
    assert "head" in ran.out
    value = comity("act", "approve", "77777777", "--reason", "yes", "--json").value
    assert value["issued"] is False
    assert value["draft"]["roles_missing"] == ["head"]
    assert value["draft"]["ready"] is False


def test_a_draft_tells_what_to_decide_and_the_command_for_it(tmp_path):
    form = tmp_path / "form.json"
    form.write_text('{"kind": "preservation"}')
    keys = ("rights.review@#0123456789abcdef", "scope.part@/offences/0#01", "scope.part@/offences/1#02")
    open_draft = draft(undecided=keys, persons_needed=1)
    ran = comity(
        "request", "draft", "preservation", "--to", "XAB/contact-point", "--form", str(form),
        answers={"draft_request": open_draft},
    )  # fmt: skip
    assert steps(ran) == ["draft_request"]
    assert ran.calls.of("draft_request") == [
        {"form": b'{"kind": "preservation"}', "to": "XAB/contact-point", "case": None}
    ]
    assert 'comity act approve 777777777777 --decide rights.review=proceed:"…"' in ran.out
    assert '--decide scope.part@/offences/1#02=proceed:"…" --reason "…"' in ran.out


def test_the_form_must_be_of_the_kind_typed(tmp_path):
    form = tmp_path / "form.json"
    form.write_text('{"kind": "stored-data"}')
    argv = ("request", "draft", "preservation", "--to", "XAB/contact-point", "--form", str(form), "--json")
    ran = comity(*argv)
    assert (ran.code, ran.problem["code"]) == (2, "usage.kind_differs")
    form.write_text('{"kind": "stored-data",}')
    ran = comity(*argv)
    assert (ran.code, ran.problem["code"]) == (3, "json.syntax")
    assert not steps(ran)


def test_only_requests_are_sent():
    ran = comity("request", "send", "77777777", "--reason", "x", "--json", answers={"draft": draft()})
    assert (ran.code, ran.problem["code"]) == (2, "usage.no_request")
    assert not steps(ran)


@pytest.mark.parametrize(
    "text", ["rights.review", "rights.review=maybe:x", "=proceed:x", "rights.review=proceed: "]
)
def test_a_decision_needs_outcome_and_reason(text):
    ran = comity("act", "approve", "77777777", "--reason", "x", "--decide", text, "--json")
    assert (ran.code, ran.problem["code"]) == (2, "usage.decide")
    assert not steps(ran)


def test_acceptance_of_all_or_some_items():
    ran = comity("request", "decide", "44444444", "--accept", "--inner", "fine")
    (made,) = ran.calls.of("draft_act")
    assert made == {
        "kind": "request.accept",
        "case": CASE,
        "form": {"body": {"request": REQUEST, "items": ["1", "2"]}, "parts": {}},
    }
    assert ran.calls.of("approve")[0]["reason"] == "fine"
    ran = comity("request", "decide", "44444444", "--accept", "--items", "2", "--inner", "fine")
    assert ran.calls.of("draft_act")[0]["form"]["body"]["items"] == ["2"]
    ran = comity("request", "decide", "44444444", "--accept", "--items", "2,9", "--inner", "fine", "--json")
    assert (ran.code, ran.problem["code"]) == (2, "usage.items")


def test_refusal_carries_ground_consultation_and_the_outer_reason_only():
    ran = comity(
        "request", "decide", "55555555", "--refuse", "R-40.21b", "--consulted", "66666666",
        "--inner", "the whole reason", "--outer", "essential interests",
    )  # fmt: skip
    (made,) = ran.calls.of("draft_act")
    assert made["kind"] == "request.refuse"
    assert made["form"] == {
        "body": {"request": DATA, "items": ["1", "2"], "ground": "R-40.21b", "consulted": QUESTION},
        "parts": {"reason": "essential interests"},
    }
    assert "whole" not in json.dumps(made)


def test_postponement_has_an_end():
    argv = ("request", "decide", "55555555", "--postpone", "--inner", "a trial is on", "--outer", "ongoing")
    ran = comity(*argv, "--until", "2026-12-01")
    body = ran.calls.of("draft_act")[0]["form"]["body"]
    assert body["ground"] == "P-40.27"
    assert body["until"] == 1_796_083_200_000_000
    assert comity(*argv).calls.of("draft_act")[0]["form"]["body"]["until"] is None
    assert comity(*argv, "--until", "soon", "--json").problem["code"] == "usage.date"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ((), "usage.one_of"),
        (("--accept", "--postpone"), "usage.one_of"),
        (("--refuse", "R-40.22"), "usage.outer"),
        (("--postpone", "--outer", " "), "usage.outer"),
    ],
)
def test_decisions_that_are_none(more, code):
    ran = comity("request", "decide", "44444444", "--inner", "x", *more, "--json")
    assert (ran.code, ran.problem["code"]) == (2, code)
    assert not ran.calls.made


def test_a_request_that_is_none():
    ran = comity("request", "decide", "66666666", "--accept", "--inner", "x", "--json")
    assert (ran.code, ran.problem["code"]) == (5, "request.absent")


def test_answer_names_question_and_request():
    ran = comity("request", "answer", "66666666", "--text", "item 2", "--reason", "asked")
    (made,) = ran.calls.of("draft_act")
    assert made["kind"] == "request.answer"
    assert made["form"] == {"body": {"request": REQUEST, "clarify": QUESTION}, "parts": {"answer": "item 2"}}
    ran = comity("request", "answer", "44444444", "--text", "x", "--reason", "x", "--json")
    assert (ran.code, ran.problem["code"]) == (2, "usage.no_question")
    ran = comity("request", "answer", "77777777", "--text", "x", "--reason", "x", "--json")
    assert (ran.code, ran.problem["code"]) == (5, "act.absent")


def test_a_consultation_is_answered_by_the_same_command():
    body = {"request": REQUEST, "about": "lifting"}
    held = dataclasses.replace(CASE_VIEW, acts=(act(act=QUESTION, kind="case.consult", body=body),))
    ran = comity("request", "answer", "66666666", "--text", "lift", "--reason", "so", answers={"show": held})
    (made,) = ran.calls.of("draft_act")
    assert made["kind"] == "consult.answer"
    assert made["form"] == {"body": {"request": REQUEST, "consult": QUESTION}, "parts": {"answer": "lift"}}


def test_act_is_drafted_and_with_a_reason_approved(tmp_path):
    form = tmp_path / "form.json"
    form.write_text('{"body": {}, "parts": {}}')
    argv = ("act", "order.record", "--case", "4be1c09a", "--form", str(form))
    assert steps(comity(*argv)) == ["draft_act"]
    assert steps(comity(*argv, "--reason", "ordered")) == ["draft_act", "approve"]


def test_a_document_goes_with_an_act_and_is_never_printed(tmp_path):
    form, paper = tmp_path / "form.json", tmp_path / "order.pdf"
    form.write_text('{"body": {}, "parts": {}}')
    paper.write_bytes(b"%PDF-1.7")
    argv = ("act", "order.record", "--case", "4be1c09a", "--form", str(form))
    ran = comity(*argv, "--document", str(paper))
    assert [given.get("document") for name, given in ran.calls.made if name == "draft_act"] == [b"%PDF-1.7"]
    absent = comity(*argv, "--document", str(tmp_path / "none.pdf"))
    assert (absent.code, steps(absent)) == (5, [])
    printed = comity("act", "part", "4be1c09a", "document", "--json")
    assert (printed.code, printed.problem["code"]) == (2, "usage.document_out")


def test_delivery_is_drafted_from_the_nodes_own_form():
    ran = comity(
        "evidence", "send", "cdcdcdcd", "--case", "4be1c09a", "--reason", "decided",
        answers={"approve": COMPLETE},
    )  # fmt: skip
    assert ran.calls.of("deliver_form") == [{"case": CASE, "bag_root": "cd" * 32}]
    assert steps(ran) == ["draft_act", "approve", "issue"]
    assert ran.calls.of("draft_act")[0]["kind"] == "evidence.deliver"
