"""The desk for procedure sheets: each version is kept, with its first day, and none is replaced.

A head keeps a sheet; on a live node a second officer stands behind it, since a sheet says what suspends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from comity.cases.register import version_of
from comity.kernel.clock import to_date
from comity.kernel.errors import ConflictError, DeniedError, NotFoundError
from comity.kernel.ids import OfficerName, PartyCode, is_practice, parse_officer, parse_party
from comity.kernel.realms import Realm
from comity.node.access import Action, require_access
from comity.node.people import PeopleDesk
from comity.node.ports import NodeStore, Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.requests.sheets import SHIPPED, KeptSheet, parse_sheet, sheet_on, shipped_sheet

_PREFIX = "sheet/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsDesk:
    """The procedure sheets of one node.

    Basis: 24(1), 24(2), 40(17)
    """

    place: Workplace

    def list(self) -> tuple[KeptSheet, ...]:
        """Return every sheet: those that ship for this realm, then those kept, by Party and version."""
        shipped = [shipped_sheet(party) for party in SHIPPED] if self.place.realm is Realm.PRACTICE else []
        with self.place.store.snapshot() as tx:
            return (*(one for one in shipped if one is not None), *kept_sheets(tx.node))

    def show(self, party: str, *, on: date | None = None) -> KeptSheet:
        """Return the sheet of a Party that holds on a day, today where none is given.

        Raises:
            NotFoundError: ``sheet.absent``.
            MalformedError: ``party.code``.
        """
        code = parse_party(party, where="party")
        found = self.find(code, on=on)
        if found is None:
            raise NotFoundError(
                "sheet.absent",
                f"this node keeps no procedure sheet of {code} for that day",
                hint="a head keeps one with 'comity sheet set FILE'; 'comity sheet example' prints one",
                where=code,
            )
        return found

    def find(self, party: PartyCode, *, on: date | None = None) -> KeptSheet | None:
        """Return the sheet of a Party that holds on a day, today where none is given; None for none."""
        day = to_date(self.place.clock.now()) if on is None else on
        with self.place.store.snapshot() as tx:
            return sheet_of(tx, party, on=day)

    def check(self, data: bytes) -> KeptSheet:
        """Return what the bytes of a sheet say; nothing is kept.

        Raises:
            MalformedError: ``sheet.form``.
            ConflictError: ``sheet.realm``, ``sheet.version``.
        """
        made = parse_sheet(data)
        with self.place.store.snapshot() as tx:
            self._require_next(tx, made)
        return made

    def set(self, actor: Actor, *, data: bytes, confirmed_by: Sequence[str] = ()) -> KeptSheet:
        """Keep a version of a sheet; older ones stay, and hold until its first day.

        Args:
            actor: A head.
            data: The sheet, as in ``docs/spec/procedure.md``.
            confirmed_by: Further officers who looked at it; one at least on a live node.

        Raises:
            DeniedError: ``access.role``, ``sheet.two_officers``, ``sheet.confirmed_by``.
            MalformedError: ``sheet.form``.
            ConflictError: ``sheet.realm``; ``sheet.version``: the version is not higher than the last.

        Basis: PROTOCOL 10
        """
        place = self.place
        require_access(actor, Action.OFFICE_CHANGE, realm=place.realm)
        others = self._confirmed(actor, confirmed_by)
        made = parse_sheet(data)
        name = f"{made.sheet.party}/{made.sheet.version:07d}"
        told = " ".join((name, made.digest, *(f"confirmed-by={one}" for one in others)))
        with place.store.transaction() as tx:
            self._require_next(tx, made)
            tx.node.put_setting(f"{_PREFIX}{name}", data)
            for authority in place.authorities(tx):
                tx.acts.restart_register(authority, version=version_of(place.house))
            place.journal.decision(tx, actor, action="sheet.set", about=told, at=place.clock.now())
        return made

    def _require_next(self, tx: Transaction, made: KeptSheet) -> None:
        sheet = made.sheet
        if is_practice(PartyCode(sheet.party)) != (self.place.realm is Realm.PRACTICE):
            raise ConflictError(
                "sheet.realm", f"{sheet.party} is of the other realm than this node", where="/party"
            )
        ships = shipped_sheet(sheet.party)
        held = [one.sheet.version for one in kept_sheets(tx.node) if one.sheet.party == sheet.party]
        last = max([*held, *([ships.sheet.version] if ships is not None else [])], default=0)
        if sheet.version <= last:
            raise ConflictError(
                "sheet.version",
                f"version {last} of the sheet of {sheet.party} is here already",
                hint=f"give the new one version {last + 1}; a version is never replaced",
                where="/version",
            )

    def _confirmed(self, actor: Actor, confirmed_by: Sequence[str]) -> tuple[OfficerName, ...]:
        others, strangers = other_officers(self.place, actor, confirmed_by)
        if strangers:
            raise DeniedError("sheet.confirmed_by", f"{strangers[0]} is no officer of this node")
        if self.place.realm is Realm.LIVE and not others:
            raise DeniedError(
                "sheet.two_officers",
                "two officers look at a procedure sheet before it holds",
                hint="name the second with --confirmed-by",
            )
        return others


def other_officers(
    place: Workplace, actor: Actor, confirmed_by: Sequence[str]
) -> tuple[tuple[OfficerName, ...], tuple[OfficerName, ...]]:
    """Return who else looked at something that a head sets: officers of this node, and those who are none."""
    known = {officer.name for officer in PeopleDesk(place=place).officers()}
    named = dict.fromkeys(parse_officer(name) for name in confirmed_by)
    named.pop(actor.officer, None)
    return tuple(one for one in named if one in known), tuple(one for one in named if one not in known)


def kept_sheets(store: NodeStore) -> tuple[KeptSheet, ...]:
    """Return the sheets that a node keeps, by Party and version."""
    found = (store.setting(name) for name in store.names(_PREFIX))
    return tuple(parse_sheet(data) for data in found if data is not None)


def sheet_of(tx: Transaction, party: str, *, on: date) -> KeptSheet | None:
    """Return the sheet of a Party that holds on a day, or None."""
    names = tx.node.names(f"{_PREFIX}{party}/")
    found = (tx.node.setting(name) for name in names)
    return sheet_on([parse_sheet(data) for data in found if data is not None], party, on=on)
