"""Evidence: sealed from uploaded files, opened into one archive to save; nothing of it is shown."""

import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from comity.evidence.handling import Handling
from comity.kernel.errors import MalformedError
from comity.node.access import Action, is_allowed
from comity.node.views import CaseView
from comity.web.answers import Answer, download
from comity.web.visits import Visit

TAR = "application/x-tar"
_PORTION = 1 << 20
_HANDLING = tuple(h.value for h in Handling if h is not Handling.CHILD_ABUSE)


def ask(visit: Visit) -> Answer:
    """Show the form to seal files for a request."""
    return _page(visit, _case(visit), sealed=None)


def seal(visit: Visit) -> Answer:
    """Seal the uploaded files to this office's own key: nothing leaves by sealing."""
    case, form = _case(visit), visit.form
    if not form.files:
        raise MalformedError("seal.no_file", "no file was chosen")
    sealed = visit.toolbox.desks.evidence.seal(
        visit.actor,
        sources=[file.path for file in form.files],
        case=case.case,
        request=form.get("request"),
        handling=form.get("handling"),
    )
    return _page(visit, case, sealed=sealed)


def resume(visit: Visit) -> Answer:
    """Go on with a sealing that was interrupted."""
    made = visit.toolbox.work.resume(visit.actor, sealing=visit.place("name"))
    return visit.back(f"/work/{made.work}")


def drop_sealing(visit: Visit) -> Answer:
    """Throw a sealing away that was interrupted, with its ciphertext."""
    desk = visit.toolbox.desks.evidence.sealing
    case = desk.require(visit.actor, visit.place("name")).case
    desk.drop(visit.actor, name=visit.place("name"))
    return visit.back(f"/cases/{case}/seal")


def delivery(visit: Visit) -> Answer:
    """Show what opening a delivery means, before it is done."""
    return visit.page("delivery.html", section="cases", act=visit.place("act"))


def open_delivery(visit: Visit) -> Answer:
    """Verify every byte of a delivery and hand its exhibits over as one archive to save."""
    act = visit.place("act")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(visit.toolbox.room()))
        folder.mkdir(mode=0o700)
        out = folder / "opened"
        visit.toolbox.desks.evidence.open(visit.actor, delivery=act, purpose=visit.purpose, out=str(out))
        rest = stack.pop_all()
    return download(archive(out), name=f"exhibits-{act[:12]}.tar", media_type=TAR, done=rest.close)


def archive(folder: Path) -> Iterator[bytes]:
    """Yield the files of a folder as an uncompressed tar, in the order of their names."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        info = tarfile.TarInfo(path.relative_to(folder).as_posix())
        info.size, info.mode = path.stat().st_size, 0o600
        yield info.tobuf(tarfile.PAX_FORMAT)
        with path.open("rb") as file:
            while chunk := file.read(_PORTION):
                yield chunk
        if left := -info.size % tarfile.BLOCKSIZE:
            yield bytes(left)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _case(visit: Visit) -> CaseView:
    return visit.toolbox.desks.cases.show(visit.actor, case=visit.place("case"), purpose=visit.purpose)


def _page(visit: Visit, case: CaseView, *, sealed: object) -> Answer:
    may_seal = is_allowed(visit.actor, Action.EVIDENCE_SEAL)
    found = visit.toolbox.desks.evidence.sealing.unfinished(visit.actor) if may_seal else ()
    wanted = [one for one in case.requests if one.mechanism.startswith("44")] or list(case.requests)
    return visit.page(
        "seal.html",
        section="cases",
        case=case,
        requests=wanted,
        handling=visit.choices("handling_class", _HANDLING),
        sealed=sealed,
        unfinished=[one for one in found if one.case == case.case],
        may_deliver="evidence.deliver" in case.permitted,
        most=visit.toolbox.most_upload,
    )
