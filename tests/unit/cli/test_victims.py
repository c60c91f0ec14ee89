"""Commands of the victims' desk, on a real desk."""

import json

import pytest

from comity.bootstrap.protection import hash_desk
from comity.node.victims import VictimsDesk
from tests.unit.cli.fakes import comity as run
from tests.unit.node.nodes import node


class AsAdvocate:
    """The desk, asked by an advocate whoever the fake says acts."""

    def __init__(self, desk, actor):
        self._desk, self._actor = desk, actor

    def __getattr__(self, name):
        return lambda _actor, **given: getattr(self._desk, name)(self._actor, **given)


@pytest.fixture(scope="module")
def ask():
    side = node("XAA", 1)
    desk = VictimsDesk(place=side.place, hashes=hash_desk(side.place))
    real = AsAdvocate(desk, side.officer_of("v.advocate", ["victims-advocate"]))
    return lambda *argv: run(*argv, answers={"victims": real})


def test_a_record_from_its_beginning_to_its_end(ask, tmp_path):
    number = ask("victims", "begin", "group=adult", "offence=16", "--json").value["number"]
    secret = tmp_path / "contact.txt"
    secret.write_text("value=+00 555\nhours=10 to 12\ncode_word=blue heron\n")
    refused = ask("victims", "record", number, "contact", "channel=phone", "code_word=blue heron", "--json")
    assert (refused.code, json.loads(refused.err)["code"]) == (2, "usage.secret")
    assert "blue heron" not in refused.err
    kept = ask("victims", "record", number, "contact", "channel=phone", "--file", str(secret))
    assert kept.code == 0 and "blue heron" not in kept.out and "safe contact" in kept.out
    ask("victims", "record", number, "stage", "stage=trial")
    assert "34(3)" in ask("victims", "show", number).out
    assert "مرحلة" in ask("--lang", "ar", "victims", "list").out
    assert ask("victims", "reveal", number, "contact", "--json").value["contact"]["code_word"] == "blue heron"
    assert "code_word: blue heron" in ask("victims", "reveal", number, "contact").out
    ask("victims", "record", number, "erasure")
    assert "was erased" in ask("victims", "erase", number, "--reason", "asked").out


def test_forms_and_figures(ask):
    assert "hearing" in ask("victims", "form").out
    asked = {one["name"]: one for one in ask("victims", "form", "contact", "--json").value}
    assert asked["code_word"]["secret"] and not asked["channel"]["secret"]
    assert ask("victims", "form", "dance").code == 2
    ask("victims", "begin", "group=child", "offence=14")
    assert "hidden" in ask("victims", "count", "2026").out
    assert ask("victims", "count", "soon").code == 2
