"""What someone with bad intentions tries with sheets: a link kept after leaving, a proof that says why one was away."""

import io
import re
from typing import Any

from sqlalchemy import select

from tests.factories import accounts
from tests.factories import attendance as make
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as seminar_rows
from tests.support import samples
from training.accounts.enums import Function, Part
from training.cohorts.models import Cohort
from training.common import clock
from training.common.mail import OutgoingMail
from training.seminars.enums import SheetStatus, StaffRole
from training.seminars.models import AttendanceWaiver
from training.seminars.services import letters


def test_a_speaker_replaced_no_longer_countersigns_by_her_link(
    cohort: Cohort, client: Any, session: Any, frozen_clock: Any
) -> None:
    speaker = accounts.person()
    half_day = seminar_rows.half_day(cohort, staff=((speaker.id, StaffRole.SPEAKER),))
    cohort_rows.learner(cohort)
    frozen_clock.at(half_day.ends_at)
    sheet = make.opened(half_day)
    letters.send_countersign_link(half_day, speaker, by=make.trainer_of(cohort))
    session.commit()
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.message == "seminars/countersign_link")).one()
    led = client.post(re.findall(r"/acces/[\w-]+", mail.text)[0]).location
    assert client.get(led).status_code == 200
    half_day.staff.clear()
    session.commit()

    assert client.get(led).status_code in {303, 404}
    assert client.post(led).status_code in {303, 404}
    session.expire_all()
    assert sheet.status is SheetStatus.OPEN


def test_r122_the_funder_and_the_employer_never_read_why_one_was_dispensed(
    new_client: Any, session: Any, frozen_clock: Any
) -> None:
    cohort = cohort_rows.cohort(school_outside=True)
    learner, half_day = cohort_rows.learner(cohort), seminar_rows.half_day(cohort)
    make.locked(half_day)
    frozen_clock.at(half_day.ends_at)
    carrier, funder, employer, herself = (new_client() for _ in range(4))
    accounts.sign_in(carrier, cohort_rows.carrier_of(cohort))
    accounts.sign_in(funder, accounts.manager(cohort_rows.part_of(cohort, Part.FUNDER)))
    someone = accounts.person()
    accounts.membership(someone, Function.REPRESENTATIVE, learner.structure)
    accounts.sign_in(employer, someone)
    accounts.sign_in(herself, learner.person)
    given = {"decided_on": f"{clock.today():%d/%m/%Y}", "reason": "Traitement lourd"}
    proof = {**given, "evidence": (io.BytesIO(samples.pdf(1)), "courriel.pdf")}
    path = f"/promotions/{cohort.code}/apprenants/{learner.id}/presences/{half_day.id}/dispense"
    assert carrier.post(path, data=proof).status_code == 303
    file = f"/fichiers/{session.scalars(select(AttendanceWaiver)).one().evidence_id}"

    assert [each.get(file).status_code for each in (carrier, herself)] == [200, 200]
    assert [each.get(file).status_code for each in (funder, employer)] == [404, 404]
