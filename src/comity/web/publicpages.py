"""The public form: anybody reports a scam here, and learns the number of a receipt and nothing else."""

from dataclasses import replace

from comity.indicators.errors import form_closed
from comity.indicators.reports import MOST_CONTACT, MOST_FILE, MOST_WORDS, Sector
from comity.kernel.errors import ComityError
from comity.node.publicform import FormState, Told
from comity.web.answers import Answer
from comity.web.visits import Visit

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; sandbox allow-forms allow-same-origin"
)
"""Stricter than that of the pages: no script, no frame, no window, no download, even if one came in."""


def ask(visit: Visit) -> Answer:
    """Show the form; while it is off there is none."""
    return _page(visit, _open(visit))


def submit(visit: Visit) -> Answer:
    """Take a report and show its receipt. What was written is shown again only to who has just written it."""
    state, form = _open(visit), visit.form
    file = next((one for one in form.files if one.field == "file" and one.data), None)
    told = Told(
        words=form.get("words"),
        name=file.name if file is not None else "",
        data=file.data if file is not None else b"",
        contact=form.get("contact"),
        sector=form.get("sector"),
    )
    if form.get("website"):  # a field that no person sees; machines fill it in
        return _page(visit, state)
    try:
        receipt = visit.toolbox.desks.scams.form.submit(told, address=visit.address)
    except ComityError as error:
        return _page(visit, state, told=told, fault=error)
    return _page(visit, state, receipt=receipt)


def _open(visit: Visit) -> FormState:
    state = visit.toolbox.desks.scams.form.state()
    if not state.authority:
        raise form_closed()
    return state


def _page(
    visit: Visit,
    state: FormState,
    *,
    told: Told | None = None,
    fault: ComityError | None = None,
    receipt: str = "",
) -> Answer:
    made = visit.page(
        "public.html",
        status=200 if fault is None else fault.status,
        section="",
        state=state,
        told=told or Told(words=""),
        fault=fault,
        receipt=receipt,
        sectors=visit.choices("scam_sector", [one.value for one in Sector]),
        most_words=MOST_WORDS,
        most_contact=MOST_CONTACT,
        most_file=MOST_FILE,
    )
    return replace(made, headers={"content-security-policy": POLICY})
