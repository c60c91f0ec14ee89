"""What messages and notes give away: read in the worker's own functions, and once in the confined process."""

import base64
import email
import hashlib
import json
import struct
from email.message import EmailMessage

import pytest

from comity.bootstrap.indicators import IndicatorRoom
from comity.engines.intake import host, messages, reading, texts
from comity.engines.intake.host import MessageReader
from comity.engines.intake.shapes import is_mixed, skeleton
from comity.engines.intake.worker import take_apart
from comity.indicators.observations import Found, Note, Observation, dump_found, parse_found

WALLET = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
NOTE = f"""Pay {WALLET} or 0xd8da6bf26964af9d7eed9e03e53415d37aa96045, ask helper[at]proton[.]me,
hxxps://evil[.]example[.]com/x?u=https%3A%2F%2Freal.example.org%2Fa and http://p\u0430ypal.com/login
IBAN DE89 3704 0044 0532 0130 00, +41 44 668 18 00, 访问evil.example.net
md5 d41d8cd98f00b204e9800998ecf8427e tor duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion
"""
MAIL = b"""Received: from mx.ours.example (mx.ours.example [10.0.0.1]) by box.ours.example
Received: from evil.example.com (unknown [198.41.0.4]) by mx.ours.example with ESMTP
Authentication-Results: mx.ours.example; spf=fail smtp.mailfrom=evil.example.com; dkim=none; dmarc=fail
Return-Path: <bounce@evil.example.com>
DKIM-Signature: v=1; a=rsa-sha256; d=signer.example.com; s=x; b=y
From: "Your Bank" <support@evil.example.com>
Reply-To: helper@other.example.com
To: victim@ours.example.com
Subject: =?utf-8?b?dmlzaXQgaHR0cDovL3N1YmplY3QuZXhhbXBsZS5jb20v?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Dear victim@ours.example.com</p><a href="http://login.evil.example.com/a?x=1&amp;y=2">www.bank.example.com</a>
<script>var x="http://hidden.example.com/"</script><img src="http://track.example.com/p.gif">
--b
Content-Type: application/zip; name="invoice.zip"
Content-Disposition: attachment; filename="invoice.zip"
Content-Transfer-Encoding: base64

UEsDBA==
--b--
"""


def read(data: bytes, name: str = "f") -> tuple[list[Observation], list[Note]]:
    found: list[Found] = []
    take_apart(name, data, found.append)
    assert [parse_found(dump_found(one)) for one in found] == found
    return [one for one in found if isinstance(one, Observation)], [
        one for one in found if isinstance(one, Note)
    ]


def values(seen: list[Observation]) -> dict[str, Observation]:
    return {f"{one.kind.value} {one.value}": one for one in seen}


def test_a_note_gives_away_what_it_says_also_defanged_and_in_other_letters() -> None:
    seen, notes = read(NOTE.encode())
    found = values(seen)
    assert notes == []
    assert sorted(found) == sorted(
        [
            f"cryptocurrency-wallet {WALLET}",
            "cryptocurrency-wallet 0xd8da6bf26964af9d7eed9e03e53415d37aa96045",
            "email-addr helper@proton.me",
            "url https://evil.example.com/x?u=https%3A%2F%2Freal.example.org%2Fa",
            "url https://real.example.org/a",
            "url http://xn--pypal-4ve.com/login",
            "bank-account DE89370400440532013000",
            "phone-number +41446681800",
            "domain-name evil.example.net",
            "file d41d8cd98f00b204e9800998ecf8427e",
            "domain-name duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion",
        ]
    )
    data = NOTE.encode()
    for one in seen:
        assert one.where.digest == hashlib.sha256(data).hexdigest()
        written = data[one.where.offset : one.where.offset + one.where.length].decode()
        assert not one.where.length or written in (one.where.written, one.value)
    assert found["email-addr helper@proton.me"].remarks == ("defanged",)
    assert found[f"cryptocurrency-wallet {WALLET}"].confidence == 90
    assert found["url https://real.example.org/a"].role == "redirect"


