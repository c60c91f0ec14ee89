"""The desk that puts an asset into a request: prepared and checked, drafted, heard about, lifted, recalled.

Nothing here is sent. What it drafts is approved and issued like every act, by the persons its row demands.

Basis: 50(2), 50(3), 50(8)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.cases.wire import parse_signed_act
from comity.kernel.clock import to_date
from comity.kernel.digests import parse_digest
from comity.kernel.errors import MalformedError, NotFoundError
from comity.kernel.findings import Assessment
from comity.kernel.ids import ActId, parse_authority, party_of
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.node.access import Action, require_access
from comity.node.assetbooks import read_asset
from comity.node.casework import CasesDesk
from comity.node.directory import DirectoryDesk
from comity.node.freezeforms import KINDS, Brief, Sender, Texts, form_for
from comity.node.freezekeeping import AssetView, Keeper, came_to
from comity.node.freezelane import follow_tie
from comity.node.views import Actor, DraftView
from comity.node.workplace import Workplace
from comity.requests import service
from comity.requests.kinds import Side, require_kind
from comity.requests.legalbasis import BasisLine, bases
from comity.tracing.assets import parse_fact
from comity.tracing.secrets import require_no_secret

MOST_FORM = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request as it stands: its form, what is found on it, and the fields that still say nothing."""

    form: bytes
    assessment: Assessment
    open_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingDesk:
    """Requests about assets of the officer's authority."""

    place: Workplace
    cases: CasesDesk
    keeper: Keeper

    def prepare(
        self,
        actor: Actor,
        *,
        name: str,
        kind: str,
        to: str,
        texts: Texts,
        brief: Brief,
        base: bytes = b"",
        purpose: str,
    ) -> Prepared:
        """Return the request for an asset, filled in and checked; nothing is drafted or sent.

        Args:
            actor: Who prepares it.
            name: Of the asset.
            kind: ``property-freezing``, ``police-cooperation`` or ``proceeds-tracing``.
            to: The office that is asked.
            texts: Sentences made from the book of the asset.
            brief: What only a person knows.
            base: An earlier form of the same case, of any kind; empty for none.
            purpose: Why the book is read.

        Raises:
            MalformedError: ``freeze.kind``, ``freeze.secret``.
            NotFoundError: ``freeze.unknown``.

        Basis: 50(3), 40(15), 47(1)
        """
        if kind not in KINDS:
            raise MalformedError(
                "freeze.kind", "an asset goes into no request of this kind", hint=", ".join(KINDS)
            )
        self.keeper.read(actor, "freeze.prepare", name, purpose)
        with self.place.store.snapshot() as tx:
            asset, row = read_asset(tx, actor.authority, name), require_kind(kind)
        on, office = to_date(self.place.clock.now()), parse_authority(to, where="to")
        held: Any = parse_ijson(base, most_bytes=MOST_FORM, where="the base") if base else {}
        content = form_for(
            asset,
            row,
            brief=brief,
            texts=texts,
            base=held if isinstance(held, dict) else {},
            sender=Sender(
                authority=actor.authority, to=office, basis=self._basis(actor, office, row.code), on=on
            ),
        )
        require_no_secret(content)
        form = dump_ijson(content)
        known = DirectoryDesk(place=self.place).known(actor, to=office)
        found = service.check(form, side=Side.REQUESTING, on=on, overlay=self.place.overlay, published=known)
        missing = tuple(one.field for one in found.findings if one.code == "field.missing")
        return Prepared(form=form, assessment=found, open_fields=missing)

    def require_drafter(self, actor: Actor) -> None:
        """Raise DeniedError ``access.role`` unless the officer may draft."""
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)

    def draft(self, actor: Actor, *, name: str, form: bytes, to: str, case: str | None = None) -> DraftView:
        """Draft the request of a form, and tie the asset to it.

        Raises:
            MalformedError: ``freeze.secret``; ``request.incomplete``.
            NotFoundError: ``freeze.unknown``.
        """
        require_no_secret(parse_ijson(form, most_bytes=MOST_FORM, where="the form"))
        with self.place.store.snapshot() as tx:
            read_asset(tx, actor.authority, name)
        view = self.cases.draft_request(actor, form=form, to=to, case=case)
        self.tie(actor, name=name, case=str(view.case), request=str(view.act), item=_item_of(form))
        return view

    def tie(self, actor: Actor, *, name: str, case: str, request: str, item: str) -> AssetView:
        """Tie an asset to an item of a request: one that was drafted here, or one that came; and its lane."""
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        fact = parse_fact(
            {
                "fact": "asked",
                "at": self.place.clock.now(),
                "case": parse_digest(case, where="case"),
                "request": parse_digest(request, where="request"),
                "item": item,
            }
        )
        with self.place.store.transaction() as tx:
            record = tx.acts.get(actor.authority, ActId(request))
            is_other = record is not None and parse_signed_act(record.signed).act.case != case
            if is_other or (record is None and not tx.acts.drafts_named(actor.authority, request)):
                raise NotFoundError("case.unknown", "this office has no such request", where=request)
            self.keeper.keep(tx, actor, name, fact)
            if came_to(tx, actor, request):
                follow_tie(tx, actor.authority, name, by=str(actor.officer), at=self.place.clock.now())
            return self.keeper.view(tx, actor, name)

    def tie_to(self, actor: Actor, *, name: str, request: str, item: str, purpose: str) -> AssetView:
        """Tie an asset to a request that is here, named by its first digits; its case is read for it.

        Raises:
            NotFoundError: ``request.absent``; ``freeze.no_item``.
        """
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        held = self.cases.resolve(request)
        found = self.cases.show(actor, case=held, purpose=purpose).requests
        asked = next((one for one in found if one.act == held), None)
        if asked is None:
            raise NotFoundError(
                "request.absent",
                f"the act {held[:12]} is no request of this office",
                hint="'comity request list' shows the requests",
                where=request[:64],
            )
        named = item or next(iter(asked.items))
        if named not in asked.items:
            raise NotFoundError(
                "freeze.no_item",
                f"the request has no item {named[:32]!r}",
                hint="'comity case show' lists its items",
                where="item",
            )
        return self.tie(actor, name=name, case=str(asked.case), request=str(asked.act), item=str(named))

    def hear(self, actor: Actor, *, name: str, words: str, language: str) -> DraftView:
        """Draft the act that tells the requesting Party that a measure may be lifted, so that it is heard.

        Basis: 50(8)
        """
        return self._about(actor, name, "case.consult", {"about": "lifting"}, {"text": (words, language)})

    def lift(
        self,
        actor: Actor,
        *,
        name: str,
        ground: str,
        words: str,
        language: str,
        hearing: str = "",
        unheard: str = "",
    ) -> DraftView:
        """Draft the act that lifts a measure; its gate asks who was heard before, and for open claims.

        Args:
            actor: Who drafts.
            name: Of the asset.
            ground: ``evidence``, ``minimal``, ``ruling``, ``expired``, ``withdrawn`` or ``other``.
            words: The reason, as the other side reads it.
            language: Of the words.
            hearing: The consultation by which it was heard.
            unheard: Why it could not be.

        Raises:
            DeniedError: ``freeze.claim_open``.

        Basis: 50(7), 50(8)
        """
        body: dict[str, Any] = {"ground": ground}
        body |= {"hearing": hearing} if hearing else {}
        body |= {"unheard": unheard} if unheard else {}
        return self._about(actor, name, "measure.lift", body, {"reason": (words, language)}, items=True)

    def recall(self, actor: Actor, *, name: str, words: str, language: str) -> DraftView:
        """Draft the withdrawal of what we asked for: the measure is no longer needed. Basis: 40(26)"""
        body = {"why": "no_longer_needed"}
        return self._about(actor, name, "request.withdraw", body, {"reason": (words, language)}, items=True)

    def _about(
        self,
        actor: Actor,
        name: str,
        kind: str,
        body: Mapping[str, Any],
        parts: Mapping[str, tuple[str, str]],
        *,
        items: bool = False,
    ) -> DraftView:
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        require_no_secret({part: words for part, (words, _) in parts.items()})
        with self.place.store.snapshot() as tx:
            asked = read_asset(tx, actor.authority, name).asked
        if not asked:
            raise NotFoundError(
                "freeze.not_asked",
                "this asset is tied to no request",
                hint="tie it with 'comity freeze tie NAME --request ACT'",
                where=name,
            )
        last = asked[-1]
        made = {"request": last.request, **({"items": [last.item]} if items else {}), **body}
        told = {part: {"text": words, "language": language} for part, (words, language) in parts.items()}
        form = dump_ijson({"body": made, "parts": told})
        return self.cases.draft_act(actor, kind=kind, case=last.case, form=form)

    def _basis(self, actor: Actor, to: str, kind: str) -> Sequence[BasisLine]:
        """Return the best legal basis between two Parties; the Convention where nothing opens by itself."""
        row, requested = require_kind(kind), party_of(parse_authority(to, where="to"))
        found = bases(
            party_of(actor.authority),
            requested,
            kind=kind,
            on=to_date(self.place.clock.now()),
            overlay=self.place.overlay,
        )
        usual = (("obligation", row.mechanism), ("procedure", row.fields_from), ("grounds", row.refusal))
        return found.basis or [
            BasisLine(role=role, instrument="uncc", reference=reference) for role, reference in usual
        ]


def _item_of(form: bytes) -> str:
    """Return the id of the first item of a form that was drafted, so is whole."""
    value: Any = parse_ijson(form, most_bytes=MOST_FORM, where="the form")
    return str(value["items"][0]["id"])
