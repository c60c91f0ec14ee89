"""Secrecy has an end, urgency has a reason, and an intention to ask for the data is stated."""

from collections.abc import Iterator
from datetime import timedelta

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.forms import form_of
from comity.requests.kinds import PRESERVATION
from comity.requests.matter import Matter


def check_secrecy(matter: Matter) -> Iterator[Finding]:
    """Yield what must be decided on confidentiality; that it lacks its end is found with the fields.

    Basis: 42(3)(g), 40(20)
    """
    reading = matter.reading
    basis = next(one.basis for one in form_of(matter.kind) if one.name == "confidentiality")
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


def check_urgency(matter: Matter) -> Iterator[Finding]:
    """Yield what must be decided on a suggested deadline or an emergency.

    Basis: 40(26), 2(o)
    """
    wanted_by = matter.reading.day("/urgency/wanted_by")
    if wanted_by is not None and wanted_by < matter.on:
        yield found(
            "urgency.past", basis="40(26)", field="/urgency/wanted_by", wanted_by=wanted_by.isoformat()
        )
    if matter.reading.get("/urgency/emergency") is True and matter.requested_side:
        yield found("urgency.emergency", basis="2(o)", field="/urgency/emergency")


def check_intention(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against the stated intention to ask for the preserved data.

    Basis: 42(3)(f), 42(8)
    """
    if matter.kind is not PRESERVATION:
        return
    if matter.reading.get("/intends_request") is False:
        yield found("intention.absent", basis="42(3)(f)", field="/intends_request")
    expected = matter.reading.day("/request_expected")
    days = matter.pack.clocks.preservation_least if matter.pack else 60
    if expected is not None and expected > matter.on + timedelta(days=days):
        yield found("intention.late", basis="42(8)", field="/request_expected", days=days)