def test_a_mail_tells_sender_way_checks_links_and_attachments_and_not_its_victim() -> None:
    seen, notes = read(MAIL, "m.eml")
    found = values(seen)
    assert notes == []
    sender = found["email-addr support@evil.example.com"]
    assert (sender.role, sender.remarks) == ("sender", ("spf=fail", "dkim=none", "dmarc=fail"))
    assert MAIL[sender.where.offset :].startswith(b"From:")
    assert found["email-addr helper@other.example.com"].role == "reply_to"
    assert found["email-addr bounce@evil.example.com"].role == "envelope_sender"
    assert found["domain-name signer.example.com"].role == "signer"
    relay = found["ipv4-addr 198.41.0.4"]
    assert (relay.role, relay.where.part, relay.remarks) == ("relay", "header Received 2", ("hop=2",))
    assert found["url http://subject.example.com/"].where.part == "header Subject"
    link = found["url http://login.evil.example.com/a?x=1&y=2"]
    assert link.remarks == ("shown_as=www.bank.example.com",)
    assert link.confidence > found["url http://track.example.com/p.gif"].confidence
    attached = found[f"file {hashlib.sha256(b'PK' + bytes([3, 4])).hexdigest()}"]
    assert attached.remarks[:2] == ("name=invoice.zip", "type=application/zip")
    assert not any("victim" in name or "hidden" in name or "10.0.0.1" in name for name in found)


def test_mailboxes_enclosed_mails_and_depth() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "a@one.example.com", "x"
    inner.set_content("http://deep.example.com/")
    for _ in range(messages.MOST_DEPTH + 1):
        outer = EmailMessage()
        outer["From"], outer["Subject"] = "a@two.example.com", "y"
        outer.add_attachment(inner)
        inner = outer
    seen, notes = read(bytes(inner))
    assert [one.code for one in notes] == ["too_deep"]
    assert {one.value for one in seen} == {"a@two.example.com"}
    many = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))
    bomb = f"From: thief@one.example.com\nTo: v@ours.example.com\n{many}\n\nhttp://evil.example.com/\nv@ours.example.com"
    inside = "Content-Type: message/rfc822\n\nFrom: a@two.example.com\n" * 3_000
    for text in (bomb, f"From: thief@one.example.com\nDate: x\n{inside}\n\nhttp://evil.example.com/\n"):
        seen, notes = read(text.encode())
        assert [one.code for one in notes] == ["too_deep"]
        told = {one.value for one in seen}
        assert {"thief@one.example.com", "http://evil.example.com/"} <= told
        assert "v@ours.example.com" not in told
    box = b"From x\nFrom: a@one.example.com\nTo: b@x.example\n\nhi\n\nFrom y\n"
    box += b"From: c@one.example.com\nTo: d@x.example\n\n+41446681800\n"
    seen, _ = read(box)
    assert [(one.value, one.where.message) for one in seen] == [
        ("a@one.example.com", 1),
        ("c@one.example.com", 2),
        ("+41446681800", 2),
    ]


def test_what_is_damaged_is_noted_and_never_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (
        b"",
        b"\x00" * 50,
        b"From: a\nTo: b\nContent-Type: text/plain; charset=zzz\n\n\xff\xfe",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
    ):
        read(data)
    _, notes = read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000)
    assert [one.code for one in notes] == ["malformed"]
    monkeypatch.setattr(messages, "MOST_MESSAGE", 10)
    assert [one.code for one in read(MAIL)[1]] == ["too_large"]
    monkeypatch.setattr(texts, "MOST_TEXT", 10)
    assert [one.code for one in read(b"plain words that are long")[1]] == ["too_large"]


def test_a_message_with_too_many_values_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_FOUND", 50)
    seen, notes = read("\n".join(f"http://h{number}.example.com/" for number in range(60)).encode())
    assert len(seen) == reading.MOST_FOUND
    assert [one.code for one in notes] == ["too_many"]


