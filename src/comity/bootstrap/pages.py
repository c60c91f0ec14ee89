"""The pages of a node, joined from its desks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from comity.bootstrap.nodes import desks_of
from comity.bootstrap.verifying import verify
from comity.engines.evidencefiles import FolderEvidenceFiles
from comity.node.reading import ReadingDesk
from comity.node.views import VerifyReport
from comity.node.workplace import Workplace
from comity.web.app import web_app
from comity.web.toolbox import WebToolbox

ROOM = "room"


def officers_app(folder: Path, place: Workplace, *, secure: bool, report: Callable[[str], None]) -> Any:
    """Return the ASGI application that officers' browsers reach."""
    return web_app(web_toolbox(folder, place, secure=secure, report=report))


def web_toolbox(folder: Path, place: Workplace, *, secure: bool, report: Callable[[str], None]) -> WebToolbox:
    """Return what the pages call, around an open workplace."""
    desks = desks_of(folder, place, lambda _officer: None)
    files = FolderEvidenceFiles(folder / ROOM)

    def room() -> AbstractContextManager[str]:
        return files.scratch()

    def judged(path: str) -> VerifyReport:
        return verify(path, trust=None, integrity_only=False, node=str(folder))

    return WebToolbox(
        desks=desks,
        signin=desks.signin,
        reading=ReadingDesk(place=place, cases=desks.cases, logs=desks.logs),
        room=room,
        verify=judged,
        secure=secure,
        report=report,
    )
