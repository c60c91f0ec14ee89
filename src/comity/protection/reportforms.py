"""Reports as providers and hotlines write them: the CyberTipline's form and that of ICCAM, in XML or JSON.

Only the fields named here are read, and of them only codes, digests, accounts, places and words. Whatever
else a file holds is not looked at; what may be content inside a field is taken out and counted.

Basis: docs/spec/reports.md section 2
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from comity.kernel.clock import Instant, from_datetime
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError, MalformedError
from comity.protection.contents import is_content, screened
from comity.protection.fingerprints import Fingerprints, parse_print, prints_of
from comity.protection.hosts import parse_address, parse_place
from comity.protection.reports import (
    MOST_ACCOUNTS,
    MOST_FILES,
    Account,
    Fact,
    Form,
    Report,
    ReportedFile,
    Seen,
    Who,
)
from comity.protection.shelves import Medium
from comity.protection.states import state_of
from comity.protection.trees import Node, parse_tree

MOST_REPORTS = 1000
"""Of one file."""
T = TypeVar("T")
_KINDS = {
    "MD5": "md5",
    "SHA1": "sha1",
    "SHA-1": "sha1",
    "SHA256": "sha256",
    "SHA-256": "sha256",
    "PDQ": "pdq",
}
_INCIDENTS = (
    ("pornography", "material"),
    ("sexual abuse material", "material"),
    ("enticement", "enticement"),
    ("trafficking", "trafficking"),
    ("molestation", "molestation"),
    ("tourism", "travel"),
    ("unsolicited", "unsolicited"),
)
_NOTES = {
    "animedrawingvirtualhentai": "drawn",
    "potentialmeme": "meme",
    "viral": "viral",
    "possibleselfproduction": "self-made",
    "physicalharm": "harm",
    "violencegore": "violence",
    "bestiality": "animals",
    "livestreaming": "live",
    "infant": "infant",
    "generativeai": "generated",
}
_ANNOTATIONS = {
    "sextortion": "sextortion",
    "csamsolicitation": "solicitation",
    "minortominorinteraction": "between-minors",
    "spam": "spam",
    "sadisticonlineexploitation": "sadistic",
}
_VIDEO = re.compile(r"\.(?:mp4|mov|avi|mkv|webm|m4v|3gp|mpe?g|wmv|flv)$", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class _Writer:
    """Collects what a report says, and counts what was left out."""

    accounts: list[Account] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    files: list[ReportedFile] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    dropped: int = 0

    def word(self, node: Node | None) -> None:
        if node is None:
            return
        self.dropped += node.cut
        kept, dropped = screened(node.text)
        self.dropped += dropped
        if kept:
            self.words.append(kept)

    def short(self, node: Node | None, most: int = 200) -> str:
        """Return the text of a field that is a name or a number."""
        if node is None:
            return ""
        self.dropped += node.cut
        text = " ".join(node.text.split())
        if is_content(text) or screened(text)[1]:
            self.dropped += 1
            return ""
        return text[:most]

    def account(self, who: Who, kind: str, node: Node | None, service: str = "") -> None:
        value = self.short(node)
        if value:
            self.accounts.append(Account(who=who, kind=kind, service=service, value=value))

    def url(self, node: Node | None) -> None:
        if node is None or not (node.text.strip() or node.cut):
            return
        self.dropped += node.cut
        try:
            place = parse_place(node.text)
        except MalformedError:
            self.dropped += 1
            return
        self.urls.append(place.url or place.host or place.address)

    def address(self, node: Node, who: Who | None) -> None:
        try:
            address = parse_address(node.said("ipAddress") or node.text)
        except MalformedError:
            return
        at = _moment(node.said("dateTime"))
        self.seen.append(Seen(who=who, address=address, at=at, proxy=node.has("possibleProxy")))

    def made(self, **about: object) -> Report:
        if (
            len(self.files) > MOST_FILES
            or len(self.accounts) > MOST_ACCOUNTS
            or len(self.seen) > MOST_ACCOUNTS
        ):
            raise MalformedError(
                "report.many", "the report names more files or accounts than any report does"
            )
        return Report(
            signs=_once(self.signs),
            words="\n".join(_once(self.words))[:4000],
            accounts=_once(self.accounts),
            urls=_once(self.urls),
            seen=_once(self.seen),
            facts=_once(self.facts),
            files=tuple(self.files),
            dropped=self.dropped,
            **about,  # type: ignore[arg-type]
        )


def read_reports(data: bytes, *, source: str, received: Instant, form: str = "") -> tuple[Report, ...]:
    """Return the reports that a file holds; their numbers are 0.

    Args:
        data: The file, XML or JSON, as it came.
        source: Who sent it.
        received: Now.
        form: ``cybertipline`` or ``iccam``; empty to tell by its names.

    Raises:
        MalformedError: ``report.form``, ``report.xml``, ``report.json``, ``report.size``, ``report.id``,
            ``report.source``, ``report.many``.
    """
    if not source.strip() or len(source) > 200:
        raise MalformedError(
            "report.source", "a report says who sent it", hint="name the source with --source", where="source"
        )
    tree = parse_tree(data)
    digest = sha256(data)
    found = [
        _report(kind, node, source=source.strip(), received=received, digest=digest)
        for kind, node in _found(tree, form)
    ]
    if not found:
        raise MalformedError(
            "report.form",
            "the file holds no report of a form that is known here",
            hint="forms are cybertipline (personOrUserReported, fileDetails) and iccam (ReportID, Url)",
        )
    if len(found) > MOST_REPORTS:
        raise MalformedError("report.many", f"more than {MOST_REPORTS} reports in one file")
    return tuple(found)


def _found(tree: Node, form: str) -> Iterator[tuple[Form, Node]]:
    """Yield every report of a tree; what lies inside one is not a report of its own."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        names = {one.name for one in node.below}
        if form in ("", Form.CYBERTIP) and names & {"incidentsummary", "personoruserreported"}:
            yield Form.CYBERTIP, node
        elif form in ("", Form.ICCAM) and {"url"} & names and names & _ICCAM_NAMES:
            yield Form.ICCAM, node
        else:
            waiting += reversed(node.below)


