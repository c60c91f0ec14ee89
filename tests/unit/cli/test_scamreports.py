"""Commands on reports of scams, on real desks; messages are taken apart in this process."""

import json

import pytest

from comity.engines.intake.host import MessageReader
from comity.engines.intake.worker import take_apart
from comity.node.indicators import IndicatorDesk
from comity.node.publicform import Told
from comity.node.reportdesk import ReportDesk
from comity.node.sharing import SharingDesk
from tests.unit.cli.fakes import comity as run
from tests.unit.node.nodes import node
from tests.unit.node.test_indicators import TERMS, seen

NOTE = b"""Your files are encrypted by BitLock. Files have the extension ".bitlock".
Your personal DECRYPTION ID: 8C3D2A1B5F6E7D8C9A0B1C2D3E4F5061
Pay to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, see https://tax.go.ke/pay
"""
GALAXY = {
    "name": "Ransomware",
    "values": [{"value": "BitLock", "meta": {"synonyms": ["BL 3"], "extensions": [".bitlock"]}}],
}


class Seated:
    """A desk, asked by an officer of a real node whatever the fakes say."""

    def __init__(self, desk, actor):
        self._desk, self._actor = desk, actor

    def __getattr__(self, name):
        found = getattr(self._desk, name)
        if name in ("form", "references"):
            return Seated(found, self._actor)
        if name in ("state", "submit"):
            return found
        return lambda _actor, *given, **told: found(self._actor, *given, **told)


class Office:
    def __init__(self, folder, monkeypatch):
        def read(_reader, name, data):
            found = []
            take_apart(name, data, found.append)
            return iter(found)

        monkeypatch.setattr(MessageReader, "read", read)
        side = node("XAA", 1)
        self.place, self.head = side.place, side.head()
        self.answers = {
            "scams": Seated(ReportDesk(place=side.place), self.head),
            "indicators": Seated(IndicatorDesk(place=side.place), self.head),
        }
        self.file = folder / "note.txt"
        self.file.write_bytes(NOTE)
        IndicatorDesk(place=side.place).references.take(self.head, json.dumps(GALAXY).encode())

    def ask(self, *argv):
        return run("indicators", *argv, answers=self.answers)


@pytest.fixture
def office(tmp_path, monkeypatch):
    return Office(tmp_path, monkeypatch)


