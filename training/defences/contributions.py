"""What the mémoire tells on a learner’s path: where it stands, the rule in plain words, the next act (R56–R60)."""

from typing import Final

from training.cohorts.models import Enrolment
from training.common.policy import Principal
from training.defences.enums import MemoireStatus
from training.defences.models import Memoire
from training.defences.queries import memoire_of
from training.portfolio.enums import Audience, RequirementState
from training.portfolio.path import Act, Contribution, Contributor, Requirement

S = MemoireStatus
RULE: Final = (
    "Le mémoire analyse une démarche menée dans votre propre équipe : un sujet approuvé, des versions relues, une version "
    "finale, le bon à soutenir, puis la soutenance devant le jury."
)
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
    """Return where the mémoire stands: the step alone to her employer, with its next act to the others. One SELECT."""
    return Contribution(requirements=(_requirement(enrolment, memoire_of(enrolment.id), audience),))


def _requirement(enrolment: Enrolment, memoire: Memoire | None, audience: Audience) -> Requirement:
    if memoire is None:
        act = Act("Proposer un sujet", f"/parcours/{enrolment.id}/memoire") if audience is Audience.LEARNER else None
        return Requirement("Mémoire : sujet à proposer", RequirementState.TO_COME, RULE, "", act)
    state = _STATES.get(memoire.status, RequirementState.UNDER_WAY)
    detail = memoire.subject if audience is not Audience.EMPLOYER else ""
    return Requirement(f"Mémoire : {memoire.status.label}", state, RULE, detail, _act(memoire, audience))


def _act(memoire: Memoire, audience: Audience) -> Act | None:
    if audience is Audience.EMPLOYER:
        return None
    told = {Audience.LEARNER: _LEARNER_ACTS, Audience.REVIEWER: _READER_ACTS}.get(audience, {})
    return Act(told.get(memoire.status, "Ouvrir le mémoire"), f"/memoires/{memoire.id}")


CONTRIBUTOR: Final = Contributor("defences", 30, contribution)
