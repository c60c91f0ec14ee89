"""The custody of a case as a report, in each language of letters and in two beside each other."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from comity.bootstrap.letters import print_custody
from comity.evidence.custody import CustodyStep
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, CaseId, OfficerName
from comity.node.caseuco import ToldPackage
from comity.node.custodial import CustodyView, HeldPackage
from comity.node.telling import ToldCustody
from comity.node.views import ExhibitView
from comity.wording.catalogue import WRITTEN, sentence
from comity.wording.custody import custody_file

EVENT = CustodyView(
    number=1,
    step="sealed",
    at=Instant(1_790_000_000_000_000),
    officer=OfficerName("a.diallo"),
    authority=AuthorityId("XAA/contact-point"),
    role="officer",
    reason="طلب المساعدة",
    place="Room 4",
    tool="comity 1",
)
HELD = HeldPackage(
    bag_root="ab" * 32,
    delivery=None,
    own=True,
    whole=True,
    handling="ordinary",
    events=tuple(replace(EVENT, number=n, step=step.value) for n, step in enumerate(CustodyStep, 1)),
)
TOLD = ToldCustody(
    case=CaseId("c" * 64),
    party="XAA",
    authority="XAA/contact-point",
    practice=True,
    at=Instant(1_790_000_000_000_000),
    packages=(
        ToldPackage(held=HELD, exhibits=(ExhibitView(number=1, name="<a>", size=1, sha256="1" * 64),)),
    ),
    files={},
)


@pytest.mark.parametrize("languages", ["ar,en", "", "zh,ru"])
def test_the_report_is_set_in_the_languages_of_letters(languages: str) -> None:
    data = print_custody(TOLD, languages=languages)
    pages = PdfReader(io.BytesIO(data)).pages
    text = "".join(page.extract_text() for page in pages)
    assert "a.diallo" in text and "ab" * 32 in text.replace("\n", "")
    assert data == print_custody(TOLD, languages=languages)


def test_every_step_has_a_word_in_every_language_of_letters() -> None:
    for language in WRITTEN:
        words = {step: sentence(f"letter.custody.step.{step.value}", language) for step in CustodyStep}
        assert all(words.values()), language
        assert len(set(words.values())) == len(words)


def test_other_forms_and_languages_are_refused() -> None:
    with pytest.raises(MalformedError) as form:
        custody_file(TOLD, "docx", language="", printer=print_custody)
    assert form.value.code == "custody.format"
    with pytest.raises(MalformedError) as language:
        custody_file(TOLD, "pdf", language="xx", printer=print_custody)
    assert language.value.code == "letter.language"
    assert custody_file(TOLD, "case", language="", printer=print_custody)[1] == "application/ld+json"
