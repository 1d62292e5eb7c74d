"""Choices among modules: a learner's to make; those her carrier and her trainers still wait for (R104)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from training.cohorts.queries.choosing import Unsettled, unsettled_choices
from training.common import clock
from training.common.formatting import plural
from training.common.policy import Principal
from training.desk.facts import Presence
from training.desk.queries.own import COURSE, TRAINING
from training.desk.rules import Desk, Line, names

AHEAD: Final = timedelta(days=14)
"""How long before its last day a choice not made is on its carrier’s desk."""


def add_choices(desk: Desk, principal: Principal, there: Presence, *, chooses: bool) -> None:
    """Add the choices to make, to agree to, and those that people have not made. One SELECT, none with nothing to choose."""
    cohorts = (there.learned if chooses else frozenset()) | there.trained.keys() | there.managed.keys()
    if not cohorts:
        return
    for each in unsettled_choices(cohorts):
        if principal.person_id in each.people and not each.awaits:
            desk.lines += _to_make(each, each.enrolments[list(each.people).index(principal.person_id)])
        run = there.managed.get(each.cohort_id) or (TRAINING if each.cohort_id in there.trained else None)
        if run:
            desk.lines += _to_follow(each, run, manages=each.cohort_id in there.managed)


def _to_make(each: Unsettled, enrolment_id: object) -> Iterator[Line]:
    if each.until is not None and each.until < clock.today():
        return
    yield Line(
        f"Choisir : {each.choice.lower()}",
        each.cohort,
        "Choisir",
        f"/promotions/{each.code}/apprenants/{enrolment_id}/choix",
        COURSE,
        about="Votre calendrier et les documents à rendre en dépendent.",
        due=each.until,
        prefix="ferme",
        weight=3,
    )


def _to_follow(each: Unsettled, capacity: str, *, manages: bool) -> Iterator[Line]:
    count = len(each.people)
    href, about = f"/promotions/{each.code}/choix", names(list(each.people.values()), count)
    if each.awaits:
        sentence = f"Répondre à {plural(count, 'choix', 'choix')} de module"
        yield Line(sentence, each.cohort, "Voir les choix", href, capacity, about=about, weight=3)
    elif manages and each.until is not None and each.until <= clock.today() + AHEAD:
        closed = each.until < clock.today()
        sentence = (
            f"Choisir pour {plural(count, 'personne')} : {each.choice.lower()}"
            if closed
            else f"Rappeler un choix à {plural(count, 'personne')} : {each.choice.lower()}"
        )
        yield Line(
            sentence,
            each.cohort,
            "Voir les choix",
            href,
            capacity,
            about=about,
            due=each.until,
            prefix="ferme",
            weight=4,
        )
