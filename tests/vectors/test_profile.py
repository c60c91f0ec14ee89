"""Two signed statements of a Party on its law, byte for byte: one that confirms and one that withdraws it."""

import json
from pathlib import Path

import pytest

from comity.kernel.errors import UntrustedError
from comity.kernel.signing import Ed25519Signer, parse_envelope
from comity.law.profilewire import profile_bytes, read_confirmed, read_profile

VECTORS = json.loads((Path(__file__).parent / "profile/vectors.json").read_text("utf-8"))
SIGNED = [(one, parse_envelope(one["envelope"])) for one in VECTORS["statements"]]


@pytest.mark.parametrize(("told", "envelope"), SIGNED, ids=["confirmed", "withdrawn"])
def test_a_statement_is_these_bytes_with_this_id_and_this_signature(told, envelope):
    assert (envelope.id, envelope.payload.decode()) == (told["id"], told["payload"])
    signer = Ed25519Signer(bytes.fromhex(VECTORS["private"]))
    assert signer.public.hex() == VECTORS["public"]
    assert signer.sign(envelope.pae) == envelope.signatures[0].signature
    profile = read_confirmed(envelope.json, public=signer.public)
    assert (profile.signed_by, profile.id) == (VECTORS["keyid"], told["id"])
    assert profile_bytes(read_profile(envelope.payload)) == envelope.payload
    with pytest.raises(UntrustedError):
        read_confirmed(envelope.json, public=Ed25519Signer(bytes(32)).public)


def test_the_second_names_the_first():
    first, second = (read_profile(envelope.payload) for _, envelope in SIGNED)
    assert (first.is_confirmed, second.version, second.rows) == (True, 2, {})
    assert second.supersedes == VECTORS["statements"][0]["id"]
