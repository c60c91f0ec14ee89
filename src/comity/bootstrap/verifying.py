"""``comity verify``: a court file, a sealed package or an opened bag, judged without changing anything."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.bootstrap.nodes import opened
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
from comity.kernel.errors import ComityError, MalformedError, NotFoundError, UnavailableError, UntrustedError
from comity.node.founding import own_root
from comity.node.sealed import exhibit_views
from comity.node.views import ExhibitView, VerifyReport

SEALED_MARK = b"age-encryption.org/v1\n"
UNREADABLE = "UNREADABLE"
BROKEN = "BROKEN"
_MOST_TRUST = 1 << 20


def verify(path: str, *, trust: str | None, integrity_only: bool, node: str | None) -> VerifyReport:
    """Return the verdict on a file; a fault in it is a verdict, not an error.

    Args:
        path: A court file or a sealed package.
        trust: A trust file, a fingerprint, or twelve words; None for the pins of the node.
        integrity_only: Whether it is enough that every byte and signature holds.
        node: Folder of a node whose pins and keys may be used; None for the current folder, if it is one.

    Raises:
        NotFoundError: ``verify.absent``: there is no such file.
        MalformedError: ``trust.form``, ``trust.own``.
    """
    target = Path(path)
    if not target.is_file():
        raise NotFoundError("verify.absent", "there is no such file", where=path)
    folder = node or ("." if Path(FILE_NAME).is_file() else None)
    with _reading(target) as reader:
        front = reader.read_at(0, len(SEALED_MARK))
        if front == SEALED_MARK:
            return _verify_sealed(target, folder, integrity_only=integrity_only)
        report = verify_court_file(reader, trust=_trust(trust, folder), integrity_only=integrity_only)
    return _court_report(report)


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
    try:
        reader = FileReader(path)
    except OSError as exc:
        raise UnavailableError(
            "verify.io", f"the file cannot be read: {exc.strerror}", where=str(path)
        ) from exc
    try:
        yield _FileBytes(reader)
    finally:
        reader.close()


def _trust(text: str | None, folder: str | None) -> Trust | None:
    if text is None:
        if folder is None:
            return None
        with opened(folder) as (_, _, place), place.store.snapshot() as tx:
            return Trust(roots=frozenset(pin.fingerprint for pin in tx.exchange.pins()))
    file = Path(text)
    try:
        is_file = file.is_file()
    except OSError:  # a text too long for a file name
        is_file = False
    if is_file:
        if file.stat().st_size > _MOST_TRUST:
            raise MalformedError("trust.form", "the trust file is too large", where=text)
        return parse_trust_file(file.read_bytes())
    own = ""
    if folder is not None:
        with opened(folder) as (_, _, place), place.store.snapshot() as tx:
            own = own_root(tx)
    return parse_trust(text, own=own)


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
    )


def _verify_sealed(path: Path, folder: str | None, *, integrity_only: bool) -> VerifyReport:
    """Open a sealed package with the node's keys, where there are any, and throw the plaintext away."""
    if folder is None:
        return _unreadable("it is sealed, and no node with a key for it was named")
    with opened(folder) as (_, config, place), tempfile.TemporaryDirectory(dir=folder) as room:
        with place.store.snapshot() as tx:
            held = [key for office in place.authorities(tx) for key in place.openers(office)]
        reader = FileReader(path)
        try:
            bag = Pump().open(
                reader,
                identities=held,
                expected=Expected(realm=config.realm),
                folder=str(Path(room) / "bag"),
                admit=_admit,
            )
        except UntrustedError as exc:
            if exc.code == "age.no_identity":
                return _unreadable("it is sealed to somebody else")
            return _broken(exc)
        except ComityError as exc:
            return _broken(exc)
        finally:
            reader.close()
    return _package_report(bag, integrity_only=integrity_only)


def _admit(_bag: OpenedBag) -> None:
    """Admit every bag: nothing of it is shown or kept."""


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
        step="" if integrity_only else "15 trust",
        path="" if integrity_only else "exhibits.jsonl",
        reason="" if integrity_only else reason,
        case=bag.label.case or "",
        exhibits=exhibit_views(bag.exhibits),
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
