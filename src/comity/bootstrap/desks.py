"""How the desks of a node's folder are made: each once, when it is first asked for.

What a desk stands on is loaded inside the function that makes it: a command pays for its own desks only.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from comity import __version__
from comity.node.made import Makers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comity.cases.wire import SignedAct
    from comity.engines.evidencefiles import FolderEvidenceFiles
    from comity.engines.presence import Presence
    from comity.node.carrying import CourierDesk
    from comity.node.casework import CasesDesk
    from comity.node.court import CourtDesk
    from comity.node.examining import ExaminationDesk
    from comity.node.exhibits import EvidenceDesk
    from comity.node.lawdesk import LawDesk
    from comity.node.lawmaking import LawmakingDesk
    from comity.node.ports import Transaction
    from comity.node.practicing import PracticeGround
    from comity.node.protecting import HashDesk
    from comity.node.signin import SignInDesk
    from comity.node.stamping import StampingDesk
    from comity.node.tracing import TracingDesk
    from comity.node.treatydesk import StatusRoom, TreatyDesk
    from comity.node.upkeep import UpkeepDesk
    from comity.node.workplace import Workplace
    from comity.storage.blobs.folder import FolderBlobs
    from comity.storage.blobs.pieces import FolderPieces

TOOL = ("comity", __version__)
Made = TypeVar("Made")


def once(make: Callable[[], Made], turn: threading.RLock) -> Callable[[], Made]:
    """Return what gives one and the same thing at every call, on every thread: made at the first of them.

    Args:
        make: Makes it; where that fails, the next call tries again.
        turn: Held while it is made; one for all that are made of each other.
    """
    kept: list[Made] = []

    def given() -> Made:
        if not kept:
            with turn:
                if not kept:
                    kept.append(make())
        return kept[0]

    return given


class NodeDesks:
    """The desks of the node in a folder, around an open workplace."""

    def __init__(self, *, folder: Path, place: Workplace, presence: Presence, searches: int) -> None:
        """Keep what desks are made of; none is made yet.

        Args:
            folder: The node's.
            place: Its workplace.
            presence: This process among those of the node.
            searches: About how often this process will search lists of fingerprints.
        """
        self._folder = folder
        self._place = place
        self._presence = presence
        self._searches = searches
        self._turn = threading.RLock()
        self._blobs = once(self._make_blobs, self._turn)
        self._pieces = once(self._make_pieces, self._turn)
        self._files = once(self._make_files, self._turn)
        self._evidence = once(self._make_evidence, self._turn)

    def makers(self, *, ground: Callable[[], PracticeGround | None]) -> Makers:
        """Return how each desk is had.

        Args:
            ground: Tells where guided cases are played.
        """

        def kept(make: Callable[[], Made]) -> Callable[[], Made]:
            return once(make, self._turn)

        return Makers(
            cases=kept(self._make_cases),
            evidence=self._evidence,
            court=kept(self._make_court),
            courier=kept(self._make_courier),
            signin=kept(self._make_signin),
            stamps=kept(self._make_stamps),
            examination=kept(self._make_examination),
            law=kept(self._make_law),
            lawmaking=kept(self._make_lawmaking),
            hashes=kept(self._make_hashes),
            treaty=kept(self._make_treaty),
            upkeep=kept(self._make_upkeep),
            tracing=kept(self._make_tracing),
            ground=kept(ground),
        )

    def _make_blobs(self) -> FolderBlobs:
        from comity.bootstrap.folders import blobs_of

        return blobs_of(self._folder, self._presence)

    def _make_pieces(self) -> FolderPieces:
        from comity.bootstrap.folders import pieces_of

        return pieces_of(self._folder, self._presence)

    def _make_files(self) -> FolderEvidenceFiles:
        from comity.bootstrap.folders import files_of

        return files_of(self._folder, self._presence)

    def _make_evidence(self) -> EvidenceDesk:
        from comity.bootstrap.rooms import sealings_of, vault_of
        from comity.node.exhibits import EvidenceDesk

        blobs = self._blobs()
        return EvidenceDesk(
            place=self._place,
            vault=vault_of(self._folder, entropy=self._place.entropy),
            blobs=blobs,
            pieces=self._pieces(),
            files=self._files(),
            sealings=sealings_of(self._folder, entropy=self._place.entropy, adopt=blobs.adopt),
            tool=TOOL,
        )

    def _make_cases(self) -> CasesDesk:
        from comity.node.casework import CasesDesk

        def issued(tx: Transaction, signed: SignedAct) -> None:
            from comity.node.delivering import start_delivery

            start_delivery(tx, self._place, self._blobs(), signed)

        return CasesDesk(place=self._place, issued=issued)

    def _make_court(self) -> CourtDesk:
        from comity.node.court import CourtDesk

        return CourtDesk(place=self._place, evidence=self._evidence(), files=self._files(), tool=TOOL)

    def _make_courier(self) -> CourierDesk:
        from comity.bootstrap.courier import DiskCourier
        from comity.node.carrying import CourierDesk
        from comity.node.delivering import delivery_desk
        from comity.node.exchanging import exchange_desk

        carrier = DiskCourier(
            place=self._place,
            exchange=exchange_desk(self._place),
            deliveries=delivery_desk(self._place, self._blobs(), self._pieces()),
        )
        return CourierDesk(place=self._place, carrier=carrier)

    def _make_signin(self) -> SignInDesk:
        from comity.engines.signinsecrets import Argon2Secrets
        from comity.node.signin import SignInDesk

        return SignInDesk(place=self._place, hasher=Argon2Secrets(), turn=threading.Lock())

    def _make_stamps(self) -> StampingDesk:
        from comity.bootstrap.stamping import stamping_desk
        from comity.config import read_config

        return stamping_desk(self._folder, read_config(self._folder), self._place)

    def _make_examination(self) -> ExaminationDesk:
        from comity.bootstrap.rooms import examination_of

        return examination_of(self._folder, self._evidence(), self._presence)

    def _make_law(self) -> LawDesk:
        from comity.bootstrap.library import open_corpus, profile_folder
        from comity.node.lawdesk import LawDesk

        folder = str(self._folder)
        return LawDesk(place=self._place, corpus=partial(open_corpus, folder), shelf=profile_folder(folder))

    def _make_lawmaking(self) -> LawmakingDesk:
        from comity.bootstrap.library import open_corpus, profile_folder, read_law
        from comity.node.comparing import ComparingDesk
        from comity.node.lawmaking import LawmakingDesk

        corpus, shelf = partial(open_corpus, str(self._folder)), profile_folder(str(self._folder))
        laws = ComparingDesk(place=self._place, corpus=corpus, shelf=shelf).laws
        return LawmakingDesk(place=self._place, corpus=corpus, profiles=laws, read=read_law)

    def _make_hashes(self) -> HashDesk:
        from comity.bootstrap.protection import hash_desk

        return hash_desk(self._place, searches=self._searches)

    def _make_treaty(self) -> TreatyDesk:
        from comity.node.treatydesk import TreatyDesk

        return TreatyDesk(place=self._place, room=self._treaty_room)

    def _treaty_room(self) -> StatusRoom:
        from comity.bootstrap.treaty import NodeTreatyRoom

        return NodeTreatyRoom(self._folder)

    def _make_upkeep(self) -> UpkeepDesk:
        from comity.bootstrap.upkeep import upkeep_desk

        return upkeep_desk(self._folder, self._place)

    def _make_tracing(self) -> TracingDesk:
        from comity.bootstrap.tracing import tracing_desk
        from comity.config import read_config

        return tracing_desk(self._folder, self._place, memory=read_config(self._folder).trace_memory << 20)
