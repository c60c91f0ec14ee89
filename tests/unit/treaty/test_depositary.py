"""Pages of the depositary: names, dates, letters, statements; and what is left out is told."""

from datetime import date
from pathlib import Path

import pytest

from comity.engines.depositary import page_of
from comity.kernel.errors import MalformedError
from comity.treaty.book import (
    EMPTY,
    Book,
    Change,
    book_bytes,
    difference,
    known_events,
    parse_book,
    with_book,
)
from comity.treaty.depositary import Page, Reading, read_page
from comity.treaty.naming import parties_in, party_named
from comity.treaty.overlay import NO_OVERLAY
from comity.treaty.pagewords import column_of, dates_in, label_in, places_in
from comity.treaty.standing import Event, EventKind
from comity.treaty.statements import Confirmation, Sort, sort_of, statements

SAMPLE = Path(__file__).parents[2] / "vectors/treaty/status.en.xml"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_page(page_of(SAMPLE.read_bytes()), source="page")


def rows(
    *cells: tuple[str, ...], head: str = "Acceptance(A), Ratification, Approval(AA), Accession(a)"
) -> Page:
    return Page(title="", columns=("Participant", "Signature", head), rows=cells, texts=())


def told(page: Page) -> list[tuple[str, str, str]]:
    return [(e.party, e.event.value, e.on.isoformat()) for e in read_page(page, source="page").events]


def test_the_sample_is_read_whole(reading: Reading) -> None:
    found = {(e.party, e.event.value, e.on.isoformat(), e.provision) for e in reading.events}
    assert found >= {
        ("AZE", "ratification", "2026-04-14", ""),
        ("CIV", "signature", "2025-10-25", ""),
        ("EUE", "approval", "2026-09-01", ""),
        ("FJI", "acceptance", "2026-06-30", ""),
        ("KEN", "accession", "2026-03-02", ""),
        ("AZE", "reservation", "2025-10-25", "63(3)"),
        ("AZE", "confirmation", "2026-04-14", "63(3)"),
        ("QAT", "reservation", "2026-02-11", "15"),
        ("FJI", "objection", "2026-08-03", "14"),
    }
    assert [(one.reason, one.text) for one in reading.unread] == [
        ("name", "Atlantis"),
        ("bracketed", "Viet Nam: [3 May 2026]"),
    ]


@pytest.mark.parametrize(
    ("head", "cell", "event"),
    [
        ("Ratification, Acceptance(A), Approval(AA)", "22 Apr\t 2016", "ratification"),
        ("Ratification, Acceptance(A), Approval(AA)", "22 Apr 2016 A", "acceptance"),
        ("Acceptance", "22 April 2016", "acceptance"),
        ("Ratification, Adhésion(a)", "1er août 2026 a", "accession"),
        ("Ratification, Succession(d)", "3 Sept. 2026 d", "succession"),
        ("Formal confirmation(c), Ratification", "3 Sep 2026 c", "ratification"),
        ("Denunciation", "3 Sep 2026", "denunciation"),
    ],
)
def test_a_date_means_what_head_and_letter_say(head: str, cell: str, event: str) -> None:
    assert [row[1] for row in told(rows(("Fiji", "", cell), head=head))] == [event]


def test_a_definitive_signature_binds() -> None:
    assert told(rows(("Fiji", "5 Dec 2025 s", ""))) == [("FJI", "ratification", "2025-12-05")]


def test_what_is_not_understood_is_told_and_not_guessed() -> None:
    found = read_page(rows(("Fiji", "soon", "31 Feb 2026"), ("Utopia", "1 Jan 2026", "")), source="page")
    assert found.events == ()
    assert [one.reason for one in found.unread] == ["cell", "cell", "name"]


@pytest.mark.parametrize("columns", [(), ("Participant",), ("Participant", "Territory")])
def test_a_file_without_the_table_is_refused(columns: tuple[str, ...]) -> None:
    with pytest.raises(MalformedError) as caught:
        read_page(Page(title="", columns=columns, rows=(), texts=()), source="page")
    assert caught.value.code == "treaty.columns"


