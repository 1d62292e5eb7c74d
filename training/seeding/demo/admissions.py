"""The demonstration's selections: two past ones told to their end, one in hand, and a call open today."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from training.accounts.enums import Part
from training.accounts.models import Structure
from training.admissions.events import CallEvent
from training.admissions.models import Application, Call
from training.admissions.services import calls
from training.catalogue.models import Variant
from training.cohorts import services as cohorts
from training.common import clock, journal
from training.common.policy import WORKER
from training.database import db
from training.seeding import toml
from training.seeding.admissions import day_of, load_calls
from training.seeding.demo.campaign import Campaign, File
from training.seeding.demo.cohorts import cohort_of, staff_of
from training.seeding.demo.exchanges import give_registrations, load_exchanges
from training.seeding.demo.people import Cast, at
from training.seeding.report import Report

OPEN_CALL: Final = "DEMO-OUVERT"
SOON: Final = 7
"""With fewer days left than this, the open call is given a new window: there is always one open."""
REVIEWERS: Final = {
    "ARA": {Part.CARRIER: "gestion.ara@example.org", Part.FUNDER: "ars.ara@example.org"},
    "BFC": {Part.CARRIER: "copil.bfc@example.org", Part.FUNDER: "ars.bfc@example.org"},
}
NOT_THERE: Final = "La structure n’est pas de celles auxquelles l’appel s’adresse cette année."
TO_REPLACE: Final = "Il manque la deuxième page : le document s’arrête au milieu d’une phrase."


def load_admissions(cast: Cast, structures: dict[str, Structure]) -> None:
    """Tell the story of each call that has no file yet; give the open call a new window when it ends soon."""
    fresh = Report()
    load_calls(fresh, "demo/calls")
    told = toml.read("demo/files")
    stories: dict[str, Callable[[Campaign, list[File]], None]] = {
        "BFC-P8": _tell_bfc_8,
        "ARA-1": _tell_ara_1,
        OPEN_CALL: _tell_open_call,
        "DEMO-CLOS": _tell_closed_call,
        "ARA-2": _tell_ara_2,
    }
    for code, tell in stories.items():
        call = db.session.scalars(select(Call).where(Call.code == code)).one()
        if db.session.scalars(select(Application.id).where(Application.call_id == call.id)).first() is None:
            tell(*_begin(call, cast, structures, told[code]["files"]))
    _enrol_at_once(cast, structures, "MOSAIC-2026", told["MOSAIC-2026"]["files"])
    if f"call {OPEN_CALL}" in fresh.created:
        load_exchanges(cast, db.session.scalars(select(Call).where(Call.code == OPEN_CALL)).one())
        give_registrations(db.session.scalars(select(Call).where(Call.code == "BFC-P8")).one())
    if f"call {OPEN_CALL}" not in fresh.created:
        _keep_open(db.session.scalars(select(Call).where(Call.code == OPEN_CALL)).one())


def _begin(
    call: Call, cast: Cast, structures: dict[str, Structure], seeds: list[toml.Table]
) -> tuple[Campaign, list[File]]:
    """Fill in and submit the files of a call, spread over the days it was open."""
    word = call.cohort.code.partition("-")[0]
    campaign = Campaign(call, cast, staff=staff_of(call.cohort.code), reviewers=REVIEWERS[word])
    opened = clock.in_paris(call.opens_at or clock.now()).date()
    closed = clock.in_paris(call.closes_at or clock.now()).date()
    days = max(2, (min(closed, clock.today() - timedelta(days=12)) - opened).days)
    for rank, seed in enumerate(seeds):
        begun = opened + timedelta(days=rank * max(1, days - 2) // len(seeds))
        if closed > clock.today() and seed["until"] in {"draft", "submitted"}:
            begun = clock.today() - timedelta(days=2 + 2 * rank % 7)  # still in hand: not from the first days
        file = campaign.start(seed, structures[seed["structure"]], begun)
        if file.until not in {"draft", "not_submitted"}:
            campaign.submit(file, begun + timedelta(days=1))
        elif file.until == "not_submitted":
            campaign.leave_unsent(file)
    return campaign, campaign.files


def _tell_bfc_8(campaign: Campaign, files: list[File]) -> None:
    """Promo 8, at the sources' dates: preselection in November, the school before the launch of 11 December 2025."""
    campaign.dismiss(campaign.ending("inadmissible"), date(2025, 11, 4), NOT_THERE)
    campaign.admit(campaign.those("admissible"), date(2025, 11, 5))
    campaign.review(campaign.those("under_review"), date(2025, 11, 6))
    campaign.opine(campaign.those("under_review"), date(2025, 11, 17))
    campaign.preselect([*campaign.those("preselected"), *campaign.ending("not_selected")], date(2025, 11, 20))
    campaign.interview(files, date(2025, 11, 20), date(2025, 11, 27))
    decided = [*campaign.those("shortlisted"), *campaign.ending("not_selected")]
    campaign.close_meeting(campaign.open_meeting(date(2025, 12, 3), decided))
    campaign.transmit(campaign.those("transmitted"), date(2025, 12, 4))
    campaign.decide(campaign.those("transmitted"), date(2025, 12, 8))
    campaign.publish(date(2025, 12, 8))
    campaign.offer(date(2025, 12, 8))
    campaign.answer(campaign.those("confirmed"), date(2025, 12, 9))
    campaign.enrol(campaign.those("enrolled"), date(2025, 12, 10))
    _finalise(campaign, date(2026, 1, 30))


