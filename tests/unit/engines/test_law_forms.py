"""Published forms of law, in made-up statutes."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.engines.law.pages import read_html, read_markdown
from comity.engines.law.reading import read_published
from comity.engines.law.trees import Told, bare_label
from comity.kernel.errors import ComityError, MalformedError

TOLD = Told(country="XAA")
NAMED = Told(country="XAA", instrument="CP", language="es")

AKN = """<?xml version="1.0"?>
<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act name="act">
<meta><identification source="#x"><FRBRWork><FRBRuri value="/akn/xa/act/2020/7"/>
<FRBRalias value="Cybercrime Act"/>
<FRBRnumber value="7/2020"/></FRBRWork><FRBRExpression>
<FRBRlanguage language="eng"/></FRBRExpression></identification></meta>
<body><chapter eId="c1"><num>Chapter 1</num><heading>Offences</heading>
<section eId="s3"><num>3.</num><heading>Unlawful access</heading>
<subsection><num>(1)</num><content><p>A person who   gains access</p></content></subsection>
<subsection><num>(2)</num><content><p>is liable.</p></content></subsection></section>
</chapter></body></act></akomaNtoso>"""

USLM = """<uscDoc xmlns="http://xml.house.gov/schemas/uslm/1.0"><meta><docNumber>99</docNumber></meta><main>
<title identifier="/us/usc/t99"><num value="99">Title 99—</num><heading>HARBOURS</heading>
<chapter><num value="1">CHAPTER 1—</num><heading>DUES</heading>
<section identifier="/us/usc/t99/s5"><num value="5">§ 5.</num><heading> Ships</heading>
<chapeau>Whoever—</chapeau>
<paragraph><num value="1">(1)</num><content> enters; or</content></paragraph>
<sourceCredit>(June 1)</sourceCredit><notes><note>Not law.</note></notes></section>
<section status="repealed"><num value="6">§ 6.</num></section></chapter></title></main></uscDoc>"""

CANADA = """<Statute xml:lang="fr"><Identification><ShortTitle>Loi sur les ports</ShortTitle>
<Chapter><ConsolidatedNumber>P-1</ConsolidatedNumber></Chapter></Identification><Body>
<Heading level="1"><Label>PARTIE I</Label><TitleText>Droits</TitleText></Heading>
<Heading level="2"><TitleText>Navires</TitleText></Heading>
<Section><MarginalNote>Droits de port</MarginalNote><Label>12.1</Label><Subsection><Label>(1)</Label>
<Text>Quiconque entre paie.</Text></Subsection><HistoricalNote>1999</HistoricalNote></Section>
<Heading level="1"><TitleText>Fin</TitleText></Heading><Section><Label>13</Label><Text>Fin.</Text></Section>
</Body></Statute>"""

MARKDOWN = """---
title: "Código de Puertos"
---
# LIBRO I
## TÍTULO I. De los puertos
### Artículo 197 bis. Acceso
El que **acceda**
paga.
### Artículo 198
Otro.
"""

HTML = """<html><head><title>Port  Code</title><style>p{}</style></head><body><nav>Home</nav>
<h1>Book I</h1>
<h2>Section 7/2 – Dues</h2><p>Ships pay<br>dues &amp; fees.</p><script>alert(1)</script><h2>Notes</h2>
<p>No law.</p></body></html>"""


def read(tmp_path, name, text, told=TOLD):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_published(path, told=told))


def test_akoma_ntoso(tmp_path):
    (one,) = read(tmp_path, "act.xml", AKN)
    assert (one.reference, one.language, one.title) == ("XAA/7∕2020/3", "en", "Cybercrime Act")
    assert (one.heading, one.path) == ("Unlawful access", ("Chapter 1 Offences",))
    assert one.text.split("\n") == ["(1) A person who gains access", "(2) is liable."]
    assert one.source == "/akn/xa/act/2020/7"


def test_uslm_without_its_notes(tmp_path):
    (one,) = read(tmp_path, "usc99.xml", USLM)
    assert (one.reference, one.language, one.heading) == ("XAA/USC99/5", "en-US", "Ships")
    assert one.path == ("Title 99— HARBOURS", "CHAPTER 1— DUES")
    assert one.text == "Whoever—\n(1) enters; or"


def test_statutes_of_canada(tmp_path):
    first, second = read(tmp_path, "P-1.xml", CANADA)
    assert (first.reference, first.language, first.title) == ("XAA/P-1/12.1", "fr-CA", "Loi sur les ports")
    assert (first.path, first.heading) == (("PARTIE I Droits", "Navires"), "Droits de port")
    assert first.text == "(1) Quiconque entre paie."
    assert second.path == ("Fin",)


def test_markdown(tmp_path):
    first, second = read(tmp_path, "cp.md", MARKDOWN, NAMED)
    assert (first.reference, first.title, first.heading) == ("XAA/CP/197 bis", "Código de Puertos", "Acceso")
    assert first.path == ("LIBRO I", "TÍTULO I. De los puertos")
    assert first.text == "El que acceda\npaga."
    assert second.section == "198"


def test_html_without_scripts_and_navigation(tmp_path):
    (one,) = read(tmp_path, "code.html", HTML, NAMED)
    assert (one.section, one.heading, one.title, one.path) == ("7∕2", "Dues", "Port Code", ("Book I",))
    assert one.text == "Ships pay\ndues & fees."


@pytest.mark.parametrize(
    ("name", "text", "told", "code"),
    [
        ("a.xml", "<akomaNtoso>", TOLD, "law.xml"),
        ("a.xml", "<akomaNtoso/>", TOLD, "law.xml"),
        ("a.xml", "<uscDoc/>", TOLD, "law.xml"),
        ("a.xml", "<Statute/>", TOLD, "law.xml"),
        ("a.xml", "<rss/>", TOLD, "law.form"),
        ("a.xml", AKN.replace('<FRBRlanguage language="eng"/>', ""), TOLD, "law.xml"),
        ("a.xml", '<!DOCTYPE a [<!ENTITY x "y">]><Statute><Body>&x;</Body></Statute>', TOLD, "law.xml"),
        ("a.xml", "<a>" * 3000, TOLD, "law.xml"),
        ("a.md", MARKDOWN, TOLD, "law.page"),
        ("a.md", "# Nothing here", NAMED, "law.page"),
        ("a.html", b"\xff\xfe", NAMED, "law.form"),
        ("a.json", "", TOLD, ""),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path, name, text, told, code):
    if not code:
        assert read(tmp_path, name, text, told) == []
        return
    with pytest.raises(MalformedError) as caught:
        read(tmp_path, name, text, told)
    assert caught.value.code == code


def test_a_bomb_of_entities_is_refused(tmp_path):
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    body = "<Statute><Body><Section><Text>&a8;</Text></Section></Body></Statute>"
    bomb = f'<!DOCTYPE s [<!ENTITY a0 "x">{names}]>{body}'
    with pytest.raises(MalformedError):
        read(tmp_path, "bomb.xml", bomb)


@settings(max_examples=60)
@given(st.text(alphabet="<>#/ahp1§ \n&;scriptArt.", max_size=200))
def test_pages_end_in_provisions_or_in_an_error_of_ours(text):
    for reader in (read_markdown, read_html):
        with contextlib.suppress(ComityError, ValueError):
            assert all(one.section for one in reader(text, told=NAMED, name="page"))


@pytest.mark.parametrize(
    ("written", "label"), [("§ 202a.", "202a"), ("Art. 5", "5"), ("Section 7 –", "7"), ("12.1", "12.1")]
)
def test_labels_are_as_they_are_cited(written, label):
    assert bare_label(written) == label
