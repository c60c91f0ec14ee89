"""Letters: a form as PDF, DOCX or ODT, and the check of a document that was signed under national law."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from comity.cli.context import read_file, write_file
from comity.cli.days import day_named
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.requests.letters import Enclosure, Origin

_ACT = re.compile(r"[0-9a-f]{8,64}", re.ASCII)
_BROKEN = 7


def write(context: Context) -> Reply:
    """Write the letter of a form to a new file, whose ending tells its make."""
    options = context.options
    out, act = options.text("out"), options.text("act")
    if act and not _ACT.fullmatch(act):
        raise UsageError("usage.act", where="--act", value=act[:40])
    form = read_file(options.text("file"))
    made = context.toolbox.make_letter(
        form,
        suffix=PurePath(out).suffix.lower(),
        on=day_named(options.text("on")),
        languages=options.text("lang"),
        style=options.text("style") or "plain",
        act=act,
        enclosures=_enclosures(options.many("enclose"), options.many("reference")),
        origin=_origin(options.text("channel"), options.text("attested_by"), options.text("attested_on")),
    )
    write_file(out, made.data)
    lines = [context.say("line.written", path=out), context.say("line.letter_form", digest=made.digest)]
    if made.withheld:
        lines.append(context.say("line.letter_withheld", count=len(made.withheld)))
    lines += [
        context.say("line.letter_elsewhere", count=len(found), tongue=language)
        for language, found in made.elsewhere
    ]
    value: dict[str, object] = {
        "letter": out,
        "form_sha256": made.digest,
        "withheld": list(made.withheld),
        "untranslated": {language: list(found) for language, found in made.elsewhere},
    }
    return Reply(value=value, lines=tuple(lines))


def check(context: Context) -> Reply:
    """Check the signatures of a PDF; a signature that does not hold ends with exit code 7."""
    options = context.options
    data = read_file(options.text("file"))
    trust = [read_file(path, most=64 * 1024) for path in options.many("trust")]
    found = context.toolbox.check_signed(data, trust=trust)
    verdict = found.verdict.value
    value: dict[str, object] = {
        "verdict": verdict,
        "sha256": found.digest,
        "signatures": [
            {"signer": s.signer, "at": s.at, "intact": s.intact, "whole": s.whole, "trusted": s.trusted}
            for s in found.signatures
        ],
    }
    rows = [
        (
            printable(one.signer),
            printable(one.at),
            context.words.label("signature", "intact" if one.intact and one.whole else "broken"),
            context.words.label("signature", "trusted" if one.trusted else "unknown"),
        )
        for one in found.signatures
    ]
    lines = (
        context.words.label("signed", verdict),
        context.say("line.signed_digest", digest=found.digest),
        *table(rows, indent=2),
    )
    return Reply(value=value, lines=lines, exit_code=0 if verdict == "trusted" else _BROKEN)


def _origin(channel: str, by: str, on: str) -> Origin | None:
    """Return how the request came, where all of it is said; None where nothing is."""
    from comity.requests.letters import Origin

    if not (channel or by or on):
        return None
    if not (channel and by.strip() and on):
        raise UsageError("usage.origin", where="--channel")
    return Origin(channel=channel, by=by.strip(), on=day_named(on))


def _enclosures(paths: tuple[str, ...], references: tuple[str, ...]) -> tuple[Enclosure, ...]:
    from comity.requests.letters import Enclosure

    if len(references) > len(paths):
        raise UsageError("usage.reference", where="--reference")
    named = (*references, *("" for _ in range(len(paths) - len(references))))
    return tuple(
        Enclosure(name=PurePath(path).name, data=read_file(path), reference=reference)
        for path, reference in zip(paths, named, strict=True)
    )
