"""Signatures checked ahead: the answers are those of checking each by itself."""

import pytest

from comity.engines.checking import FEWEST, ParallelChecker
from comity.kernel import signing
from comity.kernel.signing import Ed25519Signer, Envelope

SIGNERS = [Ed25519Signer(bytes([number]) * 32) for number in range(1, 4)]


def statements(count: int) -> list[Envelope]:
    return [
        Envelope(payload_type="text/plain", payload=b"%d" % number).signed_by(SIGNERS[number % 2])
        for number in range(count)
    ]


@pytest.mark.parametrize("cores", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, FEWEST, 41])
def test_every_signature_keeps_its_verdict(cores: int, count: int) -> None:
    made = statements(count)
    forged = [Envelope(payload_type="x", payload=b"", signatures=found.signatures) for found in made]
    claims = [(found, signer.public) for found in (*made, *forged) for signer in SIGNERS]
    ParallelChecker(cores=cores)(claims)
    for number, found in enumerate(made):
        assert [found.is_signed_by(signer.public) for signer in SIGNERS] == [
            number % 2 == place for place in range(3)
        ]
    assert not any(found.is_signed_by(signer.public) for found in forged for signer in SIGNERS)


def test_what_was_looked_at_ahead_is_not_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = statements(20)
    checked = []
    check = signing.is_signature
    monkeypatch.setattr(signing, "is_signature", lambda *asked: checked.append(asked) or check(*asked))
    ParallelChecker(cores=2)([(found, SIGNERS[number % 2].public) for number, found in enumerate(made)])
    assert len(checked) == 20
    assert all(found.is_signed_by(SIGNERS[number % 2].public) for number, found in enumerate(made))
    assert len(checked) == 20


def test_a_signature_that_does_not_hold_is_never_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = statements(1)
    altered = Envelope(payload_type="text/plain", payload=b"other", signatures=found.signatures)
    assert not altered.is_signed_by(SIGNERS[0].public)
    monkeypatch.setattr(signing, "is_signature", lambda *_asked: True)
    assert altered.is_signed_by(SIGNERS[0].public)
