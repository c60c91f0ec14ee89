"""Joins what the room of indicators needs: the confined reader of messages, letters, and patterns."""

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from comity.engines.intake.host import MessageReader
from comity.engines.intake.patterns import require_grammar
from comity.engines.intake.shapes import is_mixed, latin, registered, skeleton
from comity.indicators.kinds import host_of
from comity.indicators.lookalikes import Brands, unicode_domain
from comity.indicators.observations import Found, Observation
from comity.indicators.sources import Line, SourceRecord


class IndicatorRoom:
    """Takes messages apart and looks at the names in them."""

    def extract(
        self, files: Sequence[tuple[str, bytes]], *, brands: Sequence[str], region: str = ""
    ) -> tuple[Found, ...]:
        """Return what files give away, in their order; look-alike domains say whose they resemble."""
        with Extracting(brands=brands, region=region) as extract:
            return tuple(found for name, data in files for found in extract(name, data))

    def extracting(self, *, brands: Sequence[str], region: str = "") -> "Extracting":
        """Return what takes many files apart, one after the other, in one confined process; a context."""
        return Extracting(brands=brands, region=region)

    def judge(self, pattern: str) -> None:
        """Raise MalformedError ``indicators.form`` for what is no pattern of STIX."""
        require_grammar(pattern)

    def reach(self, source: SourceRecord, secret: bytes) -> AbstractContextManager[Line]:
        """Open the way to a source over the network."""
        from comity.transport.sources import open_line

        return open_line(source, secret)

    def require_certificates(self, text: str) -> None:
        """Raise MalformedError ``sources.certificates`` for a text that holds no certificate."""
        from comity.transport.sources import require_certificates

        require_certificates(text)


class Extracting:
    """Takes files apart in one confined process; used as a context.

    Args:
        brands: Domains that look-alikes are told of.
        region: Country (ISO 3166-1 alpha-2) whose telephone numbers are read without ``+``; empty for none.

    Raises:
        UnavailableError: ``intake.extra``, ``intake.worker``; at the first file.
    """

    def __init__(self, *, brands: Sequence[str] = (), region: str = "") -> None:
        self._known = Brands(brands, skeleton=skeleton, registered=registered)
        self._reader = MessageReader(region=region)

    def __enter__(self) -> Callable[[str, bytes], tuple[Found, ...]]:
        self._reader.__enter__()
        return self._extracted

    def __exit__(self, *exc: object) -> None:
        self._reader.__exit__(*exc)

    def _extracted(self, name: str, data: bytes) -> tuple[Found, ...]:
        return tuple(_looked_at(one, self._known) for one in self._reader.read(name, data))


def _looked_at(found: Found, brands: Brands) -> Found:
    """Return an observation with what its domain resembles."""
    if not isinstance(found, Observation):
        return found
    host = host_of(found.kind, found.value)
    if not host:
        return found
    remarks = []
    shown = unicode_domain(host)
    if shown != host:
        remarks.append(f"shown={shown}")
        if is_mixed(shown):
            remarks.append("mixed_scripts")
        read = latin(shown)
        if read.isascii():
            remarks.append(f"reads_as={read}")
    alike = brands.resembling(host)
    if alike is not None:
        remarks.append(f"looks_like={alike.brand} ({alike.how.value})")
    return dataclasses.replace(found, remarks=(*found.remarks, *remarks)) if remarks else found


def extracted(name: str, data: bytes, brands: Sequence[str]) -> tuple[Found, ...]:
    """Return what one file gives away, taken apart in a process of its own."""
    return IndicatorRoom().extract([(name, data)], brands=brands)
