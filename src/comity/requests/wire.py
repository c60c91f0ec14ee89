"""Bytes of a request form to a reading, and a form to the two halves of its act."""

from typing import Any

from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.requests.errors import incomplete, not_a_form
from comity.requests.matter import best_class, is_urgent, parties_of
from comity.requests.reading import Reading, read_form

MOST_FORM_BYTES = 1024 * 1024


def parse_form(data: bytes) -> Reading:
    """Return a form read against its fields.

    Args:
        data: I-JSON of at most 1 MiB.

    Raises:
        MalformedError: not I-JSON, or no object.
    """
    value = parse_ijson(data, most_bytes=MOST_FORM_BYTES, where="the request form")
    if not isinstance(value, dict):
        raise not_a_form()
    return read_form(value)


def split_form(reading: Reading) -> tuple[dict[str, Any], bytes]:
    """Return the skeleton body of the act and the bytes of its part ``form``.

    The skeleton names what the fold needs: kind, article, Parties, instruments, scope class, item ids,
    urgency, end of secrecy. It holds no personal data and no free text; the part holds the whole form,
    members that are not ours included.

    Raises:
        MalformedError: ``request.incomplete`` when a field does not hold.
    """
    if reading.kind is None or reading.faults:
        raise incomplete(reading.faults[0].field, len(reading.faults))
    best = best_class(reading)
    skeleton: dict[str, Any] = {
        "request": reading.kind.code,
        "version": reading.kind.version,
        "article": reading.kind.article,
        "requested_party": parties_of(reading)[1],
        "language": reading.get("/language"),
        "basis": [
            {name: reading.get(f"{row}/{name}") for name in ("role", "instrument", "reference")}
            for row in reading.rows("/basis")
        ],
        "class": best.value if best else None,
        "items": [reading.get(f"{row}/id") for row in reading.rows("/items")],
        "urgent": is_urgent(reading),
        "emergency": reading.get("/urgency/emergency") is True,
        "confidential_until": reading.get("/confidentiality/until"),
    }
    return skeleton, dump_ijson(reading.content)


def parse_part(act: str, data: bytes) -> Reading:
    """Return the form in the part of an act, ours or a peer's.

    Args:
        act: Kind of the act that carries it.
        data: The part ``form``.

    Raises:
        MalformedError: not a form, or of a kind that another act carries.
    """
    reading = parse_form(data)
    if reading.kind is None or reading.kind.act != act:
        raise incomplete("/kind", 1)
    return reading
