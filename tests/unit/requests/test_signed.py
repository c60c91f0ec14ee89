import pytest

from comity.requests.signed import SignatureFound, SignedDocument, SignedVerdict


def one(*, intact: bool = True, whole: bool = True, trusted: bool = True) -> SignatureFound:
    return SignatureFound(signer="CN=Judge", at="", intact=intact, whole=whole, trusted=trusted)


@pytest.mark.parametrize(
    ("signatures", "verdict"),
    [
        ((), SignedVerdict.UNSIGNED),
        ((one(),), SignedVerdict.TRUSTED),
        ((one(), one(trusted=False)), SignedVerdict.UNKNOWN),
        ((one(intact=False),), SignedVerdict.BROKEN),
        ((one(), one(whole=False)), SignedVerdict.BROKEN),
        ((one(trusted=False, intact=False),), SignedVerdict.BROKEN),
    ],
)
def test_the_weakest_signature_decides(
    signatures: tuple[SignatureFound, ...], verdict: SignedVerdict
) -> None:
    assert SignedDocument(digest="00" * 32, signatures=signatures).verdict is verdict
