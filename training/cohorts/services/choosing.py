"""Choosing among modules: by the learner until the day, by whoever follows her afterwards (R104).

The cohort is held first: a place in an option is counted and taken under its lock, so that none is ever sold twice.
"""

import uuid
from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select

from training.cohorts import choice_rules, mails
from training.cohorts.choice_rules import Choice
from training.cohorts.choosing import ChoiceTerms, ModuleChoice, OptionPlaces
from training.cohorts.commands import ModulesToChoose
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.queries.choosing import choices_in, find_choice
from training.cohorts.services.capacity import bump_calendar, lock_cohort
from training.common import clock, journal
from training.common.errors import NotFound, Refused
from training.common.formatting import enumeration
from training.common.policy import Principal
from training.database import db


def choose(enrolment: Enrolment, group_id: uuid.UUID, command: ModulesToChoose, *, by: Principal) -> None:
    """Choose the modules of one group for a learner; chosen again, it is corrected.

    She chooses until the day; whoever follows her may at any time, saying why. Raises ``Refused``.
    """
    lock_cohort(enrolment.cohort_id)
    choice = find_choice(enrolment, group_id)
    own = by.person_id == enrolment.person_id
    _check(enrolment, choice, command, own=own)
    wanted, now = set(command.modules), clock.now()
    kept = {each.module_id: each for each in _rows(enrolment, group_id)}
    for module_id in kept.keys() - wanted:
        db.session.delete(kept[module_id])
    db.session.flush()
    agreed = None if own and choice.approved else now
    for module_id in sorted(wanted - kept.keys(), key=str):
        db.session.add(
            ModuleChoice(
                enrolment_id=enrolment.id,
                group_id=group_id,
                module_id=module_id,
                chosen_by=by.person_id,
                agreed_at=agreed,
            )
        )
    for module_id in kept.keys() & wanted:
        if not own:
            kept[module_id].agreed_at = kept[module_id].agreed_at or now
    bump_calendar(enrolment.cohort)
    names = [option.name for option in choice.options if option.id in wanted]
    codes = {"choice": choice.label, "modules": ", ".join(names)}
    journal.record(enrolment, "enrolment.modules_chosen", by=by, codes=codes, text={"reason": command.reason or None})
    if not own:
        mails.choice_told(enrolment, choice.label, names, command.reason)


def _check(enrolment: Enrolment, choice: Choice, command: ModulesToChoose, *, own: bool) -> None:
    if enrolment.status not in LIVE:
        raise Refused("Cette formation est terminée : rien ne se choisit plus.", field="modules")
    if own and not choice.is_open(clock.today()):
        raise Refused("La date du choix est passée : demandez-le à la personne qui vous suit.", field="modules")
    if not own and not command.reason:
        raise Refused("Dites pourquoi vous choisissez pour cette personne : elle le lira.", field="reason")
    if fault := choice_rules.number_fault(choice, command.modules):
        raise Refused(fault, field="modules")
    if full := choice_rules.full_options(choice, command.modules):
        raise Refused(f"Il n’y a plus de place dans {enumeration(full)} : choisissez un autre module.", field="modules")


def _rows(enrolment: Enrolment, group_id: uuid.UUID) -> list[ModuleChoice]:
    return list(
        db.session.scalars(
            select(ModuleChoice).where(ModuleChoice.enrolment_id == enrolment.id, ModuleChoice.group_id == group_id)
        )
    )


def agree(enrolment: Enrolment, group_id: uuid.UUID, *, by: Principal) -> None:
    """Agree to what a learner chose: her calendar and her documents follow. Raises ``Refused`` when nothing awaits."""
    lock_cohort(enrolment.cohort_id)
    choice = _awaiting(enrolment, group_id, by)
    for row in _rows(enrolment, group_id):
        row.agreed_at = row.agreed_at or clock.now()
    bump_calendar(enrolment.cohort)
    journal.record(enrolment, "enrolment.choice_agreed", by=by, codes={"choice": choice.label})
    mails.choice_told(enrolment, choice.label, choice.names, "")


def decline(enrolment: Enrolment, group_id: uuid.UUID, reason: str, *, by: Principal) -> None:
    """Give a choice back to its learner, saying why: the places it held are free again."""
    lock_cohort(enrolment.cohort_id)
    choice = _awaiting(enrolment, group_id, by)
    db.session.execute(
        delete(ModuleChoice).where(
            ModuleChoice.enrolment_id == enrolment.id,
            ModuleChoice.group_id == group_id,
            ModuleChoice.agreed_at.is_(None),
        )
    )
    journal.record(
        enrolment, "enrolment.choice_declined", by=by, codes={"choice": choice.label}, text={"reason": reason}
    )
    mails.choice_declined(enrolment, choice.label, choice.names, reason)


def _awaiting(enrolment: Enrolment, group_id: uuid.UUID, by: Principal) -> Choice:
    choice = find_choice(enrolment, group_id)
    if by.person_id == enrolment.person_id:
        raise NotFound
    if not choice.awaits_agreement:
        raise Refused("Ce choix n’attend plus d’accord : relisez la page.")
    return choice


def set_terms(
    cohort: Cohort,
    group_id: uuid.UUID,
    *,
    until: date | None,
    approved: bool,
    places: Mapping[uuid.UUID, int | None],
    by: Principal,
) -> None:
    """Say how the cohort runs a choice: until when, with or without approval, how many places in each option.

    Raises ``Refused`` for fewer places than are held.
    """
    lock_cohort(cohort.id)
    choice = next((each for each in choices_in(cohort) if each.id == group_id), None)
    if choice is None:
        raise NotFound
    for option in choice.options:
        count = places.get(option.id)
        if count is not None and count < option.taken:
            raise Refused(f"{option.taken} personnes ont déjà choisi {option.name} : gardez au moins ce nombre.")
        row = db.session.get(OptionPlaces, (cohort.id, option.id))
        if count is None:
            if row is not None:
                db.session.delete(row)
        else:
            row = row or OptionPlaces(cohort_id=cohort.id, module_id=option.id)
            row.places = count
            db.session.add(row)
    terms = db.session.get(ChoiceTerms, (cohort.id, group_id)) or ChoiceTerms(cohort_id=cohort.id, group_id=group_id)
    terms.until, terms.approved = until, approved
    db.session.add(terms)
    db.session.flush()
    codes = {"choice": choice.label, "until": until.isoformat() if until else None, "approved": approved}
    journal.record(cohort, "cohort.choice_settled", by=by, codes=codes)
