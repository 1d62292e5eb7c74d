"""What an applicant is told of her file: its state in plain words, what is asked of her, the way ahead. Pure.

Everything here speaks of :func:`rules.public_status`: a decision is never told before its
publication (R105).
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from training.admissions import rules
from training.admissions.enums import (
    DECIDED_AGAINST,
    IN_THE_APPLICANTS_HANDS,
    ApplicationAct,
    ApplicationStatus,
    InterviewStatus,
    PieceStatus,
    ProfileField,
)
from training.admissions.events import ApplicationEvent
from training.admissions.models import Application, Interview, Piece
from training.common import clock
from training.common.articles import of_the
from training.common.formatting import long_date, moment, plural
from training.common.journal import Entry
from training.common.policy import WORKER

S = ApplicationStatus
E = ApplicationEvent
TOOL: Final = "Tesselle"
SELECTED: Final = (
    "Votre candidature est retenue. La proposition de votre place arrive ici et par courriel : "
    "il vous restera à la confirmer."
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file in its applicant's hands has come: pages ready among those asked, and what is missing."""

    done: int
    total: int
    lacks: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list of steps: its words, where it stands, and the page it leads to."""

    label: str
    state: str
    detail: str | None = None
    href: str | None = None


def deadline(application: Application) -> datetime | None:
    """Return until when this person may submit: the call's closing, or her own late right (R13, R14)."""
    closing, extension = application.call.closes_at, application.extension
    if extension is not None and (closing is None or extension.until > closing):
        return extension.until
    return closing


def is_late(application: Application) -> bool:
    """Whether the file can no longer be submitted."""
    extension = application.extension
    return rules.window_refusal(application.call, clock.now(), extension.until if extension else None) is not None


def sentence(application: Application) -> str:
    """Return what the state means for her, and what comes next, in one or two sentences."""
    status = rules.public_status(application)
    carrier, cohort = application.call.carrier.short_name, application.call.cohort
    if status is S.DRAFT:
        return _draft_words(application)
    if status is S.OFFERED:
        return _offer_words(application)
    if status in {S.SHORTLISTED, S.VALIDATED, S.WAITING}:
        return _reserve_words(application) if application.rank else SELECTED
    launch = f" Retenez la date de lancement : {long_date(cohort.launch_on)}." if cohort.launch_on else ""
    return {
        S.SUBMITTED: f"Votre dossier est bien arrivé. {carrier} vérifie vos pièces ; vous n’avez rien à faire.",
        S.TO_CORRECT: f"{carrier} vous demande des corrections avant de poursuivre.",
        S.ADMISSIBLE: "Votre dossier est complet et recevable. Le comité va l’examiner ; vous n’avez rien à faire.",
        S.INADMISSIBLE: f"{carrier} n’a pas pu retenir votre dossier : il ne remplit pas les conditions de l’appel.",
        S.UNDER_REVIEW: "Le comité examine votre dossier. Vous recevrez le résultat par courriel.",
        S.PRESELECTED: f"Votre dossier est présélectionné, sous réserve de la décision du comité.{launch}",
        S.NOT_PRESELECTED: "Votre candidature n’a pas été présélectionnée.",
        S.NOT_SELECTED: "Votre candidature n’a pas été retenue.",
        S.REFUSED_BY_SCHOOL: "L’école n’a pas validé votre candidature.",
        S.TRANSMITTED: "Le comité examine votre dossier. Vous recevrez le résultat par courriel.",
        S.CONFIRMED: f"Votre place est confirmée. {carrier} finit votre inscription.{launch}",
        S.ENROLLED: f"Vous faites partie {of_the(cohort.label)}. Votre calendrier est prêt.{launch}",
        S.DECLINED: "Vous avez décliné la place proposée.",
        S.LAPSED: f"La place proposée est restée sans réponse. Si vous la souhaitiez, écrivez à {carrier}.",
        S.WITHDRAWN: "Votre candidature est retirée.",
        S.NOT_SUBMITTED: "L’appel a fermé avant que votre dossier soit déposé.",
    }[status]


def _draft_words(application: Application) -> str:
    until = deadline(application)
    taken_back = application.number is not None
    if is_late(application):
        return "La date limite de dépôt est passée. " + (
            "Votre dernier dépôt reste valable." if taken_back else "Votre saisie est conservée."
        )
    words = f" {_time_left(until)} : vous pouvez le déposer jusqu’au {moment(until)}." if until else ""
    if taken_back:
        return (
            f"Vous avez repris votre dossier pour le modifier.{words} Sans nouveau dépôt, le précédent restera valable."
        )
    return f"Votre dossier est en préparation.{words}"


