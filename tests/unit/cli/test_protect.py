"""The commands of the protection room, against a real desk in memory; pictures are made here."""

import io
import json
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageFilter

from comity.bootstrap import toolbox
from comity.bootstrap.protection import hash_desk
from comity.cli.main import run
from comity.config import Environment
from comity.node.looking import LookDesk
from comity.node.reporting import ReportDesk
from comity.node.takedownbooks import BookDesk
from comity.node.takedowns import TakedownDesk
from tests.unit.node.nodes import node

PDQ, NEAR, MD5 = "0f" * 32, "0f" * 31 + "0e", "ab" * 16
RECORD = ("--ground", "Act 12, section 4", "--licence", "matching only", "--onward")


class Desk:
    """A command line at a node with nothing but the desk for lists."""

    def __init__(self, folder):
        side = node("XAA", 11)
        hashes = hash_desk(side.place)
        held = SimpleNamespace(
            hashes=hashes,
            reports=ReportDesk(place=side.place, hashes=hashes),
            looks=LookDesk(place=side.place, hashes=hashes),
            takedowns=TakedownDesk(place=side.place, hashes=hashes),
            takedown_books=BookDesk(place=side.place, hashes=hashes),
            actor=lambda _name: side.head(),
            info=SimpleNamespace(name="Altavia"),
        )

        @contextmanager
        def opened(_folder, *, unlock):
            yield held

        self.folder, self.box = folder, replace(toolbox(), open_node=opened)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def run(self, *argv, language="en"):
        out, err = io.StringIO(), io.StringIO()
        code = run(
            ["protect", *argv],
            self.box,
            surroundings=Environment(language=language),
            stdin=io.StringIO(),
            stdout=out,
            stderr=err,
        )
        return SimpleNamespace(code=code, out=out.getvalue(), err=err.getvalue())

    def json(self, *argv):
        ran = self.run(*argv, "--json")
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    def refused(self, *argv):
        ran = self.run(*argv, "--json")
        assert ran.out == ""
        return ran.code, json.loads(ran.err)["code"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    made = Desk(tmp_path_factory.mktemp("protect"))
    text = f"id,pdq,md5,category\n4711,{PDQ},{MD5},child.abuse\n"
    taken = made.json(
        "lists", "import", made.file("known.csv", text), "--list", "known", "--source", "Hotline", *RECORD
    )
    assert taken == [
        {
            "file": str(made.folder / "known.csv"),
            "list": "known",
            "added": 1,
            "changed": 0,
            "same": 0,
            "withdrawn": 0,
            "without": 0,
        }
    ]
    return made


@pytest.fixture(scope="module")
def picture(desk):
    noise = np.random.default_rng(3).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    made = Image.fromarray(noise).resize((300, 300)).filter(ImageFilter.GaussianBlur(2))
    made.save(desk.folder / "one.png")
    made.transpose(Image.Transpose.ROTATE_90).save(desk.folder / "turned.png")
    return str(desk.folder / "one.png")


def test_fingerprints_are_told_in_the_order_of_the_files(desk, picture):
    words = desk.file("words.txt", "no picture")
    found = desk.json("hash", picture, words)
    assert [set(one) for one in found] == [{"file", "pdq", "quality", "matchable", "md5", "sha256"}] * 2
    assert (found[0]["file"], found[0]["matchable"], len(found[0]["pdq"])) == (picture, True, 64)
    assert (found[1]["pdq"], found[1]["quality"], found[1]["matchable"]) == (None, 0, False)
    assert "digests only" in desk.run("hash", words).out
    assert desk.refused("hash", str(desk.folder / "absent.png")) == (5, "file.absent")
    assert desk.refused("hash", str(desk.folder)) == (3, "file.kind")


def test_files_and_hashes_are_compared_together(desk, picture):
    (one,) = desk.json("hash", picture)
    row = desk.file("more.csv", f"id,pdq\nseen,{one['pdq']}\n")
    desk.json("lists", "import", row, "--list", "known")
    found = desk.json("match", "--list", "known", NEAR, str(desk.folder / "turned.png"), MD5.upper())
    matches = [[(m["id"], m["on"], m["turn"] != "original") for m in one["matches"]] for one in found]
    assert matches == [[("4711", "pdq", False)], [("seen", "pdq", True)], [("4711", "md5", False)]]
    told = desk.run("match", "--list", "known", NEAR)
    assert "1 of 256 bits differ (match up to 31)" in told.out and "lead for a person" in told.out
    listed = desk.file("hashes.txt", f"{NEAR}\n\n{'3c' * 32}\n")
    found = desk.json("match", "--list", "known", "--hashes", listed)
    assert [len(one["matches"]) for one in found] == [1, 0]
    assert "بتًا" in desk.run("match", "--list", "known", NEAR, language="ar").out


def test_a_list_leaves_by_record_only(desk):
    out = str(desk.folder / "out.json")
    give = ("lists", "export", "--list", "known", "--to", "platform", "--out", out, "--form", "vics")
    assert desk.refused(*give) == (4, "protect.no_record")
    assert desk.refused("lists", "share", "--list", "known", "--to", "platform") == (3, "protect.record")
    shared = desk.json("lists", "share", "--list", "known", "--to", "platform", *RECORD)
    assert shared["key"].startswith("platform.")
    desk.json(*give)
    assert PDQ in (desk.folder / "out.json").read_text()
    assert desk.refused(*give) == (6, "file.exists")
    shown = desk.run("lists").out
    assert "Hotline" in shown and "platform" in shown and shared["key"] not in shown
    desk.json("lists", "share", "--list", "known", "--to", "platform", "--end")
    assert desk.refused(*give[:-3], out + "2", "--form", "csv") == (4, "protect.no_record")


def test_entries_are_disputed_and_count_again(desk):
    state = ("lists", "mark", "--list", "known", "4711", "--state")
    desk.json(*state, "disputed")
    assert desk.json("match", "--list", "known", NEAR)[0]["matches"] == []
    desk.json(*state, "live")
    assert len(desk.json("match", "--list", "known", NEAR)[0]["matches"]) == 1


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (("match", "--list", "known"), (2, "usage.asked")),
        (("match", "--list", "none", PDQ), (5, "protect.absent")),
        (("match", "--list", "known", "zebra"), (5, "file.absent")),
        (("lists", "mark", "--list", "known", "9", "--state", "withdrawn"), (5, "protect.entry_absent")),
        (("lists", "import", "absent.csv", "--list", "known"), (5, "file.absent")),
        (("lists", "share", "--list", "known", "--to", "A B", *RECORD), (3, "protect.name")),
    ],
)
def test_what_is_wrong_is_told(desk, argv, expected):
    assert desk.refused(*argv) == expected


