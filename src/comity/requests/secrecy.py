"""Secrecy has an end, and long secrecy is decided by a person."""

from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.forms import basis_of
from comity.requests.matter import Matter


def check_secrecy(matter: Matter) -> Iterator[Finding]:
    """Yield what must be decided on confidentiality; that it lacks its end is found with the fields.

    Basis: 42(3)(g), 40(20)
    """
    reading = matter.reading
    basis = basis_of(matter.kind, "confidentiality")
    wanted = any(reading.get(f"/confidentiality/{name}") for name in ("wanted", "no_user_notification"))
    if not wanted:
        if reading.sound("/confidentiality") and not matter.requested_side:
            yield found("confidentiality.absent", basis=basis, field="/confidentiality")
        return
    until = reading.day("/confidentiality/until")
    if until is None:
        return
    if until < matter.on:
        yield found(
            "confidentiality.past", basis=basis, field="/confidentiality/until", until=until.isoformat()
        )
    most = matter.pack.clocks.secrecy_review if matter.pack else 366
    if (until - matter.on).days > most:
        yield found(
            "confidentiality.long",
            basis=basis,
            field="/confidentiality/until",
            until=until.isoformat(),
            most=most,
        )
