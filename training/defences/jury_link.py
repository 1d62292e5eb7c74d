"""What a juror’s personal link opens, and how an expired one is renewed (R100)."""

from datetime import timedelta
from typing import Final

from training.common.declarations import LinkPurpose
from training.common.errors import Refused
from training.common.links import AccessLink
from training.common.policy import WORKER
from training.database import db
from training.defences.models import Juror
from training.defences.queries.days import days_of
from training.defences.rules.juries import JURY
from training.defences.services.days import ask_availability


def press_jury(link: AccessLink) -> str:
    """Open her page: her days, her slots."""
    juror = db.session.get(Juror, link.subject_id)
    if juror is None or juror.ended_at is not None or not juror.person.active:
        raise Refused("Vous n’êtes plus membre de ces jurys. Écrivez à l’organisme qui organise les soutenances.")
    return f"/jurys/{juror.id}"


def renew_jury(link: AccessLink) -> None:
    """Send a fresh link to the same juror."""
    juror = db.session.get(Juror, link.subject_id)
    if juror is not None and juror.ended_at is None and juror.person.active:
        ask_availability(juror, days_of(juror.cohort_id), by=WORKER)


PURPOSE: Final = LinkPurpose(
    code=JURY,
    title="Votre place au jury",
    explanation=(
        "Ce lien vous est personnel. Il ouvre vos disponibilités, vos soutenances et leurs mémoires, sans mot de passe."
    ),
    button="Ouvrir ma page de jury",
    lifetime=timedelta(days=150),
    consume=press_jury,
    renew=renew_jury,
    uses=None,
    opens=True,
)
