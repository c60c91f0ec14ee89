"""A hardware module over PKCS#11: it wraps the node key, and holds the keys with which offices sign.

The address is a PKCS#11 URI. Its ``object`` names an AES key of 256 bits that never leaves the token; signing
keys are Ed25519, sensitive and not extractable. The PIN stands in a file that ``pin-source`` names, never in
the URI.

Basis: RFC 7512
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from comity.kernel.entropy import Entropy
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError, UnavailableError, UntrustedError
from comity.kernel.signing import SIGNATURE_SIZE, Signer

SCHEME = "pkcs11"
_BOUND = b"comity node key v1"
_ED25519 = bytes.fromhex("06032b6570")
"""DER of the object identifier 1.3.101.112."""
_IV_SIZE = 12
_PATH, _QUERY = {"token", "object"}, {"module-path", "pin-source"}
_HINT = "write it as pkcs11:token=LABEL;object=LABEL?module-path=/path/module.so&pin-source=file:/path/pin"
_LOST = (
    "SessionHandleInvalid",
    "SessionClosed",
    "DeviceRemoved",
    "DeviceError",
    "TokenNotPresent",
    "UserNotLoggedIn",
    "ObjectHandleInvalid",
    "KeyHandleInvalid",
)
_REFUSALS = ("PinIncorrect", "PinInvalid", "PinLenRange", "PinExpired", "PinLocked", "ArgumentsBad")
_Result = TypeVar("_Result")
# One library in one process is initialised once, and a session takes one call at a time.
_TURN = threading.RLock()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAddress:
    """A token, a wrapping key in it, and where module and PIN are.

    Attributes:
        token: Label of the token.
        key: Label of the wrapping key.
        module: Path of the module.
        pin_file: Path of the file with the PIN.
    """

    token: str
    key: str
    module: str
    pin_file: str


def parse_token(address: str) -> TokenAddress:
    """Return the parts of a PKCS#11 URI.

    Raises:
        MalformedError: ``key.guard_address``: no such URI, or one with a PIN in it.

    Basis: RFC 7512
    """
    scheme, _, rest = address.partition(":")
    path, _, query = rest.partition("?")
    if "pin-value" in rest:
        raise _refused("the address of the guard holds a PIN", "put the PIN into a file, named by pin-source")
    told = dict(_pairs(path, ";") + _pairs(query, "&"))
    if scheme != SCHEME or set(told) != _PATH | _QUERY or not all(told.values()):
        raise _refused("this is no address of a key in a hardware module", _HINT)
    pin = told["pin-source"]
    return TokenAddress(
        token=told["token"],
        key=told["object"],
        module=told["module-path"],
        pin_file=pin.removeprefix("file:") if pin.startswith("file:") else pin,
    )


class TokenGuard:
    """The guard over one token.

    Args:
        address: Where.
        folder: Of the node; relative paths are below it.
        entropy: Where initialisation vectors and names of keys are drawn from.
        make_key: Whether the wrapping key is made where the token has none.
    """

    def __init__(
        self, address: TokenAddress, *, folder: Path, entropy: Entropy, make_key: bool = False
    ) -> None:
        self._address, self._folder, self._entropy = address, folder, entropy
        self._make_key = make_key
        self._session: Any = None

    def wrap(self, secret: bytes) -> bytes:
        """Return the secret wrapped: an initialisation vector, then ciphertext and tag of AES-256-GCM."""
        iv = self._entropy.bytes(_IV_SIZE)

        def work(session: Any) -> bytes:
            return bytes(self._wrapping(session).encrypt(secret, **_gcm(iv)))

        return iv + self._asked(work)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return what was wrapped; raise UntrustedError ``key.guard_broken`` for anything else."""
        iv, sealed = wrapped[:_IV_SIZE], wrapped[_IV_SIZE:]

        def work(session: Any) -> bytes:
            key = self._wrapping(session)
            errors = _library().exceptions
            try:
                return bytes(key.decrypt(sealed, **_gcm(iv)))
            except (errors.GeneralError, errors.EncryptedDataInvalid, errors.EncryptedDataLenRange) as exc:
                raise UntrustedError(
                    "key.guard_broken",
                    "the token does not open what it should have wrapped",
                    hint="it may hold another key of the same label: compare with the backup of the token",
                    where=self._address.token,
                ) from exc

        return self._asked(work)

    def take(self, name: str, private: bytes) -> str:
        """Take an Ed25519 key in, not to be extracted again; return what names it in the token."""
        ident = self._entropy.bytes(16)

        def work(session: Any) -> str:
            p11 = _library()
            kind, key, of = p11.Attribute, p11.KeyType.EC_EDWARDS, p11.ObjectClass.PRIVATE_KEY
            session.create_object(
                {
                    kind.CLASS: of,
                    kind.KEY_TYPE: key,
                    kind.EC_PARAMS: _ED25519,
                    kind.VALUE: private,
                    kind.ID: ident,
                    kind.LABEL: name,
                    **_kept_in_token(p11),
                }
            )
            return ident.hex()

        return self._asked(work)

    def make(self, name: str) -> tuple[str, bytes]:
        """Make an Ed25519 key in the token; return what names it there, and its public half."""
        ident = self._entropy.bytes(16)

        def work(session: Any) -> tuple[str, bytes]:
            p11 = _library()
            parameters = session.create_domain_parameters(
                p11.KeyType.EC_EDWARDS, {p11.Attribute.EC_PARAMS: _ED25519}, local=True
            )
            public, _ = parameters.generate_keypair(
                mechanism=p11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                store=True,
                id=ident,
                label=name,
                private_template=_kept_in_token(p11),
            )
            return ident.hex(), bytes(public[p11.Attribute.EC_POINT])[-32:]

        return self._asked(work)

    def signer(self, key: str, public: bytes) -> Signer:
        """Return the signer over a key that lies in the token."""
        return TokenSigner(self._asked, bytes.fromhex(key), public, token=self._address.token)

    def _asked(self, work: Callable[[Any], _Result]) -> _Result:
        """Do something in a session; a token that was taken out and put back is opened again, once."""
        with _TURN:
            p11 = _library()
            lost = _of(p11.exceptions, _LOST)
            for last in (False, True):
                try:
                    return work(self._opened(p11))
                except lost as exc:
                    self._session = None
                    if last:
                        raise self._silent(f"it answers {type(exc).__name__}") from exc
                except p11.exceptions.PKCS11Error as exc:
                    raise self._silent(f"it answers {type(exc).__name__}") from exc
        raise AssertionError("a session answers or fails")

    def _opened(self, p11: Any) -> Any:
        if self._session is None:
            pin = _pin(self._folder / self._address.pin_file)
            try:
                token = p11.lib(str(self._folder / self._address.module)).get_token(
                    token_label=self._address.token
                )
            except _of(p11.exceptions, ("NoSuchToken", "MultipleTokensReturned")) as exc:
                raise self._silent("there is no such token, or more than one") from exc
            except (p11.exceptions.PKCS11Error, OSError) as exc:
                raise self._silent("its module cannot be loaded") from exc
            try:
                self._session = token.open(rw=True, user_pin=pin)
            except p11.exceptions.UserAlreadyLoggedIn:
                self._session = token.open(rw=True)
            except _of(p11.exceptions, _REFUSALS) as exc:
                raise DeniedError(
                    "key.guard_refused",
                    "the hardware module refuses the PIN",
                    hint="mend the PIN file before you start again: a token locks itself after a few tries",
                    where=self._address.token,
                ) from exc
        return self._session

    def _wrapping(self, session: Any) -> Any:
        p11 = _library()
        kind = p11.Attribute
        wanted = {"object_class": p11.ObjectClass.SECRET_KEY, "label": self._address.key}
        try:
            return session.get_key(key_type=p11.KeyType.AES, **wanted)
        except p11.exceptions.NoSuchKey as exc:
            if not self._make_key:
                raise NotFoundError(
                    "key.guard_key_absent",
                    "the hardware module has no such wrapping key",
                    hint="bring the token back from its backup",
                    where=f"{self._address.token}/{self._address.key}",
                ) from exc
        return session.generate_key(
            p11.KeyType.AES,
            256,
            label=self._address.key,
            store=True,
            template={kind.SENSITIVE: True, kind.EXTRACTABLE: False, kind.ENCRYPT: True, kind.DECRYPT: True},
        )

    def _silent(self, why: str) -> UnavailableError:
        return UnavailableError(
            "key.guard_silent",
            f"the hardware module cannot be used: {why}",
            hint="look at module-path, at the token and at who may use it",
            where=self._address.token,
        )


