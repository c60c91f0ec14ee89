"""What looks like a private key is told by its form; what is said to be a digest is not one."""

import pytest

from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.amounts import currency_decimals, decimal_text
from comity.kernel.errors import MalformedError
from comity.tracing.accounts import check_iban, units_of
from comity.tracing.secrets import find_secret, holds_key, require_no_secret

HEX = "0bedcc7850f7e5c8a7b550ca252fb432b92e8d617892a3275bcfe4540f083d7d"
SECRETS = {
    "key": [
        "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
        "the key: 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTX.",  # one letter is wrong
        "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617",
        "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
        "SBZVMB74Z76QZ3ZOY7UTDFYKMEGKW5XFJEB6PFKBF4UYSSWHG4EDH7PY",
    ],
    "hex": [HEX, f"0x{HEX}", f"his private key is sha256 {HEX}", f"tx {HEX} (seed)", "note " + HEX.upper()],
    "words": [
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
        "1 Legal 2 winner 3 thank 4 year 5 wave 6 sausage 7 worth 8 useful 9 legal 10 win 11 thank 12 zoo",
        "le sien : " + "abaisser " * 11 + "ÉTOILE",
        "ábaco " * 11 + "abeja",
        "あいこくしん\u3000" * 12,
        "가격 " * 12,
        "абзац " * 12,
        "的 " * 12,
        "的" * 11 + "在",
        "助记词：" + "的" * 11 + "在。",
    ],
}
CERTAIN = (
    "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg",
    "S6c56bnXQiBjk9mqSYE7ykVQ7NzrRy",
    "sn259rEFXrQrWyx3Q7XneWcwV6dfL",
    "SBZVMB74Z76QZ3ZOY7UTDFYKMEGKW5XFJEB6PFKBF4UYSSWHG4EDH7PY",
    (
        "velvet lymph giddy number token physics poetry unquoted nibs useful sabotage limits benches "
        "lifestyle eden nitrogen anvil fewest avoid batch vials washing fences goat unquoted"
    ),
)
INNOCENT = (
    f"tx {HEX} paid it",
    f"inputs sha256 {HEX}; answer sha256 {HEX}",
    f"see tx {HEX}:1, {HEX}",
    "1CPRsPwdwRWrj2kp6hA2Z9JWHgyyzQ79Z4 and bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "From 3 November customers of the bank received messages that led to a copy of its page.",
    "legal winner thank year wave sausage worth useful legal winner thank",  # eleven
    f"المعاملة {HEX}",
    "被害人收到一条短信，称其银行账户被冻结。资金随后被转移到海外账户，我们要求立即冻结全部资金",
    "助记词：" + "的" * 12,  # no checksum of twelve equal letters holds
    "La victime a reçu un message de sa banque et a payé neuf mille euros à un compte ouvert la veille",
    "abaisser abandon abdiquer abeille abolir aborder legal winner thank year wave sausage",  # two lists
)


def test_keys_digits_and_phrases_are_told_and_digests_are_not() -> None:
    for kind, texts in SECRETS.items():
        for text in texts:
            assert find_secret(text) == kind, text
    for text in INNOCENT:
        assert find_secret(text) == "", text


def test_what_others_wrote_is_a_key_only_where_its_checksum_holds() -> None:
    for text in CERTAIN:
        assert holds_key(f"see {text}."), text
        assert find_secret(text), text
    for text in (*INNOCENT, *SECRETS["hex"], *(f"{one[:-2]}{one[-1]}{one[-2]}" for one in CERTAIN)):
        assert not holds_key(text), text


def test_a_secret_is_found_anywhere_told_by_its_place_and_never_repeated() -> None:
    for value, where in (
        ({"a": [{"b": SECRETS["key"][0]}]}, "/a/0/b"),
        ({"digest": SECRETS["key"][0]}, "/digest"),
        ({"a": {SECRETS["key"][0]: "x"}}, "/a"),
    ):
        with pytest.raises(MalformedError) as caught:
            require_no_secret(value)
        assert caught.value.where == where
        assert SECRETS["key"][0][:12] not in repr(caught.value) + str(caught.value.where)
    require_no_secret({"digest": HEX, "seeds": [HEX, f"{HEX}:0"], "amount": 3, "none": None})


def test_money_is_exact_and_an_iban_holds() -> None:
    assert units_of("9800.05", 2) == 980_005 and units_of("0.5", 8) == 50_000_000 and units_of("7.00", 0) == 7
    for text, decimals in (("1.005", 2), ("-1", 2), ("1e3", 2), ("", 2), ("01", 2), ("1,5", 2)):
        with pytest.raises(MalformedError):
            units_of(text, decimals)
    assert [currency_decimals(code) for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]
    for units in (0, 1, 105, 10**20 + 1):
        assert units_of(decimal_text(units, 8), 8) == units
    for written, iban in (
        ("gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"),
        ("EG38-0019-0005-0000-0000-2631-8000-2", "EG380019000500000000263180002"),
    ):
        assert check_iban(written, primitives=LIBRARIES) == iban
    for wrong in (
        "GB82WEST12345698765433",  # one digit off
        "DE5137040044053201300",  # check digits hold, one digit short for Germany
        "GB1212345698765432WEST",  # they hold, but digits and letters are in each other's place
        "XX82WEST12345698765432",
        "GB٨٢WEST12345698765432",
    ):
        with pytest.raises(MalformedError):
            check_iban(wrong, primitives=LIBRARIES)
