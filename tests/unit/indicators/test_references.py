"""Warning lists, families and look-alikes: what is known, and what resembles it."""

import ipaddress

import pytest

from comity.engines.intake.expressions import compiled
from comity.indicators.families import Families, read_galaxy
from comity.indicators.kinds import Kind, domain_name
from comity.indicators.lookalikes import Brands, Resemblance, read_brands, unicode_domain
from comity.indicators.observations import Observation, Spot
from comity.indicators.ports import no_expressions
from comity.indicators.recognising import recognise
from comity.indicators.warnings import (
    PUBLIC_BODIES,
    Warnings,
    built_in,
    dump_warning_list,
    is_public_body,
    parse_warning_list,
    read_warning_list,
)
from comity.kernel.errors import MalformedError


def lists(*found: dict[str, object]) -> Warnings:
    made = [read_warning_list({"version": 1, **one}, expressions=compiled) for one in found]
    assert [parse_warning_list(dump_warning_list(one)) for one in made] == made
    return Warnings(made, expressions=compiled)


KNOWN = lists(
    {
        "name": "banks",
        "type": "hostname",
        "list": [".bank.example", "gmail.com", "yahoo.example", ".vak\u0131fbank.example"],
        "matching_attributes": ["domain", "url"],
    },
    {"name": "exact", "type": "string", "list": ["Top.example", ".dotted.example"]},
    {"name": "nets", "type": "cidr", "list": ["10.0.0.0/8", "FE80::/10", "198.51.100.7"]},
    {"name": "parts", "type": "substring", "list": ["mailbox.example"], "matching_attributes": ["email-src"]},
    {"name": "abuse", "type": "regex", "list": ["/^(abuse|noc)\\@.*\\..*$/i"]},
)


@pytest.mark.parametrize(
    ("kind", "value", "names"),
    [
        (Kind.DOMAIN, "bank.example", ("banks",)),
        (Kind.URL, "https://login.bank.example/x", ("banks",)),
        (Kind.DOMAIN, "xn--vakfbank-vkb.example", ("banks",)),
        (Kind.DOMAIN, "notbank.example", ()),
        (Kind.DOMAIN, "bank.example.evil.example", ()),
        (Kind.EMAIL, "security@mail.bank.example", ("banks",)),
        (Kind.EMAIL, "refund@irs.gov", (PUBLIC_BODIES,)),
        (Kind.EMAIL, "thief@gmail.com", ()),
        (Kind.EMAIL, "thief@yahoo.example", ()),
        (Kind.DOMAIN, "gmail.com", ("banks",)),
        (Kind.DOMAIN, "top.example", ("exact",)),
        (Kind.DOMAIN, "www.top.example", ("exact",)),
        (Kind.DOMAIN, "x.top.example", ()),
        (Kind.DOMAIN, "x.dotted.example", ("exact",)),
        (Kind.IPV4, "10.1.2.3", ("nets",)),
        (Kind.IPV4, "10.0.0.0/16", ("nets",)),
        (Kind.IPV4, "11.1.2.3", ()),
        (Kind.IPV4, "0.0.0.0/0", ("nets",)),
        (Kind.IPV4, "198.51.100.0/24", ("nets",)),
        (Kind.IPV4, "198.51.101.0/24", ()),
        (Kind.IPV6, "::ffff:10.1.2.3", ("nets",)),
        (Kind.URL, "http://10.1.2.3:8080/x", ("nets",)),
        (Kind.URL, "http://[fe80::1]/x", ("nets",)),
        (Kind.URL, "http://11.1.2.3/x", ()),
        (Kind.IPV4, "198.51.100.7", ("nets",)),
        (Kind.IPV6, "fe80::1", ("nets",)),
        (Kind.EMAIL, "a@mailbox.example", ("parts",)),
        (Kind.DOMAIN, "mailbox.example", ()),
        (Kind.EMAIL, "abuse@evil.example", ("abuse",)),
        (Kind.URL, "https://tax.go.ke/pay", (PUBLIC_BODIES,)),
    ],
)
def test_lists_know_what_they_are_meant_for(kind: Kind, value: str, names: tuple[str, ...]) -> None:
    shipped = {one.name for one in built_in()}
    assert tuple(name for name in KNOWN.lists_of(kind, value) if name not in shipped) == names


