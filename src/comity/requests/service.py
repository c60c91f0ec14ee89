"""Use cases of the requests room: kinds, an example, the schema, and the check of a form."""

from datetime import date
from typing import TYPE_CHECKING, Any

from comity.kernel.findings import Assessment
from comity.requests.assessment import assess
from comity.requests.kinds import RequestKind, Side, all_kinds, require_kind
from comity.requests.matter import instrument_of, parties_of
from comity.requests.published import NOTHING_PUBLISHED, Published
from comity.requests.reading import Reading
from comity.requests.wire import parse_form
from comity.treaty.instruments import CONVENTION
from comity.treaty.packs import Pack, pack_between

if TYPE_CHECKING:
    from comity.treaty.overlay import Overlay


def kinds() -> tuple[RequestKind, ...]:
    """Return the kinds of request that this node speaks."""
    return all_kinds()


def example(kind: str, *, on: date | None = None, variant: int = 1) -> dict[str, Any]:
    """Return a complete form between two practice Parties.

    Args:
        kind: Code of the kind.
        on: The day around which its dates lie; a fixed day when None.
        variant: Which of its examples, from 1.

    Raises:
        NotFoundError: an unknown kind, or an example that it does not have.
    """
    from comity.requests.examples import EXAMPLE_DAY, example_of

    return example_of(require_kind(kind), on=on or EXAMPLE_DAY, variant=variant)


def examples(kind: str) -> int:
    """Return how many examples a kind has; raise NotFoundError for an unknown kind."""
    from comity.requests.examples import variants_of

    return variants_of(require_kind(kind))


def blank(kind: str) -> dict[str, Any]:
    """Return a form of a kind with every required field present and blank, to be filled in.

    Raises:
        NotFoundError: an unknown kind.
    """
    from comity.requests.blanks import blank_of

    return blank_of(require_kind(kind))


def schema(kind: str) -> dict[str, Any]:
    """Return the form of a kind as JSON Schema 2020-12; raise NotFoundError for an unknown kind."""
    from comity.requests.schema import schema_of

    return schema_of(require_kind(kind))


def check(
    form: bytes,
    *,
    side: Side | str,
    on: date,
    own_reservations: frozenset[str] = frozenset(),
    overlay: "Overlay | None" = None,
    published: Published = NOTHING_PUBLISHED,
) -> Assessment:
    """Return the assessment of a request form.

    Args:
        form: I-JSON of at most 1 MiB.
        side: Who assesses, ``requesting`` or ``requested``.
        on: The day of the assessment, UTC.
        own_reservations: Reservations of the assessing Party beyond the pack.
        overlay: The operator's own data on instruments.
        published: What the signed entries of the two Parties say.

    Raises:
        MalformedError: the bytes are no form at all.
    """
    reading = parse_form(form)
    pack = pack_of(reading, on=on, overlay=overlay)
    return assess(
        reading,
        side=Side(side),
        on=on,
        pack=pack,
        own_reservations=own_reservations,
        published=published,
    )


def pack_of(reading: Reading, *, on: date, overlay: "Overlay | None" = None) -> Pack | None:
    """Return what is in force between the two Parties of a form; None when nothing is known.

    It is that of the instrument which the form names for the obligation, else of the Convention.

    Args:
        reading: The form.
        on: The day.
        overlay: The operator's own data on instruments.

    Basis: 40(7)
    """
    if reading.kind is None:
        return None  # a form of no known kind is not read, so nothing in it holds
    requesting, requested = parties_of(reading)
    if not requesting or not requested:
        return None
    named = {reading.get(f"{row}/instrument") for row in reading.rows("/basis")}
    if overlay is None and named <= {CONVENTION, None} and (built_in := pack_between(requesting, requested)):
        return built_in  # without loading the packs: practice is quick
    from comity.treaty.agreed import agreed
    from comity.treaty.overlay import NO_OVERLAY

    return agreed(
        requesting,
        requested,
        kind=reading.kind.code,
        instrument=instrument_of(reading),
        on=on,
        overlay=overlay or NO_OVERLAY,
    )
