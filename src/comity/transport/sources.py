"""Calls to servers of others that give or take indicators.

Only HTTPS leaves this machine, only to the address that was judged, and no redirection is followed. What is
answered is untrusted: it is read within limits, and nothing of its text is repeated.
"""

import base64
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import httpx2

from comity.indicators.sources import MOST_PAGE_BYTES, Address, Answer, Asked, SourceKind, SourceRecord
from comity.kernel.errors import ComityError, DeniedError, MalformedError, UnavailableError, UntrustedError

ANSWER_SECONDS: Final = 120.0
_TIMEOUT = httpx2.Timeout(connect=10.0, read=60.0, write=60.0, pool=10.0)
_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(one)
    for one in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
        "fc00::/7", "fe80::/10", "fec0::/10", "3fff::/20", "5f00::/16",
    )
)  # fmt: skip


def is_public(address: _IP) -> bool:
    """Tell whether an address belongs to the public network, whatever it carries inside.

    Basis: RFC 6890
    """
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    inside = any(address in one for one in _NOT_PUBLIC if one.version == address.version)
    return address.is_global and not (inside or address.is_multicast or address.is_reserved)


def judged(found: Sequence[str], address: Address, *, allow_private: bool) -> str:
    """Return the address to connect to, of those that a name stands for: all have to be allowed.

    Raises:
        DeniedError: ``sources.address``.
        UnavailableError: ``sources.silent``: the name stands for nothing.
    """
    parsed = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
    if not parsed:
        raise _silent("its name is not known")
    for one in parsed:
        plain = one.ipv4_mapped or one if isinstance(one, ipaddress.IPv6Address) else one
        is_meant = not (plain.is_multicast or plain.is_unspecified)
        allowed = is_meant and (is_public(one) or allow_private)
        if not allowed or (address.scheme == "http" and not plain.is_loopback):
            raise DeniedError(
                "sources.address",
                "the source stands at an address that is not called",
                hint="public addresses only; --allow-private for a server of your own network, "
                "plain HTTP for this machine",
            )
    return str(parsed[0])


class HttpsLine:
    """The way to one source; keeps one connection open.

    Args:
        source: Which.
        secret: What it knows us by, in clear; empty where nothing is sent.
        address: Where to connect, as :func:`judged` returned it.
        transport: Stands in for the network.
    """

    def __init__(
        self,
        source: SourceRecord,
        secret: bytes,
        *,
        address: str,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._source, self._secret = source, secret
        told = source.address
        host = f"[{told.host}]" if ":" in told.host else told.host
        usual = {"https": 443, "http": 80}[told.scheme]
        self._host = host if told.port == usual else f"{host}:{told.port}"
        self._sni = told.host
        literal = f"[{address}]" if ":" in address else address
        self._client = httpx2.Client(
            base_url=f"{told.scheme}://{literal}:{told.port}",
            verify=_trusted(source.certificates),
            timeout=_TIMEOUT,
            trust_env=False,
            follow_redirects=False,
            transport=transport,
        )

    def ask(self, asked: Asked) -> Answer:
        """Return the answer to one question.

        Raises:
            UnavailableError: ``sources.silent``.
            UntrustedError: ``sources.certificate``.
            DeniedError: ``sources.refused``, ``sources.redirect``.
            MalformedError: ``sources.answer``.
        """
        headers = {
            "host": self._host,
            "accept": asked.media,
            "accept-encoding": "identity",
            "user-agent": "comity",
            **self._known_by(),
        }
        if asked.body is not None:
            headers["content-type"] = asked.media
        request = self._client.build_request(
            "GET" if asked.body is None else "POST",
            asked.path,
            params=list(asked.query) or None,
            content=asked.body,
            headers=headers,
            extensions={"sni_hostname": self._sni},
        )
        with _translated():
            response = self._client.send(request, stream=True)
            try:
                if response.status_code not in asked.status:
                    raise _refusal(response.status_code)
                body = _read(response)
            finally:
                response.close()
        return Answer(
            status=response.status_code,
            body=body,
            last_added=response.headers.get("x-taxii-date-added-last", "")[:60],
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _known_by(self) -> dict[str, str]:
        if not self._secret:
            return {}
        secret = self._secret.decode("ascii")
        if self._source.user:
            pair = base64.b64encode(f"{self._source.user}:{secret}".encode()).decode("ascii")
            return {"authorization": f"Basic {pair}"}
        return {"authorization": secret if self._source.kind is SourceKind.MISP else f"Bearer {secret}"}


@contextmanager
def open_line(source: SourceRecord, secret: bytes) -> Iterator[HttpsLine]:
    """Yield the way to a source: its name is resolved once, judged, and the very address is called.

    Raises:
        DeniedError: ``sources.address``.
        MalformedError: ``sources.url``, ``sources.certificates``.
        UnavailableError: ``sources.silent``.
    """
    told = source.address
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(told.host, told.port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as exc:
        raise _silent("its name is not known") from exc
    line = HttpsLine(source, secret, address=judged(found, told, allow_private=source.allow_private))
    try:
        yield line
    finally:
        line.close()


def require_certificates(text: str) -> None:
    """Raise MalformedError ``sources.certificates`` for a text that holds no certificate."""
    _trusted(text)


def _trusted(certificates: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cadata=certificates or None)
    except (ssl.SSLError, ValueError) as exc:
        raise MalformedError(
            "sources.certificates",
            "the certificates of the source cannot be read",
            hint="name a PEM file of who vouches for it",
        ) from exc
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _read(response: httpx2.Response) -> bytes:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise _bad("compressed unasked")
    latest, data = time.monotonic() + ANSWER_SECONDS, bytearray()
    for chunk in response.iter_raw():
        data += chunk
        if len(data) > MOST_PAGE_BYTES:
            raise _bad(f"more than {MOST_PAGE_BYTES} bytes")
        if time.monotonic() > latest:
            raise _silent("its answer took longer than two minutes")
    return bytes(data)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL) as exc:
        if _is_certificate_fault(exc):
            raise UntrustedError(
                "sources.certificate",
                "who answers for the source does not hold a certificate that is trusted",
                hint="name who vouches for it with --certificates FILE; else somebody may stand between you",
            ) from None
        raise _silent(type(exc).__name__) from None


def _is_certificate_fault(exc: BaseException | None) -> bool:
    while exc is not None:
        if isinstance(exc, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(exc):
            return True
        exc = exc.__cause__ or exc.__context__
    return False


def _refusal(status: int) -> ComityError:
    if status in (401, 403):
        return DeniedError(
            "sources.refused",
            f"the source turns us away with status {status}",
            hint="look at the key: remove the source and add it again with --key-file",
        )
    if 300 <= status < 400:
        return DeniedError(
            "sources.redirect",
            "the source sends us elsewhere, and that is not followed",
            hint="add it with the address that it stands at now",
        )
    if status == 429 or status >= 500:
        return _silent(f"status {status}")
    return _bad(f"status {status}")


def _bad(what: str) -> MalformedError:
    return MalformedError(
        "sources.answer",
        f"the source answers what cannot be used: {what}",
        hint="nothing of this page was kept; ask whoever runs the source",
    )


def _silent(why: str) -> UnavailableError:
    return UnavailableError(
        "sources.silent",
        f"the source cannot be reached: {why}",
        hint="pull again later: it goes on where it stopped",
    )
