"""JSON values of proofs, and back: hashes in hexadecimal, nonces in base64, notes as text."""

from typing import Any

from comity.kernel.digests import b64, parse_digest, unb64
from comity.kernel.errors import MalformedError
from comity.ledger.leaves import NONCE_SIZE, Leaf
from comity.ledger.merkle import MOST_LEVELS
from comity.ledger.notes import parse_note
from comity.ledger.proofs import ConsistencyProof, InclusionProof, LoggedLeaf


def inclusion_value(proof: InclusionProof) -> dict[str, Any]:
    """Return ``{"index", "size", "path"}``."""
    return {"index": proof.index, "size": proof.size, "path": [item.hex() for item in proof.path]}


def parse_inclusion(value: Any, *, where: str = "") -> InclusionProof:
    """Return the proof in a parsed JSON value; raise MalformedError for any other shape."""
    match value:
        case {"index": int(index), "size": int(size), "path": list(path)} if len(value) == 3:
            _refuse_booleans(index, size, where=where)
            return InclusionProof(index=index, size=size, path=_parse_path(path, where))
        case _:
            raise MalformedError("proof.form", "not an inclusion proof", where=where)


def consistency_value(proof: ConsistencyProof) -> dict[str, Any]:
    """Return ``{"old", "new", "path"}``."""
    return {"old": proof.old, "new": proof.new, "path": [item.hex() for item in proof.path]}


def parse_consistency(value: Any, *, where: str = "") -> ConsistencyProof:
    """Return the proof in a parsed JSON value; raise MalformedError for any other shape."""
    match value:
        case {"old": int(old), "new": int(new), "path": list(path)} if len(value) == 3:
            _refuse_booleans(old, new, where=where)
            return ConsistencyProof(old=old, new=new, path=_parse_path(path, where))
        case _:
            raise MalformedError("proof.form", "not a consistency proof", where=where)


def leaf_value(leaf: Leaf) -> dict[str, Any]:
    """Return ``{"tag", "nonce", "digest"}``."""
    return {"tag": leaf.tag, "nonce": b64(leaf.nonce), "digest": leaf.digest.hex()}


def parse_leaf(value: Any, *, where: str = "") -> Leaf:
    """Return the leaf in a parsed JSON value; raise MalformedError for any other shape."""
    match value:
        case {"tag": str(tag), "nonce": str(nonce), "digest": digest} if len(value) == 3:
            return Leaf(
                tag=tag,
                nonce=unb64(nonce, size=NONCE_SIZE, where=where),
                digest=bytes.fromhex(parse_digest(digest, where=where)),
            )
        case _:
            raise MalformedError("leaf.form", "not a leaf", where=where)


def logged_leaf_value(logged: LoggedLeaf) -> dict[str, Any]:
    """Return ``{"leaf", "proof", "checkpoint"}``, the checkpoint as the text of its note."""
    return {
        "leaf": leaf_value(logged.leaf),
        "proof": inclusion_value(logged.proof),
        "checkpoint": logged.checkpoint.decode("utf-8"),
    }


def parse_logged_leaf(value: Any, *, where: str = "") -> LoggedLeaf:
    """Return the opened leaf in a parsed JSON value; raise MalformedError for any other shape."""
    match value:
        case {"leaf": leaf, "proof": proof, "checkpoint": str(text)} if len(value) == 3:
            note = text.encode("utf-8", "surrogatepass")
            parse_note(note, where=where)
            return LoggedLeaf(
                leaf=parse_leaf(leaf, where=where), proof=parse_inclusion(proof, where=where), checkpoint=note
            )
        case _:
            raise MalformedError("proof.form", "not an opened leaf", where=where)


def _parse_path(path: list[Any], where: str) -> tuple[bytes, ...]:
    if len(path) > MOST_LEVELS + 1:
        raise MalformedError("proof.path", "a path longer than any tree is high", where=where)
    return tuple(bytes.fromhex(parse_digest(item, where=where)) for item in path)


def _refuse_booleans(*numbers: int, where: str) -> None:
    if any(isinstance(number, bool) for number in numbers):
        raise MalformedError("proof.form", "a truth value where a number belongs", where=where)
