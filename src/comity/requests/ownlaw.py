"""What the law of the requested Party makes it refuse, where the treaty leaves it open.

The list is the operator's own (``must_refuse`` in ``basis.json``). A word that raised a circumstance decides
nothing, and so this decides nothing: a person is told which provision to look at.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.matter import Matter

_RAISED_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "in_absence": frozenset({"sentence.in_absence"}),
        "minors": frozenset({"caution.minors", "person.minor_unsaid"}),
        "no_dual_criminality": frozenset(
            {"dual_criminality.absent", "dual_criminality.required", "dual_criminality.waivable"}
        ),
        "own_national": frozenset({"person.own_national"}),
    }
)
"""The findings that raise a circumstance; for all others the caution of its name."""


def check_own_law(matter: Matter, judged: Sequence[Finding]) -> Iterator[Finding]:
    """Yield each refusal that the law of the requested Party makes a duty and the form gives cause for.

    Args:
        matter: What is judged.
        judged: What the other rules found.

    Basis: 37(8), 40(21)(d)
    """
    for duty in matter.pack.must_refuse if matter.pack else ():
        codes = _RAISED_BY.get(duty.circumstance, frozenset({f"caution.{duty.circumstance}"}))
        cause = next((one for one in judged if one.code in codes), None)
        if cause is not None:
            yield found(
                "own_law.must_refuse",
                basis="37(8)" if matter.kind.article == "37" else "40(21)(d)",
                field=cause.field,
                law=duty.law,
                reference=duty.reference,
            )
