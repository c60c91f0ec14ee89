"""The template: two nodes that know each other, one case up to the decision to transmit, a sealed package."""

import hashlib
import json
import random
from contextlib import ExitStack
from pathlib import Path

from tests.faults.stage import PORT, Node, Side, Zygote

MIB = 1 << 20


def found(
    place: Path,
    sides: tuple[Side, Side],
    zygote: Zygote,
    *,
    exhibit_bytes: int,
    stores: tuple[str, str] = ("", ""),
) -> None:
    """Make the template in an empty folder; ``facts.json`` says which case, request and package it holds."""
    from comity.bootstrap import toolbox

    tools = toolbox()
    for side, store in zip(sides, stores, strict=True):
        tools.init_node(
            str(place / side.folder),
            party=side.party,
            name=side.name,
            practice=True,
            host=side.host,
            exchange_port=PORT,
            passphrase=None,
            store=store,
        )
    write_exhibit(place / "exhibit", exhibit_bytes)
    with ExitStack() as stack:
        nodes = [Node(side=side, place=place, zygote=zygote, epoch=None, trapped=False) for side in sides]
        for node in nodes:
            stack.callback(node.stop)
        facts = _play(stack, tools, place, nodes)
    with (place / "exhibit").open("rb") as stream:
        facts["sha256"] = hashlib.file_digest(stream, "sha256").hexdigest()
    (place / "exhibit").unlink()
    (place / "facts.json").write_text(json.dumps(facts))


def write_exhibit(path: Path, size: int) -> None:
    """Write bytes that no compressor and no filesystem makes smaller, the same at every run."""
    drawn = random.Random(size)
    with path.open("wb") as out:
        for _ in range(size // MIB):
            out.write(drawn.randbytes(MIB))
        out.write(drawn.randbytes(size % MIB))


def _play(stack: ExitStack, tools, place: Path, nodes: list[Node]) -> dict:
    from comity.cli.demo.stage import _pin, _staff
    from comity.cli.demo.story import Story
    from comity.cli.demo.telling import Teller
    from comity.cli.words import Words

    offices = []
    for node in nodes:
        desks = stack.enter_context(tools.open_node(str(node.folder), unlock=lambda _officer: None))
        side = node.side
        offices.append(_staff(desks, party=side.party, folder=node.folder, duty=side.duty, head=side.head))
    _pin(offices)
    for node in nodes:
        node.serve()
    story = Story(asking=offices[0], asked=offices[1], served=tuple(nodes), teller=Teller(Words("en"), None))
    preservation = story.ask_preservation()
    story.accept(preservation, basis="42(4)")
    story.record_order(preservation)
    story.effect_preservation(preservation)
    request = story.ask_data(preservation)
    story.accept(request, basis="40(1)")
    story.record_order(request)
    sealed = story.seal(request, [str(place / "exhibit")], place / "sealed.age")
    (place / "sealed.age").unlink()
    story.decide_transmission(request)
    return {"case": story.case, "request": request.act, "bag_root": sealed.bag_root, "pieces": sealed.pieces}