def _time_left(until: datetime) -> str:
    days = (clock.in_paris(until).date() - clock.today()).days
    return "C’est le dernier jour" if days == 0 else f"Il reste {plural(days, 'jour')}"


def _offer_words(application: Application) -> str:
    offer = application.live_offer
    if offer is None or clock.now() > offer.expires_at:
        return "Le délai pour répondre à la place proposée est passé."
    return f"Une place vous est proposée. Répondez avant le {moment(offer.expires_at)}."


def _reserve_words(application: Application) -> str:
    return (
        f"Vous êtes au rang {application.rank} de la liste complémentaire. "
        "Si une place se libère quand vient votre tour, elle vous sera proposée ici et par courriel."
    )


# The pages of the file ------------------------------------------------------------------------------------------------

SECTIONS: Final = (
    ("structure", "Votre structure"),
    ("practices", "Où vous exercez"),
    ("situation", "Votre situation"),
    ("profile", "Votre profil"),
    ("declarations", "Vos engagements"),
    ("questions", "Vos réponses"),
    ("pieces", "Vos pièces"),
)
"""The pages of a file, in order; slugs are those of :class:`rules.Missing`."""
OPTIONAL: Final = frozenset({"practices"})
"""Those that ask nothing of who has nothing to say: they do not count in how far the file has come."""


def sections(application: Application) -> list[tuple[str, str]]:
    """Return the pages this call asks to fill: slug and title."""
    asked = {"structure", "practices", "situation"}
    asked |= {"profile"} if rules.asks_profile(application) else set()
    asked |= {"declarations"} if application.call.declarations else set()
    asked |= {"questions"} if application.call.questions else set()
    asked |= {"pieces"} if rules.expected_pieces(application) else set()
    return [(slug, title) for slug, title in SECTIONS if slug in asked]


def preparation(application: Application, missing: Sequence[rules.Missing], addresses: Mapping[str, str]) -> list[Line]:
    """Return the pages of the file as a list of steps: done, to do next, to come."""
    lines = []
    found = False
    for slug, title in sections(application):
        lacks = [item for item in missing if item.section == slug]
        untold = slug in OPTIONAL and not rules.practice_words(application)
        state = "to_come" if untold or (lacks and found) else "current" if lacks else "done"
        found = found or bool(lacks)
        lines.append(Line(title, state, _detail(application, slug, lacks), addresses[slug]))
    last = "current" if not found else "to_come"
    label = "Relire et envoyer les corrections" if application.status is S.TO_CORRECT else "Relire et déposer"
    lines.append(Line(label, last, None, addresses["check"]))
    return lines


def progress(application: Application, addresses: Mapping[str, str]) -> Progress | None:
    """Return how far the file has come, each thing missing with the address where it is given; null once it is sent."""
    if not is_in_hand(application):
        return None
    missing = missing_now(application)
    asked = [section for section in sections(application) if section[0] not in OPTIONAL]
    lacking = {item.section for item in missing}
    lacks = [
        (item.label, addresses[item.section] + (f"#piece-{item.piece_code}" if item.piece_code else ""))
        for item in missing
    ]
    return Progress(sum(slug not in lacking for slug, _title in asked), len(asked), lacks)


def profile_words(application: Application) -> list[str]:
    """Return the facts of her profile in words, those the call asks and she gave (R111)."""
    told = application.profile
    words = []
    for name in rules.asks_profile(application):
        value = getattr(told, name.value, None)
        if value is not None:
            words.append(PROFILE_WORDS[name].format(getattr(value, "label", value)))
    return words


PROFILE_WORDS: Final = {
    ProfileField.PROFESSION: "{}",
    ProfileField.COORDINATION_SHARE: "{} % du temps en coordination",
    ProfileField.CONTRACT: "{}",
    ProfileField.SENIORITY: "années d’expérience : {}",
    ProfileField.TEAM_SIZE: "équipe de {} personnes",
}


def _detail(application: Application, slug: str, lacks: Sequence[rules.Missing]) -> str | None:
    if slug == "pieces" and lacks:
        return "Il manque : " + ", ".join(item.label for item in lacks)
    if lacks:
        return "À compléter"
    if slug == "structure" and application.structure:
        return application.structure.name
    if slug == "practices":
        return ", ".join(rules.practice_words(application)) or "Facultatif\u00a0: si vous exercez ailleurs aussi"
    if slug == "situation" and application.situation:
        return application.situation.label
    return None


def standing_pieces(application: Application) -> list[Piece]:
    """Return the standing version of each piece of the file, in the call's order."""
    standing = [rules.current_piece(application, requirement) for requirement in application.call.pieces]
    return [piece for piece in standing if piece is not None]


