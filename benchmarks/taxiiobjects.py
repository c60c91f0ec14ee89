"""Objects for the measurements of the TAXII door, the same for every server."""

from comity.indicators.marks import Tlp
from comity.indicators.ports import SHARED, Shared
from comity.indicators.statements import named_uuid
from comity.indicators.stixwire import stix_time
from comity.kernel.clock import SECOND, Instant
from comity.kernel.ids import AuthorityId
from comity.node.workplace import Workplace

DESK = AuthorityId("XAA/contact-point")
BEGUN = 1_767_225_600_000_000
MARKS = (Tlp.CLEAR, *[Tlp.GREEN] * 66, *[Tlp.AMBER] * 33)


def made_at(number: int) -> Instant:
    """Return when an object was made: no two at the same time, which would cost other servers dear."""
    return Instant(BEGUN + number * SECOND)


def body(number: int) -> bytes:
    """Return one object of usual size."""
    name, at = named_uuid(str(number)), stix_time(made_at(number))
    return (
        f'{{"type":"indicator","spec_version":"2.1","id":"indicator--{name}",'
        f'"created":"{at}","modified":"{at}","pattern":"[url:value = \'http://h{number}.example/\']",'
        '"pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}'
    ).encode()


def fill(place: Workplace, start: int, end: int) -> None:
    """Put objects on the shelf."""
    for first in range(start, end, 20_000):
        rows = [
            Shared(
                authority=DESK, shelf=SHARED, number=0, object_id=f"indicator--{named_uuid(str(number))}",
                version=stix_time(made_at(number), digits=6), kind="indicator", tlp=MARKS[number % 100],
                added_at=Instant(1_790_000_000_000_000), body=body(number),
            )
            for number in range(first, min(end, first + 20_000))
        ]  # fmt: skip
        with place.store.transaction() as tx:
            tx.sharing.add_shared(rows)
