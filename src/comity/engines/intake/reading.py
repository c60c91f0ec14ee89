"""How one message is read: what is told of its texts, and how much of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from comity.engines.intake.pages import Bytes, Html, data_of, redirects_in
from comity.engines.intake.texts import Hit, found_in
from comity.indicators.kinds import Kind, canonical, host_of
from comity.indicators.observations import FORWARDED, Found, Note, Observation, Role, Said, Spot
from comity.kernel.errors import MalformedError

MOST_FOUND = 20_000
MOST_WORDS = 50_000
"""Letters of the words of a message that are told, so that a family may be known by what its note says."""
SURE_OF_FORWARDER = 10
SURE_OF_DECOY = 15
_LESS_INSIDE = 15


@dataclass(slots=True)
class Reading:
    """How one message is read.

    Attributes:
        emit: Takes what is found.
        file: Name of its file.
        digest: SHA-256 of the message.
        number: Of the message in its file.
        typed: Tells a media type by content; empty where nobody can.
        region: Country (ISO 3166-1 alpha-2) whose telephone numbers are read without ``+``; empty for none.
        left: How many values may still be told.
        words: How many letters of its words may still be told.
        forwarded: Whether what is told now says who sent the message on: a victim or an officer, as a rule.
    """

    emit: Callable[[Found], None]
    file: str
    digest: str
    number: int
    typed: Callable[[bytes], str]
    region: str = ""
    left: int = field(default_factory=lambda: MOST_FOUND)
    words: int = field(default_factory=lambda: MOST_WORDS)
    forwarded: bool = False

    def note(self, code: str, detail: str = "") -> None:
        """Say that something was left out."""
        self.emit(Note(file=self.file, code=code, detail=detail[:200], message=self.number))

    def say(self, text: str) -> None:
        """Tell the words of a text, as far as there is room."""
        told = text[: self.words].encode("utf-8", "replace").decode("utf-8")
        self.words -= len(told)
        if told.strip():
            self.emit(Said(file=self.file, text=told))

    def tell(
        self,
        kind: Kind,
        value: str,
        *,
        part: str,
        confidence: int,
        role: Role,
        offset: int = -1,
        length: int = 0,
        written: str = "",
        networks: tuple[str, ...] = (),
        remarks: tuple[str, ...] = (),
    ) -> None:
        """Tell a value; what is none of its type is passed over."""
        try:
            made = canonical(kind, value)
        except MalformedError:
            return
        if self.forwarded:
            confidence, remarks = min(confidence, SURE_OF_FORWARDER), (*remarks, FORWARDED)
        self.left -= 1
        if self.left < 0:
            if self.left == -1:
                self.note("too_many", f"more than {MOST_FOUND} values")
            return
        spot = Spot(
            file=self.file,
            digest=self.digest,
            message=self.number,
            part=part,
            offset=offset,
            length=length,
            written=plain(written) if written != made else "",
        )
        self.emit(
            Observation(
                kind=kind,
                value=made,
                where=spot,
                confidence=confidence,
                role=role,
                networks=networks,
                remarks=remarks,
            )
        )

    def hit(self, hit: Hit, *, part: str, less: int = 0) -> None:
        """Tell a value of a text."""
        self.tell(
            hit.kind,
            hit.value,
            part=part,
            confidence=max(5, hit.sure - less),
            role=Role.LINK if hit.is_link else Role.TEXT,
            offset=hit.start,
            length=hit.length,
            written=hit.written,
            networks=hit.networks,
            remarks=hit.remarks,
        )


def read_text(
    text: str, reading: Reading, *, part: str = "text", victims: frozenset[str] = frozenset(), less: int = 0
) -> None:
    """Tell what a text gives away: a note, a short message, the words of a screenshot."""
    reading.say(text)
    for hit in found_in(text, region=reading.region):
        if reading.left < 0:
            return
        if hit.kind is Kind.EMAIL and hit.value.lower() in victims:
            continue
        reading.hit(hit, part=part, less=less)
        if hit.is_link:
            _read_redirects(hit.value, reading, part, hit.start)


def read_html(
    source: str,
    reading: Reading,
    *,
    part: str,
    victims: frozenset[str] = frozenset(),
    less: int = 0,
    depth: int = 0,
) -> None:
    """Tell what HTML gives away: its links as written, with the words they are shown under, and its text."""
    try:
        page = Html(source)
    except (AssertionError, ValueError):  # the library gives up on some declarations
        reading.note("malformed", f"{part}: HTML that cannot be read")
        read_text(source, reading, part=part, victims=victims, less=less)
        return
    if page.cut:
        reading.note("too_many", f"{part}: more than {len(page.links)} links")
    places, told, decoys = Bytes(source), set(), set()
    for link in page.links:
        if reading.left < 0:
            return
        offset, length = places.at(link.at), len(link.address.encode("utf-8", "replace"))
        if depth == 0 and (inside := data_of(link.address)):
            read_html(inside, reading, part=f"{part} data", victims=victims, less=_LESS_INSIDE, depth=1)
            continue
        for hit in found_in(link.address):
            if hit.kind is Kind.EMAIL and hit.value.lower() in victims:
                continue
            told.add((hit.kind, hit.value))
            shown = _shown_elsewhere(hit, link.words)
            decoys |= {one.partition("=")[2] for one in shown}
            sure = hit.sure + (15 if shown else 0)
            made = hit._replace(start=offset, length=length, remarks=(*hit.remarks, *shown), sure=sure)
            reading.hit(made, part=part, less=less)
            if hit.is_link:
                _read_redirects(hit.value, reading, part, offset)
    whole, apart = page.text, page.apart
    for text in (whole, apart) if apart != whole else (whole,):
        reading.say(text)
    for text in (whole, apart) if apart != whole else (whole,):
        torn = _torn(told) if text is not whole else frozenset()
        words = _Words(text=text, part=part, victims=victims, told=told, decoys=decoys, less=less, torn=torn)
        _read_words(source, words, reading)
        told |= words.found


def renumbered(reading: Reading, *, digest: str, number: int) -> Reading:
    """Return the reading of another message of the same file."""
    return replace(reading, digest=digest, number=number, left=MOST_FOUND, words=MOST_WORDS)


def plain(text: str) -> str:
    """Return a text without control characters and lone surrogates, cut to what may be shown."""
    made = "".join(ch if ch.isprintable() else f"\\u{ord(ch):04x}" for ch in text[:400])
    return made.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What a page shows.

    Attributes:
        told: Values that its links gave away.
        decoys: Hosts under whose names links to others are shown.
        torn: Beginnings and ends of hosts that were told, of words that marks split.
        found: Values that were told here.
    """

    text: str
    part: str
    victims: frozenset[str]
    told: set[tuple[Kind, str]]
    decoys: set[str]
    less: int
    torn: frozenset[str]
    found: set[tuple[Kind, str]] = field(default_factory=set)


