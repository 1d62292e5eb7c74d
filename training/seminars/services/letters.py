"""Personal links of attendance, made and sent (R100, R115)."""

import uuid
from collections.abc import Iterable

from training.accounts.models import Person
from training.cohorts.models import Enrolment
from training.common import journal, links
from training.common.emails import is_reachable
from training.common.errors import Refused
from training.common.policy import Principal
from training.seminars import mails
from training.seminars.models import HalfDay, Seminar
from training.seminars.rules.attendance import COUNTERSIGN, SIGN
from training.seminars.services.sheets import sheet_for


def send_countersign_link(half_day: HalfDay, person: Person, *, by: Principal) -> None:
    """Send someone who taught a half-day the link to countersign its sheet; an earlier one no longer works.

    Raises ``Refused`` once the sheet is locked, and for whoever has no address.
    """
    if not is_reachable(person.email):
        raise Refused(f"{person.name} n’a pas d’adresse : le lien ne peut pas partir.")
    sheet = sheet_for(half_day)
    if sheet.is_locked:
        raise Refused("Cette feuille est déjà contresignée.")
    secret = links.issue(COUNTERSIGN, sheet, bearer_id=person.id, created_by=by.person_id)
    mails.countersign_link(sheet, half_day, person, secret)
    journal.record(sheet, "sheet.countersign_link_sent", by=by, codes={"to": str(person.id)})


def send_sign_links(seminar: Seminar, enrolments: Iterable[Enrolment], *, by: Principal) -> int:
    """Send each learner her own link to sign at a seminar without a password; return how many left.

    Sent again, the new link replaces the one before. Raises ``Refused`` when there is no half-day or nobody.
    """
    if not seminar.half_days:
        raise Refused("Ce séminaire n’a pas encore de demi-journée.")
    sent: set[uuid.UUID] = set()
    for enrolment in enrolments:
        if enrolment.person_id in sent:
            continue
        secret = links.issue(SIGN, seminar, bearer_id=enrolment.person_id, created_by=by.person_id)
        mails.sign_link(seminar, enrolment.person, secret)
        sent.add(enrolment.person_id)
    if not sent:
        raise Refused("Personne n’est attendu·e à ce séminaire.")
    journal.record(seminar, "seminar.sign_links_sent", by=by, codes={"people": len(sent)})
    return len(sent)