def test_names_are_found_whatever_their_accents_and_in_the_order_of_the_text() -> None:
    assert party_named("TÜRKIYE") == party_named("Turkey") == "TUR"
    assert party_named("Royaume-Uni de Grande-Bretagne et d’Irlande du Nord") == "GBR"
    assert party_named("Hong Kong SAR China") is None
    assert parties_in("made by the Democratic Republic of the Congo and by Congo") == ("COD", "COG")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("article 63, paragraph 3, of the Convention", ("63(3)",)),
        ("paragraph 2 of article 63", ("63(2)",)),
        ("Article 11 (3) and article 23, paragraph 3 (a)", ("11(3)", "23(3)(a)")),
        ("articles 14, 15 and 16", ("14", "15", "16")),
        ("le paragraphe 3 de l’article 63", ("63(3)",)),
        ("article 99 of the Code", ()),
        ("nothing of the kind", ()),
    ],
)
def test_places_are_found_in_statements(text: str, places: tuple[str, ...]) -> None:
    assert places_in(text) == places


def test_small_words() -> None:
    assert column_of("Participant") == {}
    assert column_of("Signature")[""] is EventKind.SIGNATURE
    assert [one.day for one in dates_in("25 Oct 2025, 2026-01-02 and 31 Feb 2026")] == [
        *(date(2025, 10, 25), date(2026, 1, 2), None)
    ]
    assert label_in("Interpretative declaration:\nIt understands") == "interpretative declaration"
    assert label_in("It understands that a declaration " * 9) == ""


@pytest.mark.parametrize(
    ("place", "sort"),
    [
        ("63(3)", Sort.FORESEEN),
        ("23(3)(a)", Sort.FORESEEN),
        ("37(6)(a)", Sort.DECLARED),
        ("7(2)", Sort.OPTION),
        ("63", Sort.NEAR),
        ("14", Sort.OTHER),
        ("", Sort.OTHER),
    ],
)
def test_the_sort_follows_from_the_place(place: str, sort: Sort) -> None:
    assert sort_of(place) is sort


def test_statements_keep_their_label_their_confirmation_and_their_objections(reading: Reading) -> None:
    said = {(one.party, one.provision): one for one in statements(reading.events)}
    assert said["AZE", "63(3)"].confirmation is Confirmation.MADE
    assert said["AZE", "63(3)"].objections_until is None  # the text allows it, so nobody need accept it
    other = said["QAT", "14"]
    assert (other.label, other.sort) == ("reservation", Sort.OTHER)
    assert [one.party for one in other.objections] == ["FJI"]
    assert other.objections_until == date(2027, 2, 11)
    assert said["QAT", "15"].objections == ()


def test_a_reservation_made_at_signature_waits_for_its_instrument() -> None:
    made = Event(party="AUT", event=EventKind.RESERVATION, on=date(2025, 10, 25), provision="63(3)")
    assert statements([made])[0].confirmation is Confirmation.AWAITED
    deposit = Event(party="AUT", event=EventKind.RATIFICATION, on=date(2026, 10, 25))
    assert statements([made, deposit])[0].confirmation is Confirmation.UNKNOWN
    back = Event(party="AUT", event=EventKind.RESERVATION_WITHDRAWN, on=date(2027, 1, 1), provision="63(3)")
    assert statements([made, back])[0].withdrawn == date(2027, 1, 1)


def taken(book: Book, reading: Reading) -> Book:
    return difference(book, reading, on=TODAY, name="a.xml", sha256="0" * 64).book


def test_the_difference_is_told_before_it_is_kept_and_is_nothing_the_second_time(reading: Reading) -> None:
    first = difference(EMPTY, reading, on=TODAY, name="a.xml", sha256="0" * 64)
    told = {(line.event.party, line.event.event.value): line.change for line in first.changes}
    assert told["KEN", "accession"] is Change.ADDED
    assert told["QAT", "ratification"] is Change.CHANGED
    assert Change.REMOVED not in told.values()
    again = difference(first.book, reading, on=TODAY, name="a.xml", sha256="0" * 64)
    assert again.changes == ()
    assert len(again.book.taken) == 2