def _read_words(source: str, words: _Words, reading: Reading) -> None:
    """Tell the values of what a page shows; places are those of the source, where they stand there whole."""
    places, behind = Bytes(source), 0
    for hit in found_in(words.text, region=reading.region):
        if reading.left < 0:
            return
        if (hit.kind, hit.value) in words.told or (
            hit.kind is Kind.EMAIL and hit.value.lower() in words.victims
        ):
            continue
        if host_of(hit.kind, hit.value) in words.torn:
            continue
        words.found.add((hit.kind, hit.value))
        place = source.find(hit.written or hit.value, behind)
        behind = max(behind, place)
        made = hit._replace(start=places.at(place) if place >= 0 else -1)
        if host_of(hit.kind, hit.value) in words.decoys:
            made = made._replace(sure=SURE_OF_DECOY, remarks=(*made.remarks, "shown_only"))
        reading.hit(made, part=words.part, less=words.less)


def _torn(told: Iterable[tuple[Kind, str]]) -> frozenset[str]:
    """Return what hosts are torn into where a word is split: ``pal.example`` of ``paypal.example``.

    Only where what is left over is no host: two hosts that stand beside each other are two.
    """
    made: set[str] = set()
    for host in {host_of(kind, value) for kind, value in told}:
        made |= {host[at:] for at in range(1, host.find("."))}
        made |= {host[:at] for at in range(host.rfind(".") + 2, len(host))}
    return frozenset(made)


def _read_redirects(url: str, reading: Reading, part: str, offset: int) -> None:
    try:
        for inner in redirects_in(url):
            reading.tell(
                Kind.URL,
                inner,
                part=part,
                confidence=55,
                role=Role.REDIRECT,
                offset=offset,
                remarks=("inside_link",),
            )
    except ValueError:
        return


def _shown_elsewhere(hit: Hit, words: str) -> tuple[str, ...]:
    """Return a remark where a link is shown under the name of another host."""
    host = host_of(Kind.URL, hit.value) if hit.is_link else ""
    for other in found_in(words) if host and words else ():
        if other.kind in (Kind.URL, Kind.DOMAIN):
            shown = host_of(other.kind, other.value)
            if shown and shown != host and not host.endswith("." + shown):
                return (f"shown_as={shown}",)
    return ()