def test_a_note_is_brought_judged_by_number_described_and_counted(office):
    (brought,) = office.ask("reports", "add", str(office.file), "--sector", "health", "--json").value
    assert [(one["family"], one["clues"][0]["trait"]) for one in brought["families"]] == [
        ("BitLock", "ending")
    ]
    values = {one["value"]: one for one in brought["values"]}
    assert "8C3D2A1B5F6E7D8C9A0B1C2D3E4F5061" in values
    assert "8c3d2a1b5f6e7d8c9a0b1c2d3e4f5061" not in values  # a victim's number is no digest
    assert values["https://tax.go.ke/pay"]["warning_lists"]
    report = brought["id"][:15]
    shown = office.ask("reports", "show", report).out
    assert "may be BitLock" in shown and "! " in shown
    number = str(values["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]["number"])
    asked = ("reports", "decide", report, "--keep", number, "--drop", "https://tax.go.ke/pay")
    assert len(office.ask(*asked, "--use", "fraud", "--basis", "40(1)", "--json").value["added"]) == 1
    known = {
        one["value"]: one["verdict"]
        for one in office.ask("reports", "show", report, "--json").value["values"]
    }
    assert (known["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"], known["https://tax.go.ke/pay"]) == (
        "kept",
        "dismissed",
    )
    said = office.ask(
        "reports", "describe", report, "--family", "bl-3 ransomware", "--criticality", "critical"
    )
    assert "BitLock" in said.out and "alert send" in said.out and "health" in said.out
    (row,) = office.ask("reports", "list", "--state", "taken", "--json").value
    assert (row["family"], row["sector"], row["criticality"]) == ("BitLock", "health", "critical")
    counted = office.ask("reports", "figures", "--json").value
    assert (counted["sectors"], counted["reports"]) == ({"health": None}, {"taken": 1})
    assert "مخفي" in run("--lang", "ar", "indicators", "reports", "figures", answers=office.answers).out
    assert (
        office.ask("reports", "dismiss", report, "--reason", "a test", "--json").value["state"] == "dismissed"
    )


def test_a_retracted_statement_says_when_and_why(office):
    desk, sharing = IndicatorDesk(place=office.place), SharingDesk(place=office.place)
    (name,) = desk.keep(office.head, [seen("shop.example")], terms=TERMS).added
    sharing.publish(office.head, names=[name])
    sharing.retract(office.head, name=name, reason="the shop was robbed itself")
    assert "the shop was robbed itself" in office.ask("show", name).out


def test_lists_that_ship_are_told_and_one_learnt_later_tells_what_it_knows(office):
    desk, sharing = IndicatorDesk(place=office.place), SharingDesk(place=office.place)
    (name,) = desk.keep(office.head, [seen("shop.example")], terms=TERMS).added
    sharing.publish(office.head, names=[name])
    office.file.write_text(json.dumps({"name": "shops", "type": "hostname", "list": ["shop.example"]}))
    told = office.ask("learn", str(office.file))
    assert name in told.out and "shop.example" in told.out and "1 published" in told.out
    (learnt,) = office.ask("learn", str(office.file), "--json").value
    assert (learnt["known"], learnt["known_first"]) == (1, [{"id": name, "value": "shop.example"}])
    rows = {one["name"]: one for one in office.ask("lists", "--json").value}
    assert rows["well-known sites"]["at"] is None and rows["shops"]["at"]
    assert "ships with the software" in office.ask("lists").out
    assert "sites très connus" in run("--lang", "fr", "indicators", "lists", answers=office.answers).out


def test_reports_of_the_public_wait_and_messages_of_one_gang_are_grouped(office):
    form = ("reports", "form")
    assert office.ask(*form, "--json").value["open"] is False
    assert office.ask(*form, "--open", "--keep-days", "30", "--notice", "Call 17").code == 0
    assert "Call 17" in office.ask(*form).out
    receipt = ReportDesk(place=office.place).form.submit(Told(words=NOTE.decode()), address="198.51.100.7")
    waiting = office.ask("reports", "show", receipt)
    assert "reports open" in waiting.out and "BitLock" not in waiting.out
    assert "may be BitLock" in office.ask("reports", "open", receipt).out
    office.file.write_bytes(NOTE.replace(b"8C3D", b"9D4E"))
    office.ask("reports", "add", str(office.file), "--case", "ab" * 32)
    for one in office.ask("reports", "list", "--json").value:
        assert office.ask("reports", "decide", one["id"], "--keep", "1").code == 0
    (joined,) = office.ask("reports", "group", "--json").value
    assert len(joined["reports"]) == 2
    assert joined["cases"][0]["case"] == "ab" * 32
    assert joined["reasons"][0]["value"] == "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    assert "× 2" in office.ask("reports", "group").out
    assert office.ask(*form, "--close", "--json").value["open"] is False


def test_what_is_asked_wrongly_is_told(office):
    (brought,) = office.ask("reports", "add", str(office.file), "--json").value
    for argv, code in (
        (("decide", brought["id"]), "usage.no_value"),
        (("decide", brought["id"], "--keep", "99"), "usage.report_value"),
        (("decide", brought["id"], "--keep", "evil.example"), "usage.report_value"),
        (("form", "--open", "--close"), "usage.form_what"),
        (("form", "--notice", "x"), "usage.form_what"),
        (("form", "--open", "--keep-days", "1e3"), "usage.number"),
        (("add", str(office.file), "--sector", "odd"), "usage.choice"),
        (("show", "report--0000"), "scam.absent"),
        (("family", "nobody"), None),
    ):
        made = office.ask(*(("family", "nobody") if code is None else ("reports", *argv)), "--json")
        assert json.loads(made.err)["code"] == (code or "indicators.family"), argv
    assert office.ask("family", ".bitlock", "--json").value[0]["name"] == "BitLock"
