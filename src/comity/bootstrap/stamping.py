"""Time stamps of a node: the configured authority behind the desk, or none."""

from pathlib import Path

from comity.cases.courtdocket import StampJudge
from comity.config import NodeConfig, read_config
from comity.engines.stamps import TokenJudge
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError, NotFoundError, UnavailableError, UntrustedError
from comity.node.stamping import StampingDesk
from comity.node.workplace import Workplace
from comity.transport.tsa import ask_authority


def stamping_desk(folder: Path, config: NodeConfig, place: Workplace) -> StampingDesk:
    """Return the desk for time stamps; without a configured authority it stamps nothing.

    The certificates are read when a token is asked for or judged, so that a wrong file stops nothing else.
    """
    judge = _LazyJudge(folder / config.stamp_certificates) if config.stamp_url else None
    return StampingDesk(
        place=place, judge=judge, ask=lambda question: ask_authority(config.stamp_url, question)
    )


def check_token(token: str, *, digest: bytes, certificates: str) -> Instant:
    """Return the time that a token in a file states for a SHA-256 digest.

    Args:
        token: File with the answer of an authority, in DER.
        digest: What it has to be over.
        certificates: PEM file with the authority's root.

    Raises:
        NotFoundError: ``file.absent``.
        As ``TokenJudge.judge``.
    """
    return TokenJudge(_read(Path(certificates))).judge(_read(Path(token)), digest)


def token_judge(certificates: str) -> StampJudge:
    """Return what tells whether a token is by an authority with a certificate in a PEM file.

    Raises:
        NotFoundError: ``file.absent``.
        MalformedError: ``stamp.certificates``: no root certificate is in it.
    """
    judge = TokenJudge(_read(Path(certificates)))

    def holds(token: bytes, digest: bytes) -> bool:
        try:
            judge.judge(token, digest)
        except (MalformedError, UntrustedError):
            return False
        return True

    return holds


def configured_judge(folder: Path) -> StampJudge | None:
    """Return the judge of tokens of the authority that a node asks.

    None where none is named, its file is gone or holds no root, or the extra ``stamps`` is missing.
    """
    config = read_config(folder)
    try:
        judge = token_judge(str(folder / config.stamp_certificates)) if config.stamp_url else None
        if judge is not None:
            judge(b"", b"")
    except (NotFoundError, MalformedError, UnavailableError):
        return None
    return judge


class _LazyJudge:
    def __init__(self, certificates: Path) -> None:
        self._certificates = certificates

    def question(self, digest: bytes, nonce: int) -> bytes:
        return TokenJudge(_read(self._certificates)).question(digest, nonce)

    def judge(self, token: bytes, digest: bytes, *, nonce: int | None = None) -> Instant:
        return TokenJudge(_read(self._certificates)).judge(token, digest, nonce=nonce)


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as exc:
        raise NotFoundError("file.absent", "there is no such file", where=str(path)) from exc
    if len(data) > 1 << 20:
        raise MalformedError("file.size", "the file is larger than any of its kind", where=str(path))
    return data
