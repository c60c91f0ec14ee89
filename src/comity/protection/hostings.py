"""Whose a host is, as far as registers that were brought in tell: each finding with source, day and doubt.

Nothing is resolved. A name does not tell an address, and an address does not tell who rents the machine.

Basis: 34(6)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from comity.kernel.errors import MalformedError
from comity.protection.guardports import GuardStore
from comity.protection.hosts import is_public
from comity.protection.registries import REGISTRIES, Register, range_of
from comity.protection.states import state_of, state_of_top


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """What a register says.

    Attributes:
        code: ``address-given``, ``address-none``, ``address-private``, ``address-no-register``,
            ``ending-state``, ``ending-known``, ``ending-unknown``, ``ending-no-register``, ``registrar``,
            ``registrar-unknown``, ``ask``.
        what: The address, ending, name or server it is about.
        party: The State that it names; empty where it names none.
        source: Which register.
        dated: Its day; empty where it says none.
        sure: Whether the State is certain: never, since a register tells who was given something.
    """

    code: str
    what: str
    party: str = ""
    source: str = ""
    dated: str = ""
    sure: bool = False


def findings(
    store: GuardStore, registers: Mapping[str, Register], *, host: str, address: str, registrar: str
) -> tuple[Hosting, ...]:
    """Return what the registers say of a host, an address and a registrar's number."""
    found: list[Hosting] = []
    if address:
        found.append(_address(store, registers, address))
    if host:
        found += _ending(registers, host.rpartition(".")[2])
    if registrar:
        found.append(_registrar(registers, registrar))
    return tuple(found)


def states_of(found: tuple[Hosting, ...]) -> tuple[str, ...]:
    """Return the States that findings name, that of an address before that of an ending."""
    return tuple(dict.fromkeys(one.party for one in found if one.party))


def parse_registrar(text: str) -> str:
    """Return the number of a registrar, or empty; raise MalformedError ``takedown.registrar``."""
    if not text:
        return ""
    if not text.isascii() or not text.isdecimal() or len(text) > 8:
        raise MalformedError(
            "takedown.registrar",
            "a registrar is told by its number at IANA",
            hint="such as 292",
            where="registrar",
        )
    return str(int(text))


def _address(store: GuardStore, registers: Mapping[str, Register], address: str) -> Hosting:
    if not is_public(address):
        return Hosting(code="address-private", what=address)
    held = [name for name in REGISTRIES if name in registers]
    if not held:
        return Hosting(code="address-no-register", what=address)
    found = range_of(store, address)
    if found is None:
        return Hosting(code="address-none", what=address, source=", ".join(held))
    name, one = found
    dated = registers[name].dated if name in registers else ""
    return Hosting(code="address-given", what=address, party=state_of(one.party), source=name, dated=dated)


def _ending(registers: Mapping[str, Register], ending: str) -> list[Hosting]:
    tops, rdap = registers.get("tlds"), registers.get("rdap")
    made: list[Hosting] = []
    party = state_of_top(ending)
    if tops is None:
        made.append(Hosting(code="ending-no-register", what=ending, party=party))
    elif ending not in tops.names:
        made.append(Hosting(code="ending-unknown", what=ending, source="tlds", dated=tops.dated))
    else:
        code = "ending-state" if party else "ending-known"
        made.append(Hosting(code=code, what=ending, party=party, source="tlds", dated=tops.dated))
    if rdap is not None and ending in rdap.names:
        made.append(Hosting(code="ask", what=rdap.names[ending], source="rdap", dated=rdap.dated))
    return made


def _registrar(registers: Mapping[str, Register], number: str) -> Hosting:
    held = registers.get("registrars")
    name = held.names.get(number, "") if held is not None else ""
    dated = held.dated if held is not None else ""
    if not name:
        return Hosting(
            code="registrar-unknown", what=number, source="registrars" if held else "", dated=dated
        )
    return Hosting(code="registrar", what=f"{number} {name}", source="registrars", dated=dated)
