"""Why a learner may not be proposed yet: a list of reasons, each with what is missing and who can settle it (R67). Pure.

Nothing unknown blocks (R3); what the school dispensed her from blocks no more, and is shown (R69).
"""

import functools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from training.catalogue.enums import Modality
from training.cohorts.enums import EnrolmentStatus
from training.common import formatting
from training.common.formatting import plain_date
from training.diplomas.enums import SETTLERS, ReasonKind, Settler, WaiverScope
from training.diplomas.rules.facts import (
    ChoiceFacts,
    HoursFacts,
    LearnerFacts,
    ModuleProgress,
    TracerFacts,
    WaiverKey,
    module_key,
)
from training.portfolio.enums import AWAITING_REVIEW, TracerStatus

plural: Final = functools.lru_cache(maxsize=1024)(formatting.plural)
hours_words: Final = functools.lru_cache(maxsize=1024)(formatting.hours)
"""Learners of a region lack the same few things: their words are written once."""

PASSED: Final = "passed"
DEFENDED_WELL: Final = "corrections_due"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that lacks: in plain words, who can settle it, and where. ``waiver``: what would dispense from it."""

    words: str
    settler: Settler
    act: str
    href: str
    waiver: WaiverKey | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason not to propose her, and what lacks; ``waiver``: what would dispense from the whole of it."""

    kind: ReasonKind
    sentence: str
    parts: Sequence[Missing]
    waiver: WaiverKey | None = None

    @property
    def settlers(self) -> list[Settler]:
        """Who can settle it, in the order one reads them."""
        concerned = {part.settler for part in self.parts}
        return [settler for settler in SETTLERS if settler in concerned]


