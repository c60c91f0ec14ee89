"""What a court file is worth: nineteen numbered steps, the first fault, and a verdict.

This is the product's own verifier. ``data/verify.py``, which travels in every court file, is written apart
from it on the standard library alone; both follow ``docs/spec/court-file.md`` and agree on every input.

Basis: PROTOCOL rules 22 and 23
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from comity.cases.attested import ATTEST
from comity.cases.courtacts import check_acts, check_approvals, check_order, check_receipts, check_signatures
from comity.cases.courtcustody import check_custody, check_release
from comity.cases.courtdocket import (
    Docket,
    ShownCustody,
    ShownExhibit,
    ShownStamp,
    StampJudge,
    convert,
    reading,
    sound,
)
from comity.cases.courtevidence import check_deliveries, check_parts
from comity.cases.courtkeys import check_bag, check_entries, check_roots, check_seal, check_sealer
from comity.cases.courtlogs import check_proofs, check_stamps, check_times
from comity.cases.courttar import CourtFaultError, Reader, require, scan
from comity.exchange.words import same_words
from comity.kernel.digests import parse_digest
from comity.kernel.errors import ComityError, MalformedError
from comity.kernel.ids import Fingerprint
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm

MOST_TRUST = 1 << 20
_FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Verdict(StrEnum):
    """What holds of a file; UNRELEASED is for a whole bag of no case, which is never a court file.

    Basis: PROTOCOL rule 23
    """

    INTACT = "INTACT"
    AUTHENTIC = "AUTHENTIC"
    PRACTICE = "PRACTICE"
    UNRELEASED = "UNRELEASED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The first thing that does not hold: the number of the step, the path in the file, and why."""

    step: int
    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the reader trusts.

    Attributes:
        roots: Fingerprints of trusted Party roots.
        words: Twelve words compared by voice, which vouch for one more root together with ``own``.
        own: Fingerprint of the reader's own Party root, trusted too where words are given.
    """

    roots: frozenset[str] = frozenset()
    words: str = ""
    own: str = ""

    def covers(self, root: Fingerprint) -> bool:
        """Tell whether a Party root is trusted."""
        if root in self.roots or (self.own and root == self.own):
            return True
        return bool(self.words and self.own) and same_words(self.words, Fingerprint(self.own), root)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictReport:
    """The outcome of a check.

    Attributes:
        verdict: None where a step before the last one fails.
        good: Whether the exit code is 0.
        fault: The first fault; None where ``good``.
        passed: How many steps hold, from the first on.
        case: The case; empty without a verdict.
        roots: Fingerprints of the Party roots in the file, sorted.
        exhibits: The exhibits, in order.
        withheld: Act, part and exhibit of whatever is withheld; a delivered bag has neither of the latter.
        packages: Roots of packages that no act delivered, which a disclosure lists.
        custody: What became of the packages.
        stamps: Time stamps, each with whether its maker is trusted.
        released: Id of the decision by which the file left; None without one.
        suspects: Paths and reasons of signatures by doubtful keys.
        attested: Act, kind and channel of whatever one side alone attests of the other.
    """

    verdict: Verdict | None
    good: bool
    fault: Fault | None
    passed: int
    case: str = ""
    roots: tuple[str, ...] = ()
    exhibits: tuple[ShownExhibit, ...] = ()
    withheld: tuple[tuple[str, str | None, int | None], ...] = ()
    packages: tuple[str, ...] = ()
    custody: tuple[ShownCustody, ...] = ()
    stamps: tuple[ShownStamp, ...] = ()
    released: str | None = None
    suspects: tuple[tuple[str, str], ...] = ()
    attested: tuple[tuple[str, str, str], ...] = ()

    @property
    def exit_code(self) -> int:
        """0 or 7."""
        return 0 if self.good else 7

    def value(self) -> dict[str, Any]:
        """Return the report as ``verify.py --json`` prints it."""
        fault = self.fault
        return {
            "verdict": self.verdict.value if self.verdict else None,
            "exit": self.exit_code,
            "fault": {"step": fault.step, "path": fault.path, "reason": fault.reason} if fault else None,
            "steps": [
                {"number": number, "name": name, "holds": number <= self.passed}
                for number, name in enumerate(STEPS, start=1)
            ],
            "case": self.case or None,
            "roots": list(self.roots),
            "exhibits": [
                {"path": x.path, "name": x.name, "sha256": x.sha256, "bytes": x.bytes} for x in self.exhibits
            ],
            "withheld": [{"act": act, "part": part, "exhibit": n} for act, part, n in self.withheld],
            "packages": list(self.packages),
            "custody": [{"bag": x.bag, "events": x.events, "last": x.last} for x in self.custody],
            "stamps": [{"digest": x.digest, "at": x.at, "holds": x.holds} for x in self.stamps],
            "released": self.released,
            "suspects": [{"path": path, "reason": reason} for path, reason in self.suspects],
            "attested": [
                {"act": act, "kind": kind, "channel": channel} for act, kind, channel in self.attested
            ],
        }


def _check_archive(docket: Docket) -> None:
    """Step 1: every header, every padding byte and the end are as rebuilt; every member is hashed."""
    docket.members = scan(docket.reader)


_CHECKS: tuple[tuple[str, Callable[[Docket], None]], ...] = (
    ("archive", _check_archive),
    ("bag", check_bag),
    ("seal", check_seal),
    ("roots", check_roots),
    ("entries", check_entries),
    ("sealer", check_sealer),
    ("acts", check_acts),
    ("signatures", check_signatures),
    ("approvals", check_approvals),
    ("receipts", check_receipts),
    ("proofs", check_proofs),
    ("stamps", check_stamps),
    ("times", check_times),
    ("order", check_order),
    ("release", check_release),
    ("parts", check_parts),
    ("deliveries", check_deliveries),
    ("custody", check_custody),
)
STEPS = (*(name for name, _ in _CHECKS), "trust")


def verify_court_file(
    reader: Reader,
    *,
    trust: Trust | None = None,
    integrity_only: bool = False,
    judge: StampJudge | None = None,
) -> VerdictReport:
    """Return the verdict on a court file; whatever the file holds, this is a report and no error.

    Args:
        reader: The file.
        trust: What the reader trusts; None for nothing.
        integrity_only: Ask for the bytes and inner signatures only.
        judge: Tells whether a time stamp is by an authority that the reader trusts; None for no such.

    Basis: PROTOCOL rule 23
    """
    docket, passed = Docket(reader=reader, judge=judge), 0
    verdict: Verdict | None = None
    fault: Fault | None = None
    try:
        for _, check in _CHECKS:
            check(docket)
            passed += 1
        practice = docket.sealed.realm is Realm.PRACTICE
        verdict = Verdict.PRACTICE if practice else Verdict.INTACT
        _check_trust(docket, trust)
        verdict, passed = (Verdict.PRACTICE if practice else Verdict.AUTHENTIC), passed + 1
    except CourtFaultError as exc:
        fault = Fault(step=passed + 1, path=exc.path, reason=exc.reason)
    if verdict is None:
        return VerdictReport(verdict=None, good=False, fault=fault, passed=passed)
    good = fault is None or integrity_only
    return VerdictReport(
        verdict=verdict,
        good=good,
        fault=None if good else fault,
        passed=passed,
        case=docket.sealed.case,
        roots=tuple(sorted(docket.parties)),
        exhibits=tuple(docket.exhibits),
        withheld=tuple(docket.withheld),
        packages=tuple(docket.packages),
        custody=tuple(docket.custody),
        stamps=tuple(docket.stamps),
        released=docket.released,
        suspects=tuple(docket.suspects),
        attested=tuple(_attested(docket)),
    )


def _attested(docket: Docket) -> Iterator[tuple[str, str, str]]:
    """Yield what one side alone attests of the other. Basis: PROTOCOL rule 26"""
    for held in docket.acts.values():
        act = held.signed.act
        if act.kind == ATTEST:
            kind, channel = act.body.get("kind"), act.body.get("channel")
            yield act.id, kind if isinstance(kind, str) else "", channel if isinstance(channel, str) else ""


def _check_trust(docket: Docket, trust: Trust | None) -> None:
    """Step 19: all Party roots are among those that the reader trusts, and nothing is suspect."""
    if trust is None:
        raise CourtFaultError("--trust", "no trusted roots were given")
    for name, party in docket.parties.items():
        require(trust.covers(name), f"data/identity/{party.party}/roots.json", "not a trusted root")
    for path, reason in docket.suspects:
        raise CourtFaultError(path, reason)


def trust_file(roots: Collection[str]) -> bytes:
    """Return the bytes of a trust file that names these fingerprints."""
    return dump_ijson({"v": 1, "roots": sorted(parse_digest(root) for root in roots)}) + b"\n"


def parse_trust_file(data: bytes) -> Trust:
    """Return what a trust file says; raise MalformedError ``trust.form`` for anything else."""
    try:
        with reading("--trust", "not a file of trusted roots"):
            value = parse_ijson(data, most_bytes=MOST_TRUST, most_depth=8)
            sound(isinstance(value, dict) and value.get("v") == 1 and value.get("v") is not True)
            roots = convert(value.get("roots"), list[str])
            return Trust(roots=frozenset(parse_digest(root) for root in roots))
    except CourtFaultError as exc:
        raise MalformedError(
            "trust.form",
            "not a file of trusted roots",
            hint='it is JSON: {"v": 1, "roots": [fingerprints]}',
            where="--trust",
        ) from exc


def parse_trust(text: str, *, own: str = "") -> Trust:
    """Return the trust that a fingerprint or twelve words express, as typed.

    Args:
        text: Fingerprints of 64 hexadecimal digits, perhaps in groups, with commas between them; or the
            twelve words of two Parties.
        own: Fingerprint of the reader's own Party root, which words need.

    Raises:
        MalformedError: neither a fingerprint nor words; or words without ``own`` (``trust.own``).
    """
    given = ["".join(item.split()).replace(":", "").lower() for item in text.split(",")]
    if all(_FINGERPRINT.fullmatch(item) for item in given):
        return Trust(roots=frozenset(given) | ({own} if own else frozenset()))
    if not own:
        raise MalformedError(
            "trust.own",
            "twelve words name a root only together with the reader's own",
            hint="run this on your node, or give a trust file or a fingerprint",
            where="--trust",
        )
    try:
        same_words(text, Fingerprint(own), Fingerprint("0" * 64))
    except ComityError as exc:
        raise MalformedError("trust.form", exc.message, hint=exc.hint, where="--trust") from exc
    return Trust(words=text, own=own)


__all__ = [
    "STEPS",
    "Fault",
    "Trust",
    "Verdict",
    "VerdictReport",
    "parse_trust",
    "parse_trust_file",
    "trust_file",
    "verify_court_file",
]
