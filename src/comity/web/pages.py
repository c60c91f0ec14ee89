"""Every page of the node: method, path, what shows it, and whether an officer has to be signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from comity.web import (
    answering,
    assets,
    basing,
    casepages,
    corrections,
    courtpages,
    custodypages,
    directory,
    drafts,
    due,
    dutypages,
    evidencepages,
    examinepages,
    homepages,
    inspectpages,
    knownpages,
    lawpages,
    letterpages,
    mandatepages,
    offices,
    practising,
    records,
    registrations,
    requesting,
    rosterpages,
    settings,
    signing_in,
    staffing,
    stamppages,
    treatypages,
    workpages,
)
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
    _get("/acts/{act:str}/document", casepages.document),
    _get("/acts/{act:str}/letter", letterpages.ask),
    _post("/acts/{act:str}/letter", letterpages.make),
    _get("/cases/{case:str}/answer/{kind:str}", answering.ask),
    _post("/cases/{case:str}/answer/{kind:str}", answering.draft),
    _get("/cases/{case:str}/acts/{act:str}/recall", corrections.ask_recall),
    _post("/cases/{case:str}/acts/{act:str}/recall", corrections.recall),
    _get("/cases/{case:str}/acts/{act:str}/parts/{part:str}/erase", corrections.ask_erase),
    _post("/cases/{case:str}/acts/{act:str}/parts/{part:str}/erase", corrections.erase),
    _get("/cases/{case:str}/custody", custodypages.show),
    _post("/cases/{case:str}/custody", custodypages.record),
    _post("/cases/{case:str}/custody/hold", custodypages.hold),
    _post("/cases/{case:str}/custody/destroy", custodypages.propose_destruction),
    _post("/cases/{case:str}/custody/destroyed", custodypages.destroy),
    _post("/cases/{case:str}/custody/certificate", custodypages.certificate),
    _post("/cases/{case:str}/custody/export", custodypages.export),
    _get("/cases/{case:str}/derive", custodypages.ask_derive),
    _post("/cases/{case:str}/derive", custodypages.derive, takes_files=True),
    _get("/cases/{case:str}/procedure", homepages.show),
    _post("/cases/{case:str}/procedure", homepages.record),
    _get("/register", registrations.ask),
    _post("/register", registrations.register),
    _get("/requests", requesting.kinds),
    _get("/requests/{kind:str}", requesting.ask),
    _post("/requests/{kind:str}", requesting.compose),
    _get("/requests/{kind:str}/basis", basing.show),
    _post("/requests/{kind:str}/basis", basing.show),
    _get("/drafts/{act:str}", drafts.show),
    _post("/drafts/{act:str}/decide", drafts.decide),
    _post("/drafts/{act:str}/approve", drafts.approve),
    _post("/drafts/{act:str}/issue", drafts.issue),
    _post("/drafts/{act:str}/drop", drafts.drop),
    _get("/cases/{case:str}/seal", evidencepages.ask),
    _post("/cases/{case:str}/seal", evidencepages.seal, takes_files=True),
    _post("/sealings/{name:str}/resume", evidencepages.resume),
    _post("/sealings/{name:str}/drop", evidencepages.drop_sealing),
    _get("/deliveries/{act:str}", evidencepages.delivery),
    _post("/deliveries/{act:str}", evidencepages.open_delivery),
    _post("/deliveries/{act:str}/examine", examinepages.begin),
    _post("/cases/{case:str}/custody/examine", examinepages.begin_package),
    _get("/cases/{case:str}/examine", examinepages.show),
    _post("/cases/{case:str}/examine", examinepages.search),
    _get("/known-files", knownpages.listing),
    _post("/known-files", knownpages.add, takes_files=True),
    _post("/known-files/drop", knownpages.drop),
    _get("/cases/{case:str}/court", courtpages.ask),
    _post("/cases/{case:str}/court/propose", courtpages.propose),
    _post("/cases/{case:str}/court/decide", courtpages.decide),
    _post("/cases/{case:str}/court/approve", courtpages.approve),
    _post("/cases/{case:str}/court/export", courtpages.export),
    _post("/cases/{case:str}/court/onward", courtpages.pass_on),
    _get("/acts/{act:str}/onward", courtpages.ask_onward),
    _post("/acts/{act:str}/onward", courtpages.propose_onward),
    _post("/cases/{case:str}/court/disclosure", courtpages.propose_disclosure),
    _post("/cases/{case:str}/court/disclose", courtpages.disclose),
    _get("/treaty", treatypages.contents),
    _post("/treaty", treatypages.contents),
    _get("/treaty/status", treatypages.status),
    _post("/treaty/status", treatypages.status),
    _get("/treaty/parties/{party:str}", treatypages.party),
    _get("/treaty/{article:str}", treatypages.article),
    _get("/releases", courtpages.listing),
    _get("/verify", courtpages.ask_verify),
    _post("/verify", courtpages.verify, takes_files=True),
    _get("/inspect", inspectpages.ask),
    _post("/inspect", inspectpages.inspect, takes_files=True),
    _get("/stamps", stamppages.show),
    _get("/stamps/token", stamppages.token),
    _get("/stamps/head", stamppages.head),
    _get("/logs", records.logs),
    _post("/logs/audit", records.audit),
    _get("/logs/checkpoint", records.checkpoint),
    _get("/acts/{act:str}/proof", records.proof),
    _get("/journal", records.journal),
    _get("/peers", offices.peers),
    _get("/peers/card", offices.card),
    _get("/peers/add", offices.ask_peer),
    _post("/peers/words", offices.compare),
    _post("/peers/add", offices.add_peer),
    _get("/directory", directory.listing),
    _get("/directory/route", directory.route),
    _post("/directory/route", directory.route),
    _get("/directory/{party:str}", directory.show),
    _get("/alarms", offices.alarms),
    _get("/courier", workpages.courier),
    _post("/courier/export", workpages.carry_out),
    _post("/courier/import", workpages.carry_in, takes_files=True),
    _get("/work/{work:str}", workpages.show),
    _get("/work/{work:str}/files/{number:str}", workpages.file),
    _post("/work/{work:str}/drop", workpages.drop),
    _get("/law", lawpages.show),
    _get("/law/{country:str}/{instrument:str}/{section:str}", lawpages.provision),
    _get("/mandates", mandatepages.listing),
    _post("/mandates/grant", mandatepages.grant),
    _post("/mandates/{mandate:str}/end", mandatepages.end),
    _post("/mandates/{mandate:str}/deputy", mandatepages.deputize),
    _get("/officers", staffing.officers),
    _get("/officers/add", staffing.ask_officer),
    _post("/officers/add", staffing.add_officer),
    _get("/officers/{name:str}", staffing.ask_change),
    _post("/officers/{name:str}/roles", staffing.change_roles),
    _post("/officers/{name:str}/revoke", staffing.revoke),
    _post("/officers/{name:str}/code", staffing.new_code),
    _get("/keys", staffing.keys),
    _post("/keys/renew", staffing.renew),
    _post("/keys/rotate", staffing.rotate),
    _get("/duty", dutypages.show),
    _post("/duty/take", dutypages.take),
    _post("/duty/drill", dutypages.drill),
    _post("/duty/call", dutypages.call),
    _post("/duty/review", dutypages.review),
    _post("/duty/done", dutypages.done),
    _post("/duty/property", dutypages.begin_property),
    _post("/duty/property/end", dutypages.end_property),
    _post("/duty/confirm", dutypages.confirm),
    _post("/duty/roster", rosterpages.change),
    _post("/duty/single", rosterpages.switch),
    _get("/practice", practising.listing),
    _get("/practice/{name:str}", practising.show),
    _post("/practice/{name:str}/start", practising.start),
    _post("/practice/{name:str}/next", practising.advance),
    _get("/settings", settings.show),
    _post("/settings", settings.choose),
    _post("/settings/line", settings.set_line),
)
