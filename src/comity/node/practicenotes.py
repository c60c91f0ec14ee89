"""What a node remembers of guided cases that were begun: since when, with whom, as which case."""

from dataclasses import dataclass
from typing import Any

from comity.cases.wire import parse_signed_act
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.node.ports import Transaction
from comity.node.practicecases import GuidedCase, guided_cases
from comity.node.views import Actor
from comity.node.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A guided case that was begun.

    Attributes:
        case: The real case; empty before it is opened.
        partner: The office of the other side.
    """

    since: Instant
    case: str
    partner: AuthorityId


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeNotes:
    """The notes of one node."""

    place: Workplace

    def begun(self, actor: Actor, guided: GuidedCase) -> Begun:
        """Return what is known of a guided case that was begun.

        Raises:
            ConflictError: ``practice.not_begun``.
        """
        found = self.found(actor, guided)
        if found is None:
            raise ConflictError(
                "practice.not_begun",
                f"the guided case {guided.name} was not begun",
                hint=f"begin it with 'comity practice start {guided.name}'",
            )
        return found

    def found(self, actor: Actor, guided: GuidedCase) -> Begun | None:
        """Return what is known of a guided case; a case that the person opened since is found by its kind."""
        with self.place.store.snapshot() as tx:
            kept = tx.node.setting(_setting(actor, guided.name))
            if kept is None:
                return None
            value: Any = parse_ijson(kept)
            begun = Begun(
                since=Instant(value["since"]), case=value["case"], partner=AuthorityId(value["partner"])
            )
            if begun.case or guided.opens == "partner":
                return begun
            opened = self._opened(tx, actor, guided, begun)
        if not opened:
            return begun
        begun = Begun(since=begun.since, case=opened, partner=begun.partner)
        self.keep(actor, guided, begun)
        return begun

    def _opened(self, tx: Transaction, actor: Actor, guided: GuidedCase, begun: Begun) -> str:
        """Return the newest case that the office opened with the other side since then."""
        taken = {
            _case_of(tx.node.setting(_setting(actor, one.name)))
            for one in guided_cases()
            if one.name != guided.name
        }
        newest, found = begun.since, ""
        for case in tx.acts.cases(actor.authority):
            first = tx.acts.get(actor.authority, ActId(case))
            act = parse_signed_act(first.signed).act if first is not None else None
            if act is None or case in taken or act.kind != guided.opening or act.at < newest:
                continue
            if act.sender.authority == actor.authority and act.to.authority == begun.partner:
                newest, found = act.at, case
        return found

    def keep(self, actor: Actor, guided: GuidedCase, begun: Begun) -> None:
        """Remember a guided case."""
        value = {"since": begun.since, "case": begun.case, "partner": begun.partner}
        with self.place.store.transaction() as tx:
            tx.node.put_setting(_setting(actor, guided.name), dump_ijson(value))


def _setting(actor: Actor, name: str) -> str:
    return f"practice/{actor.authority}/{name}"


def _case_of(kept: bytes | None) -> str:
    value: Any = parse_ijson(kept) if kept is not None else {}
    return str(value.get("case", ""))
