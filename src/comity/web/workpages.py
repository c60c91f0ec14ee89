"""Long work and the disk: what waits for a peer as one archive to save, and one that a courier brought."""

from comity.kernel.errors import MalformedError, NotFoundError
from comity.node.working import BYTES, READY, RUNNING
from comity.web.answers import Answer, download
from comity.web.lawimports import KIND
from comity.web.visits import Visit

DISK = frozenset({"courier.export", "courier.import"})
RELOAD_SECONDS = 2


def courier(visit: Visit) -> Answer:
    """Show what waits for each peer, and the forms for a disk."""
    toolbox = visit.toolbox
    works = [one for one in toolbox.work.room.works(visit.signed_in.officer) if one.kind in DISK]
    return visit.page("courier.html", section="peers", peers=toolbox.desks.peers.list(), works=works)


def carry_out(visit: Visit) -> Answer:
    """Begin to write what waits for a peer, or for all."""
    made = visit.toolbox.work.carry_out(visit.actor, peer=visit.form.get("peer") or None)
    return visit.back(f"/work/{made.work}")


def carry_in(visit: Visit) -> Answer:
    """Begin to take in an archive that was brought."""
    if not visit.form.files:
        raise MalformedError("courier.no_file", "no file was chosen")
    file, officer, work = visit.form.files[0], visit.signed_in.officer, visit.toolbox.work
    upload = work.room.take(officer, file.path, name=file.name)
    made = work.carry_in(visit.actor, upload=upload.upload)
    return visit.back(f"/work/{made.work}")


def show(visit: Visit) -> Answer:
    """Show how far a piece of work is; the page comes again by itself while it runs."""
    found = visit.toolbox.work.room.work(visit.signed_in.officer, visit.place("work"))
    section = "law" if found.kind == KIND else "peers" if found.kind in DISK else "cases"
    answer = visit.page(
        "work.html", section=section, work=found, is_ready=found.state == READY, is_disk=found.kind in DISK
    )
    return answer.reloading(RELOAD_SECONDS) if found.state == RUNNING else answer


def file(visit: Visit) -> Answer:
    """Hand over a file that a piece of work made."""
    officer, room = visit.signed_in.officer, visit.toolbox.work.room
    found = room.work(officer, visit.place("work"))
    for one in found.files:
        if str(one.number) == visit.place("number"):
            chunks = room.chunks(officer, found.work, one.number, at=0, most=one.size)
            return download(chunks, name=one.name, media_type=BYTES, size=one.size)
    raise NotFoundError("work.file", "there is no such file of this work", where=visit.place("number")[:20])


def drop(visit: Visit) -> Answer:
    """Throw the files of a piece of work away."""
    officer, room = visit.signed_in.officer, visit.toolbox.work.room
    kind = room.work(officer, visit.place("work")).kind
    room.drop(officer, visit.place("work"))
    return visit.back("/law" if kind == KIND else "/courier" if kind in DISK else "/cases")
