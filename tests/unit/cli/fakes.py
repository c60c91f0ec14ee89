"""A toolbox and desks that remember what they were asked and answer with ready-made views."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from comity.bootstrap.indicators import IndicatorRoom
from comity.bootstrap.library import LawRoom, open_corpus, open_profiles, read_law, take_profile
from comity.bootstrap.protection import hash_files
from comity.bootstrap.registers import Registers
from comity.bootstrap.reports import gap_file
from comity.bootstrap.scenarios import run_scenario
from comity.bootstrap.treaty import TreatyRoom
from comity.cli.main import run
from comity.cli.toolbox import Toolbox
from comity.config import Environment
from comity.engines.tracing.primitives import LIBRARIES
from comity.evidence.inspection import Inspection
from comity.evidence.sealing import Sealing
from comity.exchange.pacing import LineTerms
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.findings import Assessment, Finding, Severity
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint, OfficerName, PartyCode
from comity.kernel.realms import Realm
from comity.ledger.stamps import Silence, Stamp, Subject
from comity.node.callbacks import CallBack
from comity.node.caseuco import ToldPackage
from comity.node.custodial import CustodyView, HeldPackage
from comity.node.duty import DutyBoard, PeerPulse
from comity.node.keyviews import KeysView, StoreKeyView
from comity.node.laneviews import TaskView
from comity.node.places import Fault, PlacesView, RoundView, Tell
from comity.node.practicing import PracticeView, StepView
from comity.node.releasing import ReleaseView
from comity.node.rewrapping import RotationView
from comity.node.ringing import Alarm, Ring
from comity.node.roster import NO_ROSTER, Roster
from comity.node.sealed import UnfinishedView
from comity.node.shipments import CourierView, ShipmentView
from comity.node.stamping import StampsView, StampView
from comity.node.telling import ToldCustody
from comity.node.views import (
    Actor,
    ActView,
    AlarmView,
    CaseView,
    CourtView,
    DeliveryView,
    DraftView,
    DutyView,
    ExhibitView,
    KeyView,
    LogView,
    MigrateReport,
    NodeInfo,
    OfficerView,
    OpenedView,
    Page,
    PeerView,
    RequestView,
    SealView,
    VerifyReport,
)
from comity.requests.lanes import Task
from comity.requests.signed import SignedDocument
from comity.requests.simulation import Run
from comity.tracing.addresses.checking import check_address
from comity.wording.letters import LetterFile

HERE, THERE = AuthorityId("XAA/contact-point"), AuthorityId("XAB/contact-point")
CASE = CaseId("4be1c09a" + "0" * 56)
REQUEST, DATA, QUESTION, DRAFT, DELIVERY = (ActId(digit * 64) for digit in "45678")
NOW = Instant(1_790_000_100_000_000)
AT = Instant(1_790_000_000_000_000)
WORDS = tuple("abandon ability able about above absent absorb abstract absurd abuse access accident".split())
OPEN = Finding(code="rights.review", severity=Severity.DECIDE, basis="6(2)")
NASTY = "col\x1b[31mumn\n\u202egpj.exe \udcff ملف"


def draft(**changes: Any) -> DraftView:
    view = DraftView(
        act=DRAFT,
        case=CASE,
        kind="request.refuse",
        authority=HERE,
        assessment=Assessment.of([OPEN]),
        undecided=(),
        approved_by=(),
        persons_needed=2,
        roles_missing=("head",),
    )
    return dataclasses.replace(view, **changes)


def act(**changes: Any) -> ActView:
    view = ActView(
        act=REQUEST,
        case=CASE,
        kind="preservation.request",
        sender=HERE,
        to=(THERE,),
        at=AT,
        seq=1,
        basis="42(1)",
        approved_by=(OfficerName("a.diallo"),),
        receipted_at=None,
        receipt_result="",
        body={"request": {"mechanism": "42(1)"}},
        parts=("form",),
    )
    return dataclasses.replace(view, **changes)


def request(**changes: Any) -> RequestView:
    view = RequestView(
        act=REQUEST,
        case=CASE,
        mechanism="42(1)",
        by=HERE,
        to=THERE,
        status="open",
        items={"1": "asked", "2": "held"},
        preserved_until=AT,
    )
    return dataclasses.replace(view, **changes)


EXHIBITS = (ExhibitView(number=1, name=NASTY, size=3, sha256="ab" * 32),)
CASE_VIEW = CaseView(
    case=CASE,
    participants=(HERE, THERE),
    opened_at=AT,
    closed=False,
    forked=True,
    acts=(
        act(),
        act(act=QUESTION, kind="request.clarify", sender=THERE, to=(HERE,), seq=2, body={"request": REQUEST}),
    ),
    requests=(request(), request(act=DATA, mechanism="44(1)", preserved_until=None)),
    deliveries=(
        DeliveryView(
            act=DELIVERY, case=CASE, bag_root="cd" * 32, pieces=2, pieces_here=1, complete=False, opened=False
        ),
    ),
    duties=(DutyView(code="duty.answer", case=CASE, about=REQUEST, owner=THERE, due=None, basis="40(26)"),),
    permitted=("request.withdraw",),
    drafts=(draft(undecided=("rights.review",)),),
)
SEALED = SealView(
    path="package.age",
    bag_root="cd" * 32,
    piece_root="ef" * 32,
    payload_length=3,
    pieces=1,
    exhibits=EXHIBITS,
    label="practice",
)

INTERRUPTED = UnfinishedView(
    name="ab" * 16, began=NOW, case="", sources=("-", "disk.E01"), out="/x/package.age"
)
KEPT = dataclasses.replace(INTERRUPTED, name="cd" * 16, case=CASE, out="")
STAMPS = StampsView(
    configured=True,
    stamps=(
        StampView(kind="package", name="ab" * 32, digest="ab" * 32, at=NOW, fault=""),
        StampView(kind="head", name="log 7", digest="cd" * 32, at=NOW, fault="stamp.digest"),
    ),
    waiting=3,
    silence=Silence(failures=2, since=NOW, next_at=NOW, problem="stamp.silent"),
)
INSPECTION = Inspection(
    size=70_000,
    header_length=200,
    payload_length=69_800,
    pieces=1,
    plain_length=69_768,
    recipients=("X25519", "X25519"),
    stock_copy=True,
)


GUARDED = KeysView(
    guard="passphrase:secret",
    opens=False,
    fault="key.guard_refused",
    plain=("entry/1",),
    guarded=3,
    locked=1,
    in_token=("XAA/contact-point/act",),
    store_keys=(StoreKeyView(authority="XAA/contact-point", suite="age-x25519", older=1),),
)


class Calls:
    """Remembers calls as (name, arguments); answers from ``answers`` or with the default."""

    def __init__(self) -> None:
        self.made: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}

    def answer(self, name: str, default: Any, /, **arguments: Any) -> Any:
        self.made.append((name, arguments))
        found = self.answers.get(name, default)
        if isinstance(found, list):
            found = found.pop(0)
        if isinstance(found, BaseException):
            raise found
        return found

    def of(self, name: str) -> list[dict[str, Any]]:
        return [arguments for made, arguments in self.made if made == name]


class People:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def add_authority(
        self,
        actor: Actor,
        *,
        authority: str,
        name: str,
        roles: Sequence[str],
        passphrase: bytes | None = None,
    ) -> object:
        return self._calls.answer("add_authority", None, name=name, roles=tuple(roles), passphrase=passphrase)

    def add_officer(
        self,
        actor: Actor,
        *,
        authority: str,
        name: str,
        roles: Sequence[str],
        passphrase: bytes | None,
        entry_passphrase: bytes | None = None,
    ) -> OfficerView:
        view = OfficerView(name=OfficerName(name), authority=AuthorityId(authority), roles=tuple(roles))
        return self._calls.answer(
            "add_officer", view, passphrase=passphrase, entry_passphrase=entry_passphrase
        )

    def change_roles(
        self, actor: Actor, *, name: str, roles: Sequence[str], entry_passphrase: bytes | None = None
    ) -> OfficerView:
        view = OfficerView(name=OfficerName(name), authority=HERE, roles=tuple(roles))
        return self._calls.answer("roles", view, name=name, roles=tuple(roles), entry=entry_passphrase)

    def choose_language(self, actor: Actor, *, language: str) -> None:
        self._calls.answer("language", None, officer=actor.officer, language=language)

    def keys(self, actor: Actor) -> Sequence[KeyView]:
        one = KeyView(authority=HERE, usage="act", key="ab" * 32, not_before=AT, not_after=NOW)
        return self._calls.answer("keys", (one,))

    def rotate(self, actor: Actor, *, authority: str, entry_passphrase: bytes | None = None) -> bool:
        return self._calls.answer("rotate", True, authority=authority, entry=entry_passphrase)

    def officers(self) -> Sequence[OfficerView]:
        view = OfficerView(name=OfficerName("a.diallo"), authority=HERE, roles=("duty-officer",))
        return self._calls.answer("officers", (view,))


class Peers:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def card(self) -> bytes:
        return self._calls.answer("card", b'{"v":1,"roots":[],"entries":[]}')

    def add(self, actor: Actor, *, card: bytes, words: str | None, confirmed_by: Sequence[str]) -> PeerView:
        self._calls.answer("peer_add", None, card=card, words=words, confirmed_by=tuple(confirmed_by))
        return self.list()[0]

    def list(self) -> Sequence[PeerView]:
        view = PeerView(
            party=PartyCode("XAB"),
            root=Fingerprint("9" * 64),
            words=WORDS,
            confirmed_by=(OfficerName("a.diallo"),),
            authorities=(THERE,),
            endpoint="https://127.0.0.1:8443",
            queued=3,
            alarms=("peer.silent",),
        )
        return self._calls.answer("peers", (view,))

    def alarms(self, actor: Actor) -> Sequence[AlarmView]:
        one = AlarmView(code="peer.silent", authority=HERE, party="XAB", at=AT, detail="{}")
        return self._calls.answer("alarms", (one,))

    def words(self, card: bytes) -> Sequence[str]:
        return self._calls.answer("words", WORDS, card=card)


class Stamps:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def shown(self, actor: Actor) -> StampsView:
        return self._calls.answer("shown", STAMPS)

    def token(self, actor: Actor, *, name: str) -> Stamp:
        subject = Subject(kind="package", name="ab" * 32, digest=bytes.fromhex("ab" * 32))
        return self._calls.answer("token", Stamp(subject=subject, token=b"0", at=NOW), name=name)


class Sealings:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def unfinished(self, actor: Actor) -> tuple[UnfinishedView, ...]:
        return self._calls.answer("unfinished", (KEPT,))

    def resume(self, actor: Actor, *, name: str, tell: object = None) -> SealView:
        return self._calls.answer("resume", SEALED, name=name)

    def drop(self, actor: Actor, *, name: str) -> None:
        self._calls.answer("drop", None, name=name)


class Custody:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def packages(self, actor: Actor, *, case: str, purpose: str) -> Sequence[HeldPackage]:
        return self._calls.answer("custody", (held_package(),), case=case, purpose=purpose)

    def record(self, actor: Actor, **arguments: Any) -> HeldPackage:
        return self._calls.answer("record", held_package(), **arguments)

    def hold(self, actor: Actor, **arguments: Any) -> HeldPackage:
        return self._calls.answer("hold", held_package(), **arguments)


class Deriving:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def derive(self, actor: Actor, **arguments: Any) -> SealView:
        return self._calls.answer("derive", SEALED, **arguments)


class Telling:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def tell(self, actor: Actor, **arguments: Any) -> ToldCustody:
        told = ToldCustody(
            case=CaseId(CASE),
            party="XAA",
            authority=HERE,
            practice=True,
            at=AT,
            packages=(ToldPackage(held=held_package(), exhibits=EXHIBITS),),
            files={"data/identity/roots.json": b"[]"},
        )
        return self._calls.answer("tell", told, **arguments)

    def write(self, data: bytes, *, out: str) -> str:
        return self._calls.answer("write", "ab" * 32, data=data, out=out)


class Disclosing:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def propose(self, actor: Actor, **arguments: Any) -> ReleaseView:
        return self._calls.answer("propose_disclosure", release_view(), **arguments)

    def disclose(self, actor: Actor, **arguments: Any) -> CourtView:
        return self._calls.answer("disclose", court_view(), **arguments)


class Destroying:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def propose(self, actor: Actor, **arguments: Any) -> ReleaseView:
        return self._calls.answer("propose_destruction", release_view(), **arguments)

    def destroy(self, actor: Actor, **arguments: Any) -> HeldPackage:
        return self._calls.answer("destroy", held_package(), **arguments)

    def write_certificate(self, actor: Actor, **arguments: Any) -> None:
        self._calls.answer("certificate", None, **arguments)


def held_package() -> HeldPackage:
    event = CustodyView(
        number=1,
        step="sealed",
        at=AT,
        officer=OfficerName("a.diallo"),
        authority=HERE,
        role="officer",
        reason=NASTY,
        place="",
        tool="comity 1",
    )
    return HeldPackage(bag_root="cd" * 32, delivery=DELIVERY, own=True, whole=True, events=(event,))


class Cases:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def draft_request(
        self,
        actor: Actor,
        *,
        form: bytes,
        to: str,
        case: str | None,
        consult: bool = False,
        outside: bool = False,
        document: bytes | None = None,
        single: str = "",
    ) -> DraftView:
        more: dict[str, object] = {} if document is None else {"document": document}
        more |= {"single": single} if single else {}
        how = {name: True for name, wanted in (("consult", consult), ("outside", outside)) if wanted}
        return self._calls.answer("draft_request", draft(), form=form, to=to, case=case, **how, **more)

    def draft_act(
        self,
        actor: Actor,
        *,
        kind: str,
        case: str,
        form: bytes,
        document: bytes | None = None,
        single: str = "",
    ) -> DraftView:
        more: dict[str, object] = {} if document is None else {"document": document}
        more |= {"single": single} if single else {}
        handed_in = json.loads(form)
        return self._calls.answer("draft_act", draft(kind=kind), kind=kind, case=case, form=handed_in, **more)

    def decide(
        self, actor: Actor, *, act: str, finding: str, outcome: str, inner: str, outer: str
    ) -> DraftView:
        return self._calls.answer("decide", draft(), act=act, finding=finding, outcome=outcome, inner=inner)

    def approve(self, actor: Actor, *, act: str, reason: str) -> DraftView:
        default = draft(approved_by=(actor.officer,))
        return self._calls.answer("approve", default, act=act, reason=reason, officer=actor.officer)

    def issue(self, actor: Actor, *, act: str) -> ActView:
        return self._calls.answer("issue", globals()["act"](), act=act)

    def drop(self, actor: Actor, *, act: str) -> None:
        self._calls.answer("drop", None, act=act)

    def draft(self, actor: Actor, *, act: str, purpose: str) -> DraftView:
        prepared = draft(kind="preservation.request", assessment=Assessment())
        return self._calls.answer("draft", prepared, act=act)

    def show(self, actor: Actor, *, case: str, purpose: str) -> CaseView:
        return self._calls.answer("show", CASE_VIEW, case=case, purpose=purpose)

    def part(self, actor: Actor, *, act: str, name: str, purpose: str) -> bytes:
        return self._calls.answer("part", b'{"kind":"preservation"}', act=act, name=name, purpose=purpose)

    def resolve(self, prefix: str) -> str:
        for known in (CASE, REQUEST, DATA, QUESTION, DRAFT, DELIVERY, "cd" * 32):
            if len(prefix) >= 8 and known.startswith(prefix):
                return known
        raise NotFoundError("id.absent", f"nothing here begins with {prefix!r}")


class Evidence:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.custody = Custody(calls)

    def seal(self, actor: Actor, **arguments: Any) -> SealView:
        arguments.pop("tell")
        return self._calls.answer("seal", SEALED, **arguments)

    @property
    def sealing(self) -> Sealings:
        return Sealings(self._calls)

    def inspect(self, actor: Actor, **arguments: Any) -> Inspection:
        return self._calls.answer("inspect", INSPECTION, **arguments)

    def deliver_form(self, actor: Actor, *, case: str, bag_root: str) -> bytes:
        return self._calls.answer("deliver_form", b'{"body":{},"parts":{}}', case=case, bag_root=bag_root)

    def open(self, actor: Actor, *, delivery: str, purpose: str, out: str) -> OpenedView:
        view = OpenedView(delivery=ActId(delivery), folder=out, bag_root="cd" * 32, exhibits=EXHIBITS)
        return self._calls.answer("open", view, purpose=purpose)

    def deliveries(self, actor: Actor, *, case: str, purpose: str) -> Sequence[DeliveryView]:
        return self._calls.answer("deliveries", CASE_VIEW.deliveries, case=case)

    def package(self, actor: Actor, *, delivery: str, out: str, identity_out: str | None = None) -> object:
        return self._calls.answer("package", None, delivery=delivery, out=out, identity_out=identity_out)


def court_view() -> CourtView:
    return CourtView(path="x", case=CaseId(CASE), exhibits=EXHIBITS, withheld=(), sha256="ab" * 32)


def release_view(**changes: Any) -> ReleaseView:
    values: dict[str, Any] = {
        "release": ActId("r1"),
        "case": CaseId(CASE),
        "way": "export",
        "purpose": "court",
        "proposed_at": NOW,
        "acts": 3,
        "assessment": Assessment(),
        "undecided": (),
        "approved_by": (),
        "roles_missing": ("head", "officer"),
        "closed": False,
    }
    return ReleaseView(**(values | changes))


class ReleasesFake:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def propose(self, actor: Actor, *, case: str, purpose: str) -> ReleaseView:
        return self._calls.answer("propose", release_view(case=CaseId(case)), purpose=purpose)

    def list(self, actor: Actor, *, purpose: str, case: str | None = None) -> Sequence[ReleaseView]:
        done = release_view(release=ActId("r2"), closed=True, roles_missing=())
        return self._calls.answer("releases", (release_view(), done), case=case, purpose=purpose)

    def show(self, actor: Actor, *, release: str, purpose: str) -> ReleaseView:
        return self._calls.answer("release_show", release_view(release=ActId(release)), purpose=purpose)

    def decide(self, actor: Actor, *, release: str, finding: str, inner: str) -> ReleaseView:
        view = release_view(release=ActId(release))
        return self._calls.answer("release_decide", view, release=release, finding=finding, inner=inner)

    def approve(self, actor: Actor, *, release: str, reason: str) -> ReleaseView:
        by = (OfficerName("a.diallo"), OfficerName("m.okafor"))
        view = release_view(release=ActId(release), approved_by=by, roles_missing=(), closed=True)
        return self._calls.answer("release", view, release=release, reason=reason)


class Court:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.releases = ReleasesFake(calls)

    def export(
        self,
        actor: Actor,
        *,
        case: str,
        purpose: str,
        out: str,
        withhold: Sequence[str] = (),
        release: str | None = None,
    ) -> CourtView:
        view = CourtView(
            path=out, case=CaseId(case), exhibits=EXHIBITS, withheld=tuple(withhold), sha256="ab" * 32
        )
        return self._calls.answer("export", view, purpose=purpose, release=release)


class Logs:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, actor: Actor) -> Sequence[LogView]:
        one = LogView(
            origin="comity/XAA/XAB", size=7, root="ab" * 32, checkpoint="note", cosigned_by=("XAB",)
        )
        return self._calls.answer("logs", (one, dataclasses.replace(one, origin="national", cosigned_by=())))

    def proof(self, actor: Actor, *, act: str, purpose: str) -> Mapping[str, object]:
        return self._calls.answer("proof", {"index": 3, "proof": ["ab"]}, act=act)

    def checkpoint(self, actor: Actor, *, origin: str) -> str:
        return self._calls.answer("checkpoint", f"{origin}\n7\nroot=\n", origin=origin)

    def audit(self, actor: Actor) -> Assessment:
        return self._calls.answer("audit", Assessment())


class Courier:
    def __init__(self, calls: Calls) -> None:
        self._calls, self.line = calls, Line(calls)

    def export(
        self, actor: Actor, *, folder: str, peer: str | None, progress: Callable[[ShipmentView], None]
    ) -> CourierView:
        progress(SHIPPED)
        view = dataclasses.replace(CARRIED, shipments=(SHIPPED,))
        return self._calls.answer("courier_export", view, folder=folder, peer=peer)

    def import_(self, actor: Actor, *, folder: str, progress: Callable[[ShipmentView], None]) -> CourierView:
        came = dataclasses.replace(SHIPPED, outward=False, bad=1)
        whole = dataclasses.replace(SHIPPED, over=9, lacking=0, done=True)
        view = dataclasses.replace(CARRIED, shipments=(came, whole))
        return self._calls.answer("courier_import", view, folder=folder)


SHIPPED = ShipmentView(
    delivery="5e" * 32, outward=True, pieces=9, moved=2, there=1, over=4, bad=0, lacking=2, done=False
)
CARRIED = CourierView(calls=1, messages=2, answers=3, deliveries=4, failures=("call-000009",))


PRACTICE = PracticeView(
    name="mended",
    begun=True,
    done=False,
    case=CASE,
    partner="XPP/contact-point",
    folder="practice/files/mended",
    colleague="p.colleague",
    steps=(
        StepView(id="mend", own=True, basis="40(15)", done=True, now=False, commands=(), page=""),
        StepView(id="asked-back", own=False, basis="40(16)", done=True, now=False, commands=(), page=""),
        StepView(
            id="answer",
            own=True,
            basis="40(16)",
            done=False,
            now=True,
            commands=("request answer REQUEST --text TEXT --reason TEXT",),
            page="",
        ),
    ),
)


class Practice:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, actor: Actor) -> Sequence[PracticeView]:
        fresh = dataclasses.replace(PRACTICE, begun=False, colleague="", case="")
        return self._calls.answer("practice_list", (PRACTICE, fresh))

    def show(self, actor: Actor, *, name: str) -> PracticeView:
        return self._calls.answer("practice_show", PRACTICE, name=name)

    def start(self, actor: Actor, *, name: str) -> PracticeView:
        return self._calls.answer("practice_start", PRACTICE, name=name)

    def advance(self, actor: Actor, *, name: str) -> PracticeView:
        return self._calls.answer("practice_next", PRACTICE, name=name)


ALARM = Alarm(
    id="9c3f5e2100000000",
    code="emergency",
    about=REQUEST,
    raised_at=AT,
    rings=(Ring(officer="a.diallo", at=AT),),
)
TASK = Task(
    id=f"{DELIVERY}/review",
    lane=DELIVERY,
    code="review",
    basis="24(1)",
    due=NOW,
    reckoned="start+72",
    since=AT,
)
BOARD = DutyBoard(
    authority=HERE,
    roster=NO_ROSTER,
    has_roster=False,
    order=(OfficerName("a.diallo"),),
    officers=(OfficerName("a.diallo"),),
    single_approval=False,
    alarms=(ALARM, msgspec.structs.replace(ALARM, acknowledged_by="m.okafor", words="mine")),
    pulses=(
        PeerPulse(party="XAB", heard_at=AT, silent=True),
        PeerPulse(party="XAC", heard_at=None, silent=False),
        PeerPulse(party="XAD", heard_at=NOW, silent=False),
    ),
    tasks=(TASK, msgspec.structs.replace(TASK, done_by="o.seer", words="upheld")),
)


class Line:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def show(self, actor: Actor) -> LineTerms:
        return self._calls.answer("line_show", LineTerms(rate=65536, low=True))

    def set_terms(self, actor: Actor, *, terms: LineTerms) -> LineTerms:
        return self._calls.answer("line_set", terms, terms=terms)


class Duty:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def board(self, actor: Actor) -> DutyBoard:
        return self._calls.answer("duty_board", BOARD)

    def set_roster(self, actor: Actor, *, roster: bytes) -> Roster:
        return self._calls.answer("duty_roster", NO_ROSTER, roster=roster)

    def owed(self, actor: Actor) -> tuple[TaskView, ...]:
        return self._calls.answer("owed", ())

    def drill(self, actor: Actor) -> Alarm:
        return self._calls.answer("duty_drill", ALARM)

    def allow_single(
        self,
        actor: Actor,
        *,
        allowed: bool,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> bool:
        return self._calls.answer("duty_single", allowed, allowed=allowed, confirmed_by=list(confirmed_by))

    def acknowledge(self, actor: Actor, *, alarm: str, words: str) -> Alarm:
        return self._calls.answer("duty_take", BOARD.alarms[1], alarm=alarm, words=words)


class Lanes:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def numbers(self, actor: Actor, *, request: str) -> Sequence[str]:
        return self._calls.answer("duty_numbers", ("+999 1",), request=request)

    def call(self, actor: Actor, **given: Any) -> CallBack:
        made = CallBack(
            request=REQUEST,
            office=THERE,
            party="1" * 64,
            number="+999 1",
            entry=2,
            officer="a.diallo",
            at=AT,
            outcome="confirmed",
        )
        return self._calls.answer("duty_call", made, **given)

    def review(self, actor: Actor, **given: Any) -> Task:
        return self._calls.answer("duty_review", BOARD.tasks[1], **given)

    def done(self, actor: Actor, **given: Any) -> Task:
        return self._calls.answer("duty_done", BOARD.tasks[1], **given)

    def begin_property(self, actor: Actor, **given: Any) -> Sequence[Task]:
        return self._calls.answer("duty_property", (TASK,), **given)

    def end_property(self, actor: Actor, **given: Any) -> Sequence[Task]:
        return self._calls.answer("duty_end", (TASK,), **given)

    def confirm_later(self, actor: Actor, **given: Any) -> Task:
        return self._calls.answer("duty_confirm", TASK, **given)


class Lists:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def due(
        self, actor: Actor, *, purpose: str, after: str = "", theirs: bool = False, most: int = 50
    ) -> Page[DutyView]:
        default = Page(items=CASE_VIEW.duties, next="", waiting=0)
        return self._calls.answer("due", default, purpose=purpose, after=after, theirs=theirs)

    def requests(self, actor: Actor, *, purpose: str, after: str = "", most: int = 50) -> Page[RequestView]:
        default = Page(items=CASE_VIEW.requests, next="", waiting=0)
        return self._calls.answer("requests", default, purpose=purpose, after=after)

    def views(self, actor: Actor, *, purpose: str, after: str = "", most: int = 50) -> Page[CaseView]:
        default = Page(items=(CASE_VIEW,), next="", waiting=0)
        return self._calls.answer("cases", default, purpose=purpose, after=after)


class Registering:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def register(self, actor: Actor, *, form: bytes, arrival: Any, case: str | None = None) -> DraftView:
        made = draft(kind="act.attest", persons_needed=1)
        return self._calls.answer("register", made, form=form, arrival=arrival, case=case)


class FakeGuarding:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def show(self, directory: str) -> KeysView:
        return self._calls.answer("keys.show", GUARDED, directory=directory)

    def guard(self, directory: str, *, address: str, signing: bool) -> KeysView:
        return self._calls.answer(
            "keys.guard", GUARDED, directory=directory, address=address, signing=signing
        )


class Rewrapping:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def rotate(self, actor: Actor, *, authority: str, tell: Tell | None = None) -> RotationView:
        for done in (1, 2):
            if tell is not None:
                tell(done, 2)
        found = RotationView(
            authority=AuthorityId(authority),
            suite="age-mlkem768x25519",
            wrapped=2,
            packages=3,
            faults=(Fault(name="a" * 64, code="blobs.head", message="it does not read"),),
            deliveries=1,
            sealings=1,
            destroyed=1,
            left=1,
        )
        return self._calls.answer("keys.rotate", found, actor=actor, authority=authority)


class FakePlaces:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def show(self, directory: str) -> PlacesView:
        found = PlacesView(
            store="s3.example/evidence", stay=True, here=2, here_bytes=9, away=1, away_bytes=5, going=1
        )
        return self._calls.answer("blobs.show", found, directory=directory)

    def check(self, directory: str, *, read: bool, tell: Tell) -> RoundView:
        fault = Fault(name="a" * 64, code="blobs.damaged", message="the payload is another")
        found = RoundView(done=0, faults=()) if not read else RoundView(done=2, faults=(fault,))
        return self._calls.answer("blobs.check", found, directory=directory, read=read)

    def move(self, directory: str, *, to: str, tell: Tell) -> RoundView:
        for done in (1, 2):
            tell(done, 2)
        return self._calls.answer("blobs.move", RoundView(done=2, faults=()), directory=directory, to=to)


class FakeDesks:
    def __init__(self, calls: Calls, unlock: Callable[[OfficerName], bytes | None], realm: Realm) -> None:
        self._calls, self._unlock = calls, unlock
        self.info = NodeInfo(
            party=PartyCode("XAA"),
            name="Altavia",
            realm=realm,
            root=Fingerprint("1" * 64),
            authorities=(HERE,),
            endpoint="https://127.0.0.1:8443",
        )
        self.people, self.peers, self.cases = People(calls), Peers(calls), Cases(calls)
        self.practice = Practice(calls)
        self.deriving, self.destroying = Deriving(calls), Destroying(calls)
        self.rewrapping = Rewrapping(calls)
        self.disclosing, self.telling = Disclosing(calls), Telling(calls)
        self.lists, self.attesting = Lists(calls), Registering(calls)
        self.stamps = Stamps(calls)
        self.tracing = calls.answers.get("tracing")
        self.freezing = calls.answers.get("freezing")
        self.restitution = calls.answers.get("restitution")
        self.scams, self.indicators = calls.answers.get("scams"), calls.answers.get("indicators")
        self.victims = calls.answers.get("victims")
        self.duty, self.lanes = Duty(calls), Lanes(calls)
        self.evidence, self.court, self.logs, self.courier = (
            Evidence(calls),
            Court(calls),
            Logs(calls),
            Courier(calls),
        )

    def actor(self, name: str | None) -> Actor:
        officer = OfficerName(name or "a.diallo")
        self._calls.answer("actor", None, name=name)
        if self.info.realm is Realm.LIVE:
            self._calls.answer("unlocked", None, secret=self._unlock(officer))
        return Actor(officer=officer, authority=HERE, roles=("duty-officer",))


@dataclasses.dataclass
class Ran:
    """What one run left: exit code, both streams, and the calls it made."""

    code: int
    out: str
    err: str
    calls: Calls

    @property
    def value(self) -> Any:
        assert self.out.count("\n") == 1, "one value and a line feed"
        return json.loads(self.out)

    @property
    def problem(self) -> dict[str, str]:
        return json.loads(self.err)


class Terminal(io.StringIO):
    """A stdin where somebody can be asked."""

    def isatty(self) -> bool:
        return True


def comity(
    *argv: str,
    answers: Mapping[str, Any] | None = None,
    realm: Realm = Realm.PRACTICE,
    environment: Environment | None = None,
    terminal: bool = False,
) -> Ran:
    """Run the command line in this process with fakes behind it."""
    calls = Calls()
    calls.answers.update(answers or {})

    @contextmanager
    def open_node(directory: str, *, unlock: Callable[[OfficerName], bytes | None]) -> Iterator[FakeDesks]:
        calls.answer("open_node", None, directory=directory)
        yield FakeDesks(calls, unlock, realm)

    def init_node(directory: str, **arguments: Any) -> NodeInfo:
        calls.answer("init", None, directory=directory, **arguments)
        return FakeDesks(calls, lambda _: None, realm).info

    def serve(directory: str, *, ready: Callable[[str], None], **arguments: Any) -> None:
        calls.answer("serve", None, directory=directory, **arguments)
        ready("ready https://127.0.0.1:8443")

    def work(directory: str, *, ready: Callable[[str], None]) -> None:
        calls.answer("work", None, directory=directory)
        ready("XAA worker")

    def verify(path: str, **arguments: Any) -> VerifyReport:
        return calls.answer("verify", VerifyReport(verdict="PRACTICE", exit_code=0), path=path, **arguments)

    def seal_loose(sources: Sequence[str], **arguments: Any) -> SealView:
        tell = arguments.pop("tell")
        if tell is not None and "-" in sources:
            tell(Sealing(done=3 << 30, total=20 << 30, files=1))
        return calls.answer("seal_loose", SEALED, sources=tuple(sources), **arguments)

    def unfinished_loose(*, node: str | None) -> tuple[UnfinishedView, ...]:
        return calls.answer("unfinished_loose", (INTERRUPTED,), node=node)

    def resume_loose(name: str, **arguments: Any) -> SealView | None:
        given = {key: value for key, value in arguments.items() if key != "tell"}
        return calls.answer("resume_loose", SEALED, name=name, **given)

    def check_stamp(token: str, **arguments: Any) -> Instant:
        return calls.answer("check_stamp", NOW, token=token, **arguments)

    def inspect(path: str, *, identities: Sequence[str]) -> Inspection:
        return calls.answer("inspect", INSPECTION, path=path, identities=tuple(identities))

    def migrate(directory: str) -> MigrateReport:
        return calls.answer("migrate", MigrateReport(version_before=1, version_after=2), directory=directory)

    def simulate(data: bytes) -> Run:
        return calls.answer("simulate", run_scenario(data), data=data)

    def make_letter(form: bytes, **arguments: Any) -> LetterFile:
        made = LetterFile(
            data=b"%PDF-", media_type="application/pdf", digest="ab" * 32, withheld=("/facts",), elsewhere=()
        )
        return calls.answer("make_letter", made, form=form, **arguments)

    def check_signed(data: bytes, **arguments: Any) -> SignedDocument:
        return calls.answer(
            "check_signed", SignedDocument(digest="cd" * 32, signatures=()), data=data, **arguments
        )

    def print_custody(told: ToldCustody, *, languages: str) -> bytes:
        return calls.answer("print_custody", b"%PDF", languages=languages)

    def print_notice(told: object, *, suffix: str, language: str) -> bytes:
        return calls.answer("print_notice", b"%PDF", suffix=suffix, language=language)

    toolbox = Toolbox(
        init_node=init_node,
        open_node=open_node,
        serve=serve,
        work=work,
        verify=verify,
        seal_loose=seal_loose,
        unfinished_loose=unfinished_loose,
        resume_loose=resume_loose,
        inspect=inspect,
        check_stamp=check_stamp,
        migrate=migrate,
        simulate=simulate,
        make_letter=make_letter,
        print_notice=print_notice,
        print_custody=print_custody,
        check_address=lambda value: check_address(value, primitives=LIBRARIES),
        draw_flow=lambda report, *, language: calls.answer("draw_flow", b"<svg/>", language=language),
        print_flow=lambda report, **given: calls.answer("print_flow", b"%PDF", **given),
        print_statement=lambda made, **given: calls.answer("print_statement", b"%PDF", **given),
        check_signed=check_signed,
        registers=Registers,
        places=lambda: FakePlaces(calls),
        open_corpus=open_corpus,
        read_law=read_law,
        open_profiles=open_profiles,
        take_profile=take_profile,
        gap_file=gap_file,
        law=LawRoom,
        treaty=TreatyRoom,
        hash_files=hash_files,
        guarding=lambda: FakeGuarding(calls),
        indicators=IndicatorRoom,
    )
    out, err = io.StringIO(), io.StringIO()
    surroundings = environment or Environment()
    code = run(
        argv,
        toolbox,
        surroundings=surroundings,
        stdin=Terminal() if terminal else io.StringIO(),
        stdout=out,
        stderr=err,
    )
    return Ran(code, out.getvalue(), err.getvalue(), calls)


def refused() -> ConflictError:
    return ConflictError(
        "gate.undecided", "an open finding is not decided", hint="decide it", where="rights.review"
    )