_ICCAM_NAMES = {"reportid", "reportinghotlinereference", "hotlinereference", "hostingcountry", "hostingip"}


def _report(form: Form, node: Node, *, source: str, received: Instant, digest: bytes) -> Report:
    writer = _Writer()
    read = _read_cybertip if form is Form.CYBERTIP else _read_iccam
    number, incident, at = read(writer, node)
    if not number:
        raise MalformedError("report.id", "a report has no number of its source", where=form.value)
    return writer.made(
        number=0,
        form=form,
        source=source,
        id=number,
        digest=digest,
        incident=incident,
        at=at,
        received=received,
    )


def _read_cybertip(writer: _Writer, node: Node) -> tuple[str, str, Instant | None]:
    summary = node.one("incidentSummary") or Node(name="")
    kind = summary.said("incidentType").lower()
    incident = next((code for words, code in _INCIDENTS if words in kind), "other")
    if summary.said("escalateToHighPriority"):
        writer.signs.append("source-priority")
        writer.word(summary.one("escalateToHighPriority"))
    for above in (*summary.all("reportAnnotations"), *node.all("reportAnnotations")):
        writer.signs += [
            _ANNOTATIONS[one.name] for one in above.below if one.name in _ANNOTATIONS and _yes(one)
        ]
    for one in node.all("internetDetails"):
        for part in one.below:
            writer.url(part.one("url"))
            writer.word(part.one("additionalInfo"))
            for event in part.all("ipCaptureEvent"):
                writer.address(event, None)
    for who, name in (
        (Who.SUSPECT, "personOrUserReported"),
        (Who.VICTIM, "victim"),
        (Who.RECIPIENT, "intendedRecipient"),
    ):
        for person in node.all(name):
            _read_person(writer, who, person)
    for detail in (*node.all("fileDetails"), *node.all("files", "fileDetails"), *node.all("file")):
        _read_file(writer, detail)
    writer.word(node.one("additionalInfo"))
    number = writer.short(node.one("reportId") or node.one("id") or node.one("fileDetails", "reportId"), 60)
    number = number or writer.short(Node(name="", text=node.marks.get("id", "")), 60)
    return number, incident, _moment(summary.said("incidentDateTime"))


