"""The keys of a node and what guards them, as faces show them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreKeyView:
    """The keys under which the packages of one office lie.

    Attributes:
        authority: The office.
        suite: Of the newest key.
        older: How many older ones are still kept.
    """

    authority: str
    suite: str
    older: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysView:
    """How the private keys of a node are kept.

    Attributes:
        guard: Address of what guards the node key; empty for none. It holds no secret.
        opens: Whether the guard gave the node key out just now; true without a guard.
        fault: Code of the error where it did not.
        plain: Names of keys that stand in the clear.
        guarded: How many the node key wraps.
        locked: How many a passphrase wraps.
        in_token: Names of keys that sign in the hardware module.
        store_keys: By office.
    """

    guard: str
    opens: bool
    fault: str
    plain: tuple[str, ...]
    guarded: int
    locked: int
    in_token: tuple[str, ...]
    store_keys: tuple[StoreKeyView, ...]
