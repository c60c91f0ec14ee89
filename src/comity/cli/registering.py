"""Commands on registers: kept by whoever lists Parties, read by every node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file, write_file
from comity.cli.output import Reply, table
from comity.cli.values import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cli.context import Context
    from comity.exchange.registers import Index
    from comity.node.registering import RegisterLine


def found(context: Context) -> Reply:
    """Make an empty register, and write its first root for others to pin."""
    options = context.options
    directory, practice = options.text("directory"), options.flag("practice")
    root = context.toolbox.registers().found(
        directory, practice=practice, passphrase=None if practice else context.secret("register")
    )
    return _told_root(context, directory, root)


def add(context: Context) -> Reply:
    """List the Parties of cards, or list them anew."""
    from comity.kernel.realms import Realm

    options = context.options
    directory = options.text("directory")
    cards = [read_file(path) for path in options.many("card")]
    registers = context.toolbox.registers()
    index = registers.index(directory)
    secret = None if index.realm is Realm.PRACTICE else context.secret("register")
    for card in cards:
        index = registers.add(directory, card=card, passphrase=secret)
    return _told_index(context, index)


def show(context: Context) -> Reply:
    """List what a register of ours lists."""
    return _told_index(context, context.toolbox.registers().index(context.options.text("directory")))


def refresh(context: Context) -> Reply:
    """Sign snapshot and timestamp anew; for a timer that runs every day."""
    directory = context.options.text("directory")
    context.toolbox.registers().refresh(directory)
    line = context.say("line.register_refreshed", directory=directory)
    return Reply(value={"directory": directory}, lines=(line,))


def renew(context: Context) -> Reply:
    """Publish the next version of the root, with a new term."""
    from comity.kernel.realms import Realm

    directory, registers = context.options.text("directory"), context.toolbox.registers()
    practice = registers.index(directory).realm is Realm.PRACTICE
    root = registers.renew(directory, passphrase=None if practice else context.secret("register"))
    return _told_root(context, directory, root)


def fetch(context: Context) -> Reply:
    """Take newer entries of pinned Parties from a register."""
    options = context.options
    root, certificate = options.text("root"), options.text("certificate")
    lines = context.toolbox.registers().fetch(
        context.node,
        options.text("source"),
        officer=context.officer,
        root=read_file(root) if root else None,
        certificate=read_file(certificate) if certificate else None,
    )
    return Reply(
        value={"parties": [_line_value(one) for one in lines]},
        lines=table(_line_rows(context, lines)) or (context.say("line.none"),),
    )


def _told_root(context: Context, directory: str, root: bytes) -> Reply:
    from hashlib import sha256

    digest = sha256(root).hexdigest()
    if out := context.options.text("out"):
        write_file(out, root)
    line = context.say("line.register_root", directory=directory, digest=digest)
    return Reply(value={"directory": directory, "root": digest}, lines=(line,))


def _told_index(context: Context, index: Index) -> Reply:
    values = [
        {
            "party": one.party,
            "root": one.root,
            "entry": one.entry,
            "version": one.version,
            "listed_at": moment(one.listed_at),
        }
        for one in index.listings
    ]
    rows = [
        (one.party, str(one.version), moment(one.listed_at) or "", one.root[:16]) for one in index.listings
    ]
    return Reply(
        value={"realm": index.realm.value, "parties": values},
        lines=table(rows) or (context.say("line.none"),),
    )


def _line_value(one: RegisterLine) -> dict[str, object]:
    return {
        "party": one.party,
        "root": one.root,
        "version": one.version,
        "listed_at": moment(one.listed_at),
        "outcome": one.outcome,
    }


def _line_rows(context: Context, lines: Sequence[RegisterLine]) -> list[tuple[str, ...]]:
    return [
        (
            one.party,
            str(one.version),
            moment(one.listed_at) or "",
            context.words.label("register_outcome", one.outcome),
        )
        for one in lines
    ]