@dataclass(frozen=True, slots=True)
class Waived:
    """Something she is dispensed from, which would be missing otherwise."""

    key: WaiverKey
    words: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What a learner lacks, what she is dispensed from, and what nobody knows yet."""

    reasons: Sequence[Reason]
    waived: Sequence[Waived] = ()
    to_confirm: Sequence[str] = ()
    validated: Sequence[uuid.UUID] = ()

    @property
    def is_met(self) -> bool:
        """Whether she may be proposed for the diploma."""
        return not self.reasons

    @property
    def settlers(self) -> list[Settler]:
        """Who can settle something, in the order one reads them."""
        concerned = {part.settler for reason in self.reasons for part in reason.parts}
        return [settler for settler in SETTLERS if settler in concerned]

    @property
    def waivable(self) -> list[WaiverKey]:
        """What a waiver would take away, in the order it is read."""
        found = [reason.waiver for reason in self.reasons]
        found += [part.waiver for reason in self.reasons for part in reason.parts]
        return [key for key in found if key is not None]


def judge(facts: LearnerFacts) -> Eligibility:
    """Return what stands between a learner and the proposal for the diploma."""
    reasons: list[Reason] = [*_standing(facts)]
    waived: list[Waived] = []
    validated: list[uuid.UUID] = []
    to_confirm: list[str] = []
    lacking = _modules(facts, validated, waived, to_confirm)
    reasons += _choices(facts, lacking, validated, waived)
    reasons += lacking.values()
    for count in facts.hours:
        reasons += _hours(facts, count, waived, to_confirm)
    reasons += _forum(facts, waived)
    reasons += _memoire(facts, to_confirm)
    return Eligibility(reasons, waived, to_confirm, validated)


def _standing(facts: LearnerFacts) -> Iterator[Reason]:
    page = f"/promotions/{facts.cohort_code}/apprenants/{facts.enrolment_id}"
    carrier = partial(Missing, settler=Settler.CARRIER, act="Voir son inscription", href=page)
    if facts.status is EnrolmentStatus.SUSPENDED:
        sentence = "La formation est interrompue"
        yield Reason(ReasonKind.ENROLMENT, sentence, [carrier("Le porteur enregistre la reprise de la formation.")])
    elif facts.status in {EnrolmentStatus.WITHDRAWN, EnrolmentStatus.POSTPONED}:
        sentence = f"La personne n’est plus en formation ({facts.status.label})"
        yield Reason(ReasonKind.ENROLMENT, sentence, [carrier("Seule une personne inscrite peut être proposée.")])
    if facts.held_from is not None:
        words = "La preuve du recrutement n’est pas reçue\u00a0: le porteur lève la dérogation quand elle arrive."
        yield Reason(ReasonKind.DEROGATION, "L’admission par dérogation n’est pas levée", [carrier(words)])


# --- modules ---------------------------------------------------------------------------------------------------------


def _modules(
    facts: LearnerFacts, validated: list[uuid.UUID], waived: list[Waived], to_confirm: list[str]
) -> dict[uuid.UUID, Reason]:
    """Return the reasons of the modules asked and not validated; fill what is validated, waived, to be confirmed."""
    found: dict[uuid.UUID, Reason] = {}
    for module in facts.modules:
        parts = list(_module_parts(facts, module, waived))
        if parts and module_key(module) in facts.waived:
            waived.append(Waived(module_key(module), f"Module «\u202f{module.name}\u202f»"))
            parts = []
        if not parts:
            if module.is_begun:
                validated.append(module.id)
            elif module.is_asked:
                to_confirm.append(f"Module «\u202f{module.name}\u202f»\u00a0: rien n’y est encore prévu")
        elif module.is_asked:
            sentence = f"Le module «\u202f{module.name}\u202f» n’est pas validé"
            found[module.id] = Reason(ReasonKind.MODULE, sentence, parts, module_key(module))
    return found


def _module_parts(facts: LearnerFacts, module: ModuleProgress, waived: list[Waived]) -> Iterator[Missing]:
    """Yield what a module lacks (R44, R55): half-days, documents, e-learning."""
    yield from _half_days(facts, module)
    for tracer in module.tracers:
        key = WaiverKey(WaiverScope.TRACER, str(tracer.type_id))
        if tracer.status is TracerStatus.ACCEPTED:
            continue
        if key in facts.waived:
            waived.append(Waived(key, f"«\u202f{tracer.label}\u202f»"))
        else:
            yield _tracer(facts, tracer, key)
    if module.minutes_asked is not None and module.minutes_confirmed < module.minutes_asked:
        waits = module.minutes_confirmed + module.minutes_waiting >= module.minutes_asked
        lacking = hours_words((module.minutes_asked - module.minutes_confirmed) / 60)
        yield Missing(
            f"E-learning\u00a0: {lacking} à valider." if waits else f"E-learning\u00a0: il manque {lacking}.",
            Settler.TRAINER if waits else Settler.LEARNER,
            "Valider des heures" if waits else "Noter des heures",
            f"/parcours/{facts.enrolment_id}/heures",
        )


def _half_days(facts: LearnerFacts, module: ModuleProgress) -> Iterator[Missing]:
    count = module.half_days
    if count.satisfied * 100 >= facts.asked_rate * count.total:
        return
    href = f"/promotions/{facts.cohort_code}/apprenants/{facts.enrolment_id}/presences"
    if count.missed and (count.total - count.missed) * 100 < facts.asked_rate * count.total:
        words = plural(count.missed, "demi-journée manquée", "demi-journées manquées")
        yield Missing(
            f"{words}, à rattraper ailleurs ou à faire dispenser par l’école.",
            Settler.CARRIER,
            "Prévoir un rattrapage",
            href,
        )
    if count.unlocked:
        words = plural(count.unlocked, "feuille d’émargement", "feuilles d’émargement")
        yield Missing(f"{words} à contresigner.", Settler.TRAINER, "Voir les présences", href)
    if count.ahead:
        words = plural(count.ahead, "demi-journée à venir", "demi-journées à venir")
        yield Missing(f"{words}.", Settler.LEARNER, "Voir les présences", href)


_AWAITED: Final = {
    TracerStatus.EXPECTED: "à déposer",
    TracerStatus.QUARANTINED: "mis à l’écart, à remplacer",
    TracerStatus.TO_REVISE: "à reprendre",
}


def _tracer(facts: LearnerFacts, tracer: TracerFacts, key: WaiverKey) -> Missing:
    href = f"/parcours/{facts.enrolment_id}/documents-traceurs/{tracer.type_id}"
    if tracer.status in AWAITING_REVIEW:
        return Missing(f"«\u202f{tracer.label}\u202f» à relire.", Settler.TRAINER, "Relire le document", href, key)
    words = f"«\u202f{tracer.label}\u202f» {_AWAITED[tracer.status]}."
    return Missing(words, Settler.LEARNER, "Ouvrir le document", href, key)


def _choices(
    facts: LearnerFacts, lacking: dict[uuid.UUID, Reason], validated: Sequence[uuid.UUID], waived: list[Waived]
) -> Iterator[Reason]:
    """Yield the choices to make; once enough of what she chose is validated, the rest of it is no reason (R68, R104)."""
    for group in facts.choices:
        key = WaiverKey(WaiverScope.CHOICE, str(group.id))
        members = [module for module in facts.modules if module.group_id == group.id]
        if sum(module.id in validated for module in members) >= group.at_least or key in facts.waived:
            for module in members:
                lacking.pop(module.id, None)
            if key in facts.waived:
                waived.append(Waived(key, f"Choix «\u202f{group.label}\u202f»"))
        elif group.is_asked and group.chosen < group.at_least:
            yield _choice(facts, group, key)


def _choice(facts: LearnerFacts, group: ChoiceFacts, key: WaiverKey) -> Reason:
    until = f" jusqu’au {plain_date(group.until)}" if group.until else ""
    words = f"{plural(group.at_least - group.chosen, 'module')} à choisir{until}."
    missing = Missing(words, Settler.LEARNER, "Voir le parcours", f"/parcours/{facts.enrolment_id}")
    return Reason(ReasonKind.CHOICE, f"Le choix «\u202f{group.label}\u202f» n’est pas fait", [missing], key)


# --- hours, forum, mémoire -------------------------------------------------------------------------------------------


def _hours(facts: LearnerFacts, count: HoursFacts, waived: list[Waived], to_confirm: list[str]) -> Iterator[Reason]:
    """Yield the reason of a modality below what is asked; null or a range is to be confirmed (R3, R50)."""
    if count.required is None:
        to_confirm.append(f"Heures demandées en {count.modality.label.lower()}")
        return
    if not count.missing:
        return
    key = WaiverKey(WaiverScope.HOURS, count.modality.value)
    if key in facts.waived:
        waived.append(Waived(key, f"Heures\u00a0: {count.modality.label.lower()}"))
        return
    told = f"{hours_words(count.shown)} sur {hours_words(count.required)}"
    sentence = f"{count.modality.label}\u00a0: {told}"
    part = _in_person(facts, count) if count.modality is Modality.IN_PERSON else _logged(facts, count)
    yield Reason(ReasonKind.HOURS, sentence, [part], key)


def _in_person(facts: LearnerFacts, count: HoursFacts) -> Missing:
    href = f"/promotions/{facts.cohort_code}/apprenants/{facts.enrolment_id}/presences"
    lacking = hours_words(count.missing)
    if count.possible is not None and count.required is not None and count.possible >= count.required:
        return Missing(f"Il manque {lacking}, prévues au calendrier.", Settler.LEARNER, "Voir les présences", href)
    words = (
        f"Il manque {lacking}, que le calendrier ne donne plus\u00a0: à rattraper, ou à faire dispenser par l’école."
    )
    return Missing(words, Settler.CARRIER, "Prévoir un rattrapage", href)


def _logged(facts: LearnerFacts, count: HoursFacts) -> Missing:
    href = f"/parcours/{facts.enrolment_id}/heures"
    if count.waiting >= count.missing:
        return Missing(f"{hours_words(count.missing)} à valider.", Settler.TRAINER, "Valider des heures", href)
    return Missing(f"Il manque {hours_words(count.missing)}.", Settler.LEARNER, "Noter des heures", href)


def _forum(facts: LearnerFacts, waived: list[Waived]) -> Iterator[Reason]:
    if facts.forum is not False:
        return
    key = WaiverKey(WaiverScope.FORUM)
    if key in facts.waived:
        waived.append(Waived(key, "Participation au forum"))
        return
    words = "La personne qui la suit, ou l’école, note sa participation."
    part = Missing(words, Settler.TRAINER, "Noter la participation", f"/parcours/{facts.enrolment_id}/heures")
    yield Reason(ReasonKind.FORUM, "La participation au forum n’est pas notée", [part], key)


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of the mémoire that is not its end: what lacks and who can settle it."""

    words: str
    settler: Settler
    act: str = "Ouvrir le mémoire"


