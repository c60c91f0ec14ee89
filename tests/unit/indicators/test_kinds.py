"""Values have one spelling each, and what is none of its type is refused."""

import pytest

from comity.indicators.kinds import Kind, canonical, hash_name, host_of, parse_kind
from comity.kernel.errors import MalformedError


@pytest.mark.parametrize(
    ("kind", "text", "made"),
    [
        (Kind.DOMAIN, "EVIL.Example.", "evil.example"),
        (Kind.DOMAIN, "bücher.example", "xn--bcher-kva.example"),
        (Kind.URL, "HTTP://User@EVIL.example:80/A b".replace(" ", ""), "http://User@evil.example/Ab"),
        (Kind.URL, "https://evil.example:8443/x", "https://evil.example:8443/x"),
        (Kind.URL, "https://[2001:DB8::1]/x", "https://[2001:db8::1]/x"),
        (Kind.URL, "mailto:a@b.example", "mailto:a@b.example"),
        (Kind.URL, "https://%65vil.example/%65", "https://evil.example/%65"),
        (Kind.URL, "https://evil.example\\@good.example/", "https://evil.example/@good.example/"),
        (Kind.URL, "https:evil.example/x?a=\\b", "https://evil.example/x?a=\\b"),
        (Kind.URL, "https:\\\\evil.example", "https://evil.example"),
        (Kind.URL, "http://2130706433/x", "http://127.0.0.1/x"),
        (Kind.URL, "http://0x7f.1:8080/", "http://127.0.0.1:8080/"),
        (Kind.URL, "http://0177.0.0.1/", "http://127.0.0.1/"),
        (Kind.URL, "http://999.1.1.1/", "http://999.1.1.1/"),
        (Kind.URL, "http://%s.{name}/", "http://%s.{name}/"),
        (Kind.EMAIL, "mailto:Thief@EVIL.example", "Thief@evil.example"),
        (Kind.IPV4, "198.51.100.7", "198.51.100.7"),
        (Kind.IPV6, "2001:DB8:0:0::1", "2001:db8::1"),
        (Kind.IPV4, "10.0.0.0/8", "10.0.0.0/8"),
        (Kind.FILE, "ABCDEF0123456789ABCDEF0123456789", "abcdef0123456789abcdef0123456789"),
        (Kind.FILE, "Invoice.EXE", "Invoice.EXE"),
        (Kind.REGISTRY_KEY, "HKCU\\Software", "HKEY_CURRENT_USER\\Software"),
        (Kind.PHONE, "+41 (44) 668-18-00", "+41446681800"),
        (Kind.BANK_ACCOUNT, "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        (
            Kind.WALLET,
            "BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ",
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        ),
        (
            Kind.WALLET,
            "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        ),
    ],
)
def test_a_value_is_written_in_one_way(kind: Kind, text: str, made: str) -> None:
    assert canonical(kind, text) == made
    assert canonical(kind, made) == made


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.DOMAIN, "localhost"),
        (Kind.DOMAIN, "a..b"),
        (Kind.DOMAIN, "1.2.3.4"),
        (Kind.DOMAIN, "a" * 300 + ".example"),
        (Kind.DOMAIN, "bad\ud800.example"),
        (Kind.URL, "evil.example/x"),
        (Kind.URL, "http://a b/"),
        (Kind.URL, "http:///x"),
        (Kind.EMAIL, "nobody"),
        (Kind.EMAIL, "a b@evil.example"),
        (Kind.IPV4, "2001:db8::1"),
        (Kind.IPV6, "1.2.3.4"),
        (Kind.IPV4, "1.2.3.256"),
        (Kind.PHONE, "0446681800"),
        (Kind.BANK_ACCOUNT, "DE!"),
        (Kind.WALLET, "short"),
        (Kind.WALLET, "Bc1Qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
        (Kind.FILE, ""),
        (Kind.MUTEX, "a\nb"),
        (Kind.URL, "http://evil.example/" + "x" * 5000),
    ],
)
def test_what_is_none_of_its_type_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        canonical(kind, text)
    assert caught.value.code == "indicators.value"


def test_hosts_digests_and_names_of_types() -> None:
    assert host_of(Kind.URL, "https://u@evil.example:8443/x") == "evil.example"
    assert host_of(Kind.URL, "https://198.51.100.7/x") == ""
    assert host_of(Kind.EMAIL, "a@evil.example") == "evil.example"
    assert host_of(Kind.PHONE, "+41446681800") == ""
    assert [hash_name("a" * size) for size in (32, 40, 64, 128, 33)] == [
        "MD5",
        "SHA-1",
        "SHA-256",
        "SHA-512",
        "",
    ]
    assert hash_name("x.exe") == ""
    assert parse_kind("url") is Kind.URL
    with pytest.raises(MalformedError):
        parse_kind("colour")
