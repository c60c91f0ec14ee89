"""The way to a time-stamp authority: one question by HTTP, one bounded answer."""

import httpx2

from comity.kernel.errors import UnavailableError
from comity.ledger.stamps import MOST_TOKEN

_QUESTION, _ANSWER = "application/timestamp-query", "application/timestamp-reply"
_TIMEOUT = 20.0


def ask_authority(url: str, question: bytes, *, transport: httpx2.BaseTransport | None = None) -> bytes:
    """Return the answer to a question, unjudged.

    Args:
        url: Of the authority. What protects the answer is its signature, so plain HTTP does.
        question: In DER.
        transport: Stands in for the network.

    Raises:
        UnavailableError: ``stamp.silent``: no answer, another status, another type, or too long.

    Basis: RFC 3161 section 3.4
    """
    try:
        with (
            httpx2.Client(timeout=_TIMEOUT, follow_redirects=False, transport=transport) as client,
            client.stream("POST", url, content=question, headers={"Content-Type": _QUESTION}) as answer,
        ):
            if answer.status_code != httpx2.codes.OK:
                raise _silent(f"status {answer.status_code}")
            if answer.headers.get("content-type", "").partition(";")[0].strip().lower() != _ANSWER:
                raise _silent("an answer of another type")
            found = bytearray()
            for chunk in answer.iter_bytes():
                found += chunk
                if len(found) > MOST_TOKEN:
                    raise _silent("an answer that is too long")
            return bytes(found)
    except (httpx2.HTTPError, httpx2.InvalidURL) as exc:
        raise _silent(type(exc).__name__) from exc


def _silent(what: str) -> UnavailableError:
    return UnavailableError("stamp.silent", f"the time-stamp authority does not answer: {what}")
