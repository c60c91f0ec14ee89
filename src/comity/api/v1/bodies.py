"""What is sent to the interface, and the answers that no desk has a view for."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Who wants to sign in, with the secret, and why case material will be read."""

    name: str
    secret: str = field(repr=False)
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session: its token is told once and never again. Times are microseconds UTC."""

    token: str = field(repr=False)
    officer: str
    purpose: str
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A finding decided by name: ``proceed``, or ``stop``, which drops the draft."""

    finding: str
    outcome: str
    inner: str
    outer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWish:
    """Why an officer approves, and the passphrase of the officer's key where it has one."""

    reason: str
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerWish:
    """A card, base64, with the words as they were heard and who else compared them."""

    card: str
    words: str | None = None
    confirmed_by: tuple[str, ...] = ()
    channel: str = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindView:
    """A kind of request: its code, its article, and the paragraph that lists its fields."""

    code: str
    article: str
    fields_from: str
    version: int
