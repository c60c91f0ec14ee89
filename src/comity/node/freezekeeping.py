"""How the desks of the freeze lane keep and show a book: access, line and national log in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from comity.cases.state import RequestState
from comity.cases.wire import parse_signed_act
from comity.kernel.errors import DeniedError, NotFoundError
from comity.kernel.ids import ActId, CaseId
from comity.node.access import Action, require_access
from comity.node.assetbooks import add_line, book_of, read_asset
from comity.node.freezelane import end_weighing
from comity.node.ports import Transaction
from comity.node.seams import case_reader
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.tracing.assets import (
    AnyFact,
    AskedFact,
    CarriedFact,
    FrozenFact,
    JudgedFact,
    LiftedFact,
    Line,
    Receiver,
    ReleasedFact,
    StruckFact,
    WeighedFact,
    parse_fact,
)
from comity.tracing.frozen import Asset

_OPENS_THE_GATE = (JudgedFact, LiftedFact, ReleasedFact, StruckFact, WeighedFact)
"""Lines after which more may leave, or a measure stays; whoever records them is one who may decide."""
_LIFTS = ("measure.lift", "recall.answer")
_GIVES_BACK = ("returned", "released", "lifted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How an item of a request stands that an asset is tied to.

    Attributes:
        state: One of :class:`comity.cases.state.ItemState`.
        act: What brought it there; empty while it is merely asked.
        ground: Of a refusal or postponement; empty otherwise.
        lifted: The last act that lifted the measure; empty where none did.
        lifted_for: Its ground, such as ``evidence``.
    """

    request: str
    item: str
    state: str
    act: str = ""
    ground: str = ""
    lifted: str = ""
    lifted_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetView:
    """An asset with its book, and what became of the requests that it is tied to."""

    asset: Asset
    lines: tuple[Line, ...]
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Keeps books for a desk."""

    place: Workplace

    def read(self, actor: Actor, action: str, about: str, purpose: str) -> None:
        """Put a reading into the national log before anything is shown. Basis: PROTOCOL 18"""
        require_access(
            actor, Action.CASE_READ, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action=action, about=about, purpose=purpose, at=now)

    def decided(self, tx: Transaction, actor: Actor, action: str, about: str) -> None:
        """Put a decision into the national log."""
        self.place.journal.decision(tx, actor, action=action, about=about, at=self.place.clock.now())

    def keep(self, tx: Transaction, actor: Actor, name: str, fact: AnyFact) -> None:
        """Add a line to a book, by an officer who may.

        Raises:
            DeniedError: ``access.role``; ``freeze.no_act``; what the book refuses.
        """
        opens = isinstance(fact, _OPENS_THE_GATE)
        action = Action.ACT_DECIDE if opens else Action.ACT_DRAFT
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)
        if isinstance(fact, (LiftedFact, ReleasedFact)):
            _require_act(tx, actor, read_asset(tx, actor.authority, name), fact)
        elif isinstance(fact, StruckFact):
            _require_tie_stays(tx, actor, book_of(tx, actor.authority, name), fact)
        now = self.place.clock.now()
        made = add_line(tx, actor.authority, name, fact, officer=actor.officer, now=now)
        if isinstance(fact, WeighedFact):
            words = f"{fact.outcome}: {fact.words}"
            end_weighing(tx, actor.authority, name, fact.line, by=actor.officer, at=now, words=words)
        tag = made.fact.__struct_config__.tag
        self.decided(tx, actor, f"freeze.{tag}", f"{name}/{made.number}")

    def view(self, tx: Transaction, actor: Actor, name: str) -> AssetView:
        """Return a book as it stands in a transaction; the caller logs the reading."""
        lines = book_of(tx, actor.authority, name)
        asset = read_asset(tx, actor.authority, name)
        return AssetView(asset=asset, lines=lines, answers=tuple(self._answers(tx, actor, asset)))

    def _answers(self, tx: Transaction, actor: Actor, asset: Asset) -> Iterator[Answered]:
        reader = case_reader(tx, actor.authority, directory=self.place.directory)
        cases: dict[str, tuple[RequestState, ...]] = {}
        for case in {one.case for one in asset.asked}:
            try:
                cases[case] = reader.state(tx, CaseId(case)).requests
            except NotFoundError:  # a draft, which is no case yet
                cases[case] = ()
        for one in asset.asked:
            for request in cases[one.case]:
                if request.id == one.request:
                    yield from _answers_of(request, one.item)


def parsed(fact: AnyFact) -> AnyFact:
    """Return a line that was made here, held to the same form as one that was handed in."""
    return parse_fact(msgspec.to_builtins(fact))


def _require_act(tx: Transaction, actor: Actor, asset: Asset, fact: LiftedFact | ReleasedFact) -> None:
    """Refuse to lift a measure for another State without the act before which it was heard.

    What goes back to its holder is lifted, whatever it is called.

    Basis: 50(8)
    """
    if isinstance(fact, ReleasedFact) and fact.to is not Receiver.HOLDER:
        return
    named = fact.act if isinstance(fact, LiftedFact) else None
    for asked in asset.asked:
        if not came_to(tx, actor, asked.request):
            continue
        lift = tx.acts.get(actor.authority, ActId(named)) if named else None
        act = parse_signed_act(lift.signed).act if lift is not None else None
        if (
            act is None
            or act.kind not in _LIFTS
            or act.body.get("request") != asked.request
            or asked.item not in act.body.get("items", [asked.item])
            or act.body.get("result", "lifted") not in _GIVES_BACK
        ):
            raise _no_act("/act")


def _require_tie_stays(tx: Transaction, actor: Actor, lines: Sequence[Line], fact: StruckFact) -> None:
    """Refuse to strike what ties an asset to another State's request once something was done for it.

    Basis: 50(8)
    """
    target = next((line.fact for line in lines if line.number == fact.line), None)
    done = any(isinstance(line.fact, (FrozenFact, CarriedFact)) for line in lines)
    if isinstance(target, AskedFact) and done and came_to(tx, actor, target.request):
        raise _no_act("/line")


def came_to(tx: Transaction, actor: Actor, request: str) -> bool:
    """Tell whether a request came to the officer's authority, from another State."""
    record = tx.acts.get(actor.authority, ActId(request))
    return record is not None and parse_signed_act(record.signed).act.to.authority == actor.authority


def _no_act(where: str) -> DeniedError:
    return DeniedError(
        "freeze.no_act",
        "another State asked for this measure, so it is heard before, and an act lifts it",
        hint="'comity freeze hear NAME', then 'comity freeze lift NAME'; name the act with --act",
        where=where,
    )


def _answers_of(request: RequestState, item: str) -> Iterator[Answered]:
    lifted = [one for one in request.liftings if item in one.items]
    for account in request.accounts:
        if account.id == item:
            yield Answered(
                request=request.id,
                item=item,
                state=account.state.value,
                act=account.act or "",
                ground=account.ground,
                lifted=lifted[-1].act if lifted else "",
                lifted_for=lifted[-1].ground if lifted else "",
            )
