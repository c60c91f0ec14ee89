"""Indicators are pulled over sockets: from medallion, our own doors, and servers that mean no good."""

import datetime
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from comity.indicators import sourcepages
from comity.indicators.marks import Tlp
from comity.indicators.ports import SHARED, Wanted
from comity.indicators.sources import SourceKind, SourceRecord
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError
from comity.node.indicators import IndicatorDesk
from comity.node.pulling import Pulled, SourceDesk
from comity.node.sharing import SharingDesk
from comity.transport import sources
from comity.transport.sources import open_line
from tests.e2e.doors import Served, served
from tests.e2e.taxiiserver import MEDIA, Server, medallion, thing
from tests.unit.node.nodes import Side, node
from tests.unit.node.test_indicators import TERMS, seen

__all__ = ["medallion", "served"]
pytestmark = pytest.mark.network


@pytest.fixture
def side() -> Side:
    return node("XAB", 1)


def known(side: Side, url: str, *, name: str = "them", secret: str = "s", **told: Any) -> str:
    usual = {"kind": SourceKind.TAXII, "allow_private": True, "made_at": Instant(0)}
    record = SourceRecord(**{**usual, **told}, name=name, url=url)
    SourceDesk(place=side.place).add(side.head(), record, secret=secret.encode())
    return name


def pulled(side: Side, name: str = "them") -> Pulled:
    return SourceDesk(place=side.place).pull(side.officer(), name=name, reach=open_line)


def refused(side: Side, name: str = "them") -> str:
    with pytest.raises(ComityError) as caught:
        pulled(side, name)
    return caught.value.code


def values(side: Side) -> list[str]:
    return sorted(one.value for one in IndicatorDesk(place=side.place).list(side.officer()).indicators)


def test_what_medallion_holds_is_pulled_once_and_what_comes_later_too(
    side: Side, medallion: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sourcepages, "LIMIT", 2)
    for number in range(5):
        medallion.post(thing(number))
    url = f"http://127.0.0.1:{medallion.port}/taxii2/"
    known(side, url, user="u")
    first = pulled(side)
    assert (first.pages, first.items, first.added, first.refusals) == (3, 5, 5, 0)
    assert pulled(side).items == 0
    medallion.post(thing(9))
    medallion.post(thing(1, 1))
    later = pulled(side)
    assert (later.items, later.added, later.renewed) == (2, 1, 1)
    assert values(side) == [f"e{number}.example" for number in (0, 1, 2, 3, 4, 9)]
    known(side, url, name="stranger", user="u", secret="wrong")
    assert refused(side, "stranger") == "sources.refused"


def test_our_own_doors_are_pulled_and_pushed_to(served: Served, side: Side) -> None:
    giver = served.side
    IndicatorDesk(place=giver.place).keep(
        giver.officer(), [seen("a.example"), seen("b.example")], terms=TERMS
    )
    SharingDesk(place=giver.place).publish(giver.officer(), names=["a.example", "b.example"])
    taxii = f"http://127.0.0.1:{served.port}/taxii2/"
    known(side, taxii, secret=served.key("peer"))
    found = pulled(side)
    assert (found.added, found.refusals) == (2, 0)
    misp = known(
        side,
        f"http://127.0.0.1:{served.port}/misp/",
        name="misp",
        kind=SourceKind.MISP,
        secret=served.key("misp"),
    )
    assert pulled(side, misp).added == 0  # each is held from the other source
    assert values(side) == ["a.example", "b.example"]
    other = node("XAC", 2)
    known(other, f"http://127.0.0.1:{served.port}/misp/", kind=SourceKind.MISP, secret=served.key("other"))
    assert (pulled(other).added, values(other)) == (2, ["a.example", "b.example"])
    one = SharingDesk(place=giver.place).retract(giver.officer(), name="a.example", reason="x").id
    assert pulled(side).renewed == 1
    assert next(
        each for each in IndicatorDesk(place=side.place).list(side.officer()).indicators if each.id == one
    ).retracted
    IndicatorDesk(place=side.place).keep(side.officer(), [seen("c.example")], terms=TERMS)
    told = SourceDesk(place=side.place).push(
        side.officer(), name="them", names=["c.example"], reach=open_line
    )
    assert (told.taken > 0, told.failed) == (True, 0)
    with giver.place.store.snapshot() as tx:
        (row,) = tx.sharing.shared(giver.desk, SHARED, Wanted(ids=told.ids))
    assert row.owner == "peer"
    others = {each["id"] for each in served.taxii("reads").get_objects()["objects"]}
    assert one in others
    assert told.ids[0] not in others  # its limits let nobody pass it on
    known(side, taxii, name="reader", secret=served.key("reader", writes=False))
    with pytest.raises(ComityError) as caught:
        SourceDesk(place=side.place).push(side.officer(), name="reader", names=["c.example"], reach=open_line)
    assert caught.value.code == "sources.read_only"


Answered = tuple[int, dict[str, str], bytes]


