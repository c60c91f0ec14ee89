"""Takedowns as they are shown, and what a notice says; codes of channels and terms are looked up here."""

from collections.abc import Sequence

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.node.takedownviews import ClockView, EventView, NoticeView, TakedownRow
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.channels import Channel, Target
from comity.protection.takedown import Event, Step, Takedown
from comity.protection.terms import Term


def target_of(held: Takedown, states: tuple[str, ...]) -> Target:
    """Return what channels are looked up for."""
    return Target(
        host=held.host,
        address=held.address,
        registrar=held.registrar,
        service=held.service,
        states=states,
        subject=held.subject.value,
    )


def channel_named(channels: Sequence[Channel], code: str) -> Channel:
    """Return a channel by its code; raise NotFoundError ``takedown.no_channel``."""
    found = next((one for one in channels if one.code == code), None)
    if found is None:
        raise NotFoundError(
            "takedown.no_channel",
            f"there is no channel {code[:40]!r}",
            hint="comity protect takedown channels shows and takes them in",
            where="to",
        )
    return found


def term_named(terms: Sequence[Term], code: str, held: Takedown, step: Step, now: Instant) -> Term:
    """Return a term by its code; raise where there is none, or it does not start by this step."""
    found = next((one for one in terms if one.code == code), None)
    if found is None:
        raise NotFoundError(
            "takedown.no_term",
            f"there is no term {code[:40]!r}",
            hint="comity protect takedown terms",
            where="term",
        )
    kinds = {Step.NOTICE: "notice", Step.APPEAL: "appeal", Step.WRONG: "complaint"}
    wanted = kinds.get(step, "")
    fits = found.kind == wanted and held.subject.value in found.subjects and found.starts(now)
    if not fits or (found.by == "victim" and not held.victim):
        raise ConflictError(
            "takedown.term_not",
            f"{found.citation} does not start a clock by this {wanted or step.value}",
            hint=f"it is {found.standing}, for {found.kind} of {found.by}, {', '.join(found.subjects)}",
            where="term",
        )
    return found


def clock_view(event: Event, now: Instant) -> ClockView:
    """Return a clock as it is shown."""
    return ClockView(
        began=event.at,
        citation=event.term.citation if event.term else "",
        standing=event.term.standing if event.term else "",
        due=event.due,
        late=event.due is not None and event.due <= now,
    )


def takedown_row(held: Takedown, now: Instant) -> TakedownRow:
    """Return a takedown as a row of the list."""
    clocks = sorted(held.clocks(), key=lambda one: (one.due is None, one.due or 0))
    return TakedownRow(
        number=held.number,
        state=held.state.value,
        subject=held.subject.value,
        where=held.where,
        service=held.service,
        opened=held.opened,
        clock=clock_view(clocks[0], now) if clocks else None,
    )


def row_order(row: TakedownRow) -> tuple[bool, bool, int, int]:
    """Return what rows are sorted by."""
    due = row.clock.due if row.clock else None
    return row.state == "closed", due is None, due or 0, row.number


def event_view(one: Event) -> EventView:
    """Return an event as it is shown."""
    return EventView(
        step=one.step.value,
        at=one.at,
        by=one.by,
        to=one.to,
        reason=one.reason,
        words=one.words,
        citation=one.term.citation if one.term else "",
        due=one.due,
        language=one.language,
        report=one.report,
    )


def notice_view(
    held: Takedown, event: Event, channel: Channel | None, actor: Actor, place: Workplace
) -> NoticeView:
    """Return what a notice says."""
    digests = [f"{name} {value.hex()}" for one in held.prints for name, value in one.exact]
    return NoticeView(
        takedown=held.number,
        office=str(actor.authority),
        office_name=str(actor.authority),
        to=channel.name if channel else event.to,
        address=channel.address if channel else "",
        how=channel.how if channel else "",
        languages=channel.languages if channel else (event.language,),
        subject=held.subject.value,
        url=held.url,
        host=held.host,
        ip=held.address,
        service=held.service,
        digests=tuple(dict.fromkeys(digests))[:50],
        citation=event.term.citation if event.term else "",
        note=event.term.note if event.term else "",
        due=event.due,
        at=event.at,
        step=event.step.value,
        words=event.words,
        practice=place.realm.value == "practice",
    )
