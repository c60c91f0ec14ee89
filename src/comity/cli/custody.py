"""Commands on the chain of custody: look at it, add to it, derive from what it holds, hold and destroy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.approving import decisions_of
from comity.cli.nodes import instant_of
from comity.cli.output import Reply, printable, table
from comity.cli.pages import exhibit_rows, short
from comity.cli.problems import UsageError
from comity.cli.releases import told as release_told
from comity.cli.values import exhibit_value, moment, seal_value

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.node.custodial import CustodyView, HeldPackage

_EXECUTION = "execution"


def show(context: Context) -> Reply:
    """Show the packages of a case with their chains of custody."""
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(context.options.text("case"))
        found = desks.evidence.custody.packages(actor, case=case, purpose=context.purpose(desks))
    lines = [line for package in found for line in _lines(context, package)]
    value = {"packages": [_value(package) for package in found]}
    return Reply(value=value, lines=tuple(lines) or (context.say("line.none"),))


def record(context: Context) -> Reply:
    """Add an event to the chain of a package."""
    return _record(context, context.options.text("step"))


def hand_back(context: Context) -> Reply:
    """Record that a package was returned; a legal hold stands before it."""
    return _record(context, "returned")


def derive(context: Context) -> Reply:
    """Seal what was made from exhibits as a package of its own."""
    return _derive(context, redacted=False)


def redact(context: Context) -> Reply:
    """Seal a copy of exhibits from which something was taken out."""
    return _derive(context, redacted=True)


def hold(context: Context) -> Reply:
    """Set a legal hold on a package, or lift one."""
    options = context.options
    lift = options.text("lift")
    if lift and not (lift.isascii() and lift.isdigit() and len(lift) < 7):
        raise UsageError("usage.number", where="--lift", value=lift[:40])
    with context.seated() as (desks, actor):
        package = desks.evidence.custody.hold(
            actor,
            case=desks.cases.resolve(options.text("case")),
            bag_root=desks.cases.resolve(options.text("bag_root")),
            reason=options.text("reason"),
            lift=int(lift) if lift else None,
        )
    return Reply(value=_value(package), lines=_lines(context, package))


def destroy(context: Context) -> Reply:
    """Propose that a package be destroyed; with ``--release``, destroy it as two officers decided."""
    options = context.options
    release = options.text("release")
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(options.text("case"))
        bag_root = desks.cases.resolve(options.text("bag_root"))
        if not release:
            reason = options.text("reason")
            if not reason:
                raise UsageError(
                    "usage.missing",
                    where="--reason",
                    missing="--reason TEXT",
                    command="comity evidence destroy",
                )
            made = desks.destroying.propose(actor, case=case, bag_root=bag_root, reason=reason)
            command = (
                f"comity evidence destroy {short(bag_root)} --case {short(case)} --release {made.release}"
            )
            return release_told(context, made, then=context.say("next.destroy", command=command))
        package = desks.destroying.destroy(actor, case=case, bag_root=bag_root, release=release)
    command = f"comity evidence certificate {short(bag_root)} --case {short(case)} -o certificate.json"
    lines = (*_lines(context, package), context.say("next.certificate", command=command))
    return Reply(value=_value(package), lines=lines)


def disclose(context: Context) -> Reply:
    """Propose a disclosure to the defence; with ``--release``, write what two officers approved."""
    options = context.options
    release, out = options.text("release"), options.text("out")
    if bool(release) != bool(out):
        missing, where = ("-o FILE", "-o") if release else ("--release RELEASE", "--release")
        command = "comity evidence disclose"
        raise UsageError("usage.missing", where=where, missing=missing, command=command)
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(options.text("case"))
        purpose = context.purpose(desks, implied="disclosure")
        if not release:
            withhold = options.many("withhold")
            made = desks.disclosing.propose(actor, case=case, purpose=purpose, withhold=withhold)
            how = f"-o disclosure.tar --release {made.release}"
            command = f"comity evidence disclose --case {short(case)} {how}"
            return release_told(context, made, then=context.say("next.destroy", command=command))
        view = desks.disclosing.disclose(
            actor, case=case, purpose=purpose, out=out, release=release, to=options.text("recipient")
        )
    lines = (
        context.say("line.written", path=printable(view.path)),
        *exhibit_rows(view.exhibits, context.words),
    )
    value = {
        "path": view.path,
        "sha256": view.sha256,
        "exhibits": [exhibit_value(exhibit) for exhibit in view.exhibits],
        "withheld": list(view.withheld),
    }
    return Reply(value=value, lines=lines)


def export(context: Context) -> Reply:
    """Write the chains of custody of a case as CASE/UCO JSON-LD, as a BagIt bag, or as a report."""
    options, out = context.options, context.options.text("out")
    with context.seated() as (desks, actor):
        told = desks.telling.tell(
            actor,
            case=desks.cases.resolve(options.text("case")),
            purpose=context.purpose(desks),
            release=options.maybe("release"),
        )
        made = {
            "case": lambda: told.json_ld,
            "bagit": lambda: told.bag,
            "pdf": lambda: context.toolbox.print_custody(told, languages=options.text("language")),
        }
        digest = desks.telling.write(made[options.text("format")](), out=out)
    value = {"path": out, "sha256": digest, "packages": len(told.packages)}
    return Reply(value=value, lines=(context.say("line.written", path=printable(out)),))


def certificate(context: Context) -> Reply:
    """Write the certificate of a destruction to a file, which 'comity verify' checks anywhere."""
    options, out = context.options, context.options.text("out")
    with context.seated() as (desks, actor):
        desks.destroying.write_certificate(
            actor,
            case=desks.cases.resolve(options.text("case")),
            bag_root=desks.cases.resolve(options.text("bag_root")),
            purpose=context.purpose(desks),
            out=out,
        )
    return Reply(value={"certificate": out}, lines=(context.say("line.written", path=printable(out)),))


def _record(context: Context, step: str) -> Reply:
    options = context.options
    with context.seated() as (desks, actor):
        package = desks.evidence.custody.record(
            actor,
            case=desks.cases.resolve(options.text("case")),
            bag_root=desks.cases.resolve(options.text("bag_root")),
            step=step,
            reason=options.text("reason"),
            where=options.text("place"),
            at=instant_of(options.text("at"), where="--at"),
            to=options.text("recipient"),
            operation=options.text("operation"),
            tool=(options.text("tool"), options.text("tool_version")),
        )
    return Reply(value=_value(package), lines=_lines(context, package))


def _derive(context: Context, *, redacted: bool) -> Reply:
    from comity.node.deriving import Work

    options = context.options
    with context.seated() as (desks, actor):
        parents = []
        for text in options.many("parent"):
            bag_root, colon, numbers = text.partition(":")
            parents.append(desks.cases.resolve(bag_root) + colon + numbers)
        sealed = desks.deriving.derive(
            actor,
            case=desks.cases.resolve(options.text("case")),
            sources=options.many("source"),
            work=Work(
                parents=tuple(parents),
                operation=options.text("operation"),
                redacted=redacted,
                handling=options.text("handling"),
                tool=(options.text("tool"), options.text("tool_version")),
                where=options.text("place"),
                decisions=_decisions(context),
            ),
            purpose=context.purpose(desks, implied=_EXECUTION),
        )
    lines = (
        context.say("line.derived", root=sealed.bag_root),
        *exhibit_rows(sealed.exhibits, context.words),
    )
    return Reply(value=seal_value(sealed), lines=lines)


def _decisions(context: Context) -> dict[str, str]:
    """Return the reason for each finding that is decided by name."""
    found = {}
    for code, outcome, reason in decisions_of(context):
        if outcome != "proceed":
            raise UsageError("usage.release_outcome", where="--decide", value=outcome)
        found[code] = reason
    return found


def _lines(context: Context, package: HeldPackage) -> tuple[str, ...]:
    rows = [
        (
            str(one.number),
            moment(one.at) or "",
            context.words.label("web.custody", one.step),
            one.officer,
            printable(one.reason),
            printable(one.more.to or one.more.operation or one.place),
        )
        for one in package.events
    ]
    holds = [
        context.say("line.hold", number=hold.number, officer=hold.officer, reason=printable(hold.reason))
        for hold in package.holds
    ]
    kept = []
    if package.retain_until is not None and not package.gone:
        end = context.words.label("web.at_end", package.at_end)
        kept = [context.say("line.retained", until=moment(package.retain_until) or "", end=end)]
    return (
        context.say("line.custody", root=package.bag_root),
        *table(rows, indent=2),
        *(f"  {line}" for line in (*kept, *holds)),
    )


def _value(package: HeldPackage) -> Value:
    derived = package.derived
    return {
        "bag_root": package.bag_root,
        "delivery": package.delivery,
        "own": package.own,
        "whole": package.whole,
        "handling": package.handling,
        "retain_until": moment(package.retain_until),
        "at_end": package.at_end,
        "gone": package.gone,
        "derived": None
        if derived is None
        else {
            "operation": derived.operation,
            "redacted": derived.redacted,
            "parents": list(derived.parents),
        },
        "holds": [
            {"number": one.number, "officer": one.officer, "at": moment(one.at), "reason": one.reason}
            for one in package.holds
        ],
        "events": [_event_value(one) for one in package.events],
    }


def _event_value(one: CustodyView) -> Value:
    more = one.more
    return {
        "number": one.number,
        "step": one.step,
        "at": moment(one.at),
        "officer": one.officer,
        "authority": one.authority,
        "role": one.role,
        "reason": one.reason,
        "place": one.place,
        "tool": one.tool,
        "signed": one.signed,
        "digest": one.digest,
        "operation": more.operation,
        "exhibits": list(more.exhibits),
        "child": more.child,
        "to": more.to,
        "ends": more.ends,
        "decision": more.decision,
        "file": more.digest,
    }
