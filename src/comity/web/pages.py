"""Every page of the node: method, path, what shows it, and whether an officer has to be signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from comity.web import assets, casepages, due, offices, records, signing_in
from comity.web.answers import Answer
from comity.web.visits import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One row.

    Attributes:
        takes_files: Whether files are written to a private folder as they arrive.
    """

    method: Literal["GET", "POST"]
    path: str
    show: Callable[[Visit], Answer]
    needs_session: bool = True
    takes_files: bool = False


def _get(path: str, show: Callable[[Visit], Answer]) -> Page:
    return Page(method="GET", path=path, show=show)


def _post(path: str, show: Callable[[Visit], Answer], *, takes_files: bool = False) -> Page:
    return Page(method="POST", path=path, show=show, takes_files=takes_files)


def _open(method: Literal["GET", "POST"], path: str, show: Callable[[Visit], Answer]) -> Page:
    return Page(method=method, path=path, show=show, needs_session=False)


PAGES: tuple[Page, ...] = (
    _open("GET", "/sign-in", signing_in.ask),
    _open("POST", "/sign-in", signing_in.sign_in),
    _open("POST", "/language", signing_in.choose_language),
    _open("GET", "/assets/{name:str}", assets.show),
    _post("/sign-out", signing_in.sign_out),
    _post("/purpose", signing_in.choose_purpose),
    _get("/", due.show),
    _get("/cases", casepages.listing),
    _get("/cases/{case:str}", casepages.show),
    _get("/acts/{act:str}/parts/{part:str}", casepages.part),
    _get("/logs", records.logs),
    _post("/logs/audit", records.audit),
    _get("/logs/checkpoint", records.checkpoint),
    _get("/acts/{act:str}/proof", records.proof),
    _get("/journal", records.journal),
    _get("/peers", offices.peers),
    _get("/peers/card", offices.card),
    _get("/officers", offices.officers),
)
