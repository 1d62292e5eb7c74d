"""The procedure of waivers (R69)."""

from typing import Any, Final

from training.cohorts.rules import file_is_open
from training.common.policy import Permission
from training.common.procedure import Procedure, Step
from training.diplomas.enums import WaiverAct, WaiverStatus

S = WaiverStatus


def _locked(waiver: Any) -> str | None:
    return None if file_is_open(waiver.enrolment) else "Le dossier est clos\u00a0: plus rien n’y change."


def _step(act: WaiverAct, source: WaiverStatus, to: WaiverStatus, sentence: str, *, reason: bool = False) -> Step[Any]:
    return Step(
        from_=frozenset({source}),
        to=to,
        permission=Permission.DIPLOMAS_WAIVER_DECIDE,
        label=act.label,
        sentence=sentence,
        reason=reason,
        bar=_locked,
    )


WAIVER: Final = Procedure[WaiverStatus, WaiverAct](
    name="diploma_waiver",
    steps={
        WaiverAct.GRANT: _step(WaiverAct.GRANT, S.ASKED, S.GRANTED, "a accordé la dispense"),
        WaiverAct.REFUSE: _step(WaiverAct.REFUSE, S.ASKED, S.REFUSED, "a refusé la dispense", reason=True),
        WaiverAct.END: _step(WaiverAct.END, S.GRANTED, S.ENDED, "a arrêté la dispense", reason=True),
    },
)
