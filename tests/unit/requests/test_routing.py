from datetime import datetime
from typing import Any

from comity.exchange.services import parse_service
from comity.kernel.clock import Instant, from_datetime
from comity.kernel.ids import PartyCode
from comity.requests.kinds import all_kinds
from comity.requests.published import OfficePage, PartyPage, utc_only
from comity.requests.routing import Route, Wanted, office_types, route, row_of, rows

DAY_HOURS = {"hours": [{"days": [1, 2, 3, 4, 5], "opens": 480, "closes": 1020}]}
NIGHT, MONDAY = "2026-11-02T02:00:00+00:00", "2026-11-02T10:00:00+00:00"


def office(name: str, *types: str, **service: Any) -> OfficePage:
    made = parse_service(service, where=name) if service else None
    return OfficePage(id=f"XAB/{name}", types=types, service=made)


POINT = office("point", "contact-point", languages=["en"])
JUSTICE = office("justice", "central-authority", languages=["fr"], **DAY_HOURS)
EXTRADITION = office("extradition", "central-authority-extradition", **DAY_HOURS)
FIU = office("fiu", "financial-intelligence", kinds=["property-freezing"], instruments=["uncac"])
OVERSEAS = office("overseas", "central-authority", territories=["XAB-9"])
STATE = (POINT, JUSTICE, EXTRADITION, FIU, OVERSEAS)


def moment(text: str | None) -> Instant | None:
    return None if text is None else from_datetime(datetime.fromisoformat(text))


def chosen(kind: str, *offices: OfficePage, at: str | None = None, **wanted: Any) -> Route:
    page = PartyPage(party=PartyCode("XAB"), offices=offices or STATE)
    asked = Wanted(kind=kind, at=moment(at), **{"instrument": "uncc", **wanted})
    return route(page, asked, zones=utc_only)


def test_kind_and_type_of_office_choose():
    assert chosen("preservation").authority == "XAB/point"
    assert chosen("records").authority == "XAB/justice"
    assert chosen("extradition").authority == "XAB/extradition"
    assert chosen("police-cooperation").authority == "XAB/point"


def test_an_office_that_names_the_kind_goes_first_under_its_instruments():
    assert chosen("property-freezing", instrument="uncac").authority == "XAB/fiu"
    assert chosen("property-freezing").authority == "XAB/justice"


def test_the_territory_chooses_and_else_the_whole_party():
    assert chosen("records", territory="XAB-9").authority == "XAB/overseas"
    assert chosen("records", territory="XAB-1").authority == "XAB/justice"
    assert chosen("records", OVERSEAS).authority == "XAB/overseas"
    assert chosen("records", OVERSEAS, territory="XAB-1").authority is None


def test_when_it_is_urgent_whoever_is_there_goes_first():
    assert chosen("records", at=NIGHT, urgent=True).authority == "XAB/point"
    assert chosen("records", at=MONDAY, urgent=True).authority == "XAB/justice"
    ordinary = chosen("records", at=NIGHT)
    assert (ordinary.authority, ordinary.is_open) == ("XAB/justice", False)


def test_the_language_chooses_among_equals_and_never_alone():
    other = office("second", "central-authority", languages=["es"])
    assert chosen("records", JUSTICE, other, language="es-MX").authority == "XAB/second"
    none = chosen("records", JUSTICE, other, language="de")
    assert none.authority == "XAB/justice"
    assert "language_none" in {step.code for step in none.steps}
    fast = office("fast", "central-authority", languages=["fr"], urgent={"languages": ["de"]})
    assert chosen("records", JUSTICE, fast, language="de", urgent=True).authority == "XAB/fast"


def test_an_entry_of_an_older_form_is_routed_by_type_alone():
    assert chosen("records", office("first", "contact-point", "central-authority")).authority == "XAB/first"
    assert chosen("records", office("unit", "training")).authority is None


def test_every_step_tells_who_is_left():
    steps = chosen("records", at=MONDAY, language="fr").steps
    assert [step.code for step in steps] == [
        "offices",
        "kind",
        "instrument",
        "territory_open",
        "type",
        "rank",
        "language",
        "hour",
        "chosen",
    ]
    assert [len(step.left) for step in steps] == [5, 4, 4, 3, 1, 1, 1, 1, 1]


def test_every_kind_has_a_row_of_known_types():
    codes = {kind.code for kind in all_kinds()}
    assert {kind for row in rows() for kind in row.kinds} - {"*"} <= codes
    for kind in codes:
        row = row_of(kind)
        assert row.types
        assert set(row.types) | set(row.urgent) <= set(office_types())
