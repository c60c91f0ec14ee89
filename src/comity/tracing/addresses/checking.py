"""Whether a text is an address, of which networks, and if not, why."""

from comity.kernel.errors import UnavailableError
from comity.tracing.addresses.accounts import read_evm, read_stellar, read_ton
from comity.tracing.addresses.base58 import read_bitcoin_like, read_monero, read_solana, read_xrp
from comity.tracing.addresses.cashaddr import read_cashaddr
from comity.tracing.addresses.networks import AddressCheck, Fault, Fit
from comity.tracing.addresses.ports import Primitives
from comity.tracing.addresses.segwit import read_bech32
from comity.tracing.secrets import find_secret

MOST_TEXT = 300
_MOST_LOOKED = 4_000
_SCHEMES = ("bitcoin", "litecoin", "dogecoin", "dash", "zcash", "ethereum", "tron", "xrp", "solana", "monero")


def check_address(value: str, *, primitives: Primitives) -> AddressCheck:
    """Return what a text is; that it is no address is an answer, too.

    Blanks around it are left out, and so are the scheme and the parameters of a payment link such as
    ``bitcoin:ADDRESS?amount=1``. Several networks may share a form; all of them are told. What looks like a
    private key is refused and not repeated.

    Args:
        value: The text.
        primitives: The libraries. Where one is missing, forms that need no library are judged all the same.

    Raises:
        UnavailableError: ``address.extra``: the text fits no form that can be judged without a library that
            is missing.

    Basis: BIP 173; BIP 350; BIP 13
    """
    text = _bare(value)
    if find_secret(value[:_MOST_LOOKED]) in ("key", "words"):
        return AddressCheck(value="", valid=False, reason="secret")
    if not text:
        return AddressCheck(value=value[:MOST_TEXT], valid=False, reason="empty")
    if len(text) > MOST_TEXT:
        return AddressCheck(value=value[:MOST_TEXT], valid=False, reason="length")
    if any(not "!" <= letter <= "~" for letter in text):
        place = 1 + next(at for at, letter in enumerate(text) if not "!" <= letter <= "~")
        return AddressCheck(value=value, valid=False, reason="alphabet", place=place)
    found, missing = _read(text, primitives)
    fits = [one for one in found if isinstance(one, Fit)]
    if fits:
        return _told(value, fits)
    if missing is not None:
        raise missing
    return _refused(value, [one for one in found if isinstance(one, Fault)])


def _read(text: str, primitives: Primitives) -> tuple[list[Fit | Fault], UnavailableError | None]:
    """Return what each form says of a text, and the error of a library that is missing."""
    plain = (read_bech32(text), read_cashaddr(text), read_ton(text), read_stellar(text))
    found = [one for one in plain if one is not None]
    missing = None
    for read in (read_evm, read_monero, read_xrp, read_solana, read_bitcoin_like):
        try:
            one = read(text, primitives=primitives)
        except UnavailableError as exc:
            missing = exc
            continue
        if one is not None:
            found.append(one)
    return found, missing


def _told(value: str, fits: list[Fit]) -> AddressCheck:
    first = fits[0]
    return AddressCheck(
        value=value,
        valid=True,
        networks=tuple(dict.fromkeys(network for fit in fits for network in fit.networks)),
        kind=first.kind,
        form=first.form,
        address=first.address,
        checked=first.checked,
    )


def _refused(value: str, faults: list[Fault]) -> AddressCheck:
    """Return why it is none: a secret before all, then the fault that says most."""
    if any(one.reason == "secret" for one in faults):
        return AddressCheck(value="", valid=False, reason="secret")
    if not faults:
        return AddressCheck(value=value, valid=False, reason="unknown")
    told = next((one for one in faults if one.place), faults[0])
    return AddressCheck(value=value, valid=False, form=told.form, reason=told.reason, place=told.place)


def _bare(value: str) -> str:
    """Return a text without blanks around it, and without the scheme and parameters of a payment link."""
    text = value.strip()
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() in _SCHEMES:
        text = rest.removeprefix("//").removeprefix("pay-").partition("?")[0].partition("@")[0]
    return text.partition("?")[0] if text.lower().startswith(("bitcoincash:", "bchtest:")) else text
