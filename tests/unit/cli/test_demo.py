"""The parts of the demo that need no second process; the whole story is told in tests/e2e."""

import contextlib
import io
import mailbox
from datetime import date

import pytest

from comity.cli.demo.exhibits import write_exhibits
from comity.cli.demo.stage import Served, free_ports, wait_for
from comity.cli.demo.telling import Teller
from comity.cli.words import Words
from comity.kernel.errors import UnavailableError
from tests.unit.cli.fakes import act, comity

DAY = date(2026, 11, 2)


def test_exhibits_are_a_mailbox_a_log_and_nothing(tmp_path):
    paths = write_exhibits(tmp_path / "one", day=DAY)
    assert [path.name for path in paths] == ["mailbox.mbox", "access.log", "drafts.mbox"]
    with contextlib.closing(mailbox.mbox(str(paths[0]), create=False)) as box:
        mails = list(box)
    assert len(mails) == 4
    assert any("=?utf-8?" in mail["Subject"] for mail in mails)
    assert mails[3].get_payload()[1].get_filename() == "harvest.csv"
    assert paths[2].read_bytes() == b""
    assert paths[1].read_text().count("02/Nov/2026") == 4


def test_exhibits_are_the_same_every_time(tmp_path):
    one, other = (write_exhibits(tmp_path / name, day=DAY) for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_waiting_ends_when_there_is_something():
    answers = iter((None, None, "here"))
    assert wait_for("it", lambda: next(answers), ()) == "here"


def test_waiting_gives_up():
    with pytest.raises(UnavailableError) as caught:
        wait_for("godot", lambda: None, (), patience=0)
    assert caught.value.code == "demo.timeout"
    assert "godot" in caught.value.message


def test_a_node_that_ends_is_told_with_what_it_said(tmp_path):
    folder = tmp_path / "nowhere"
    served = Served(folder, port=1, exchange_port=2)
    served.start()
    try:
        with pytest.raises(UnavailableError) as caught:
            wait_for("it", served.ready_line, (served,))
    finally:
        served.stop()
    assert caught.value.code == "demo.node_stopped"
    assert caught.value.where == str(tmp_path / "nowhere-serve-errors.txt")


def test_stopping_what_never_started(tmp_path):
    Served(tmp_path / "nowhere", port=1, exchange_port=2).stop()


def test_ports_differ():
    assert len(set(free_ports(4))) == 4


def test_the_folder_must_be_new_or_empty(tmp_path):
    (tmp_path / "something").write_bytes(b"")
    ran = comity("demo", "--once", "--json", "--workdir", str(tmp_path))
    assert (ran.code, ran.problem["code"]) == (6, "demo.workdir_taken")
    ran = comity("demo", "--once", "--json", "--workdir", str(tmp_path / "something" / "more"))
    assert (ran.code, ran.problem["code"]) == (8, "demo.workdir")
    assert not ran.calls.made


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_steps_are_numbered_and_name_their_paragraph(language):
    stream = io.StringIO()
    teller = Teller(Words(language), stream)
    teller.step("demo.ask_preservation", basis="42(1)", who="XAA")
    teller.act(act())
    teller.step("demo.close", basis="40(26)", who="XAA")
    told = stream.getvalue()
    assert "42(1)" in told
    assert "40(26)" in told
    assert "preservation.request" in told
    assert "a.diallo" in told


def test_a_silent_teller_says_nothing():
    Teller(Words("en"), None).step("demo.close", basis="40(26)", who="XAA")
