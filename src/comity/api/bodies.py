"""Reading a body: within its limit, at a bearable pace, and only the one whose digest was signed."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator

from comity.api.errors import too_large, too_slow
from comity.exchange.errors import not_for_you

GRACE = 30.0
LEAST_RATE = 4 * 1024


async def read_body(chunks: AsyncIterator[bytes], *, announced: str, most: int, digest: bytes) -> bytes:
    """Return a body.

    Args:
        chunks: The body as it arrives.
        announced: The length that the caller announced; empty where it did not.
        most: Bytes allowed; whatever was announced, not one more is kept.
        digest: SHA-256 that the caller signed.

    Raises:
        MalformedError: ``body.size``; or ``body.slow``, when it takes more than 30 seconds and a second for
            each 4 KiB.
        DeniedError: it is not the body that was signed.
    """
    if announced and (not announced.isascii() or not announced.isdigit() or int(announced[:20]) > most):
        raise too_large(most)
    kept: list[bytes] = []
    size, state, clock = 0, hashlib.sha256(), asyncio.get_running_loop().time
    started = clock()
    try:
        async with asyncio.timeout(GRACE) as pace:
            async for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise too_large(most)
                state.update(chunk)
                kept.append(chunk)
                pace.reschedule(started + GRACE + size / LEAST_RATE)
    except TimeoutError as exc:
        raise too_slow() from exc
    if not hmac.compare_digest(state.digest(), digest):
        raise not_for_you()
    return kept[0] if len(kept) == 1 else b"".join(kept)