FRESH = Warnings(expressions=compiled)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.URL, "https://google.com/x"),
        (Kind.DOMAIN, "mail.google.com"),
        (Kind.DOMAIN, "gmail.com"),
        (Kind.URL, "https://www.paypal.com/signin"),
        (Kind.EMAIL, "service@paypal.com"),
        (Kind.DOMAIN, "safaricom.co.ke"),
        (Kind.DOMAIN, "interpol.int"),
        (Kind.URL, "https://www.unodc.org/x"),
        (Kind.IPV4, "8.8.8.8"),
        (Kind.IPV4, "192.168.1.1"),
        (Kind.IPV4, "127.0.0.1"),
        (Kind.IPV6, "fe80::1"),
        (Kind.IPV4, "0.0.0.0/0"),
        (Kind.DOMAIN, "amazonaws.com"),
    ],
)
def test_a_fresh_node_knows_the_best_known_without_any_import(kind: Kind, value: str) -> None:
    assert len(FRESH) == 0
    assert FRESH.lists_of(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.DOMAIN, "paypal.com.evil.example"),
        (Kind.DOMAIN, "paypa1.com"),
        (Kind.DOMAIN, "notgoogle.com"),
        (Kind.EMAIL, "thief@gmail.com"),
        (Kind.URL, "https://t.me/thief"),
        (Kind.DOMAIN, "bucket.s3.amazonaws.com"),
        (Kind.IPV4, "192.0.2.1"),
        (Kind.IPV4, "203.0.113.0/24"),
        (Kind.IPV6, "2001:db8::1"),
    ],
)
def test_what_ships_stops_nothing_else(kind: Kind, value: str) -> None:
    assert FRESH.lists_of(kind, value) == ()


def test_what_ships_is_sound() -> None:
    for one in built_in():
        assert list(one.entries) == sorted(set(one.entries)) or one.form == "cidr"
        for entry in one.entries:
            if one.form == "cidr":
                assert str(ipaddress.ip_network(entry)) == entry
            else:
                assert domain_name(entry) == entry and "." in entry


def test_domains_of_public_bodies_are_known_without_any_list() -> None:
    public = ["irs.gov", "impots.gouv.fr", "nic.go.jp", "army.mil", "who.int", "ec.europa.eu", "a.gob.mx"]
    public += ["gov.uk", "admin.ch", "www.bund.de"]
    assert [host for host in public if not is_public_body(host)] == []
    private = ["gov.example.com", "go.to", "gov-uk.com", "x.co.ke", "logo.jp", "police.de", "go.de"]
    assert [host for host in private if is_public_body(host)] == []
    assert len(Warnings(expressions=no_expressions)) == 0
    assert len(KNOWN) == 5


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "x", "type": "string"},
        {"name": "", "type": "string", "list": ["a"]},
        {"name": "x", "type": "odd", "list": ["a"]},
        {"name": "x", "type": "string", "list": []},
        {"name": "x", "type": "regex", "list": ["/(/"]},
        {"name": "x", "type": "regex", "list": ["good", r"(a)\1"]},
        {"name": "x", "type": "regex", "list": ["(?=a)"]},
        {"name": "x", "type": "regex", "list": ["(a{900}){900}"]},
        {"name": "x", "type": "regex", "list": ["\ud800"]},
    ],
)
def test_a_broken_list_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(MalformedError) as caught:
        read_warning_list(bad, expressions=compiled)
    assert caught.value.code == "indicators.form"