def to_correct(application: Application) -> list[Piece]:
    """Return each piece staff asked to replace and not replaced yet; its reason says why."""
    return [piece for piece in standing_pieces(application) if piece.status is PieceStatus.TO_REPLACE]


def versions_of(application: Application, requirement_id: object) -> list[Piece]:
    """Return the versions of a piece still in the file, the standing one first."""
    kept = [p for p in application.pieces if p.requirement_id == requirement_id and p.removed_at is None]
    return sorted(kept, key=lambda piece: piece.version, reverse=True)


# The way ahead --------------------------------------------------------------------------------------------------------

STAGES: Final = ("Dépôt du dossier", "Vérification", "Examen et décision", "Proposition d’une place", "Inscription")
STAGE_OF: Final = {
    S.DRAFT: 0, S.NOT_SUBMITTED: 0,
    S.SUBMITTED: 1, S.TO_CORRECT: 1, S.INADMISSIBLE: 1,
    S.ADMISSIBLE: 2, S.UNDER_REVIEW: 2, S.PRESELECTED: 2, S.NOT_PRESELECTED: 2, S.NOT_SELECTED: 2,
    S.REFUSED_BY_SCHOOL: 2, S.TRANSMITTED: 2,
    S.SHORTLISTED: 3, S.WAITING: 3, S.VALIDATED: 3, S.OFFERED: 3, S.DECLINED: 3, S.LAPSED: 3,
    S.CONFIRMED: 4, S.ENROLLED: 5,
}  # fmt: skip


def way(application: Application) -> list[Line]:
    """Return the stages of the selection, as far as the applicant has been told."""
    status = rules.public_status(application)
    if status is S.WITHDRAWN:
        return []
    at = STAGE_OF[status]
    reached = "refused" if status in DECIDED_AGAINST else "current"
    states = ["done" if i < at else reached if i == at else "to_come" for i in range(len(STAGES))]
    sent = f"Déposé le {moment(application.submitted_at)}" if application.submitted_at and at > 0 else None
    return [
        Line(label, state, sent if index == 0 else None)
        for index, (label, state) in enumerate(zip(STAGES, states, strict=True))
    ]


def interview(application: Application) -> Interview | None:
    """Return the interview the applicant is to come to, or null: asked for but not dated, it is not told yet."""
    return next((i for i in application.interviews if i.status is InterviewStatus.PLANNED), None)


# Her own timeline -----------------------------------------------------------------------------------------------------

A = ApplicationAct
HERS: Final = frozenset(
    {kind.value for kind in (
        E.STARTED, E.STRUCTURE_CHOSEN, E.SITUATION_DESCRIBED, E.DECLARED, E.ANSWERED, E.PIECE_DEPOSITED, E.PIECE_REMOVED,
        E.LETTER_ASKED, E.LETTER_WITHDRAWN, E.PRACTICES_TOLD, E.PROFILE_TOLD,
    )}
    | {f"application.{act.value}" for act in (A.SUBMIT, A.TAKE_BACK, A.CORRECT, A.CONFIRM, A.DECLINE)}
)  # fmt: skip
"""Kinds of events only the applicant writes, under whatever name she had then."""


def own_timeline(application: Application, entries: Iterable[Entry]) -> list[Entry]:
    """Return the file's history as its applicant reads it: her name, the carrier for its staff, our tool for sweeps."""
    labels = {requirement.code: requirement.label for requirement in application.call.pieces}
    return [
        dataclasses.replace(entry, actor=_actor(application, entry), sentence=_with_piece(entry, labels))
        for entry in entries
    ]


BY_STRUCTURE: Final = frozenset({E.LETTER_SIGNED.value, E.LETTER_DECLINED.value})
"""Kinds of events whose author is whoever answered for her structure: named, since she asked them."""


def _actor(application: Application, entry: Entry) -> str:
    if entry.kind in BY_STRUCTURE:
        return entry.actor
    if entry.codes.get("for_her"):
        return application.call.carrier.short_name
    if entry.kind in HERS or entry.actor == application.person.name:
        return application.person.name
    return TOOL if entry.actor == WORKER.name else application.call.carrier.short_name


def _with_piece(entry: Entry, labels: Mapping[str, Any]) -> str:
    label = labels.get(str(entry.codes.get("piece")))
    return f"{entry.sentence} : {label}" if label else entry.sentence


RUNNING: Final = frozenset(set(S) - {S.WITHDRAWN, S.NOT_SUBMITTED})
"""States of a file that keeps its person from starting another on the same call (R11)."""


def missing_now(application: Application) -> list[rules.Missing]:
    """Return what the file lacks today to be sent (R19)."""
    return rules.missing(application, clock.today())


def is_in_hand(application: Application) -> bool:
    """Whether she may change her file now."""
    return application.status in IN_THE_APPLICANTS_HANDS
