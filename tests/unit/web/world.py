"""Two practice nodes that trust each other, with pages in front: no socket, folders for evidence only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from comity.bootstrap.courier import DiskCourier
from comity.bootstrap.letters import make_letter, print_custody, print_notice
from comity.bootstrap.library import open_corpus, open_profiles, profile_folder, read_law
from comity.bootstrap.protection import hash_desk
from comity.bootstrap.reports import gap_file
from comity.bootstrap.restitution import print_statement
from comity.bootstrap.rooms import examination_of
from comity.bootstrap.tracing import draw_flow, print_flow, tracing_desk
from comity.bootstrap.treaty import NodeTreatyRoom
from comity.engines.evidencefiles import FolderEvidenceFiles
from comity.engines.intake.worker import take_apart
from comity.engines.signinsecrets import Argon2Secrets
from comity.engines.workroom import FolderWorkroom, beginning
from comity.indicators.observations import Found
from comity.indicators.sources import Line, Reach, SourceRecord
from comity.kernel.errors import UnavailableError
from comity.node.carrying import CourierDesk
from comity.node.court import CourtDesk
from comity.node.delivering import delivery_desk
from comity.node.desks import Desks
from comity.node.exchanging import exchange_desk
from comity.node.founding import FIRST_OFFICER, own_root
from comity.node.keyviews import KeysView, StoreKeyView
from comity.node.lawdesk import LawDesk
from comity.node.lawmaking import LawmakingDesk
from comity.node.made import Makers
from comity.node.places import PlacesView
from comity.node.reading import ReadingDesk
from comity.node.signin import SignInDesk
from comity.node.stamping import StampingDesk
from comity.node.treatydesk import TreatyDesk
from comity.node.upkeep import UpkeepDesk
from comity.node.views import NodeInfo, VerifyReport
from comity.node.working import WorkDesk
from comity.web.app import web_app
from comity.web.toolbox import WebToolbox
from tests.unit.node.nodes import exchange, pair
from tests.unit.node.test_delivery import Carrier, Office
from tests.unit.web.browser import Browser, Reply

DUTY = "a.diallo"
HEAD = str(FIRST_OFFICER)
TOOL = ("comity", "test")


HELD = KeysView(
    guard="passphrase:/run/keys",
    opens=True,
    fault="",
    plain=("officer/m.keller",),
    guarded=6,
    locked=1,
    in_token=(),
    store_keys=(StoreKeyView(authority="XAA/contact-point", suite="age-x25519", older=2),),
)
PLACES = PlacesView(store="", stay=False, here=3, here_bytes=4096, away=0, away_bytes=0, going=0)


def _extracted(name: str, data: bytes, _brands: Sequence[str]) -> list[Found]:
    """Take a message apart in this process."""
    found: list[Found] = []
    take_apart(name, data, found.append)
    return found


def _nowhere(source: SourceRecord, _secret: bytes) -> AbstractContextManager[Line]:
    """Reach no server."""
    raise UnavailableError("sources.unreachable", f"{source.url} cannot be reached", hint="try again later")


@dataclass
class House:
    """One node with its desks, pages and sign-in codes."""

    office: Office
    faults: list[str] = field(default_factory=list)
    judged: list[bytes] = field(default_factory=list)
    verdict: VerifyReport = field(default_factory=lambda: VerifyReport(verdict="PRACTICE", exit_code=0))
    codes: dict[str, str] = field(default_factory=dict)
    held: KeysView = HELD
    places: PlacesView = PLACES
    store: Callable[[], bool] = lambda: False
    interface: Any = None
    reach: Reach = _nowhere

    def __post_init__(self) -> None:
        place = self.office.place
        self.signin = SignInDesk(
            place=place, hasher=Argon2Secrets(time_cost=1, memory_kib=64), turn=threading.Lock()
        )
        self.desks = self._desks()
        self.toolbox = WebToolbox(
            desks=self.desks,
            signin=self.signin,
            reading=ReadingDesk(place=place, cases=self.desks.cases, logs=self.desks.logs),
            work=WorkDesk(
                place=place,
                room=FolderWorkroom(
                    self.office.root / "work",
                    self.office.presence,
                    clock=place.clock,
                    report=self.faults.append,
                ),
                evidence=self.desks.evidence,
                court=self.desks.court,
                courier=self.desks.courier,
                judge=self._judge,
                content=beginning,
            ),
            room=self.files.scratch,
            letter=make_letter,
            print_custody=print_custody,
            print_notice=print_notice,
            gap_file=gap_file,
            draw_flow=draw_flow,
            print_flow=print_flow,
            print_statement=print_statement,
            verify=self._judge,
            secure=False,
            most_upload=8 << 20,
            report=self.faults.append,
            extract=_extracted,
            reach=lambda source, secret: self.reach(source, secret),
        )

    @cached_property
    def app(self) -> Any:
        """The pages; made when they are first asked for, since it takes a while."""
        return web_app(self.toolbox)

    @property
    def files(self) -> FolderEvidenceFiles:
        return FolderEvidenceFiles(self.office.root / "room", self.office.presence)

    def browser(self, officer: str = DUTY, *, language: str = "en") -> Browser:
        """Return a browser in which an officer has signed in."""
        made = Browser(self.app, language=language)
        reply = self.sign_in(made, officer)
        assert reply.status == 303, reply.words
        return made

    def stamp_with(self, desk: StampingDesk) -> None:
        self.desks.makers = replace(self.desks.makers, stamps=lambda: desk)

    def code(self, officer: str) -> str:
        if officer not in self.codes:
            self.codes[officer] = self.signin.new_code(self.office.head(), name=officer)
        return self.codes[officer]

    def sign_in(self, browser: Browser, officer: str, **changes: str) -> Reply:
        values = {"name": officer, "secret": "", "purpose": "practice", "next": "/", **changes}
        if not values["secret"]:
            values["secret"] = self.code(officer)
        return browser.post("/sign-in", values)

    def _judge(self, path: str) -> VerifyReport:
        self.judged.append(Path(path).read_bytes())
        return self.verdict

    def _desks(self) -> Desks:
        place, office = self.office.place, self.office
        with place.store.snapshot() as tx:
            root = own_root(tx)
        court = CourtDesk(place=place, evidence=office.evidence, files=self.files, tool=TOOL)
        stamps = StampingDesk(place=place, judge=None, ask=lambda _question: b"")
        examination = examination_of(office.root, office.evidence, office.presence)
        courier = CourierDesk(
            place=place,
            carrier=DiskCourier(
                place=place,
                exchange=exchange_desk(place),
                deliveries=delivery_desk(place, office.blobs, office.pieces),
            ),
        )
        hashes, tracing = hash_desk(place), tracing_desk(office.root, place)
        corpus = partial(open_corpus, str(office.root))
        law = LawDesk(place=place, corpus=corpus, shelf=profile_folder(str(office.root)))
        lawmaking = LawmakingDesk(
            place=place, corpus=corpus, profiles=partial(open_profiles, str(office.root)), read=read_law
        )
        treaty = TreatyDesk(place=place, room=partial(NodeTreatyRoom, office.root))
        upkeep = UpkeepDesk(
            place=place,
            keys_of=lambda: self.held,
            payloads_of=lambda: self.places,
            ask_store=lambda: self.store(),
        )
        return Desks(
            place=place,
            info=NodeInfo(
                party=place.party,
                name=place.party,
                realm=place.realm,
                root=root,
                authorities=(office.desk,),
                endpoint=place.endpoint,
            ),
            unlock=lambda _name: None,
            makers=Makers(
                cases=lambda: office.cases,
                evidence=lambda: office.evidence,
                court=lambda: court,
                stamps=lambda: stamps,
                examination=lambda: examination,
                courier=lambda: courier,
                signin=lambda: self.signin,
                hashes=lambda: hashes,
                law=lambda: law,
                lawmaking=lambda: lawmaking,
                treaty=lambda: treaty,
                upkeep=lambda: upkeep,
                tracing=lambda: tracing,
                ground=lambda: None,
            ),
        )


@dataclass
class World:
    """Altavia asks, Belmare is asked."""

    asking: House
    asked: House

    def carry(self) -> None:
        """Bring every message to the other side, and every piece of a delivery."""
        exchange(self.asking.office, self.asked.office)

    def carry_delivery(self, act: str) -> None:
        one, other = self.asked.office, self.asking.office
        delivery_desk(one.place, one.blobs, one.pieces).send(one.desk, act, Carrier(one, other))


def world(root: Path) -> World:
    one, other = pair()
    return World(
        asking=House(Office(place=one.place, clock=one.clock, root=root / "xaa")),
        asked=House(Office(place=other.place, clock=other.clock, root=root / "xab")),
    )
