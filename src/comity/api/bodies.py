"""Reading a body: within its limit, at a bearable pace, and only the one that was signed for."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator

from comity.api.errors import too_large, too_slow
from comity.exchange.errors import not_for_you

GRACE = 30.0
LEAST_RATE = 4 * 1024


def announced_size(announced: str, *, most: int) -> int:
    """Return the length that a caller announced; raise MalformedError ``body.size`` beyond so many bytes."""
    if not announced.isascii() or not announced.isdigit() or int(announced[:20]) > most:
        raise too_large(most)
    return int(announced)


async def read_pieces(chunks: AsyncIterator[bytes], *, size: int, portion: int) -> AsyncIterator[bytes]:
    """Yield a body in portions, the last of which may be shorter; whoever takes them judges them.

    Args:
        chunks: The body as it arrives.
        size: The length that the caller signed.
        portion: Bytes of each portion.

    Raises:
        MalformedError: ``body.size`` where it is longer or shorter; ``body.slow`` as :func:`read_body`, where
            the time that the portions took to be taken counts for the caller.
    """
    kept: list[memoryview] = []
    held, came, clock = 0, 0, asyncio.get_running_loop().time
    latest = clock() + GRACE
    while came < size:
        try:
            async with asyncio.timeout_at(latest):
                chunk = await anext(chunks, b"")
        except TimeoutError as exc:
            raise too_slow() from exc
        came, held = came + len(chunk), held + len(chunk)
        if not chunk or came > size:
            raise too_large(size)
        kept.append(memoryview(chunk))
        latest += len(chunk) / LEAST_RATE
        if held < portion and came < size:
            continue
        before = clock()
        while held >= portion or (came == size and held):
            # NOTE: each byte is copied once, into the portion that it belongs to.
            over = max(0, held - portion)
            last = kept.pop()
            cut = len(last) - over
            whole = b"".join((*kept, last[:cut]))
            kept, held = ([last[cut:]] if over else []), over
            yield whole
        latest += clock() - before


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
    if announced:
        announced_size(announced, most=most)
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
