"""The same act on several files at once: all of them, or none (R20, R27, R105).

A federation of two reads forty files; it must not send forty forms to say forty times the same thing.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from training.accounts import rules as accounts
from training.accounts.enums import Part
from training.admissions import rules
from training.admissions.commands import DecideForSchool, ReviewPiece, TakeBatch
from training.admissions.enums import ApplicationAct, PieceStatus
from training.admissions.file_uses import LIST_EVIDENCE
from training.admissions.models import Application, Call
from training.admissions.procedure import APPLICATION
from training.admissions.services import deciding, processing, reserve
from training.common import files
from training.common.declarations import file_use
from training.common.errors import ActUnavailable, Forbidden, Refused
from training.common.formatting import plural
from training.common.policy import Principal

A = ApplicationAct
MOST: Final = 200
"""Files one batch takes: what a person can still read before she sends it."""


class BatchRefused(Refused):
    """Some of the chosen files cannot take the act; ``why`` tells it of each, and nothing was done."""

    def __init__(self, why: Mapping[uuid.UUID, str]) -> None:
        super().__init__(
            f"Rien n’est fait : {plural(len(why), 'dossier ne le permet pas', 'dossiers ne le permettent pas')}. "
            "Le motif est écrit sur sa ligne ; décochez-le, ou réglez-le d’abord."
        )
        self.why = dict(why)


def _admit(application: Application, _command: TakeBatch, *, by: Principal) -> None:
    """Declare every piece nobody looked at yet conform, then the file admissible."""
    for requirement in rules.expected_pieces(application):
        piece = rules.current_piece(application, requirement)
        if piece is not None and piece.status is PieceStatus.TO_CHECK:
            processing.review_piece(application, ReviewPiece(piece.id, PieceStatus.CONFORM, ""), by=by)
    processing.admit(application, by=by)


def _not_preselect(application: Application, command: TakeBatch, *, by: Principal) -> None:
    deciding.not_preselect(application, by=by, reason=command.reason)


VERBS: Final[Mapping[ApplicationAct, Callable[..., Any]]] = {
    A.ADMIT: _admit,
    A.START_REVIEW: lambda application, _command, *, by: processing.start_review(application, by=by),
    A.PRESELECT: lambda application, _command, *, by: deciding.preselect(application, by=by),
    A.NOT_PRESELECT: _not_preselect,
    A.TRANSMIT: lambda application, _command, *, by: deciding.transmit(application, by=by),
    A.ENROL: lambda application, command, *, by: reserve.enrol(application, by=by, referent_id=command.referent_id),
}
BY_SCHOOL: Final = frozenset({A.VALIDATE, A.REFUSE})
ACTS: Final = (*VERBS, A.VALIDATE, A.REFUSE)
"""The acts that several files may take at once."""


def take(ready: Sequence[Application], command: TakeBatch, *, by: Principal) -> int:
    """Take the act on every chosen file, or on none; return how many took it.

    ``ready`` are those of the call that may take it, loaded FOR UPDATE after their cohort. Raises
    :class:`BatchRefused` with each file's own reason, or ``Refused`` when none is chosen or when a chosen one is no
    longer among them: someone else has moved it since the page was read.
    """
    if not command.ids:
        raise Refused("Cochez au moins un dossier.")
    chosen = [application for application in ready if application.id in command.ids]
    moved = len(command.ids) - len(chosen)
    if moved:
        raise Refused(
            f"Rien n’est fait : {plural(moved, 'dossier coché a', 'dossiers cochés ont')} changé d’état entre-temps. "
            "Relisez la liste : ceux qui peuvent encore avancer sont restés cochés."
        )
    why = {a.id: words for a in chosen if (words := refusal(a, command.act, by=by, reason=command.reason or "…"))}
    if why:
        raise BatchRefused(why)
    if command.act in BY_SCHOOL:
        _decide_for_school(chosen, command, by=by)
    else:
        for application in chosen:
            VERBS[command.act](application, command, by=by)
    return len(chosen)


def _decide_for_school(chosen: Sequence[Application], command: TakeBatch, *, by: Principal) -> None:
    """Write the school's decision on each; the proof of a transcribed list is kept once, with the call (R96)."""
    call = chosen[0].call
    kept = None
    if command.evidence is not None and accounts.transcribes(by, call, Part.SCHOOL):
        kept = files.keep(command.evidence, use=file_use(LIST_EVIDENCE), subject=call, by=by)
    decision = DecideForSchool(command.decided_on, command.reason)
    for application in chosen:
        deciding.decide_for_school(application, decision, accepted=command.act is A.VALIDATE, by=by, kept=kept)


def refusal(application: Application, act: ApplicationAct, *, by: Principal, reason: str = "…") -> str | None:
    """Return why this file cannot take this act now, in French, or null."""
    if act is A.ADMIT and _has_returned_piece(application):
        return "Une pièce est à remplacer : demandez les corrections, ou revoyez la pièce."
    try:
        APPLICATION.check(application, act, by=by, reason=reason)
    except (ActUnavailable, Forbidden, Refused) as fault:
        return fault.message
    return None


def _has_returned_piece(application: Application) -> bool:
    current = [rules.current_piece(application, requirement) for requirement in rules.expected_pieces(application)]
    return any(piece is not None and piece.status is PieceStatus.TO_REPLACE for piece in current)


def may_start(call: Call, act: ApplicationAct) -> bool:
    """Whether the call has this step at all (R105)."""
    if act in {A.PRESELECT, A.NOT_PRESELECT}:
        return call.has_preselection
    return call.has_school_step or act not in {A.TRANSMIT, A.VALIDATE, A.REFUSE}