def test_reports_are_taken_in_ordered_looked_at_and_passed_on(desk):
    from tests.unit.protection.files import MARKER, PICTURE, tip

    said = tip(4711, more=f"<additionalInfo>{PICTURE}</additionalInfo>").decode()
    path = desk.file("tip.xml", said)
    (taken,) = desk.json("reports", "import", path, "--source", "NCMEC")
    assert (taken["reports"], taken["known"], taken["clusters"], taken["dropped"]) == ([1], 1, 0, 1)
    (row,) = desk.json("reports", "--purpose", "practice")
    assert (row["lead"], row["level"]) == (1, 1)
    for language in ("en", "fr", "ar"):
        ran = desk.run("reports", "show", "1", "--purpose", "practice", language=language)
        assert "4711" in ran.out and "u-77" in ran.out and MARKER.decode() not in ran.out
    desk.json("reports", "tie", "1", "--by", "territory", "--state", "XAB", "--sure")
    out = str(desk.folder / "inform.json")
    desk.json("reports", "inform", "1", "--state", "XAB", "--out", out, "--purpose", "practice")
    form = json.loads((desk.folder / "inform.json").read_text())
    assert form["requested_party"] == "XAB" and "Jane" not in str(form) and PDQ not in str(form)
    assert desk.refused(
        "reports", "inform", "1", "--state", "XAC", "--out", out + "2", "--purpose", "practice"
    ) == (5, "report.no_claim")
    desk.json("reports", "say", "1", "--sign", "closed", "--why", "done")
    assert desk.json("reports", "--purpose", "practice") == []


