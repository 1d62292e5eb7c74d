"""The requirements the portfolio answers for, each with its state, its rule in plain words and the next act (R47–R53)."""

import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from training.catalogue.enums import Modality
from training.common.formatting import hours as hours_words
from training.common.formatting import plural, titles
from training.portfolio.enums import Audience, RequirementState, TracerStatus
from training.portfolio.path import Act, Requirement
from training.portfolio.rules.hours import ModalityCount

State = RequirementState
_RULES: Final = {
    Modality.IN_PERSON: "Les heures suivies en séminaire, jusqu’au nombre demandé. Elles ne remplacent pas les autres.",
    Modality.E_LEARNING: (
        "Les ressources suivies en ligne, une fois confirmées. Ce qui dépasse ne remplace pas les autres heures."
    ),
    Modality.TEAM: (
        "Le travail mené avec {team} équipe entre les séminaires, une fois validé. Ce qui dépasse ne remplace pas les "
        "autres heures."
    ),
}


def own_requirements(
    enrolment_id: uuid.UUID,
    counts: Sequence[ModalityCount],
    tracers: Sequence[Any],
    audience: Audience,
    *,
    forum: bool | None,
    choices: Sequence[str],
    choices_href: str,
    knows_presence: bool,
) -> list[Requirement]:
    """Return the requirements on hours, tracer documents, the forum (null = not asked) and choices to make."""
    asks = audience is not Audience.EMPLOYER
    made = [_choice(label, Act("Choisir", choices_href) if asks else None) for label in choices]
    made += [_hours(enrolment_id, count, audience, known=knows_presence) for count in counts]
    made.append(_tracers(tracers, audience))
    if forum is not None:
        made.append(_forum(forum, audience))
    return made


def _choice(label: str, act: Act | None) -> Requirement:
    return Requirement(
        f"Choix à faire : {label}",
        State.TO_COME,
        "Une partie du parcours se choisit ; les séminaires et les documents demandés en dépendent.",
        act=act,
    )


def _hours(enrolment_id: uuid.UUID, count: ModalityCount, audience: Audience, *, known: bool) -> Requirement:
    label = f"{count.modality.label} : {hours_words(count.counted)} sur {hours_words(count.required)}"
    if count.required is None:
        state = State.UNKNOWN
    elif count.is_met:
        state = State.MET
    else:
        state = State.UNDER_WAY if count.counted or count.waiting else State.TO_COME
    act = None
    if audience is Audience.LEARNER and state is not State.MET and count.modality is not Modality.IN_PERSON:
        act = Act("Noter des heures", f"/parcours/{enrolment_id}/heures")
    elif audience is Audience.REVIEWER and count.waiting:
        act = Act("Valider des heures", f"/parcours/{enrolment_id}/heures")
    return Requirement(
        label,
        state,
        _RULES[count.modality].format(team="votre" if audience is Audience.LEARNER else "son"),
        " ".join(_details(count, known=known)),
        act,
    )


def _details(count: ModalityCount, *, known: bool) -> Iterator[str]:
    if count.modality is Modality.IN_PERSON and not known:
        yield "Les présences ne sont pas encore comptées ici."
        return
    if count.waiting:
        yield f"{hours_words(count.waiting)} à valider."
    if count.missing:
        yield f"Il reste {hours_words(count.missing)}."
    if count.required is not None and count.confirmed > count.required:
        beyond: Decimal = count.confirmed - count.required
        yield f"{hours_words(beyond)} au-delà, qui ne comptent pas."


def _follower(audience: Audience) -> str:
    """Name whoever follows the learner, as the reader would."""
    return "la personne qui vous suit" if audience is Audience.LEARNER else "la personne qui suit cette formation"


def _tracers(tracers: Sequence[Any], audience: Audience) -> Requirement:
    asked = [line for line in tracers if line.mandatory]
    accepted = sum(line.status is TracerStatus.ACCEPTED for line in asked)
    late = [line for line in asked if line.is_late]
    begun = any(line.status is not TracerStatus.EXPECTED for line in asked)
    if asked and accepted == len(asked):
        state = State.MET
    elif late:
        state = State.LATE
    else:
        state = State.UNDER_WAY if begun else State.TO_COME
    detail = f"En retard : {titles(line.label for line in late)}." if late else ""
    return Requirement(
        f"Documents traceurs : {accepted} sur {len(asked)} validés",
        state,
        f"Chaque document obligatoire est déposé, relu, puis validé par {_follower(audience)}. Un retard ne bloque "
        f"rien : {'déposez quand même' if audience is Audience.LEARNER else 'le dépôt reste ouvert'}.",
        detail,
    )


def _forum(done: bool, audience: Audience) -> Requirement:
    return Requirement(
        "Participation au forum de la plateforme",
        State.MET if done else State.TO_COME,
        f"L’édition demande de prendre part au forum ; {_follower(audience)} ou l’école le note.",
        "" if done else f"{plural(0, 'participation')} notée pour le moment.",
    )
