"""Whether a text is an address, of which networks, and if not, why."""

from comity.tracing.addresses.accounts import Keccak, read_evm, read_stellar, read_ton
from comity.tracing.addresses.base58 import read_bitcoin_like, read_monero, read_solana, read_xrp
from comity.tracing.addresses.cashaddr import read_cashaddr
from comity.tracing.addresses.keccak import keccak256
from comity.tracing.addresses.networks import AddressCheck, Fault, Fit
from comity.tracing.addresses.segwit import read_bech32

MOST_TEXT = 300
_SCHEMES = ("bitcoin", "litecoin", "dogecoin", "dash", "zcash", "ethereum", "tron", "xrp", "solana", "monero")


def check_address(value: str, *, keccak: Keccak = keccak256) -> AddressCheck:
    """Return what a text is; that it is no address is an answer, too.

    Blanks around it are left out, and so are the scheme and the parameters of a payment link such as
    ``bitcoin:ADDRESS?amount=1``. Several networks may share a form; all of them are told. What looks like a
    private key is refused and not repeated.

    Args:
        value: The text.
        keccak: Keccak-256; another implementation may be quicker.

    Basis: BIP 173; BIP 350; BIP 13
    """
    text = _bare(value)
    if not text:
        return AddressCheck(value=value[:MOST_TEXT], valid=False, reason="empty")
    if len(text) > MOST_TEXT:
        return AddressCheck(value=value[:MOST_TEXT], valid=False, reason="length")
    if any(not "!" <= letter <= "~" for letter in text):
        place = 1 + next(at for at, letter in enumerate(text) if not "!" <= letter <= "~")
        return AddressCheck(value=value, valid=False, reason="alphabet", place=place)
    found = [
        one
        for one in (
            read_evm(text, keccak=keccak),
            read_bech32(text),
            read_cashaddr(text),
            read_ton(text),
            read_stellar(text),
            read_monero(text),
            read_xrp(text),
            read_solana(text),
            read_bitcoin_like(text),
        )
        if one is not None
    ]
    fits = [one for one in found if isinstance(one, Fit)]
    return _told(value, fits) if fits else _refused(value, [one for one in found if isinstance(one, Fault)])


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
