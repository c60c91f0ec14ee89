"""Joins what the room of indicators needs: the confined reader of messages, letters, and patterns."""

import dataclasses
from collections.abc import Sequence
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
        known = Brands(brands, skeleton=skeleton, registered=registered)
        with MessageReader(region=region) as reader:
            return tuple(_looked_at(one, known) for one in reader.read_all(files))

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
