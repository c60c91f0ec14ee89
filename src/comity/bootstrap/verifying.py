"""``comity verify``: a court file, a sealed package or an opened bag, judged without changing anything."""

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.bootstrap.opening import opened
from comity.bootstrap.stamping import configured_judge, stamping_desk, token_judge
from comity.cases.certificates import MOST_CERTIFICATE, check_certificate, is_certificate
from comity.cases.courtdocket import StampJudge
from comity.cases.verdicts import (
    STEPS,
    Trust,
    Verdict,
    VerdictReport,
    parse_trust,
    parse_trust_file,
    verify_court_file,
)
from comity.config import FILE_NAME
from comity.engines.files import FileReader
from comity.engines.pump import Pump
from comity.evidence.opening import Expected, OpenedBag
from comity.kernel.clock import format_instant
from comity.kernel.errors import ComityError, MalformedError, NotFoundError, UntrustedError
from comity.node.courtviews import ShownChain, ShownToken
from comity.node.founding import own_root
from comity.node.sealed import exhibit_views
from comity.node.talkviews import AttestedView
from comity.node.views import ExhibitView, VerifyReport

SEALED_MARK = b"age-encryption.org/v1\n"
UNREADABLE = "UNREADABLE"
BROKEN = "BROKEN"
_MOST_TRUST = 1 << 20
_TRUST_STEP = f"{len(STEPS)} {STEPS[-1]}"
_FINGERPRINT = re.compile(r"[0-9A-Fa-f: ]{64,}")


def verify(
    path: str,
    *,
    trust: str | None,
    integrity_only: bool,
    node: str | None,
    certificates: str | None = None,
) -> VerifyReport:
    """Return the verdict on a file; a fault in it is a verdict, not an error.

    Args:
        path: A court file or a sealed package.
        trust: A trust file, a fingerprint, or twelve words; None for the pins of the node.
        integrity_only: Whether it is enough that every byte and signature holds.
        node: Folder of a node whose pins and keys may be used; None for the current folder, if it is one.
        certificates: PEM file of a time-stamp authority that is trusted; None for the one that the node asks.

    Raises:
        NotFoundError: ``verify.absent``, ``trust.absent``, ``file.absent``: there is no such file.
        MalformedError: ``stamp.certificates``.
        MalformedError: ``trust.form`` for words that are no words, ``trust.own``.
    """
    target = Path(path)
    if not target.exists():
        raise NotFoundError("verify.absent", "there is no such file", where=path)
    if not target.is_file():
        return _unreadable("it is no file")
    folder = node or ("." if Path(FILE_NAME).is_file() else None)
    stamps = token_judge(certificates) if certificates else configured_judge(Path(folder)) if folder else None
    try:
        with _reading(target) as reader:
            if is_certificate(reader.read_at(0, 1)):
                data = reader.read_at(0, MOST_CERTIFICATE + 1)
                return _verify_certificate(data, trust=trust, folder=folder, integrity_only=integrity_only)
            if reader.read_at(0, len(SEALED_MARK)) != SEALED_MARK:
                asked = _Asked(trust=trust, folder=folder, integrity_only=integrity_only, stamps=stamps)
                return _verify_court(reader, asked)
    except OSError as exc:
        return _unreadable(exc.strerror or type(exc).__name__)
    return _verify_sealed(target, folder, integrity_only=integrity_only)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """How a court file is to be judged."""

    trust: str | None
    folder: str | None
    integrity_only: bool
    stamps: StampJudge | None


def _verify_court(reader: "_FileBytes", asked: _Asked) -> VerifyReport:
    """Judge a court file; a trust file that says nothing is a fault of the last step, as in ``verify.py``."""
    try:
        trusted, fault = _trust(asked.trust, asked.folder), ""
    except _TrustFileError as exc:
        trusted, fault = None, exc.reason
    report = _court_report(
        verify_court_file(reader, trust=trusted, integrity_only=asked.integrity_only, judge=asked.stamps)
    )
    if fault and report.step == _TRUST_STEP:
        return dataclasses.replace(report, path="--trust", reason=fault)
    return report


def _verify_certificate(
    data: bytes, *, trust: str | None, folder: str | None, integrity_only: bool
) -> VerifyReport:
    """Judge a certificate of destruction."""
    try:
        trusted, fault = _trust(trust, folder), ""
    except _TrustFileError as exc:
        trusted, fault = None, exc.reason
    report = check_certificate(data, trust=trusted, integrity_only=integrity_only)
    if report.verdict is None:
        return _broken(UntrustedError("certificate.form", report.reason))
    case = report.event.over.case if report.event is not None else None
    return VerifyReport(
        verdict=report.verdict.value,
        exit_code=0 if report.good else 7,
        step="" if report.good else _TRUST_STEP,
        path="" if report.good else "--trust",
        reason="" if report.good else fault or report.reason,
        case=case or "",
    )


class _TrustFileError(Exception):
    """A trust file that cannot be read or does not say whom to trust."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _FileBytes:
    """Random access to a file."""

    def __init__(self, reader: FileReader) -> None:
        self._reader = reader

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._reader.size

    def read_at(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, fewer at the end of the file."""
        buffer = bytearray(min(count, max(self._reader.size - offset, 0)))
        read = self._reader.read_into(memoryview(buffer), at=offset)
        return bytes(buffer[:read])


