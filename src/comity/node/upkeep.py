"""The desk for what keeps a node's evidence: how its keys are guarded, where its payloads lie.

It tells; the operator changes, with commands. A head and an overseer see it: a guard that does not open, a
key in the clear, a store that does not answer, is theirs to ask about.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from comity.kernel.errors import ComityError
from comity.node.access import Action, require_access
from comity.node.keyviews import KeysView
from comity.node.places import PlacesView
from comity.node.views import Actor
from comity.node.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreView:
    """What came of asking the object store.

    Attributes:
        named: Whether one is named; without one everything lies on the node's disk.
        answers: Whether it can be used now.
        code: Code of the error where it cannot.
        message: Its words.
    """

    named: bool
    answers: bool
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepDesk:
    """Keys and payloads of a node, told and never changed.

    Basis: 24(2); PROTOCOL rule 18
    """

    place: Workplace
    keys_of: Callable[[], KeysView] = field(repr=False)
    payloads_of: Callable[[], PlacesView] = field(repr=False)
    ask_store: Callable[[], bool] = field(repr=False)

    def keys(self, actor: Actor) -> KeysView:
        """Return how the private keys are kept; the guard is asked once.

        Raises:
            DeniedError: ``access.role``.
        """
        require_access(actor, Action.UPKEEP_SEE, realm=self.place.realm)
        return self.keys_of()

    def payloads(self, actor: Actor) -> PlacesView:
        """Return where the payloads of packages lie; nothing is asked of the object store.

        Raises:
            DeniedError: ``access.role``.
        """
        require_access(actor, Action.UPKEEP_SEE, realm=self.place.realm)
        return self.payloads_of()

    def check(self, actor: Actor) -> StoreView:
        """Ask the object store whether it can be used; that it cannot is what is told, not an error.

        Raises:
            DeniedError: ``access.role``.
        """
        require_access(actor, Action.UPKEEP_SEE, realm=self.place.realm)
        try:
            return StoreView(named=(named := self.ask_store()), answers=named)
        except ComityError as exc:
            return StoreView(named=True, answers=False, code=exc.code, message=exc.message)