def test_the_confined_worker_says_the_same_and_outlives_a_file_that_kills_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with MessageReader() as reader:
        found = list(reader.read("m.eml", MAIL))
        assert next(one for one in found if isinstance(one, Observation)).value == "198.41.0.4"
        assert {"limits", "privileges"} <= set(reader.confined)
        process = reader._process
        assert process is not None
        process.kill()
        process.wait()
        (note,) = reader.read("m.eml", MAIL)
        assert isinstance(note, Note)
        assert note.code == "stopped"
        assert len(list(reader.read("m.eml", MAIL))) == len(found)
        monkeypatch.setattr(host, "MOST_FILE", 10)
        assert [one.code for one in reader.read("m.eml", MAIL) if isinstance(one, Note)] == ["too_large"]
    assert json.loads(dump_found(found[0]))["observation"]["kind"] == "ipv4-addr"


def test_look_alike_domains_are_told_with_what_they_resemble() -> None:
    found = IndicatorRoom().extract(
        [("n", b"xn--pypal-4ve.com rnicrosoft-login.com www.paypal.com")],
        brands=["paypal.com", "microsoft.com"],
    )
    told = {one.value: one.remarks for one in found if isinstance(one, Observation)}
    assert told["xn--pypal-4ve.com"] == (
        "shown=p\u0430ypal.com",
        "mixed_scripts",
        "reads_as=paypal.com",
        "looks_like=paypal.com (confusable)",
    )
    assert told["rnicrosoft-login.com"] == ("looks_like=microsoft.com (name_inside)",)
    assert told["www.paypal.com"] == ()
    assert skeleton("p\u0430ypa1") == skeleton("paypal")
    assert not is_mixed("paypal.com")


def test_an_outlook_message_is_read() -> None:
    seen, notes = read(outlook({0x1000: NOTE, 0x0037: "x", 0x5D01: "thief@evil.example.com"}))
    assert notes == []
    found = values(seen)
    assert found["email-addr thief@evil.example.com"].role == "sender"
    assert found[f"cryptocurrency-wallet {WALLET}"].where.part == "body text/plain"


def outlook(texts: dict[int, str]) -> bytes:
    """Return a small compound file with the text properties of a message in Unicode."""
    streams = {
        "__properties_version1.0": b"\x00" * 32
        + struct.pack("<HHIII", 0x0003, 0x340D, 6, 0x00040000, 0)
        + b"".join(
            struct.pack("<HHIII", 0x001F, number, 6, len(text.encode("utf-16-le")) + 2, 0)
            for number, text in texts.items()
        )
    }
    streams |= {f"__substg1.0_{number:04X}001F": text.encode("utf-16-le") for number, text in texts.items()}
    return compound({**streams, "__nameid_version1.0": None})


