"""The desk of a person: all her functions merged (R97), in a fixed number of SELECTs whatever the rows."""

from training.accounts.enums import Function
from training.admissions import queries as admissions
from training.admissions.models import Call
from training.catalogue import queries as catalogue
from training.catalogue.models import Edition, Programme
from training.common.policy import Principal
from training.desk import lines
from training.desk.queries import (
    attendance,
    calls,
    choices,
    convocations,
    cooperation,
    defences,
    derogations,
    diplomas,
    following,
    juries,
    messages,
    others,
    own,
    portfolio,
    quality,
)
from training.desk.queries.search import Found, Hit, search
from training.desk.rules import Desk

__all__ = ["Found", "Hit", "desk_of", "home", "search"]


def desk_of(principal: Principal) -> Desk:
    """Return what the person has to do, the dates to come, and what is hers. Twenty-eight SELECTs at most."""
    desk = Desk()
    own.add_files(desk, principal)
    messages.add_messages(desk, principal)
    there = own.presence(principal)
    own.add_course(desk, there)
    following.add_meetings(desk, principal, there)
    chooses = portfolio.add_own(desk, there)
    choices.add_choices(desk, principal, there, chooses=chooses)
    quality.add_evidence(desk, principal, there)
    diplomas.add_diplomas(desk, there)
    portfolio.add_reading(desk, principal, there)
    defences.add_memoires(desk, principal, there)
    juries.add_juries(desk, principal, there)
    structures = others.structures_of(principal)
    others.add_structures(desk, principal, structures)
    run = calls.calls_of(principal) if principal.holds(Function.MANAGER) else {}
    if run:
        for call in run.values():
            desk.lines += lines.of_run_call(call) if call.is_run else lines.of_taught_call(call)
        desk.lines += lines.of_interviews(calls.interviews(run), run)
        desk.lines += lines.of_unpaid(calls.unpaid(run), run)
        derogations.add_derogations(desk, run)
        calls.add_dates(desk, run)
    if principal.holds(Function.MANAGER, Function.COMMITTEE_MEMBER):
        desk.lines += lines.of_opinions(calls.awaited_opinions(principal))
    if there.managed:
        attendance.add_to_regularise(desk, there)
        following.add_situations(desk, there)
    if there.taught:
        others.add_approvals(desk, principal)
    if principal.holds(Function.MANAGER):
        others.add_drafts(desk, principal)
    if principal.holds(Function.ADMINISTRATOR):
        capacity = next(c.label for c in principal.capacities if c.function == Function.ADMINISTRATOR)
        others.add_administration(desk, capacity)
    own.add_seminars(desk, principal, there, structures)
    attendance.add_sheets(desk, principal, there)
    convocations.add_convocations(desk, principal, there)
    own.add_call_dates(desk, principal, there)
    cooperation.add_partnerships(desk, principal)
    return desk


def home() -> tuple[list[Call], list[tuple[Programme, list[Edition]]]]:
    """Return what the public home shows: the calls open or to open, the programmes. Six SELECTs."""
    public = [(programme, [e for e in programme.editions if e.is_public]) for programme in catalogue.programmes()]
    return list(admissions.open_calls()), public