def _tell_ara_1(campaign: Campaign, _files: list[File]) -> None:
    """The first cohort in Auvergne-Rhône-Alpes: twenty seats, one declined, offered to the first of the reserve."""
    campaign.dismiss(campaign.ending("inadmissible"), date(2025, 9, 11), NOT_THERE)
    campaign.admit(campaign.those("admissible"), date(2025, 9, 12))
    campaign.review(campaign.those("under_review"), date(2025, 9, 12))
    campaign.opine(campaign.those("under_review"), date(2025, 9, 18))
    decided = [*campaign.those("shortlisted"), *campaign.ending("not_selected")]
    campaign.close_meeting(campaign.open_meeting(date(2025, 9, 23), decided))
    campaign.transmit(campaign.those("transmitted"), date(2025, 9, 24))
    campaign.decide(campaign.those("transmitted"), date(2025, 9, 30))
    campaign.publish(date(2025, 10, 1))
    campaign.offer(date(2025, 10, 1))
    first = [file for file in campaign.those("offered") if not file.seed.get("reserve")]
    next_one = [file for file in campaign.those("offered") if file.seed.get("reserve")]
    campaign.answer(first, date(2025, 10, 3))
    campaign.answer(next_one, date(2025, 10, 6))
    campaign.enrol(campaign.those("enrolled"), date(2025, 10, 9))
    _finalise(campaign, date(2025, 11, 14))


def _finalise(campaign: Campaign, on: date) -> None:
    with at(on):
        calls.finalise(campaign.call, by=campaign.staff)


def _tell_open_call(campaign: Campaign, files: list[File]) -> None:
    """The call open today: acts on submitted files do not wait for the closing (R17 only warns)."""
    days = _days_ago
    campaign.fund(days(21))
    campaign.dismiss(campaign.ending("inadmissible"), days(9), NOT_THERE)
    campaign.admit(campaign.those("admissible"), days(8))
    campaign.set_grid(toml.read("demo/criteria")[OPEN_CALL]["lines"], days(9))
    campaign.review(campaign.those("under_review"), days(7))
    campaign.opine(campaign.those("under_review"), days(6))
    campaign.share_out(campaign.those("under_review"), days(6))
    campaign.preselect(campaign.those("preselected"), days(5))
    campaign.interview(files, days(5), clock.today() + timedelta(days=6))
    campaign.propose_slots("copil.bfc@example.org", clock.today() + timedelta(days=8))
    campaign.close_meeting(campaign.open_meeting(days(4), campaign.those("shortlisted")))
    campaign.transmit(campaign.those("transmitted"), days(4))
    campaign.decide(campaign.those("validated"), days(2))
    for file in campaign.ending("to_correct"):
        late = bool(file.seed.get("late"))
        due_on = clock.today() + timedelta(days=-2 if late else 5)
        campaign.ask_correction(file, days(10 if late else 3), words=TO_REPLACE, piece="cv", due_on=due_on)
    campaign.open_meeting(days(0), [])