def compound(streams: dict[str, bytes | None]) -> bytes:
    """Return a compound file of version 3 whose streams all lie in whole sectors."""
    size, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    sectors: list[bytes] = []
    chain: list[int] = []
    entries: list[bytes] = []
    for name, data in streams.items():
        held = b"" if data is None else data + b"\x00" * (max(4096, -(-len(data) // size) * size) - len(data))
        start = len(sectors) if held else end
        count = len(held) // size
        sectors += [held[at * size : at * size + size] for at in range(count)]
        chain += [start + at + 1 for at in range(count - 1)] + ([end] if count else [])
        entries.append(_entry(name, 1 if data is None else 2, start, 0 if data is None else len(held)))
    order = sorted(range(len(entries)), key=lambda at: (len(list(streams)[at]), list(streams)[at].upper()))
    linked = []
    for place, at in enumerate(order):
        right = order[place + 1] + 1 if place + 1 < len(order) else free
        linked.append((at, entries[at][:68] + struct.pack("<III", free, right, free) + entries[at][80:]))
    body = b"".join(data for _, data in sorted(linked))
    root = _entry("Root Entry", 5, end, 0)
    root = root[:68] + struct.pack("<III", free, free, order[0] + 1) + root[80:]
    directory = root + body
    directory += _entry("", 0, 0, 0) * (-(len(directory) // 128) % 4)
    first_directory = len(sectors)
    parts = [directory[at : at + size] for at in range(0, len(directory), size)]
    sectors += parts
    chain += [first_directory + at + 1 for at in range(len(parts) - 1)] + [end]
    table = len(sectors)
    chain.append(0xFFFFFFFD)
    chain += [free] * (128 - len(chain))
    sectors.append(struct.pack("<128I", *chain[:128]))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 16
        + struct.pack(
            "<HHHHHHIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, first_directory, 0, 4096, end, 0, end, 0
        )
    )
    header += struct.pack("<109I", table, *[free] * 108)
    return header + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")[:62]
    free = 0xFFFFFFFF
    head = raw + b"\x00" * (64 - len(raw)) + struct.pack("<HBB", len(raw) + 2 if name else 0, kind, 1)
    return head + struct.pack("<III", free, free, free) + b"\x00" * 36 + struct.pack("<IQ", start, size)


def test_what_is_hidden_from_searches_is_read_as_it_is_meant() -> None:
    text = (
        "pay bc1qw508d6qejxtdg4y5r3\u200bzarvary0c5xw7kv8f3t4 at ev\u00adil.example.com, wa.me/447911123456\n"
        "\uff48\uff54\uff54\uff50\uff1a\uff0f\uff0fwide.example.com\uff0fa \u0627\u062a\u0635\u0644 "
        "+\u0669\u0666\u0666\u0665\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667 "
        "parcel.example.com/pay?id=1."
    )
    found = values(read(text.encode())[0])
    wallet = found["cryptocurrency-wallet bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"]
    assert (wallet.remarks, wallet.networks) == (("hidden_letters",), ("bitcoin",))
    assert "\\u200b" in wallet.where.written
    assert found["domain-name evil.example.com"].remarks == ("hidden_letters",)
    assert {"phone-number +447911123456", "phone-number +966501234567"} <= set(found)
    assert found["url http://parcel.example.com/pay?id=1"].remarks == ("without_scheme",)
    assert "url http://wide.example.com/a" in found


def test_wallets_of_other_chains_and_what_a_ransom_note_says_of_itself() -> None:
    chains = {
        "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1Y"
        "BRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H": "monero",
        "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh": "xrp",
        "EQDtFpEwcFAEcRe5mLVh2N6C0x-_hJEM7W61_JLnSF74p4q2": "ton",
        "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a": "bitcoin-cash",
        "DYw8jCTfwHNRJhhmFcbXvVDTqWMEVFBX6ZKUmG5CNSKK": "solana",
    }
    note = "All your files have the extension .lockbit! Your personal ID: 9F3A-77BC-1234 tor browser\n"
    note += "\n".join(f"{network}: {address}" for address, network in chains.items())
    found = values(read(note.encode())[0])
    for address, network in chains.items():
        assert network in found[f"cryptocurrency-wallet {address}"].networks
    assert found["x-negotiation-id 9F3A-77BC-1234"].remarks == ("negotiation",)
    assert found["file *.lockbit"].remarks == ("extension",)
    plain = values(read(b"Your customer ID: 9F3A-77BC-1234 rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi")[0])
    assert plain == {}


def test_tricks_of_html_and_links_in_links() -> None:
    form = base64.b64encode(b'<form action="http://steal.example.com/p">').decode()
    inside = base64.b64encode(b"http://packed.example.com/q").decode()
    page = f"""<html><a href="http://evil.example.com/x"><b>https://www.pay</b><i>pal.com/login</i></a>
bc1qw508d6qejx<span>tdg4y5r3zarvary0c5xw7kv8f3t4</span> <a href="data:text/html;base64,{form}">open</a>
<!--[if mso]><a href="http://office.example.com/1">x</a><![endif]-->
<p style="background:url(http://pic.example.com/p)">
<a href="h&#x09;ttp://tab.example.com/">z</a><a href="https://r.example.net/?u={inside}">q</a>
<a href="https://urldefense.proofpoint.com/v2/url?u=https-3A__deep.example.com_a&amp;d=x">y</a>"""
    found = values(read(page.encode())[0])
    hosts = ("steal.example.com/p", "office.example.com/1", "pic.example.com/p", "packed.example.com/q")
    assert not [host for host in (*hosts, "tab.example.com/") if f"url http://{host}" not in found]
    assert found["url https://deep.example.com/a"].role == "redirect"
    assert found["url http://evil.example.com/x"].remarks == ("shown_as=www.paypal.com",)
    decoy = found["url https://www.paypal.com/login"]
    assert (decoy.confidence, decoy.remarks) == (15, ("shown_only",))
    assert "cryptocurrency-wallet bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4" in found


def test_users_of_links_and_torn_words_are_no_values_of_their_own() -> None:
    seen, _ = read(b"http://you@evil.example.com/ https://a:b@two.example.com/ c@three.example.com")
    assert {one.value for one in seen if one.kind == "email-addr"} == {"c@three.example.com"}
    page = b"<p>hxxps://pay<b></b>pal-safe[.]example[.]com/x <i>one.example.com</i><i>two.example.com</i></p>"
    told = {one.value for one in read(b"<html>" + page)[0]}
    assert {"https://paypal-safe.example.com/x", "one.example.com", "two.example.com"} <= told
    assert not any(one.endswith(("//pal-safe.example.com/x", " pal-safe.example.com")) for one in told)
    assert "pal-safe.example.com" not in told


def test_a_mail_sent_on_by_its_victim_tells_the_thief_and_spares_the_victim() -> None:
    inner = email.message_from_bytes(
        b'From: "support@bank.example.com" <thief@evil.example.com>\nTo: victim@ours.example.com\n'
        b'Authentication-Results: mx; spf=fail (dkim=pass) reason="dmarc=pass"\n'
        b"Authentication-Results: forged; spf=pass\n\nhttp://deep.example.com/"
    )
    outer = EmailMessage()
    outer["From"], outer["Reply-To"] = "victim@ours.example.com", "other@private.example.com"
    outer["To"] = "desk@police.example.com"
    outer.set_content("see")
    outer.add_attachment(b"x\0", maintype="application", subtype="x", filename="invoice\u202efdp.exe")
    outer.add_attachment("<a href='http://page.example.com/'>", subtype="html", filename="a.html")
    outer.add_attachment(inner.as_bytes(), maintype="application", subtype="x", filename="orig.eml")
    seen, notes = read(bytes(outer))
    thief = values(seen)["email-addr thief@evil.example.com"]
    assert thief.remarks == ("spf=fail", "shown_as=support@bank.example.com")
    assert notes == []
    assert {"url http://page.example.com/", "url http://deep.example.com/"} <= set(values(seen))
    (program,) = [one for one in seen if "direction_override" in one.remarks]
    assert program.remarks[0] == "name=invoice\\u202efdp.exe"
    outer.add_attachment(inner)
    seen, notes = read(bytes(outer))
    assert not any("victim" in one.value for one in seen)
    assert [one.code for one in notes] == ["sender_is_receiver"]
    other = values(seen)["email-addr other@private.example.com"]
    assert (other.confidence, other.remarks) == (10, ("forwarded_by",))


def test_numbers_as_one_country_writes_them() -> None:
    found: list[Found] = []
    take_apart("f", "\u0627\u062a\u0635\u0644 0501234567 or 7".encode(), found.append, region="SA")
    (one,) = (each for each in found if isinstance(each, Observation))
    assert isinstance(one, Observation)
    assert (one.value, one.where.offset, one.where.written) == ("+966501234567", 9, "0501234567")


def test_what_was_made_to_take_long_does_not() -> None:
    for data in (
        ("\u00e9x" * 100_000).encode(),
        b"From: a@b.com\nTo: x@y.com\nSubject: " + b"=?utf-8?q?=41?= " * 50_000 + b"\n\nhi",
        b"http://a.example.com/?u=" + b"http%3A%2F%2Fa.example.com%2F%3Fu%3D" * 60,
    ):
        assert len(read(data)[0]) <= 12
