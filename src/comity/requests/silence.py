"""What the form was asked about persons and evidence, and does not answer.

The treaty hangs a consequence on each of these circumstances, so they are asked by yes, no or unknown.
Silence is a finding of its own, and so is an answer that nobody knows: words are only the second net.
"""

from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.forms import FieldType, form_of
from comity.requests.matter import Matter


def check_silence(matter: Matter) -> Iterator[Finding]:
    """Yield what the form leaves open: one note for what is unsaid, a question for each thing unknown.

    Basis: 24(1)
    """
    block = next((one for one in form_of(matter.kind) if one.name == "circumstances"), None)
    if block is None or not matter.reading.sound("/circumstances"):
        return
    unsaid = []
    for one in block.fields:
        if one.type is not FieldType.CHOICE:
            continue
        answer = matter.reading.get(f"/circumstances/{one.name}")
        if answer is None:
            unsaid.append(one.name)
        elif answer == "unknown":
            pointer = f"/circumstances/{one.name}"
            yield found("circumstances.unknown", basis=one.basis, field=pointer, label=one.label)
    if unsaid:
        yield found("circumstances.unsaid", basis="24(1)", field="/circumstances", count=len(unsaid))