def _read_person(writer: _Writer, who: Who, node: Node) -> None:
    service = writer.short(node.one("espService"), 80)
    writer.account(who, "user", node.one("espIdentifier"), service)
    writer.account(who, "name", node.one("screenName"), service)
    for url in node.all("profileUrl"):
        writer.account(who, "profile", url)
    for below in node.below:
        if below.name.endswith("person"):
            for mail in below.all("email"):
                writer.account(who, "email", mail)
            for phone in below.all("phone"):
                writer.account(who, "phone", phone)
    for event in node.all("ipCaptureEvent"):
        writer.address(event, who)
    for place in node.all("estimatedLocation"):
        party = state_of(place.said("countryCode"))
        if party:
            sure = place.said("verified").lower() in ("true", "1")
            writer.facts.append(Fact(who=who, tie="located", party=party, sure=sure, by="source"))
    writer.word(node.one("additionalInfo"))
    if who is Who.VICTIM:
        writer.signs.append("victim-known")


def _read_file(writer: _Writer, node: Node) -> None:
    values: dict[str, bytes] = {}
    for one in node.all("originalFileHash"):
        kind = _KINDS.get((one.marks.get("hashtype") or one.said("hashType")).upper(), "")
        text = one.text.strip() or one.said("value")
        try:
            if kind:
                values[kind] = parse_print(kind, text)
        except MalformedError:
            writer.dropped += 1
    notes = tuple(
        _NOTES[one.name] for one in _below(node.one("fileAnnotations")) if one.name in _NOTES and _yes(one)
    )
    name = node.said("originalFileName")
    writer.url(node.one("locationOfFile"))
    writer.word(node.one("additionalInfo"))
    for event in node.all("ipCaptureEvent"):
        writer.address(event, Who.SUSPECT)
    viewed = node.one("fileViewedByEsp") or node.one("viewedByEsp")
    writer.files.append(
        ReportedFile(
            id=writer.short(node.one("fileId"), 80) or str(len(writer.files) + 1),
            prints=prints_of(values) if values else Fingerprints(),
            medium=Medium.VIDEO if _VIDEO.search(name) else Medium.IMAGE,
            mark=writer.short(node.one("industryClassification"), 20),
            notes=_once(notes),
            viewed=None if viewed is None else _yes(viewed),
            public=None if node.one("publiclyAvailable") is None else node.has("publiclyAvailable"),
        )
    )


def _read_iccam(writer: _Writer, node: Node) -> tuple[str, str, Instant | None]:
    _read_iccam_place(writer, node)
    for item in (*node.all("Items"), *node.all("Items", "Item")):
        if item.one("url") is not None:
            _read_iccam_place(writer, item)
    writer.word(node.one("Memo"))
    number = ""
    for name in ("ReportID", "ReportingHotlineReference", "HotlineReference"):
        number = number or writer.short(node.one(name), 60)
    return number, "material", _moment(node.said("Received"))


def _read_iccam_place(writer: _Writer, node: Node) -> None:
    writer.url(node.one("Url"))
    party = state_of(node.said("HostingCountry"))
    if party:
        writer.facts.append(Fact(tie="hosting", party=party, by="source"))
    address = node.one("HostingIP")
    if address is not None:
        writer.address(address, None)
    values: dict[str, bytes] = {}
    for kind in ("MD5", "SHA1", "SHA256", "PDQ"):
        for one in (*node.all(kind), *node.all("Hashes", kind)):
            try:
                values[_KINDS[kind]] = parse_print(_KINDS[kind], one.text)
            except MalformedError:
                writer.dropped += 1
    notes = []
    if node.said("AgeGroupID") == "1":
        notes.append("infant")
    if node.has("IsUserGC"):
        notes.append("self-made")
    if node.has("IsVirtual"):
        notes.append("drawn")
    if values or notes:
        writer.files.append(
            ReportedFile(
                id=writer.short(node.one("ID"), 80) or str(len(writer.files) + 1),
                prints=prints_of(values),
                mark=writer.short(node.one("Classification") or node.one("ClassificationID"), 20),
                notes=tuple(notes),
                viewed=True,
                public=True,
            )
        )


def _below(node: Node | None) -> list[Node]:
    return [] if node is None else node.below


def _yes(node: Node) -> bool:
    return node.text.strip().lower() not in ("false", "0", "no")


def _moment(text: str) -> Instant | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return Instant(max(0, from_datetime(moment)))
    except (ValueError, OverflowError, ComityError):
        return None


def _once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
