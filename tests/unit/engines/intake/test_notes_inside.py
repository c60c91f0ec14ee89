"""Notes and names of families are found wherever a mail carries them, in whatever way it is coded."""

import base64
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage

import pytest

from comity.engines.intake.reading import MOST_WORDS
from comity.engines.intake.worker import take_apart
from comity.indicators.families import Families, Family, Galaxy
from comity.indicators.observations import Found, Observation, Said
from comity.indicators.recognising import Recognised, recognise

SITE = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion"
SENTENCES = (
    "All the silver of your house was carried over the hill at night by seven grey foxes, "
    "and whoever wants it back must knock twice at the door beneath the old mill."
)
NOTE = f"Your files are encrypted by Moonglade.\r\n{SENTENCES}\r\nGo to http://{SITE}/pay\r\n"
GANGS = Families(
    [
        Galaxy(
            name="g",
            version="1",
            families=(
                Family(name="Moonglade", notes=("MOON.txt",), sites=(SITE,), texts=(SENTENCES,)),
                Family(name="Other gang"),
            ),
        )
    ]
)


def mail(body: str = "see below", **told: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {"From": "a@evil.example", "To": "b@ours.example", "Subject": "hello", **told}.items():
        made[name] = value
    made.set_content(body)
    return made


def coded(kind: str) -> bytes:
    made = mail()
    made.set_content(NOTE, cte=kind)
    return made.as_bytes()


def page_only() -> bytes:
    words = (
        NOTE.replace("Moonglade", "<b>Moon</b>glade").replace(" by ", " <td>by</td> ").replace("a", "&#97;")
    )
    made = mail()
    made.set_content(f"<html><body><p>{words}</p></body></html>", subtype="html", cte="base64")
    return made.as_bytes()


def both() -> bytes:
    made = mail("nothing here")
    made.add_alternative(f"<p>{NOTE}</p>", subtype="html", cte="quoted-printable")
    return made.as_bytes()


def hanging(data: bytes, name: str, claimed: str = "application/octet-stream") -> bytes:
    made = mail()
    main, _, sub = claimed.partition("/")
    if main == "text":
        made.add_attachment(data.decode(), subtype=sub, filename=name)
    else:
        made.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def enclosed(inner: bytes) -> bytes:
    made = mail()
    made.add_attachment(message_from_bytes(inner))
    return made.as_bytes()


def enclosed_as_a_whole(coding: str) -> bytes:
    if coding == "base64":
        body = base64.encodebytes(coded("7bit"))
    else:
        body = coded("7bit").replace(b"=", b"=3D").replace(b"Moonglade", b"Moon=\nglade")
    head = b"From: a@evil.example\nTo: b@ours.example\nMIME-Version: 1.0\n"
    head += b"Content-Type: multipart/mixed; boundary=x\n"
    part = f"\n--x\nContent-Type: message/rfc822\nContent-Transfer-Encoding: {coding}\n\n".encode()
    return head + part + body + b"\n--x--\n"


MAILS: dict[str, Callable[[], bytes]] = {
    "plain": lambda: coded("7bit"),
    "base64": lambda: coded("base64"),
    "quoted-printable": lambda: coded("quoted-printable"),
    "a page alone": page_only,
    "a page beside a text": both,
    "enclosed": lambda: enclosed(coded("base64")),
    "enclosed twice": lambda: enclosed(enclosed(page_only())),
    "enclosed, base64 as a whole": lambda: enclosed_as_a_whole("base64"),
    "enclosed, quoted as a whole": lambda: enclosed_as_a_whole("quoted-printable"),
    "attached text": lambda: hanging(NOTE.encode(), "note.txt", "text/plain"),
    "attached, no telling name": lambda: hanging(NOTE.encode(), "RESTORE"),
    "attached in UTF-16": lambda: hanging(b"\xff\xfe" + NOTE.encode("utf-16-le"), "note.txt"),
    "attached in UTF-16, no telling name": lambda: hanging(b"\xfe\xff" + NOTE.encode("utf-16-be"), "RESTORE"),
    "attached page": lambda: hanging(f"<html>{NOTE}</html>".encode(), "note.hta"),
    "attached mail": lambda: hanging(coded("base64"), "mail.eml"),
    "attached mail, no telling name": lambda: hanging(coded("base64"), "mail"),
}


def recognised(data: bytes, name: str = "f.eml") -> tuple[Recognised, ...]:
    found: list[Found] = []
    take_apart(name, data, found.append)
    seen = [one for one in found if isinstance(one, Observation)]
    text = "\n".join(one.text for one in found if isinstance(one, Said))
    return recognise(GANGS, seen=seen, text=text)


@pytest.mark.parametrize("name", MAILS)
def test_a_note_is_known_by_its_site_its_sentences_and_its_name(name: str) -> None:
    (told,) = recognised(MAILS[name]())
    assert (told.family, {one.trait.value for one in told.clues}) == (
        "Moonglade",
        {"site", "sentences", "name"},
    )


def test_a_name_in_a_coded_subject_counts_beside_a_clue() -> None:
    (told,) = recognised(mail(f"see http://{SITE}/", Subject="M\u00f8 from Moonglade").as_bytes())
    assert {one.trait.value for one in told.clues} == {"site", "name"}
    assert recognised(mail("hello", Subject="a walk through Moonglade").as_bytes()) == ()


def test_what_is_no_text_is_not_read_as_one_and_words_have_a_bound() -> None:
    assert recognised(hanging(b"\x00\x01" + NOTE.encode(), "RESTORE")) == ()
    assert recognised(hanging(b"\x89PNG\xff" + NOTE.encode(), "RESTORE")) == ()
    found: list[Found] = []
    take_apart("f", b"word " * MOST_WORDS, found.append)
    assert sum(len(one.text) for one in found if isinstance(one, Said)) == MOST_WORDS
