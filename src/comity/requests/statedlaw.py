"""What Parties state of their own law, held against the offences of a request: a profile and who signed it.

Only a confirmed profile speaks here, by the conduct of the article that the form names. It decides nothing:
the facts of the case are the executing officer's to hold against it, and what is open is never taken as met.
"""

from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.law.dual import Answer
from comity.requests.codes import found
from comity.requests.laws import StatedLaw
from comity.requests.matter import Matter, Offence, offences_of, parties_of
from comity.treaty.packs import DualCriminality


def check_stated_law(matter: Matter) -> Iterator[Finding]:
    """Yield what signed profiles say of the offences, where dual criminality may be asked at all.

    Basis: 2(h), 35(3), 40(8), 42(4)
    """
    mechanism = matter.mechanism
    if mechanism is None or mechanism.dual_criminality is DualCriminality.NEVER:
        return
    requesting, requested = parties_of(matter.reading)
    if requesting is None or requested is None:
        return
    for one in offences_of(matter.reading):
        if one.article is not None and matter.reading.sound(f"{one.pointer}/convention_article"):
            laws = matter.published.laws
            asking = laws.of(requesting, one.article, on=matter.on)
            asked = laws.of(requested, one.article, on=matter.on)
            yield from _of_offence(matter, one, asking, asked)


def _of_offence(
    matter: Matter, one: Offence, asking: StatedLaw | None, asked: StatedLaw | None
) -> Iterator[Finding]:
    said = [law for law in (asking, asked) if law is not None]
    if not said:
        return
    told: dict[str, str | int] = {
        "article": one.article or 0,
        "signers": "; ".join(law.signer for law in said),
    }
    field = f"{one.pointer}/convention_article"
    absent = [law for law in said if law.answer is Answer.NOT_MET]
    if absent:
        told["signers"] = "; ".join(law.signer for law in absent)
        yield found("dual_criminality.stated_absent", basis=matter.place("40(8)"), field=field, **told)
    elif len(said) == 2 and all(law.answer is Answer.MET for law in said):
        yield found("dual_criminality.stated", basis=matter.place("35(3)"), field=field, **told)
    else:
        yield found("dual_criminality.stated_unclear", basis=matter.place("35(3)"), field=field, **told)
    if asking is not None and asked is not None and asking.months is not None and asked.months is not None:
        penalties = {"requesting": asking.months, "requested": asked.months}
        signers = "; ".join(law.signer for law in said)
        yield found(
            "scope.stated_penalties",
            basis="2(h)",
            field=field,
            article=one.article or 0,
            signers=signers,
            **penalties,
        )
