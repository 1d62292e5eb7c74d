"""Why a learner may not be proposed yet: a list of reasons, each with what is missing and who can settle it (R67). Pure.

Nothing unknown blocks (R3); what the school dispensed her from blocks no more, and is shown (R69).
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from training.cohorts.enums import GONE, EnrolmentStatus
from training.common.formatting import plain_date
from training.diplomas.enums import ReasonKind, Settler, WaiverScope
from training.diplomas.rules.facts import ChoiceFacts, LearnerFacts
from training.diplomas.rules.hours import HoursFacts
from training.diplomas.rules.missing import (
    ENROLMENT,
    HOURS,
    MEMOIRE,
    OWN_MEMOIRE,
    PATH,
    Missing,
    Reason,
    WaiverKey,
    in_order,
    in_words,
    plural,
)
from training.diplomas.rules.modules import ModuleProgress, module_key
from training.portfolio.enums import TracerStatus

PASSED: Final = "passed"
DEFENDED_WELL: Final = "corrections_due"


@dataclass(frozen=True, slots=True)
class Waived:
    """Something she is dispensed from, which would be missing otherwise."""

    key: WaiverKey
    words: str


@dataclass(frozen=True)
class Eligibility:
    """What a learner lacks, what she is dispensed from, and what nobody knows yet."""

    reasons: Sequence[Reason]
    waived: Sequence[Waived] = ()
    to_confirm: Sequence[str] = ()
    validated: Sequence[ModuleProgress] = ()

    @property
    def is_met(self) -> bool:
        """Whether she may be proposed for the diploma."""
        return not self.reasons

    @functools.cached_property
    def concerned(self) -> frozenset[Settler]:
        """Who can settle something."""
        return frozenset().union(*{reason.concerned for reason in self.reasons})

    @property
    def settlers(self) -> list[Settler]:
        """Who can settle something, in the order one reads them."""
        return in_order(self.concerned)

    @property
    def settled_by(self) -> str:
        """Who can settle something, in words; nothing when nothing lacks."""
        return in_words(self.concerned)

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
    validated: list[ModuleProgress] = []
    to_confirm: list[str] = []
    lacking = _modules(facts, validated, waived, to_confirm)
    if facts.choices:
        reasons += _choices(facts, lacking, validated, waived)
    reasons += [reason for _module, reason in lacking]
    for count in facts.hours:
        reasons += _hours(facts, count, waived, to_confirm)
    reasons += _forum(facts, waived)
    reasons += _memoire(facts, to_confirm)
    return Eligibility(reasons, waived, to_confirm, validated)


def _standing(facts: LearnerFacts) -> Iterator[Reason]:
    carrier = partial(Missing, settler=Settler.CARRIER, act="Voir son inscription", href=ENROLMENT)
    if facts.status is EnrolmentStatus.SUSPENDED:
        sentence = "La formation est interrompue"
        yield Reason(ReasonKind.ENROLMENT, sentence, [carrier("Le porteur enregistre la reprise de la formation.")])
    elif facts.status in GONE:
        sentence = f"La personne n’est plus en formation ({facts.status.label})"
        yield Reason(ReasonKind.ENROLMENT, sentence, [carrier("Seule une personne inscrite peut être proposée.")])
    if facts.held_from is not None:
        words = "La preuve du recrutement n’est pas reçue\u00a0: le porteur lève la dérogation quand elle arrive."
        yield Reason(ReasonKind.DEROGATION, "L’admission par dérogation n’est pas levée", [carrier(words)])


# --- modules ---------------------------------------------------------------------------------------------------------


type_lacking = list[tuple[ModuleProgress, Reason]]
"""Modules asked and not validated, in their order, each with its reason."""


def _modules(
    facts: LearnerFacts, validated: list[ModuleProgress], waived: list[Waived], to_confirm: list[str]
) -> type_lacking:
    """Return the reasons of the modules asked and not validated; fill what is validated, waived, to be confirmed."""
    found: type_lacking = []
    for module in facts.modules:
        reason = module.reason
        if reason is not None and facts.waived:
            waived += _waived(facts, module)
            reason = module.reason_of(module.unwaived(facts.waived))
        if reason is None:
            if module.is_begun:
                validated.append(module)
            elif module.is_asked:
                to_confirm.append(f"Module «\u202f{module.name}\u202f»\u00a0: rien n’y est encore prévu")
        elif module.is_asked:
            found.append((module, reason))
    return found


def _waived(facts: LearnerFacts, module: ModuleProgress) -> Iterator[Waived]:
    """Yield what she is dispensed from in a module, and lacks: its documents, then the whole of it if something else lacks."""
    for tracer in module.tracers:
        if tracer.status is not TracerStatus.ACCEPTED and tracer.key in facts.waived:
            yield Waived(tracer.key, f"«\u202f{tracer.label}\u202f»")
    whole = module_key(module)
    if whole in facts.waived and any(part.waiver not in facts.waived for part in module.lacks):
        yield Waived(whole, f"Module «\u202f{module.name}\u202f»")


def _choices(
    facts: LearnerFacts, lacking: type_lacking, validated: Sequence[ModuleProgress], waived: list[Waived]
) -> Iterator[Reason]:
    """Yield the choices to make; once enough of what she chose is validated, the rest of it is no reason (R68, R104)."""
    for group in facts.choices:
        key = WaiverKey(WaiverScope.CHOICE, str(group.id))
        done = sum(module.group_id == group.id for module in validated)
        if done >= group.at_least or key in facts.waived:
            lacking[:] = [each for each in lacking if each[0].group_id != group.id]
            if key in facts.waived:
                waived.append(Waived(key, f"Choix «\u202f{group.label}\u202f»"))
        elif group.is_asked and group.chosen < group.at_least:
            yield _choice(group, key)


def _choice(group: ChoiceFacts, key: WaiverKey) -> Reason:
    until = f" jusqu’au {plain_date(group.until)}" if group.until else ""
    words = f"{plural(group.at_least - group.chosen, 'module')} à choisir{until}."
    missing = Missing(words, Settler.LEARNER, "Voir le parcours", PATH)
    return Reason(ReasonKind.CHOICE, f"Le choix «\u202f{group.label}\u202f» n’est pas fait", [missing], key)


# --- hours, forum, mémoire -------------------------------------------------------------------------------------------


def _hours(facts: LearnerFacts, count: HoursFacts, waived: list[Waived], to_confirm: list[str]) -> Iterator[Reason]:
    """Yield the reason of a modality below what is asked; null or a range is to be confirmed (R3, R50)."""
    if count.required is None:
        to_confirm.append(f"Heures demandées en {count.modality.label.lower()}")
        return
    if count.reason is None:
        return
    if facts.waived and count.key in facts.waived:
        waived.append(Waived(count.key, f"Heures\u00a0: {count.modality.label.lower()}"))
        return
    yield count.reason


def _forum(facts: LearnerFacts, waived: list[Waived]) -> Iterator[Reason]:
    if facts.forum is not False:
        return
    key = WaiverKey(WaiverScope.FORUM)
    if key in facts.waived:
        waived.append(Waived(key, "Participation au forum"))
        return
    words = "La personne qui la suit, ou l’école, note sa participation."
    part = Missing(words, Settler.TRAINER, "Noter la participation", HOURS)
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
    yield _memoire_reason(facts.memoire, MEMOIRE if facts.memoire_id else OWN_MEMOIRE)


@functools.cache
def _memoire_reason(state: str | None, href: str) -> Reason:
    step = _MEMOIRE.get(state) or _Step("Le mémoire est en cours.", Settler.LEARNER)
    return Reason(ReasonKind.MEMOIRE, "Le mémoire n’est pas admis", [Missing(step.words, step.settler, step.act, href)])
