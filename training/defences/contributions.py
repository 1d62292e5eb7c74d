"""What the mémoire tells on a learner’s path: where it stands, the rule in plain words, the next act (R56–R60)."""

from typing import Final

from training.catalogue.enums import Outcome
from training.cohorts.enums import GONE
from training.cohorts.models import Enrolment
from training.common.formatting import moment
from training.common.policy import Principal
from training.defences.enums import MemoireStatus
from training.defences.models import DefenceSlot, Memoire
from training.defences.queries.defences import memoire_and_defence
from training.portfolio.enums import Audience, RequirementState
from training.portfolio.path import Act, Contribution, Contributor, Requirement

S = MemoireStatus
_RULE: Final = (
    "Le mémoire analyse une démarche menée dans {team} propre équipe : un sujet approuvé, des versions relues, une version "
    "finale, le bon à soutenir, puis la soutenance devant le jury."
)
_DEFENCE_RULE: Final = (
    "Le mémoire se soutient devant un jury, qui donne un seul résultat. Il {who} est écrit une fois publié."
)
HELD: Final = {
    S.DEFENDED: "tenue, résultat à venir",
    S.PASSED: Outcome.PASSED.label,
    S.CORRECTIONS_DUE: Outcome.PASSED_WITH_CORRECTIONS.label,
}
"""What the state of a mémoire tells of a defence held before the tool."""
_STATES: Final = {S.PASSED: RequirementState.MET, S.DEFERRED: RequirementState.LATE, S.NO_SHOW: RequirementState.LATE}
_LEARNER_ACTS: Final = {
    S.SUBJECT_RETURNED: "Reprendre le sujet",
    S.SUBJECT_APPROVED: "Déposer une version",
    S.DRAFTING: "Déposer une version",
    S.CORRECTIONS_DUE: "Déposer la version corrigée",
    S.DEFERRED: "Préparer une nouvelle version",
}
_READER_ACTS: Final = {S.SUBJECT_PROPOSED: "Répondre sur le sujet", S.FINAL_DEPOSITED: "Donner le bon à soutenir"}


def contribution(enrolment: Enrolment, _principal: Principal, audience: Audience) -> Contribution:
    """Return where the mémoire and its defence stand: the step alone to her employer, with its next act to the others;
    nothing for whoever left without one, or took it elsewhere (R116).

    One SELECT.
    """
    memoire, slot = memoire_and_defence(enrolment.id)
    if memoire is None and enrolment.status in GONE:
        return Contribution()
    defence = _defence(slot, audience) if slot is not None else _unplaced(memoire, audience)
    return Contribution(requirements=(_requirement(enrolment, memoire, audience), defence))


def _rule(audience: Audience) -> str:
    return _RULE.format(team="votre" if audience is Audience.LEARNER else "sa")


def _defence_rule(audience: Audience) -> str:
    return _DEFENCE_RULE.format(who="vous" if audience is Audience.LEARNER else "lui")


def _unplaced(memoire: Memoire | None, audience: Audience) -> Requirement:
    """Return a defence without a slot: to come, or held before the tool, of which the mémoire’s state alone speaks."""
    if memoire is None or memoire.status not in HELD:
        return Requirement("Soutenance\u00a0: date à fixer", RequirementState.TO_COME, _defence_rule(audience))
    state = _STATES.get(memoire.status, RequirementState.UNDER_WAY)
    return Requirement(f"Soutenance\u00a0: {HELD[memoire.status]}", state, _defence_rule(audience))


def _defence(slot: DefenceSlot, audience: Audience) -> Requirement:
    """Return her defence: its date and place, then its result once published (R66)."""
    act = Act("Voir la soutenance", f"/soutenances/{slot.id}") if audience is Audience.LEARNER else None
    if slot.published_at is None or slot.minutes is None:
        where = ", ".join(part for part in (slot.day.place, slot.room.name) if part)
        return Requirement(
            f"Soutenance\u00a0: {moment(slot.starts_at)}",
            RequirementState.UNDER_WAY,
            _defence_rule(audience),
            where,
            act,
        )
    outcome = slot.minutes.outcome
    passed = outcome is Outcome.PASSED or slot.corrections_accepted_at is not None
    if passed:
        state = RequirementState.MET
    else:
        state = RequirementState.UNDER_WAY if outcome is Outcome.PASSED_WITH_CORRECTIONS else RequirementState.LATE
    return Requirement(f"Soutenance\u00a0: {outcome.label}", state, _defence_rule(audience), "", act)


def _requirement(enrolment: Enrolment, memoire: Memoire | None, audience: Audience) -> Requirement:
    if memoire is None:
        act = Act("Proposer un sujet", f"/parcours/{enrolment.id}/memoire") if audience is Audience.LEARNER else None
        return Requirement("Mémoire : sujet à proposer", RequirementState.TO_COME, _rule(audience), "", act)
    state = _STATES.get(memoire.status, RequirementState.UNDER_WAY)
    detail = memoire.subject if audience is not Audience.EMPLOYER else ""
    return Requirement(f"Mémoire : {memoire.status.label}", state, _rule(audience), detail, _act(memoire, audience))


def _act(memoire: Memoire, audience: Audience) -> Act | None:
    if audience is Audience.EMPLOYER:
        return None
    told = {Audience.LEARNER: _LEARNER_ACTS, Audience.REVIEWER: _READER_ACTS}.get(audience, {})
    return Act(told.get(memoire.status, "Ouvrir le mémoire"), f"/memoires/{memoire.id}")


CONTRIBUTOR: Final = Contributor("defences", 30, contribution)