@contextmanager
def _reading(path: Path) -> Iterator[_FileBytes]:
    reader = FileReader(path)
    try:
        yield _FileBytes(reader)
    finally:
        reader.close()


def trust_in(text: str | None, folder: str | None) -> Trust | None:
    """Return what a reader trusts: a trust file, a fingerprint or words, else the pins of a node; or nothing.

    Raises:
        NotFoundError: ``trust.absent``.
        MalformedError: ``trust.form``.
    """
    try:
        return _trust(text, folder)
    except _TrustFileError as exc:
        raise MalformedError("trust.form", exc.reason, where="--trust") from exc


def _trust(text: str | None, folder: str | None) -> Trust | None:
    if text is None:
        if folder is None:
            return None
        with opened(folder) as (_, _, place), place.store.snapshot() as tx:
            return Trust(roots=frozenset(pin.fingerprint for pin in tx.exchange.pins()))
    if _names_a_file(text):
        return _trust_in(Path(text))
    own = ""
    if folder is not None:
        with opened(folder) as (_, _, place), place.store.snapshot() as tx:
            own = own_root(tx)
    return parse_trust(text, own=own)


def _names_a_file(text: str) -> bool:
    """Tell whether the text names a file: it is one, or is neither words nor a fingerprint."""
    try:
        return Path(text).exists() or not (" " in text.strip() or _FINGERPRINT.fullmatch(text.strip()))
    except OSError:  # too long for a file name
        return False


def _trust_in(file: Path) -> Trust:
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST_TRUST + 1)
        if len(data) > _MOST_TRUST:
            raise _TrustFileError("not a file of trusted roots")
        return parse_trust_file(data)
    except FileNotFoundError as exc:
        raise NotFoundError(
            "trust.absent",
            f"there is no trust file {str(file)!r}",
            hint="name a file of trusted roots, a fingerprint of 64 digits, or twelve words in quotes",
            where="--trust",
        ) from exc
    except OSError as exc:
        raise _TrustFileError(f"the trust file cannot be read: {exc.strerror}") from exc
    except MalformedError as exc:
        raise _TrustFileError(exc.message) from exc


def _court_report(report: VerdictReport) -> VerifyReport:
    fault = report.fault
    return VerifyReport(
        verdict=report.verdict.value if report.verdict is not None else BROKEN,
        exit_code=report.exit_code,
        step=f"{fault.step} {STEPS[fault.step - 1]}" if fault is not None else "",
        path=fault.path if fault is not None else "",
        reason=fault.reason if fault is not None else "",
        case=report.case,
        exhibits=tuple(
            ExhibitView(number=number, name=shown.name, size=shown.bytes, sha256=shown.sha256)
            for number, shown in enumerate(report.exhibits, start=1)
        ),
        attested=tuple(AttestedView(act=act, kind=kind, channel=by) for act, kind, by in report.attested),
        withheld=tuple(
            "/".join(filter(None, (act, part, str(number or "")))) for act, part, number in report.withheld
        ),
        packages=report.packages,
        custody=tuple(ShownChain(bag_root=x.bag, events=x.events, last=x.last) for x in report.custody),
        stamps=tuple(ShownToken(digest=x.digest, at=x.at, holds=x.holds) for x in report.stamps),
        released=report.released or "",
    )


def _verify_sealed(path: Path, folder: str | None, *, integrity_only: bool) -> VerifyReport:
    """Check a sealed package with the node's keys, where there are any; nothing of it is written."""
    if folder is None:
        return _unreadable("it is sealed, and no node with a key for it was named")
    with opened(folder) as (home, config, place):
        with place.store.snapshot() as tx:
            held = [key for office in place.authorities(tx) for key in place.openers(office)]
        reader = FileReader(path)
        try:
            bag = Pump().check(reader, identities=held, expected=Expected(realm=config.realm))
        except UntrustedError as exc:
            if exc.code == "age.no_identity":
                return _unreadable("it is sealed to somebody else")
            return _broken(exc)
        except ComityError as exc:
            return _broken(exc)
        finally:
            reader.close()
        stamp = stamping_desk(home, config, place).of_package(bag.bag_root)
    report = _package_report(bag, integrity_only=integrity_only)
    if stamp is None:
        return report
    return dataclasses.replace(report, stamped=stamp.fault or format_instant(stamp.at))


def _package_report(bag: OpenedBag, *, integrity_only: bool) -> VerifyReport:
    verdict = Verdict.UNRELEASED if bag.label.case is None else Verdict.INTACT
    reason = (
        "a loose bag: no act of any case released it"
        if bag.label.case is None
        else "a package alone proves no sender: check the court file of its case"
    )
    return VerifyReport(
        verdict=verdict.value,
        exit_code=0 if integrity_only else 7,
        step="" if integrity_only else _TRUST_STEP,
        path="" if integrity_only else "exhibits.jsonl",
        reason="" if integrity_only else reason,
        case=bag.label.case or "",
        # what a case holds is shown by its desks, for a purpose that is in the log; never by a check
        exhibits=exhibit_views(bag.exhibits) if bag.label.case is None else (),
    )


def _unreadable(reason: str) -> VerifyReport:
    return VerifyReport(verdict=UNREADABLE, exit_code=7, step="1 archive", reason=f"cannot be read: {reason}")


def _broken(error: ComityError) -> VerifyReport:
    return VerifyReport(
        verdict=BROKEN,
        exit_code=7,
        step="1 archive",
        path=error.where,
        reason=f"{error.message} ({error.code})",
    )
