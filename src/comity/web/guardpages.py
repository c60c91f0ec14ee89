"""Reports of abuse and takedowns in pages: the queue with its reasons, a report, takedowns with their clocks.

No picture is ever here, nothing is fetched, and every read is in the log first.
"""

from collections.abc import Callable

from comity.kernel.errors import ComityError, MalformedError
from comity.node.access import Action, is_allowed
from comity.node.takedowns import Where
from comity.protection.takedown import REFUSALS, WRONGS
from comity.protection.triage import BY_OFFICER
from comity.web.answers import Answer, download, redirect
from comity.web.visits import Visit
from comity.wording.notices import SPOKEN, require_suffix
from comity.wording.places import language_name

_SHOWN = 100
_MEDIA = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".txt": "text/plain; charset=utf-8",
}
_ANSWERS = ("removed", "refused", "again", "wrong", "restored", "upheld", "closed")


def queue(visit: Visit) -> Answer:
    """Show the open reports by matter, imminent harm first."""
    rows = visit.toolbox.desks.reports.queue(visit.actor, purpose=visit.purpose)
    return visit.page(
        "reports.html", section="protection", rows=rows[:_SHOWN], more=max(0, len(rows) - _SHOWN)
    )


def report(visit: Visit) -> Answer:
    """Show one report."""
    return _report(visit)


def say(visit: Visit) -> Answer:
    """Say something of a report."""
    number, form = _number(visit, "report"), visit.form

    def work() -> None:
        visit.toolbox.desks.reports.say(
            visit.actor, report=number, sign=form.get("sign"), why=form.get("why")
        )

    return _done(visit, work, f"/protection/reports/{number}", _report)


def _report(visit: Visit, fault: ComityError | None = None) -> Answer:
    number = _number(visit, "report")
    found = visit.toolbox.desks.reports.show(visit.actor, report=number, purpose=visit.purpose)
    return visit.page(
        "report.html",
        section="protection",
        one=found,
        signs=(*BY_OFFICER, "closed" if found.is_open else "opened"),
        posted=visit.form,
        fault=fault,
    )


def takedowns(visit: Visit) -> Answer:
    """Show the takedowns, those whose clock ends first before the others, and the form to open one."""
    return _takedowns(visit)


def begin(visit: Visit) -> Answer:
    """Open a takedown."""
    form, made = visit.form, []

    def work() -> None:
        made.append(
            visit.toolbox.desks.takedowns.open(
                visit.actor,
                where=Where(
                    place=form.get("place"), address=form.get("address"), service=form.get("service")
                ),
                subject=form.get("subject"),
                why=form.get("why"),
                hashes=form.get("hashes").split(),
                plea=form.get("plea").strip(),
                victim=form.get("victim") == "yes",
            )
        )

    try:
        work()
    except ComityError as fault:
        return _takedowns(visit, fault)
    return redirect(f"/protection/takedowns/{made[0]}")


def _takedowns(visit: Visit, fault: ComityError | None = None) -> Answer:
    rows = visit.toolbox.desks.takedowns.listed(visit.actor, purpose=visit.purpose)
    return visit.page(
        "takedowns.html", section="protection", rows=rows[:_SHOWN], posted=visit.form, fault=fault
    )


def takedown(visit: Visit) -> Answer:
    """Show one takedown with its clocks."""
    return _takedown(visit)


def notice(visit: Visit) -> Answer:
    """Record a notice or an appeal."""
    number, form = _number(visit, "takedown"), visit.form

    def work() -> None:
        visit.toolbox.desks.takedowns.notice(
            visit.actor,
            takedown=number,
            to=form.get("to"),
            term=form.get("term"),
            words=form.get("words"),
            appeal=form.get("appeal") == "yes",
        )

    return _done(visit, work, f"/protection/takedowns/{number}", _takedown)


def answer(visit: Visit) -> Answer:
    """Record what came of a takedown."""
    number, form = _number(visit, "takedown"), visit.form

    def work() -> None:
        visit.toolbox.desks.takedowns.answer(
            visit.actor,
            takedown=number,
            step=form.get("step"),
            reason=form.get("reason"),
            words=form.get("words"),
        )

    return _done(visit, work, f"/protection/takedowns/{number}", _takedown)


def told(visit: Visit) -> Answer:
    """Record that the person who is shown was told how it stands."""
    number, words = _number(visit, "takedown"), visit.form.get("words")

    def work() -> None:
        visit.toolbox.desks.takedowns.told(visit.actor, takedown=number, words=words)

    return _done(visit, work, f"/protection/takedowns/{number}", _takedown)


def letter(visit: Visit) -> Answer:
    """Give the last notice as a file to send; a person sends it."""
    number, form = _number(visit, "takedown"), visit.form
    suffix = require_suffix(f".{form.get('format')}")
    made = visit.toolbox.desks.takedowns.letter(visit.actor, takedown=number, purpose=visit.purpose)
    data = visit.toolbox.print_notice(made, suffix=suffix, language=form.get("in"))
    return download(iter([data]), name=f"notice-{number}{suffix}", media_type=_MEDIA[suffix], size=len(data))


def _takedown(visit: Visit, fault: ComityError | None = None) -> Answer:
    number, desks = _number(visit, "takedown"), visit.toolbox.desks
    found = desks.takedowns.show(visit.actor, takedown=number, purpose=visit.purpose)
    return visit.page(
        "takedown.html",
        section="protection",
        one=found,
        channels=desks.takedown_books.channels(visit.actor),
        steps=tuple(one for one in _ANSWERS if one in found.may),
        noticed=any(one.step in ("notice", "appeal") for one in found.events),
        tongues=[(code, language_name(code, language=visit.words.language)) for code in SPOKEN],
        notices=bool({"notice", "appeal"} & set(found.may)),
        reasons=(*REFUSALS, *(one for one in WRONGS if one not in REFUSALS)),
        may_work=is_allowed(visit.actor, Action.TAKEDOWN_KEEP),
        posted=visit.form,
        fault=fault,
    )


def _done(
    visit: Visit, work: Callable[[], None], path: str, again: Callable[[Visit, ComityError], Answer]
) -> Answer:
    try:
        work()
    except ComityError as fault:
        return again(visit, fault)
    return redirect(path)


def _number(visit: Visit, name: str) -> int:
    text = visit.place(name)
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise MalformedError("guard.number", f"{text[:20]!r} is no number", where=name)
    return int(text)
