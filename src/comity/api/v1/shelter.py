"""Routes of a shelter's officers: counts, clocks, lists and outcomes. No case of anybody is on them."""

from dataclasses import dataclass, field

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.node.shelterviews import Offer, ShelterView


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWish:
    """A list to which people may give; see ``comity shelter list``."""

    name: str
    about: str
    ground: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationWish:
    """That a receiver said by other means that it took out what was taken back."""

    list: str
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeWish:
    """What became of an image somewhere.

    Attributes:
        hash: Its fingerprint, in hexadecimal digits.
        outcome: See ``comity shelter outcome``.
        by: Who says it.
    """

    hash: str = field(repr=False)
    outcome: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many entries it concerned."""

    entries: int


@get(f"{ROOT}/shelter", sync_to_thread=True)
def shelter(caller: NamedDependency[Caller]) -> ShelterView:
    """Tell counts and clocks."""
    return caller.desks.shelter.overview(caller.actor)


@post(f"{ROOT}/shelter/lists", status_code=201, sync_to_thread=True)
def make_list(caller: NamedDependency[Caller], data: JSONBody[OfferWish]) -> Offer:
    """Make a list to which people may give."""
    return caller.desks.shelter.make_list(
        caller.actor, name=data.name, about=data.about, ground=data.ground, licence=data.licence
    )


@post(f"{ROOT}/shelter/confirmations", status_code=200, sync_to_thread=True)
def confirm(caller: NamedDependency[Caller], data: JSONBody[ConfirmationWish]) -> Counted:
    """Note that a receiver took out what was taken back."""
    return Counted(entries=caller.desks.shelter.confirm(caller.actor, name=data.list, receiver=data.receiver))


@post(f"{ROOT}/shelter/outcomes", status_code=200, sync_to_thread=True)
def outcome(caller: NamedDependency[Caller], data: JSONBody[OutcomeWish]) -> Counted:
    """Tell whoever gave a fingerprint what became of the image."""
    told = caller.desks.shelter.outcome(caller.actor, value=data.hash, outcome=data.outcome, by=data.by)
    return Counted(entries=told)


SHELTER: tuple[HTTPRouteHandler, ...] = (shelter, make_list, confirm, outcome)