def test_what_an_earlier_page_told_and_a_later_one_does_not_is_gone(reading: Reading) -> None:
    fewer = Reading(events=tuple(e for e in reading.events if e.party != "KEN"), unread=())
    found = difference(taken(EMPTY, reading), fewer, on=TODAY, name="b.xml", sha256="1" * 64)
    assert [(line.change, line.event.party) for line in found.changes] == [(Change.REMOVED, "KEN")]


def test_what_the_page_does_not_speak_of_stays(reading: Reading) -> None:
    events = known_events(taken(EMPTY, reading))
    assert [e.on for e in events if (e.party, e.event.value) == ("VNM", "ratification")] == [
        date(2026, 5, 21)
    ]
    assert [e.on for e in events if (e.party, e.event.value) == ("QAT", "ratification")] == [
        date(2026, 2, 11)
    ]


def test_a_book_is_read_back_and_stands_behind_the_packs(reading: Reading) -> None:
    book = taken(EMPTY, reading)
    assert parse_book(book_bytes(book)) == book
    assert with_book(NO_OVERLAY, EMPTY) is NO_OVERLAY
    overlay = with_book(NO_OVERLAY, book)
    assert any(e.party == "KEN" for e in overlay.events_of("uncc"))
    with pytest.raises(MalformedError) as caught:
        parse_book(b'{"format": 2}')
    assert caught.value.code == "treaty.book"


SHAPES = {
    "elements": "<Declaration><Participant>{who}</Participant><Text>&lt;br/&gt;{said}</Text></Declaration>",
    "attribute": '<Declaration Participant="{who}"><DeclarationText>{said}</DeclarationText></Declaration>',
    "table": "<Table><Tbody><Row><Entry>{who}</Entry><Entry>{said}</Entry></Row></Tbody></Table>",
    "markup": "<Text>&lt;p&gt;&lt;b&gt;{who}&lt;/b&gt;&lt;/p&gt;&lt;p&gt;{said}&lt;/p&gt;</Text>",
    "one line": "<Text>&lt;b&gt;{who}&lt;/b&gt;: {said}</Text>",
    "dash": "<p><b>{who}</b> \u2013 {said}</p>",
    "paragraphs": "<Para>{who}</Para><Para>{said}</Para><Para>Another line of it.</Para>",
}
FRAME = (
    "<MTDSG><Treaty><Participants><Table><Thead><Row><Entry>Participant</Entry><Entry>Signature</Entry>"
    "<Entry>Ratification</Entry></Row></Thead><Tbody><Rows>"
    "<Row><Entry>Qatar</Entry><Entry>25 Oct 2025</Entry><Entry>11 Feb 2026</Entry></Row>"
    "<Row><Entry>Fiji</Entry><Entry>5 Dec 2025</Entry><Entry/></Row></Rows></Tbody></Table></Participants>"
    "<Declarations><Title>Declarations and Reservations</Title>{declared}</Declarations>"
    "<Objections>{objected}</Objections></Treaty></MTDSG>"
)


@pytest.mark.parametrize("shape", SHAPES)
def test_statements_are_read_in_every_shape_that_a_section_may_have(shape: str) -> None:
    against = "3 August 2026: to the reservation made by Qatar to article 14."
    xml = FRAME.format(
        declared=SHAPES[shape].format(who="Qatar", said="Made up: it reserves article 14."),
        objected=SHAPES[shape].format(who="FIJI", said=against),
    )
    found = read_page(page_of(xml.encode()), source="page")
    told = {(e.party, e.on.isoformat(), e.provision, e.against) for e in found.events if e.provision}
    assert told == {("QAT", "2026-02-11", "14", ""), ("FJI", "2026-08-03", "14", "QAT")}
    assert [e.party for e in found.events if e.event is EventKind.SIGNATURE] == ["QAT", "FJI"]
    assert found.unread == ()


def test_a_sentence_that_speaks_of_a_party_opens_no_block_of_it() -> None:
    said = "Made up: as Qatar says, article 14."
    declared = SHAPES["elements"].format(who="Fiji", said=said)
    found = read_page(page_of(FRAME.format(declared=declared, objected="").encode()), source="page")
    assert [(e.party, e.provision) for e in found.events if e.provision] == [("FJI", "14")]