_MEMOIRE: Final = {
    None: _Step("Le sujet est à proposer.", Settler.LEARNER, "Proposer un sujet"),
    "subject_proposed": _Step("Le sujet proposé est à approuver.", Settler.TRAINER),
    "subject_returned": _Step("Le sujet est à retravailler.", Settler.LEARNER),
    "subject_approved": _Step("La rédaction est à commencer.", Settler.LEARNER),
    "drafting": _Step("La version finale est à déposer.", Settler.LEARNER),
    "final_deposited": _Step("Le «\u202fbon à soutenir\u202f» est à donner.", Settler.TRAINER),
    "cleared": _Step("La soutenance est à planifier.", Settler.CARRIER),
    "scheduled": _Step("La soutenance est planifiée.", Settler.JURY),
    "defended": _Step("Le résultat de la soutenance est attendu.", Settler.JURY),
    DEFENDED_WELL: _Step("Les corrections demandées par le jury sont attendues.", Settler.LEARNER),
    "deferred": _Step("La soutenance est ajournée\u00a0: une nouvelle est à planifier.", Settler.CARRIER),
    "no_show": _Step(
        "La personne ne s’est pas présentée\u00a0: une nouvelle soutenance est à planifier.", Settler.CARRIER
    ),
}


def _memoire(facts: LearnerFacts, to_confirm: list[str]) -> Iterator[Reason]:
    """Yield what the mémoire lacks, step by step (R65)."""
    if facts.memoire == PASSED:
        return
    if facts.asks_memoire is None and facts.memoire is None:
        to_confirm.append("Mémoire et soutenance")
        return
    if facts.asks_memoire is False:
        return
    step = _MEMOIRE.get(facts.memoire) or _Step("Le mémoire est en cours.", Settler.LEARNER)
    href = f"/memoires/{facts.memoire_id}" if facts.memoire_id else f"/parcours/{facts.enrolment_id}/memoire"
    part = Missing(step.words, step.settler, step.act, href)
    yield Reason(ReasonKind.MEMOIRE, "Le mémoire n’est pas admis", [part])
