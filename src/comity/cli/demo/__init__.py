"""``comity demo``: two practice nodes carry one case from a request to evidence that a court can check."""

from __future__ import annotations

import contextlib
import signal
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.context import require_file
from comity.cli.demo.exhibits import write_exhibits
from comity.cli.demo.proving import Proof, prove
from comity.cli.demo.stage import raised_stage
from comity.cli.demo.story import Story
from comity.cli.demo.telling import Teller
from comity.cli.output import Reply, write_lines
from comity.cli.values import moment
from comity.kernel.errors import ConflictError, UnavailableError, UntrustedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from comity.cli.context import Context
    from comity.cli.demo.stage import Office, Served
    from comity.node.views import ActView, OpenedView, SealView

_CAST = (("XAA", "Altavia", "a.diallo", "m.okafor"), ("XAB", "Belmare", "l.haddad", "s.moreau"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one telling left behind."""

    acts: tuple[ActView, ...]
    sealed: SealView
    opened: OpenedView
    proof: Proof


def tell(context: Context) -> Reply:
    """Play the whole story on this machine; without ``--once`` serve both nodes until Ctrl-C."""
    started = time.monotonic()
    exhibits = context.options.many("exhibit")
    for path in exhibits:
        require_file(path)
    teller = Teller(context.words, None if context.wants_json else context.stdout)
    with _ended_by_signals(), _workdir(context) as workdir:
        teller.open("demo.opening", folder=str(workdir))
        with raised_stage(context.toolbox, workdir, _CAST) as (offices, served, words):
            teller.step("demo.pinned", basis="41(1)", who=", ".join(office.party for office in offices))
            teller.note("demo.words", words=" ".join(words))
            story = Story(asking=offices[0], asked=offices[1], served=served, teller=teller)
            told = _play(context, story, workdir, exhibits)
            reply = _reply(context, workdir, told, seconds=time.monotonic() - started)
            if context.options.flag("once"):
                return reply
            context.answer(reply)
            _keep_serving(context, offices, served)
    return Reply(value=None, told=True)


def _play(context: Context, story: Story, workdir: Path, exhibits: Sequence[str]) -> Told:
    happened = datetime.now(UTC).date() - timedelta(days=10)
    sources = exhibits or [str(path) for path in write_exhibits(workdir / "exhibits", day=happened)]
    preservation = story.ask_preservation()
    story.accept(preservation, basis="42(4)")
    story.record_order(preservation)
    story.effect_preservation(preservation)
    request = story.ask_data(preservation)
    story.accept(request, basis="40(1)")
    story.record_order(request)
    sealed = story.seal(request, sources, workdir / "sealed-by-xab.age")
    story.decide_transmission(request)
    delivery = story.deliver(sealed)
    opened = story.open(delivery, workdir / "opened")
    story.release(preservation)
    story.close()
    proof = prove(context, story, workdir, delivery=delivery, sealed=sealed, opened=opened)
    return Told(acts=tuple(story.acts), sealed=sealed, opened=opened, proof=proof)


def _reply(context: Context, workdir: Path, told: Told, *, seconds: float) -> Reply:
    proof = told.proof
    value = {
        "case": told.acts[0].case,
        "parties": [party for party, *_ in _CAST],
        "acts": [
            {
                "id": act.act,
                "kind": act.kind,
                "from": act.sender,
                "to": ", ".join(act.to),
                "at": moment(act.at),
            }
            for act in told.acts
        ],
        "exhibits": [
            {"name": exhibit.name, "sha256": exhibit.sha256, "bytes": exhibit.size}
            for exhibit in told.opened.exhibits
        ],
        "package": str(proof.package),
        "age_identity": str(proof.age_identity),
        "court_file": str(proof.court_file),
        "trust": str(proof.trust),
        "opened": told.opened.folder,
        "verified": proof.verified,
        "seconds": round(seconds, 1),
    }
    count, folder = len(told.acts), str(workdir)
    lines = ["", context.say("demo.done", count=count, seconds=f"{seconds:.0f}", folder=folder)]
    lines += [
        context.say("demo.look_files"),
        f"  python3 -I -S {proof.verifier} --trust {proof.trust} {proof.court_file}",
        f"  age -d -i {proof.age_identity} {proof.package} | tar -t",
        f"  comity --node {workdir}/xaa --as a.diallo case show {told.acts[0].case[:12]}",
    ]
    if not proof.verified:
        lines.append(context.say("demo.failed"))
    return Reply(value=value, lines=tuple(lines), exit_code=0 if proof.verified else UntrustedError.exit_code)


def _keep_serving(context: Context, offices: tuple[Office, ...], served: tuple[Served, ...]) -> None:
    """Say how to look further and wait for Ctrl-C; a node that ends by itself is a failure."""
    lines = [context.say("demo.look")]
    for office, one in zip(offices, served, strict=True):
        lines.append(f"  comity --node {office.folder} --as {office.duty} case list")
        code = office.desks.signin.new_code(office.officer(office.duty), name=office.duty)
        address = (one.ready_line() or "").rpartition(" ")[2]
        lines.append("  " + context.say("demo.sign_in", address=address, officer=office.duty, code=code))
    with contextlib.suppress(KeyboardInterrupt):
        write_lines(context.stderr, (*lines, context.say("demo.stop")))
        while True:
            for one in served:
                one.require_alive()
            time.sleep(1)


@contextlib.contextmanager
def _workdir(context: Context) -> Iterator[Path]:
    """Give the folder of the story: the one named, else a temporary one.

    A temporary folder is kept with ``--once``, whose answer names files in it, and removed otherwise.
    """
    if named := context.options.text("workdir"):
        folder = Path(named).absolute()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            taken = any(folder.iterdir())
        except OSError as exc:
            raise UnavailableError(
                "demo.workdir",
                f"{named!r} cannot be used: {exc.strerror}",
                hint="name another folder",
                where=named,
            ) from exc
        if taken:
            raise ConflictError(
                "demo.workdir_taken",
                f"{named!r} is not empty",
                hint="name a new or an empty folder",
                where=named,
            )
        yield folder
    elif context.options.flag("once"):
        yield Path(tempfile.mkdtemp(prefix="comity-demo-"))
    else:
        with tempfile.TemporaryDirectory(prefix="comity-demo-") as temporary:
            yield Path(temporary)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into an interruption, so that both nodes are ended whatever happens."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
