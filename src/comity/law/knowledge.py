"""Which knowledge ranking has: what older knowledge ranked is ranked anew."""

from functools import cache

from comity.kernel.digests import sha256
from comity.kernel.packaged import packaged_bytes
from comity.law.matters import FILE
from comity.law.vocabulary import LANGUAGES


@cache
def knowledge_digest() -> str:
    """Return a digest of all that ranking knows: the matters, and the terms of every language."""
    files = [FILE, *(f"data/terms/{language}.json" for language in LANGUAGES)]
    return sha256(*(packaged_bytes("comity.law", name) for name in files)).hex()