class TokenSigner:
    """An Ed25519 key that signs in the token.

    Args:
        asked: Does something in a session.
        ident: Of the key in the token.
        public: 32 bytes.
        token: Label of the token, for errors.
    """

    def __init__(
        self, asked: Callable[[Callable[[Any], bytes]], bytes], ident: bytes, public: bytes, *, token: str
    ) -> None:
        self._asked, self._ident, self._public, self._token = asked, ident, public, token

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of the message.

        Raises:
            NotFoundError: ``key.guard_key_absent``.
            UnavailableError: ``key.guard_silent``.
        """

        def work(session: Any) -> bytes:
            p11 = _library()
            try:
                key = session.get_key(object_class=p11.ObjectClass.PRIVATE_KEY, id=self._ident)
            except p11.exceptions.NoSuchKey as exc:
                raise NotFoundError(
                    "key.guard_key_absent",
                    "the hardware module has no such signing key",
                    hint="bring the token back from its backup",
                    where=f"{self._token}/{self._ident.hex()}",
                ) from exc
            return bytes(key.sign(message, mechanism=p11.Mechanism.EDDSA))

        signature = self._asked(work)
        if len(signature) != SIGNATURE_SIZE:
            raise UntrustedError(
                "key.guard_broken", "the token gives out no Ed25519 signature", where=self._token
            )
        return signature


def _library() -> Any:
    try:
        import pkcs11
    except ImportError as exc:
        raise NotFoundError(
            "key.guard_extra",
            "what speaks to hardware modules is not installed",
            hint="pip install 'comity[hsm]'",
        ) from exc
    return pkcs11


def _of(exceptions: Any, names: tuple[str, ...]) -> tuple[type[Exception], ...]:
    """Return exceptions by name, those that this version of the library has."""
    return tuple(getattr(exceptions, name) for name in names if hasattr(exceptions, name))


def _gcm(iv: bytes) -> dict[str, Any]:
    p11 = _library()
    return {"mechanism": p11.Mechanism.AES_GCM, "mechanism_param": p11.GCMParams(iv, _BOUND)}


def _kept_in_token(p11: Any) -> dict[Any, bool]:
    kind = p11.Attribute
    yes = (kind.TOKEN, kind.PRIVATE, kind.SENSITIVE, kind.SIGN)
    return {**dict.fromkeys(yes, True), kind.EXTRACTABLE: False}


def _pin(path: Path) -> str:
    try:
        found = path.read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise NotFoundError(
            "key.guard_secret",
            "the file with the PIN cannot be read",
            hint="write the PIN on its first line, readable for the node's user only",
            where=str(path),
        ) from exc
    return found


def _pairs(text: str, mark: str) -> list[tuple[str, str]]:
    parts = [part.partition("=") for part in text.split(mark)] if text else []
    return [(name, unquote(value)) for name, _, value in parts]


def _refused(why: str, hint: str) -> MalformedError:
    return MalformedError("key.guard_address", why, hint=hint)