def test_looks_are_taken_and_limited_at_the_command_line(desk):
    from tests.unit.protection.files import tip

    path = desk.file("new.xml", tip(5, md5="77" * 16, pdq="").decode())
    desk.json("reports", "import", path, "--source", "NCMEC")
    (cluster,) = desk.json("looks", "--purpose", "practice")
    number = str(cluster["number"])
    take = ("looks", "take", number, "--why", "on no list", "--purpose", "practice")
    made = desk.json(*take, "--blur")
    assert made["blur"] and made["serves"] == 1
    assert desk.refused(*take) == (6, "look.open")
    desk.json("looks", "judge", str(made["look"]), "--category", "none")
    assert desk.refused(*take) == (6, "look.seen")
    assert desk.json("looks", "limits", "--day", "1")["day"] == 1
    assert desk.refused(*take, "--again") == (4, "look.limit")
    assert {one["bar"] for one in desk.json("looks", "people")} == {"", "day"}
    assert desk.refused("looks", "limits", "--day", "0") == (3, "look.limits")
    assert desk.refused("looks", "take", "x", "--why", "y")[0] == 2
    for words in (("looks",), ("reports",)):
        assert desk.run(*words, "--purpose", "practice", language="ar").code == 0
    assert desk.run("looks", "people", language="fr").code == 0


def test_a_takedown_is_followed_at_the_command_line(desk):
    from tests.unit.node.test_takedowns import CHANNELS, URL
    from tests.unit.protection.test_takedown import DELEGATED, TLDS

    files = [desk.file("rir", DELEGATED.decode()), desk.file("tlds", TLDS.decode())]
    assert [one["name"] for one in desk.json("takedown", "registers", *files)] == ["ripencc", "tlds"]
    assert desk.json("takedown", "channels", "--import", desk.file("c.json", CHANNELS.decode()))
    assert desk.json("takedown", "terms")[0]["code"] == "us-take-it-down"
    place = ("--address", "193.0.0.9", "--subject", "intimate", "--victim", "--why", "asked")
    assert desk.json("takedown", "open", URL, *place) == {"takedown": 1}
    for language in ("en", "fr", "ar"):
        assert "NLD" in desk.run("takedown", "show", "1", "--purpose", "practice", language=language).out
    out = str(desk.folder / "notice.txt")
    made = desk.json("takedown", "notice", "1", "--to", "pictures", "--term", "us-take-it-down", "--out", out)
    assert made["due"] and URL in (desk.folder / "notice.txt").read_text()
    assert desk.refused("takedown", "notice", "1", "--to", "pictures", "--out", "x.exe")[1] == "notice.suffix"
    assert desk.refused("takedown", "letter", "1", "--out", out, "--purpose", "practice")[1] == "file.exists"
    assert desk.refused("takedown", "letter", "1", "--out", "y.txt", "--in", "xx")[0] == 2
    assert desk.json("takedown", "answer", "1", "--step", "removed")["state"] == "removed"
    assert desk.refused("takedown", "answer", "1", "--step", "refused") == (6, "takedown.step")
    (row,) = desk.json("takedown", "--purpose", "practice")
    assert row["clock"] is None and "1" in desk.run("takedown", "--purpose", "practice", language="ar").out
    assert desk.json("takedown", "figures")[0]["notices"] is None
    for words in ("registers", "channels", "terms", "figures"):
        assert desk.run("takedown", words, language="fr").code == 0
    nowhere = ("takedown", "open", "no place", "--subject", "child", "--why", "x")
    assert desk.refused(*nowhere)[1] == "takedown.place"