def _tell_closed_call(_campaign: Campaign, _files: list[File]) -> None:
    """A call closed the day before: forty files as they came in, everything still to do."""


def _tell_ara_2(campaign: Campaign, files: list[File]) -> None:
    """A call closed lately: some seats offered, other files before the committee or the school."""
    days = _days_ago
    campaign.fund(days(46))
    campaign.admit(campaign.those("admissible"), days(11))
    campaign.review(campaign.those("under_review"), days(11))
    campaign.opine(campaign.those("under_review"), days(10))
    early, later = campaign.those("offered"), [f for f in campaign.those("shortlisted") if not f.reaches("offered")]
    campaign.close_meeting(campaign.open_meeting(days(9), early))
    campaign.transmit(early, days(9))
    campaign.decide(early, days(8))
    campaign.publish(days(7))
    campaign.offer(days(6))
    campaign.answer(campaign.those("confirmed"), days(3))
    campaign.close_meeting(campaign.open_meeting(days(4), later))
    campaign.transmit(later, days(4))
    campaign.decide([file for file in later if file.reaches("validated")], days(1))
    campaign.interview(files, days(2), clock.today() + timedelta(days=5))
    for file in campaign.ending("to_correct"):
        due_on = clock.today() - timedelta(days=1)
        campaign.ask_correction(file, days(9), words=TO_REPLACE, piece="lettre-motivation", due_on=due_on)


def _days_ago(count: int) -> date:
    return clock.today() - timedelta(days=count)


def _enrol_at_once(cast: Cast, structures: dict[str, Structure], code: str, seeds: list[toml.Table]) -> None:
    """Seat learners who came in before the tool, without a file (R114)."""
    cohort = cohort_of(code)
    if cohort.enrolments:
        return
    entered_on = cohort.first_seminar_on or date(2026, 1, 15)
    variants = db.session.scalars(select(Variant).where(Variant.edition_id == cohort.edition_id)).all()
    for seed in seeds:
        person, structure = cast.person(seed["who"]), structures[seed["structure"]]
        variant = next(each for each in variants if structure.kind in each.kinds)
        with at(entered_on, 9):
            seat = cohorts.hold_seat(cohort, holder_id=person.id, variant=variant)
            cohorts.enrol(
                cohort=cohort,
                seat=seat,
                person=person,
                variant=variant,
                structure=structure,
                entered_on=entered_on,
                by=cast.principal(staff_of(code)),
            )
    db.session.expire(cohort, ["enrolments"])


def _keep_open(call: Call) -> None:
    """Move the window of the open call when it has ended or is about to: its drafts live on, its files do not move."""
    left = (clock.in_paris(call.closes_at).date() - clock.today()).days if call.closes_at else 0
    if left >= SOON:
        return
    seed = next(table for table in toml.read("demo/calls")["calls"] if table["code"] == OPEN_CALL)
    opens_on, closes_on = day_of(seed["opens_on"]), day_of(seed["closes_on"])
    if opens_on is None or closes_on is None:
        raise toml.SeedError("demo/calls.toml: the open call has no window")
    call.opens_at, call.closes_at = clock.at_paris(opens_on), clock.end_of_day(closes_on)
    call.reference_on = day_of(seed["reference_on"])
    call.version += 1
    days = {line["code"]: line for line in seed["dates"]}
    for line in call.dates:
        if line.code in days:
            line.starts_on, line.ends_on = (
                day_of(days[line.code].get("starts_on")),
                day_of(days[line.code].get("ends_on")),
            )
    call.cohort.launch_on, call.cohort.first_seminar_on = day_of("thursday+80"), day_of("thursday+110")
    db.session.flush()
    journal.record(call, CallEvent.SETTINGS_CHANGED, by=WORKER, codes={"closes_on": closes_on.isoformat()})
