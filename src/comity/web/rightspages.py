"""Rights and services of victims in pages: by State, with source and day; a sheet to print in her language.

Basis: 34(2), 34(4), 34(5)
"""

from pathlib import Path

from comity.kernel.clock import to_date
from comity.kernel.errors import ComityError, MalformedError
from comity.node.access import Action, is_allowed
from comity.node.rights import FIELDS
from comity.protection.victims.rights import KINDS
from comity.web.answers import Answer
from comity.web.visits import Visit
from comity.web.words import Words
from comity.wording import LANGUAGES, is_rtl
from comity.wording.places import language_name

_MOST = 8 << 20


def show(visit: Visit) -> Answer:
    """Show the records of a State, or all, and the form to keep one."""
    return _page(visit)


def edit(visit: Visit) -> Answer:
    """Keep one record, its words in one language."""
    try:
        made = visit.toolbox.desks.rights.edit(
            visit.actor, values={name: visit.form.get(name) for name in FIELDS}
        )
    except ComityError as fault:
        return _page(visit, fault)
    return visit.back(f"/victims/rights?party={made.party}")


def take(visit: Visit) -> Answer:
    """Take a file of records in, whole or not at all."""
    try:
        if not visit.form.files:
            raise MalformedError("rights.file", "no file was chosen", hint="choose one")
        with Path(visit.form.files[0].path).open("rb") as file:
            data = file.read(_MOST + 1)
        visit.toolbox.desks.rights.take(visit.actor, data=data[:_MOST])
    except ComityError as fault:
        return _page(visit, fault)
    return visit.back("/victims/rights")


def drop(visit: Visit) -> Answer:
    """Take a record out."""
    party = visit.form.get("party")
    visit.toolbox.desks.rights.drop(visit.actor, party=party, code=visit.form.get("code"))
    return visit.back(f"/victims/rights?party={party}")


def sheet(visit: Visit) -> Answer:
    """Show the records of a State alone, in a language, to be printed for the victim."""
    party, wanted = visit.query.get("party", ""), visit.query.get("in", "") or visit.words.language
    found = visit.toolbox.desks.rights.listed(visit.actor, party=party, language=wanted)
    base = wanted.partition("-")[0]
    return visit.page(
        "rightssheet.html",
        section="victims",
        rows=found,
        party=party,
        spoken=wanted if wanted.replace("-", "").isalnum() else visit.words.language,
        turned=is_rtl(base),
        own=Words(base if base in LANGUAGES else visit.words.language),
        rtl=[one.code for one in found if is_rtl(one.language.partition("-")[0])],
        today=to_date(visit.toolbox.desks.place.clock.now()).isoformat(),
    )


def _page(visit: Visit, fault: ComityError | None = None) -> Answer:
    desk, party = visit.toolbox.desks.rights, visit.query.get("party", "")
    every = desk.listed(visit.actor, language=visit.words.language)
    found = [one for one in every if party in ("", one.party)]
    spoken = sorted({code for one in found for code in one.languages})
    return visit.page(
        "rights.html",
        status=fault.status if fault else 200,
        section="victims",
        rows=found,
        party=party,
        parties=[(code, visit.words.party(code)) for code in sorted({one.party for one in every})],
        spoken=[(code, language_name(code, language=visit.words.language)) for code in spoken],
        kinds=visit.choices("victims.right", KINDS),
        may_keep=is_allowed(visit.actor, Action.RIGHTS_KEEP),
        posted=visit.form,
        fault=fault,
    )
