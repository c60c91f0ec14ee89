"""The gap analysis and the drafting notes as files, in every language of pages."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

pytest.importorskip("typst", reason="the extra letters is not installed")
pypdf = pytest.importorskip("pypdf", reason="the judge of PDF is not installed")

from comity.bootstrap.reports import gap_file  # noqa: E402
from comity.kernel.errors import MalformedError  # noqa: E402
from comity.law.gaps import gaps_of  # noqa: E402
from comity.law.gapviews import gaps_view  # noqa: E402
from comity.law.profiles import Sayer  # noqa: E402
from comity.law.shelf import draft_of  # noqa: E402
from comity.wording.catalogue import LANGUAGES, catalogue  # noqa: E402
from comity.wording.gapfiles import MEDIA, file_name  # noqa: E402
from comity.wording.gapnotes import gap_notes  # noqa: E402
from comity.wording.gapreport import gap_report  # noqa: E402
from comity.wording.speech import END_ISOLATE, ISOLATE  # noqa: E402

ON = date(2026, 11, 22)
VIEW = gaps_view("DEU", draft_of("DEU"), gaps_of(draft_of("DEU")), {})


def made(form, language="en", view=VIEW):
    return gap_file(view, form=form, language=language, author="Ministry", on=ON)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["pdf", "notes-pdf"])
def test_a_pdf_is_tagged_says_its_language_and_carries_the_warning_on_every_page(form, language):
    found = pypdf.PdfReader(BytesIO(made(form, language)))
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert str(found.trailer["/Root"]["/Lang"]).startswith(language)
    assert len(found.pages) >= 3
    if language != "ar":  # letters of Arabic come out in the order in which they are drawn
        warning = catalogue(language)["report.banner"].replace("\u00a0", " ")
        for page in found.pages:
            assert warning in page.extract_text().replace("\u00a0", " ")
    text = "".join(page.extract_text() for page in found.pages).replace("\u200b", "")
    assert "DEU/StGB/202c" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_and_the_notes_have_words_for_all_that_they_say(language):
    report, notes = gap_report(VIEW, language=language, on=ON), gap_notes(VIEW, language=language, on=ON)
    said = [report.title, report.subtitle, report.banner, *(one.title for one in report.parts)]
    said += [cell.text for table in report.sheets for row in table.rows for cell in row]
    said += [words.text for one in notes.sections for row in one.rows for words in row.names]
    for text in said:
        plain = text.replace(ISOLATE, "").replace(END_ISOLATE, "")
        assert not plain.startswith(("report.", "law.", "article.", "letter.")), plain
        assert "{" not in plain
    assert any(one.tone == "bad" for table in report.sheets for row in table.rows for one in row)


def test_drafting_notes_tell_each_gap_with_what_is_asked_and_left_open():
    notes = gap_notes(VIEW, language="en", on=ON)
    assert notes.banner[0].text == "Draft: no lawyer has signed"
    text = "\n".join(
        words.text
        for section in notes.sections
        for row in section.rows
        for value in (row.names, *row.values)
        for words in value
    )
    assert "Add to the provision, or in one beside it: order to preserve." in text
    assert "11(3): a reservation, made with the instrument at the latest" in text
    assert "May reserve the right not to apply paragraph 1" in text
    assert "Hardware is outside." in text
    assert notes.closing[0].text


def test_where_nothing_is_known_the_report_claims_nothing():
    empty = gaps_view("XAA", None, gaps_of(None), {})
    report = gap_report(empty, language="en", on=ON)
    assert "nothing is claimed" in report.opening[0].text
    assert gap_notes(empty, language="en", on=ON).sections == ()
    assert made("pdf", view=empty).startswith(b"%PDF")


def test_other_forms_are_refused_and_each_form_has_a_name():
    with pytest.raises(MalformedError) as caught:
        made("doc")
    assert caught.value.code == "law.report_format"
    assert [file_name("KEN", form) for form in MEDIA] == [
        "KEN-gaps.pdf",
        "KEN-gaps.xlsx",
        "KEN-gaps.json",
        "KEN-drafting-notes.docx",
        "KEN-drafting-notes.pdf",
    ]
    assert made("json").startswith(b"{")
    assert made("xlsx")[:2] == made("notes")[:2] == b"PK"


def test_who_answers_for_an_article_stands_beside_it():
    kenya = draft_of("KEN")
    said = Sayer(person="A. Jurist", office="head", on=date(2026, 5, 1))
    rows = {**kenya.rows, 7: replace(kenya.rows[7], said=said)}
    reviewed = replace(kenya, rows=rows)
    report = gap_report(gaps_view("KEN", reviewed, gaps_of(reviewed), {}), language="en", on=ON)
    overview = report.sheets[0]
    assert "A. Jurist" in overview.rows[0][5].text
    assert overview.rows[1][5].text == ""
    part = next(one for one in report.parts if one.title.startswith("7."))
    assert any("A. Jurist" in one.text for one in part.paragraphs)
