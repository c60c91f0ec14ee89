"""The secret of an office's lists of fingerprints, and what stands under it."""

from collections.abc import Callable

from comity.kernel import agefile
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import AuthorityId
from comity.node.ports import Transaction
from comity.node.workplace import Workplace
from comity.protection.ports import Vault
from comity.protection.service import Lists

_KEY_SIZE = 32
_MEMBERS = "protect/member/"


def secret_name(authority: AuthorityId) -> str:
    """Return the name of the setting under which the secret of an office's lists is kept, sealed."""
    return f"protect/secret/{authority}"


def office_lists(
    place: Workplace,
    make_vault: Callable[[bytes], Vault],
    tx: Transaction,
    authority: AuthorityId,
    *,
    make: bool = False,
) -> Lists:
    """Return an office's lists; its secret is made, where told, inside the caller's transaction.

    Raises:
        NotFoundError: ``protect.absent``: the office holds no list.
    """
    sealed = tx.node.setting(secret_name(authority))
    if sealed is None and not make:
        raise NotFoundError("protect.absent", "this office holds no list", hint="comity protect lists import")
    if sealed is None:
        secret = place.entropy.bytes(_KEY_SIZE)
        public = place.keys.store_identity(authority).public
        sealed = agefile.seal(secret, recipients=[public], entropy=place.entropy)
        tx.node.put_setting(secret_name(authority), sealed)
    else:
        identities = place.keys.store_identities(authority)
        secret = agefile.open_sealed(sealed, identities=identities, most_bytes=_KEY_SIZE)
    return Lists(authority=authority, vault=make_vault(secret))


def rewrap_secret(place: Workplace, authority: AuthorityId) -> None:
    """Seal the secret of an office's lists to its newest store key; nothing where there are no lists.

    Basis: PROTOCOL 19
    """
    held = place.keys.store_identities(authority)
    with place.store.transaction() as tx:
        sealed = tx.node.setting(secret_name(authority))
        if sealed is not None:
            fresh = agefile.rewrap(
                sealed, identities=held, recipients=[held[0].public], entropy=place.entropy
            )
            tx.node.put_setting(secret_name(authority), fresh)


def member_of(tx: Transaction, name: str) -> int:
    """Return the number by which receivers know each other: the same at every time."""
    held = tx.node.setting(f"{_MEMBERS}{name}")
    if held is None:
        held = b"%d" % (len(tx.node.names(_MEMBERS)) + 2)
        tx.node.put_setting(f"{_MEMBERS}{name}", held)
    return int(held)
