"""On what personal data are handed to another State, and the conditions under which they are.

The State that gives them answers for the transfer: it is asked where nothing says on what it rests. A
condition that a transfer rests on travels with the data as a limit; one that no limit holds is for a person.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from comity.evidence.limits import MOST_TEXT, AtEnd
from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.kinds import Trait
from comity.requests.matter import Matter
from comity.requests.reading import Reading

BASIS = "/transfer_basis"
NOTE = "/data_protection"
"""What a form said before its basis had a code; it is kept as a note beside it."""


def _always(_reading: Reading) -> bool:
    return True


def _never(_reading: Reading) -> bool:
    return False


def _names_proceedings(reading: Reading) -> bool:
    return reading.get("/proceeding/reference") is not None


def _names_secrecy(reading: Reading) -> bool:
    return reading.day("/confidentiality/until") is not None


_MAPPED: Mapping[str, Callable[[Reading], bool]] = MappingProxyType(
    {
        "purpose": _always,
        "proceedings": _names_proceedings,
        "no_onward": _always,
        "confidential": _names_secrecy,
        "retention": _always,
        "return": _always,
        "destroy": _always,
        "other": _never,
    }
)
"""Whether the limits of a package hold a condition: what no reading gives a value for, they do not."""


def check_transfer(matter: Matter) -> Iterator[Finding]:
    """Yield what is missing in the basis of a transfer of personal data, or is for a person in it.

    Basis: 36(1)(a)(i), 36(1)(b)
    """
    gives = matter.kind.has(Trait.PERSONAL) if matter.requested_side else matter.kind.has(Trait.TELLS)
    if not (matter.kind.has(Trait.PERSONAL) or matter.kind.has(Trait.TELLS)):
        return
    reading = matter.reading
    code = reading.get(f"{BASIS}/code")
    if code is None:
        if reading.get(NOTE) is not None:
            yield found("transfer.words_only", basis="36(1)(a)(i)", field=NOTE)
        elif gives:
            yield found("transfer.no_basis", basis="36(1)(a)(i)", field=BASIS)
    if code == "derogation" and gives:
        yield found("transfer.derogation", basis="36(1)(a)(i)", field=f"{BASIS}/ground")
    for number, limit in enumerate(conditions_of(reading)):
        if not _MAPPED[limit](reading):
            yield found("transfer.unmapped", basis="36(1)(b)", field=f"{BASIS}/limits/{number}")


def conditions_of(reading: Reading) -> tuple[str, ...]:
    """Return the codes of the conditions that the transfer rests on; none where it rests on none."""
    given = reading.get(f"{BASIS}/limits")
    return tuple(given) if reading.get(f"{BASIS}/code") == "condition" and given else ()


def condition_words(reading: Reading) -> tuple[str, ...]:
    """Return what travels in words: the codes of the conditions, then what was said of them.

    Basis: 36(1)(b)
    """
    codes = conditions_of(reading)
    if not codes:
        return ()
    return (f"{', '.join(codes)}: {reading.get(f'{BASIS}/words/text')}"[:MOST_TEXT],)


def at_end_of(reading: Reading, otherwise: AtEnd) -> AtEnd:
    """Return what becomes of the data in the end: as the conditions say, else as the house does."""
    codes = conditions_of(reading)
    if "return" in codes:
        return AtEnd.RETURN
    return AtEnd.DESTROY if "destroy" in codes else otherwise
