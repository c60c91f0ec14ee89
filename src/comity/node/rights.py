"""The desk of rights and services: what an office knows of what victims may have in a State, and who says so.

Basis: 34(2), 34(4), 34(5)
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from comity.kernel.errors import MalformedError, NotFoundError
from comity.kernel.ids import AuthorityId
from comity.node.access import Action, require_access
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.victims.rights import MOST_RIGHTS, Right, read_rights

FIELDS = ("code", "party", "kind", "language", "title", "text", "provision", "reach", "source", "dated")
"""What a form of one record asks: its words in one language."""


class RightView(msgspec.Struct, frozen=True, kw_only=True):
    """A record as it is told in one language.

    Attributes:
        language: In which it is told.
        languages: In which it could be.
        officer: Who kept it last.
    """

    code: str
    party: str
    kind: str
    language: str
    languages: tuple[str, ...]
    title: str
    text: str
    provision: str
    reach: str
    source: str
    dated: str
    officer: str


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    right: Right
    officer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsDesk:
    """Records of the officer's authority. They are about laws and services, and about nobody."""

    place: Workplace

    def listed(self, actor: Actor, *, party: str = "", language: str = "en") -> tuple[RightView, ...]:
        """Return the records of a State, or all, in a language where they have it; anybody signed in may."""
        with self.place.store.snapshot() as tx:
            found = self._all(tx, actor.authority)
        return tuple(_view(one, language) for one in found if party in ("", one.right.party))

    def take(self, actor: Actor, *, data: bytes) -> int:
        """Take a file of records in, each in the place of the one of the same State and code.

        Raises:
            MalformedError: ``rights.record``, ``rights.file``, ``rights.many``.
        """
        self._require(actor)
        found = read_rights(data)
        with self.place.store.transaction() as tx:
            for one in found:
                self._put(tx, actor, one)
            self._note(tx, actor, "rights.import", f"{len(found)}")
        return len(found)

    def edit(self, actor: Actor, *, values: Mapping[str, str]) -> RightView:
        """Keep one record with its words in one language; words in others stay.

        Raises:
            MalformedError: ``rights.record``, ``rights.many``.
        """
        self._require(actor)
        told = {name: " ".join(values.get(name, "").split()) for name in FIELDS}
        told["text"] = values.get("text", "").strip()
        language = told["language"] or "en"
        with self.place.store.transaction() as tx:
            held = self._found(tx, actor.authority, f"{told['party']}/{told['code']}")
            title = dict(held.right.title) if held else {}
            text = dict(held.right.text) if held else {}
            title[language] = told["title"]
            if told["text"]:
                text[language] = told["text"]
            else:
                text.pop(language, None)
            made = Right(
                code=told["code"],
                party=told["party"],
                kind=told["kind"],
                title=title,
                text=text,
                provision=told["provision"],
                reach=told["reach"],
                source=told["source"],
                dated=told["dated"],
            )
            self._put(tx, actor, made)
            self._note(tx, actor, "rights.edit", made.key)
        return _view(_Kept(right=made, officer=str(actor.officer)), language)

    def drop(self, actor: Actor, *, party: str, code: str) -> None:
        """Take a record out; raise NotFoundError ``rights.absent``."""
        self._require(actor)
        with self.place.store.transaction() as tx:
            if self._found(tx, actor.authority, f"{party}/{code}") is None:
                raise NotFoundError("rights.absent", "there is no such record", where=f"{party}/{code}"[:80])
            tx.node.put_setting(_name(actor.authority, f"{party}/{code}"), b"")
            self._note(tx, actor, "rights.drop", f"{party}/{code}")

    def _put(self, tx: Transaction, actor: Actor, right: Right) -> None:
        fresh = self._found(tx, actor.authority, right.key) is None
        if fresh and len(tx.node.names(_name(actor.authority, ""))) >= MOST_RIGHTS:
            raise MalformedError("rights.many", f"at most {MOST_RIGHTS} records are kept")
        kept = _Kept(right=right, officer=str(actor.officer))
        tx.node.put_setting(_name(actor.authority, right.key), msgspec.json.encode(kept))

    def _found(self, tx: Transaction, authority: AuthorityId, key: str) -> _Kept | None:
        data = tx.node.setting(_name(authority, key))
        return msgspec.json.decode(data, type=_Kept) if data else None

    def _all(self, tx: Transaction, authority: AuthorityId) -> list[_Kept]:
        data = (tx.node.setting(name) for name in tx.node.names(_name(authority, "")))
        return [msgspec.json.decode(one, type=_Kept) for one in data if one]

    def _require(self, actor: Actor) -> None:
        require_access(actor, Action.RIGHTS_KEEP, realm=self.place.realm, owner=actor.authority)

    def _note(self, tx: Transaction, actor: Actor, action: str, about: str) -> None:
        self.place.journal.decision(tx, actor, action=action, about=about[:80], at=self.place.clock.now())


def _name(authority: AuthorityId, key: str) -> str:
    return f"victims/rights/{authority}/{key}"


def _view(kept: _Kept, wanted: str) -> RightView:
    one = kept.right
    language = one.language_for(wanted)
    return RightView(
        code=one.code,
        party=one.party,
        kind=one.kind,
        language=language,
        languages=tuple(sorted(one.title)),
        title=one.title[language],
        text=one.text.get(language, ""),
        provision=one.provision,
        reach=one.reach,
        source=one.source,
        dated=one.dated,
        officer=kept.officer,
    )