@dataclass
class Hostile:
    """A server that answers as it is told, and remembers what it was asked."""

    answer: Callable[[str], Answered]
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @contextmanager
    def serving(self, *, pem: Path | None = None) -> Iterator[str]:
        """Serve on the loopback, and yield the address."""
        hostile = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hostile.asked.append(self.path)
                status, headers, body = hostile.answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = True

            def log_message(self, *_args: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = False

            def handle_error(self, *_args: object) -> None:
                """Say nothing of those who leave in the middle: it is what they are tested for."""

        with Quiet(("127.0.0.1", 0), Handler) as server:
            if pem is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(pem)
                server.socket = context.wrap_socket(
                    server.socket, server_side=True, do_handshake_on_connect=False
                )
            self.port = server.server_port
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield f"{'https' if pem else 'http'}://127.0.0.1:{self.port}/r/"
            finally:
                server.shutdown()
                thread.join(60)


def taxii(value: Any, **headers: str) -> Answered:
    told = {"Content-Type": MEDIA, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return 200, told, value if isinstance(value, bytes) else json.dumps(value).encode()


def pages(objects: Callable[[str], Answered]) -> Callable[[str], Answered]:
    """Return a root with one collection, whose objects are answered by a function."""

    def answer(path: str) -> Answered:
        if "/objects/" in path:
            return objects(path.partition("?")[2])
        if path.endswith("/collections/"):
            told = {"id": "c", "can_read": True, "can_write": False, "media_types": []}
            return taxii({"collections": [told]})
        return taxii({"title": "r", "versions": [MEDIA]})

    return answer


def at(second: int) -> str:
    return f"2026-05-01T00:00:{second:02}.000000Z"


def test_a_pull_that_was_cut_goes_on_and_loses_nothing(side: Side) -> None:
    whole = [thing(number) for number in range(4)]
    is_cut = True

    def objects(query: str) -> Answered:
        behind = [n for n in range(4) if "added_after" not in query or at(n) > query.split("added_after=")[1]
                  .replace("%3A", ":")[:27]]  # fmt: skip
        if "next=" in query:
            behind = behind[2:]
        some = [whole[n] for n in behind[:2]]
        more = {"more": True, "next": "2"} if len(behind) > 2 else {}
        last = at(behind[:2][-1]) if some else at(0)
        status, headers, body = taxii({"objects": some, **more}, X_TAXII_Date_Added_Last=last)
        if is_cut and "next=" in query:
            return status, {**headers, "Content-Length": str(len(body) + 9)}, body
        return status, headers, body

    with Hostile(pages(objects)).serving() as url:
        known(side, url)
        assert refused(side) == "sources.silent"
        assert values(side) == ["e0.example", "e1.example"]
        is_cut = False
        assert pulled(side).added == 2
    assert values(side) == [f"e{number}.example" for number in range(4)]
    assert refused(side) == "sources.silent"  # nobody is there any more


def test_servers_that_mean_no_good_are_left_and_nothing_is_kept(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MOST_PAGE_BYTES", 100_000)
    again = taxii({"objects": [thing(1)], "more": True, "next": "x"})
    elsewhere = Hostile(pages(lambda _query: taxii({})))
    with elsewhere.serving() as other:
        away: Answered = (302, {"Location": other}, b"")
        cases: dict[str, tuple[Callable[[str], Answered], str]] = {
            "moved": (lambda _path: away, "sources.redirect"),
            "later": (pages(lambda _query: away), "sources.redirect"),
            "named": (lambda _path: taxii({"title": "d", "api_roots": [other]}), "sources.answer"),
            "huge": (pages(lambda _query: taxii(b" " * 200_000 + b"{}")), "sources.answer"),
            "deep": (pages(lambda _query: taxii(b'{"objects":' + b"[" * 50_000)), "json.depth"),
            "broken": (pages(lambda _query: taxii(b'{"objects": [')), "json.syntax"),
            "nowhere": (pages(lambda _query: taxii({"objects": [thing(1)], "more": True})), "sources.answer"),
            "gone": (pages(lambda _query: (503, {}, b"")), "sources.silent"),
        }
        for name, (answer, code) in cases.items():
            with Hostile(answer).serving() as url:
                known(side, url, name=name)
                assert refused(side, name) == code, name
        assert values(side) == []
        with Hostile(pages(lambda _query: again)).serving() as url:
            known(side, url, name="again")
            assert refused(side, "again") == "sources.answer"
        assert values(side) == ["e1.example"]  # the first of the two was whole
    assert elsewhere.asked == []


def certificate(path: Path, name: str) -> str:
    """Write a key with a certificate of its own for an address, and return the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "source")])
    address = x509.IPAddress(ipaddress.ip_address(name))
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + pem)
    return pem.decode()


def test_only_a_certificate_that_is_vouched_for_is_trusted(side: Side, tmp_path: Path) -> None:
    good = Hostile(pages(lambda _query: taxii({"objects": [thing(1)]})))
    pem = certificate(tmp_path / "good.pem", "127.0.0.1")
    with good.serving(pem=tmp_path / "good.pem") as url:
        known(side, url, name="unknown")
        assert refused(side, "unknown") == "sources.certificate"
        wrong = certificate(tmp_path / "other.pem", "127.0.0.1")
        known(side, url, name="wrong", certificates=wrong)
        assert refused(side, "wrong") == "sources.certificate"
        assert good.asked == []
        known(side, url, name="vouched", certificates=pem)
        assert pulled(side, "vouched").added == 1
    pem = certificate(tmp_path / "else.pem", "127.0.0.9")
    with good.serving(pem=tmp_path / "else.pem") as url:
        known(side, url, name="elsewhere", certificates=pem)
        assert refused(side, "elsewhere") == "sources.certificate"
    held = IndicatorDesk(place=side.place).list(side.officer()).indicators
    assert [(one.value, one.via, one.tlp) for one in held] == [("e1.example", "source vouched", Tlp.AMBER)]
