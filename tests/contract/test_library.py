"""What every library of laws has to do."""

from datetime import date

import pytest

from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.law.service import Corpus
from comity.storage.library.store import SqliteLibrary
from tests.unit.law.laws import code, provision

DAY, LATER, LATEST = date(2026, 1, 1), date(2026, 6, 1), date(2026, 9, 1)


@pytest.fixture
def corpus(tmp_path):
    library = SqliteLibrary(tmp_path / "law", make=True)
    yield Corpus(library=library)
    library.close()


def take(corpus, provisions, on=DAY, **more):
    return corpus.take_in(provisions, country="XAA", on=on, **more)


def test_the_same_law_again_changes_nothing(corpus):
    assert take(corpus, code()).added == 6
    again = take(corpus, code(), on=LATER)
    assert (again.added, again.changed, again.ended, again.same) == (0, 0, 0, 6)
    assert corpus.show("XAA/CRIMES/80")[0].dated.since == DAY


def test_an_amendment_makes_a_version_and_keeps_the_old_one(corpus):
    take(corpus, code())
    amended = [provision("80", "Now it is allowed."), *code()[:2]]
    intake = take(corpus, amended, on=LATER)
    assert (intake.changed, intake.ended) == (1, 3)
    assert corpus.show("XAA/CRIMES/80")[0].dated.provision.text == "Now it is allowed."
    assert "imprisonment" in corpus.show("XAA/CRIMES/80", on=DAY)[0].dated.provision.text
    assert len(corpus.library.versions("XAA/CRIMES/80")) == 2
    with pytest.raises(NotFoundError):
        corpus.show("XAA/CRIMES/81")
    assert corpus.show("XAA/CRIMES/81", on=DAY)


def test_a_part_of_an_instrument_ends_nothing(corpus):
    take(corpus, code())
    assert take(corpus, code()[2:3], on=LATER, is_whole=False).ended == 0
    assert corpus.show("XAA/CRIMES/81")


def test_the_same_day_may_be_taken_in_again(corpus):
    take(corpus, [provision("1", "One.")])
    take(corpus, [provision("1", "Two.")])
    assert [one.dated.provision.text for one in corpus.library.versions("XAA/CRIMES/1")] == ["Two."]


def test_an_older_state_never_removes_a_newer_one(corpus):
    take(corpus, code(), on=LATER)
    with pytest.raises(ConflictError) as caught:
        take(corpus, [provision("80", "As it was.")], on=DAY)
    assert caught.value.code == "law.earlier"
    assert "imprisonment" in corpus.show("XAA/CRIMES/80")[0].dated.provision.text


def test_nothing_is_taken_in_where_a_line_is_wrong(corpus):
    def broken():
        yield from code()
        raise MalformedError("law.line", "a line is wrong")

    with pytest.raises(MalformedError):
        take(corpus, broken())
    assert corpus.library.holdings() == ()


def test_a_label_that_is_used_twice_names_two_provisions(corpus):
    take(corpus, [provision("5", "One."), provision("5", "Two.")])
    assert corpus.show("XAA/CRIMES/5~2")[0].dated.provision.text == "Two."


def test_finding_is_the_same_prepared_or_not_and_on_the_day(corpus):
    take(corpus, code())
    fresh = corpus.find("XAA", 9, most=5, today=LATER)
    corpus.prepare("XAA", today=LATER)
    assert corpus.find("XAA", 9, most=5, today=LATER) == fresh
    assert corpus.find("XAA", 9, most=5, today=LATER, on=LATER) == fresh
    assert fresh[0].kept.dated.provision.section == "81"
    assert "damages, deletes" in fresh[0].passage


def test_an_amendment_is_found_at_once_and_the_old_law_on_its_day(corpus):
    take(corpus, code())
    corpus.prepare("XAA", today=DAY)
    take(corpus, [provision("81", "Ships pay dues.")], on=LATER, is_whole=False)
    assert "81" not in {
        one.kept.dated.provision.section for one in corpus.find("XAA", 9, most=9, today=LATEST)
    }
    before = corpus.find("XAA", 9, most=9, today=LATEST, on=DAY)
    assert before[0].kept.dated.provision.section == "81"


def test_a_section_in_two_languages_is_found_once(corpus):
    french = provision(
        "81",
        "Quiconque, sans autorisation, supprime, modifie ou altère des données informatiques est puni.",
        language="fr",
    )
    take(corpus, [*code(), french])
    sections = [one.kept.dated.provision.section for one in corpus.find("XAA", 9, most=9, today=DAY)]
    assert sections.count("81") == 1
    assert corpus.find("XAA", 9, most=1, today=DAY, language="fr")[0].kept.dated.provision.language == "fr"
    assert {one.dated.provision.language for one in corpus.show("XAA/CRIMES/81")} == {"en", "fr"}


def test_law_without_terms_is_kept_and_told(corpus):
    intake = take(corpus, [provision("1", "Kto włamuje się do systemu", language="pl")])
    assert intake.without_terms == ("pl",)
    with pytest.raises(NotFoundError) as caught:
        corpus.find("XAA", 7, most=1, today=DAY)
    assert caught.value.code == "law.terms"


def test_absent_law_is_told(corpus, tmp_path):
    with pytest.raises(NotFoundError) as caught:
        corpus.find("XAB", 7, most=1, today=DAY)
    assert caught.value.code == "law.country"
    with pytest.raises(NotFoundError) as caught:
        SqliteLibrary(tmp_path / "nowhere")
    assert caught.value.code == "law.library"
    with pytest.raises(MalformedError):
        corpus.show("nonsense")


def test_holdings_tell_what_stands(corpus):
    take(corpus, code())
    take(corpus, code()[:3], on=LATER)
    held = corpus.library.holdings("XAA")[0]
    assert (held.instrument, held.provisions, held.versions) == ("CRIMES", 3, 6)