def test_an_expression_that_tries_every_way_is_followed_in_one_pass() -> None:
    patterns = [r"(a+)+$", r"(a|aa)+$", r"(.*a){12}$", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(x+x+)+y", "A{3}!"]
    known = lists(*({"name": one, "type": "regex", "list": [one]} for one in patterns))
    assert known.lists_of(Kind.DOMAIN, "a" * 255 + "!") == ("A{3}!",)


def test_families_are_known_by_any_of_their_names() -> None:
    galaxy = read_galaxy(
        {
            "name": "Ransomware",
            "version": 172,
            "values": [
                {
                    "value": "Samas-Samsam",
                    "uuid": "u",
                    "meta": {
                        "synonyms": ["samsam.exe", "Sam Sam"],
                        "extensions": [".Enc"],
                        "ransomnotes-filenames": ["HELP.html"],
                    },
                },
                {"value": "Nameless"},
            ],
        }
    )
    known = Families([galaxy])
    found = known.named("SAMSAM Ransomware")
    assert found is not None
    assert found.name == "Samas-Samsam"
    assert known.by_ending("enc") == known.by_note("help.HTML") == (found,)
    assert known.named("other") is None
    assert len(known) == 2
    assert recognise(known, seen=[], names=["x"]) == recognise(Families(), seen=[], names=["HELP.html"]) == ()
    for bad in ({}, {"name": "x", "values": []}, {"name": "x", "values": [{"meta": {}}]}):
        with pytest.raises(MalformedError):
            read_galaxy(bad)


ONION = "a" * 55 + "b.onion"
NOTE = "Whatever you are told by others, nobody gives you your ledgers back but we"
GANGS = Families(
    [
        read_galaxy(
            {
                "name": "Ransomware",
                "values": [
                    {
                        "value": "Bitlock",
                        "meta": {
                            "synonyms": ["Bit Lock 3.0"],
                            "extensions": [".bitlock"],
                            "ransomnotes-filenames": ["README.txt"],
                            "ransomnotes": [NOTE, "Pay within three days or all that we took is published"],
                            "links": [f"http://{ONION}/news"],
                        },
                    },
                    {
                        "value": "Play Ransomware",
                        "meta": {
                            "ransomnotes-filenames": ["ReadMe.txt", "README.txt"],
                            "ransomnotes": ["Pay within three days or all that we took is published"],
                        },
                    },
                ],
            }
        )
    ]
)


def seen(kind: Kind, value: str, *remarks: str) -> Observation:
    where = Spot(file="n.txt", digest="d" * 64)
    return Observation(kind=kind, value=value, where=where, confidence=50, remarks=remarks)


@pytest.mark.parametrize(
    ("found", "names", "text", "told"),
    [
        ([seen(Kind.URL, f"http://{ONION}/x")], (), "", [("Bitlock", "site")]),
        ([seen(Kind.DOMAIN, f"www.{ONION}")], (), "", [("Bitlock", "site")]),
        ([seen(Kind.FILE, "*.BITLOCK", "extension")], (), "", [("Bitlock", "ending")]),
        ([seen(Kind.FILE, "f" * 64, "name=books.xls.bitlock")], (), "", [("Bitlock", "ending")]),
        ([], ("C:\\Temp\\readme.TXT",), "", [("Bitlock", "note"), ("Play Ransomware", "note")]),
        ([], (), f"{NOTE.upper()}!", [("Bitlock", "sentences")]),
        ([], (), "Pay within three days or all that we took is published", []),  # both gangs write so
        ([], (), "we like bit lock 3.0 and to play", []),  # a name alone says nothing
        (
            [seen(Kind.RANSOM_ID, "8C3D2A1B", "negotiation")],
            (),
            "You met BIT-LOCK 3.0. Let us play!",
            [("Bitlock", "name"), ("Play Ransomware", "name")],
        ),
        ([seen(Kind.FILE, "*.other", "extension")], ("note.bitlock",), "", []),
    ],
)
def test_a_family_is_told_by_its_marks_with_the_reason(found, names, text, told) -> None:
    made = recognise(GANGS, seen=found, names=names, text=text)
    assert [(one.family, one.clues[0].trait.value) for one in made] == told
    assert all(0 < one.confidence < 100 for one in made)


def test_reasons_add_up_and_what_several_share_counts_less() -> None:
    shared = recognise(GANGS, seen=[], names=["README.txt"])
    more = recognise(GANGS, seen=[], names=["README.txt", "a.xls.bitlock"])
    assert shared[0].confidence == shared[1].confidence < more[0].confidence
    assert [(one.family, len(one.clues)) for one in more] == [("Bitlock", 2), ("Play Ransomware", 1)]


def plain(text: str) -> str:
    return text.replace("\u0430", "a").replace("0", "o").replace("1", "l").replace("rn", "m")


BRANDS = Brands(
    ["paypal.com", "microsoft.com"], skeleton=plain, registered=lambda host: ".".join(host.split(".")[-2:])
)


@pytest.mark.parametrize(
    ("host", "how"),
    [
        ("xn--pypal-4ve.com", Resemblance.CONFUSABLE),
        ("paypa1.com", Resemblance.CONFUSABLE),
        ("rnicrosoft.com", Resemblance.CONFUSABLE),
        ("www.paypal.net", Resemblance.OTHER_ENDING),
        ("paypal-login.com", Resemblance.NAME_INSIDE),
        ("securepaypal.com", Resemblance.NAME_INSIDE),
        ("paypal.com.evil.example", Resemblance.SUBDOMAIN),
        ("payapl.com", Resemblance.TYPO),
        ("mcrosoft.com", Resemblance.TYPO),
        ("www.paypal.com", None),
        ("example.org", None),
        ("xn--zz.com", None),
    ],
)
def test_look_alikes(host: str, how: Resemblance | None) -> None:
    found = BRANDS.resembling(host)
    assert (found.how if found else None) is how


def test_lists_of_brands_and_readable_names() -> None:
    assert read_brands("# ours\nPayPal.com # pay\n\nnonsense\nbücher.example") == (
        "paypal.com",
        "xn--bcher-kva.example",
    )
    assert unicode_domain("xn--bcher-kva.example") == "bücher.example"
    assert unicode_domain("xn--\u00ff.example") == "xn--\u00ff.example"
    assert len(BRANDS) == 2
