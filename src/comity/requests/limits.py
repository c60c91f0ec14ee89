"""Limits on what is furnished: what the request said it would be used for, and no more.

They follow from the request itself and travel with every exhibit that answers it.
"""

from dataclasses import dataclass
from datetime import date

from comity.requests.errors import incomplete
from comity.requests.kinds import STORED_DATA
from comity.requests.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class UseLimits:
    """What the receiver of the data is bound to.

    Attributes:
        basis: The paragraph of the rule on use.
        purpose: The purpose stated in the request, in its own words.
        proceedings: The investigation, prosecution or proceeding stated.
        onward: True when the data may go to a third State or organisation only with authorization.
        confidential_until: End of secrecy; None when none was asked.

    Basis: 40(15)(g), 40(19), 40(20), 36(3)
    """

    basis: str
    purpose: str
    proceedings: str
    onward: bool
    confidential_until: date | None


def limits_of(reading: Reading) -> UseLimits:
    """Return the limits that a request for stored data carries by itself.

    Raises:
        MalformedError: ``request.incomplete`` when it is of another kind or a field does not hold.
    """
    if reading.kind is not STORED_DATA:
        raise incomplete("/kind", 1)
    if reading.faults:
        raise incomplete(reading.faults[0].field, len(reading.faults))
    reference = reading.get("/proceeding/reference")
    nature = str(reading.get("/proceeding/nature"))
    return UseLimits(
        basis="40(19)",
        purpose=str(reading.get("/purpose/text")),
        proceedings=f"{nature} {reference}" if reference else nature,
        onward=True,
        confidential_until=reading.day("/confidentiality/until"),
    )
