"""The only package that names concrete adapters: it joins a node from its parts, as late as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.toolbox import PagesWish, ShelterWish, Toolbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from comity.bootstrap.guarding import Guarding
    from comity.bootstrap.indicators import IndicatorRoom
    from comity.bootstrap.library import LawRoom
    from comity.bootstrap.places import Places
    from comity.bootstrap.registers import Registers
    from comity.bootstrap.treaty import TreatyRoom
    from comity.cli.toolbox import Unlock
    from comity.evidence.inspection import Inspection
    from comity.evidence.sealing import Sealing
    from comity.kernel.clock import Instant
    from comity.law.gapviews import GapsView
    from comity.law.profiles import Profile
    from comity.law.provisions import Provision
    from comity.law.service import Corpus
    from comity.law.shelf import Profiles
    from comity.node.desks import Desks
    from comity.node.sealed import UnfinishedView
    from comity.node.takedownviews import NoticeView
    from comity.node.telling import ToldCustody
    from comity.node.views import MigrateReport, NodeInfo, SealView, VerifyReport
    from comity.protection.fingerprints import Hashed
    from comity.requests.letters import Enclosure, Origin
    from comity.requests.signed import SignedDocument
    from comity.requests.simulation import Run
    from comity.restitution.views import Statement
    from comity.tracing.addresses.networks import AddressCheck
    from comity.tracing.reporting import Report
    from comity.wording.letters import LetterFile

_NO_WISH = PagesWish()


def toolbox() -> Toolbox:
    """Return the callables that the command line is handed; nothing is loaded before one is called."""
    return Toolbox(
        init_node=_init_node,
        open_node=_open_node,
        serve=_serve,
        work=_work,
        verify=_verify,
        seal_loose=_seal_loose,
        unfinished_loose=_unfinished_loose,
        resume_loose=_resume_loose,
        inspect=_inspect,
        check_stamp=_check_stamp,
        migrate=_migrate,
        simulate=_simulate,
        make_letter=_make_letter,
        print_custody=_print_custody,
        print_notice=_print_notice,
        check_address=_check_address,
        draw_flow=_draw_flow,
        print_flow=_print_flow,
        print_statement=_print_statement,
        check_signed=_check_signed,
        registers=_registers,
        open_corpus=_open_corpus,
        read_law=_read_law,
        open_profiles=_open_profiles,
        take_profile=_take_profile,
        gap_file=_gap_file,
        law=_law,
        places=_places,
        treaty=_treaty,
        guarding=_guarding,
        hash_files=_hash_files,
        indicators=_indicators,
    )


def _init_node(
    directory: str,
    *,
    party: str,
    name: str,
    practice: bool,
    host: str = "127.0.0.1",
    exchange_port: int | None,
    passphrase: bytes | None,
    store: str = "",
    shelter: ShelterWish | None = None,
) -> NodeInfo:
    from comity.bootstrap.nodes import init_node
    from comity.config import ShelterConfig

    return init_node(
        directory,
        party=party,
        name=name,
        practice=practice,
        host=host,
        exchange_port=exchange_port,
        passphrase=passphrase,
        store=store,
        shelter=None
        if shelter is None
        else ShelterConfig(
            hotline=shelter.hotline, hotline_address=shelter.hotline_address, contact=shelter.contact
        ),
    )


def _open_node(directory: str, *, unlock: Unlock) -> AbstractContextManager[Desks]:
    from comity.bootstrap.nodes import open_node

    return open_node(directory, unlock=unlock)


def _serve(
    directory: str,
    *,
    port: int | None,
    exchange_port: int | None,
    host: str | None,
    ready: Callable[[str], None],
    only: str = "",
    with_worker: bool = True,
    share_ports: bool = False,
    pages: PagesWish = _NO_WISH,
) -> None:
    from comity.bootstrap.serving import serve_node

    serve_node(
        directory,
        port=port,
        exchange_port=exchange_port,
        host=host,
        ready=ready,
        only=only,
        with_worker=with_worker,
        share_ports=share_ports,
        pages=pages,
    )


def _work(directory: str, *, ready: Callable[[str], None]) -> None:
    from comity.bootstrap.working import work_node

    work_node(directory, ready=ready)


def _verify(
    path: str,
    *,
    trust: str | None,
    integrity_only: bool,
    node: str | None,
    certificates: str | None = None,
) -> VerifyReport:
    from comity.bootstrap.verifying import verify

    return verify(path, trust=trust, integrity_only=integrity_only, node=node, certificates=certificates)


def _seal_loose(
    sources: Sequence[str],
    *,
    out: str,
    recipients: Sequence[str],
    node: str | None,
    tell: Callable[[Sealing], None] | None = None,
) -> SealView:
    from comity.bootstrap.loose import seal_loose

    return seal_loose(sources, out=out, recipients=recipients, node=node, tell=tell)


def _unfinished_loose(*, node: str | None) -> tuple[UnfinishedView, ...]:
    from comity.bootstrap.loose import unfinished_loose

    return unfinished_loose(node=node)


def _resume_loose(
    name: str, *, node: str | None, drop: bool = False, tell: Callable[[Sealing], None] | None = None
) -> SealView | None:
    from comity.bootstrap.loose import resume_loose

    return resume_loose(name, node=node, drop=drop, tell=tell)


def _inspect(path: str, *, identities: Sequence[str]) -> Inspection:
    from comity.bootstrap.loose import inspect_file

    return inspect_file(path, identities=identities)


def _check_stamp(token: str, *, digest: bytes, certificates: str) -> Instant:
    from comity.bootstrap.stamping import check_token

    return check_token(token, digest=digest, certificates=certificates)


def _migrate(directory: str) -> MigrateReport:
    from comity.bootstrap.opening import migrate

    return migrate(directory)


def _print_custody(told: ToldCustody, *, languages: str) -> bytes:
    from comity.bootstrap.letters import print_custody

    return print_custody(told, languages=languages)


def _print_notice(told: NoticeView, *, suffix: str, language: str) -> bytes:
    from comity.bootstrap.letters import print_notice

    return print_notice(told, suffix=suffix, language=language)


def _check_address(value: str) -> AddressCheck:
    from comity.engines.tracing.primitives import LIBRARIES
    from comity.tracing.addresses.checking import check_address

    return check_address(value, primitives=LIBRARIES)


def _draw_flow(report: Report, *, language: str) -> bytes:
    from comity.bootstrap.tracing import draw_flow

    return draw_flow(report, language=language)


def _print_flow(report: Report, *, languages: str, author: str) -> bytes:
    from comity.bootstrap.tracing import print_flow

    return print_flow(report, languages=languages, author=author)


def _print_statement(statement: Statement, *, languages: str, author: str) -> bytes:
    from comity.bootstrap.restitution import print_statement

    return print_statement(statement, languages=languages, author=author)


def _open_corpus(directory: str, *, make: bool = False) -> AbstractContextManager[Corpus]:
    from comity.bootstrap.library import open_corpus

    return open_corpus(directory, make=make)


def _read_law(path: str, *, country: str, instrument: str = "", language: str = "") -> Iterator[Provision]:
    from comity.bootstrap.library import read_law

    return read_law(path, country=country, instrument=instrument, language=language)


def _open_profiles(directory: str) -> Profiles:
    from comity.bootstrap.library import open_profiles

    return open_profiles(directory)


def _gap_file(view: GapsView, *, form: str, language: str, author: str, on: date) -> bytes:
    from comity.bootstrap.reports import gap_file

    return gap_file(view, form=form, language=language, author=author, on=on)


def _take_profile(directory: str, data: bytes, *, public: bytes, where: str) -> Profile:
    from comity.bootstrap.library import take_profile

    return take_profile(directory, data, public=public, where=where)


def _law() -> LawRoom:
    from comity.bootstrap.library import LawRoom

    return LawRoom()


def _make_letter(
    form: bytes,
    *,
    suffix: str,
    on: date,
    languages: str,
    style: str,
    act: str,
    enclosures: tuple[Enclosure, ...],
    origin: Origin | None = None,
) -> LetterFile:
    from comity.bootstrap.letters import make_letter

    return make_letter(
        form,
        suffix=suffix,
        on=on,
        languages=languages,
        style=style,
        act=act,
        enclosures=enclosures,
        origin=origin,
    )


def _check_signed(data: bytes, *, trust: Sequence[bytes]) -> SignedDocument:
    from comity.engines.letters.signed import check_signed

    return check_signed(data, trust=trust)


def _registers() -> Registers:
    from comity.bootstrap.registers import Registers

    return Registers()


def _guarding() -> Guarding:
    from comity.bootstrap.guarding import Guarding

    return Guarding()


def _hash_files(paths: Sequence[str]) -> Iterator[Hashed]:
    from comity.bootstrap.protection import hash_files

    return hash_files(paths)


def _places() -> Places:
    from comity.bootstrap.places import Places

    return Places()


def _treaty() -> TreatyRoom:
    from comity.bootstrap.treaty import TreatyRoom

    return TreatyRoom()


def _simulate(data: bytes) -> Run:
    from comity.bootstrap.scenarios import run_scenario

    return run_scenario(data)


def _indicators() -> IndicatorRoom:
    from comity.bootstrap.indicators import IndicatorRoom

    return IndicatorRoom()
