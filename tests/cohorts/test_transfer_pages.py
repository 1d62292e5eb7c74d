"""The pages of a transfer, for each of those who must agree, and for nobody else (R96, R97, R116)."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts, transfers
from tests.factories import cohorts as make
from tests.support import samples
from training.accounts.enums import Part
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.transfers import Transfer, TransferStatus
from training.common import clock

TODAY = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _today(frozen_clock: Any) -> None:
    frozen_clock.at(clock.at_paris(TODAY, 12))


@pytest.fixture
def former(cohort: Cohort) -> Enrolment:
    return make.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))


@pytest.fixture
def target(cohort: Cohort) -> Cohort:
    return transfers.next_cohort(cohort, label="Promo 9", places=2)


def test_the_pages_of_a_transfer_from_the_proposal_to_the_agreement(
    former: Enrolment, target: Cohort, client: Any, page: Any, session: Any
) -> None:
    here = f"/promotions/{former.cohort.code}/apprenants/{former.id}"
    leaver, receiver = make.carrier_of(former.cohort), make.carrier_of(target)
    teacher = accounts.manager(make.part_of(target, Part.SCHOOL))
    accounts.sign_in(client, leaver)
    assert f"{here}/transfert" in page(here).links().values()
    assert "Promo 9" in page(f"{here}/transfert").text
    fields = {"target": f"{target.id}/{make.variant(target).id}", "enters_on": "01/04/2026", "reason": "Déménagement."}
    assert client.post(f"{here}/transfert", data={**fields, "reason": ""}).status_code == 422

    answer = client.post(f"{here}/transfert", data=fields)

    assert answer.status_code == 303
    address = answer.headers["Location"]
    transfer = session.scalars(select(Transfer)).one()
    assert "attend la promotion d’accueil" in page(address).text
    assert address in page(here).links().values()
    assert client.get(f"{here}/transfert").status_code == 303
    page(f"{address}/correspondance")
    line = next(each for each in transfer.lines if each.from_module and each.from_module.code == "PF")
    assert client.post(f"{address}/correspondance", data={f"garde-{line.id}": "beaucoup"}).status_code == 422
    kept = {f"garde-{each.id}": str(each.to_module_id or "oui") for each in transfer.lines if each.kept}
    assert client.post(f"{address}/correspondance", data=kept).status_code == 303
    assert client.get(f"{address}/etat/accueillir").status_code == 404  # another’s to give
    assert client.get(f"{address}/etat/inventer").status_code == 404

    accounts.sign_in(client, receiver)
    assert f"{address}/etat/accueillir" in page(address).links().values()
    page(f"{address}/etat/decliner")
    assert client.post(f"{address}/etat/decliner").status_code == 422  # it says why
    page(f"{address}/etat/accueillir")
    assert client.post(f"{address}/etat/accueillir").status_code == 303

    accounts.sign_in(client, teacher)
    assert f"{address}/accord" in page(address).links().values()
    page(f"{address}/accord")
    assert client.post(f"{address}/accord", data=kept).status_code == 303

    session.expire_all()
    assert transfer.status is TransferStatus.DONE
    assert "fait" in page(address).text
    accounts.sign_in(client, former.person)
    assert "Mon transfert" in page(address).text
    assert client.post(f"{address}/etat/retirer").status_code == 404  # it is over, and was never hers


def test_r96_the_carrier_transcribes_the_agreement_of_a_school_outside_the_tool_with_its_proof(
    former: Enrolment, cohort: Cohort, client: Any, page: Any, session: Any
) -> None:
    target = transfers.next_cohort(cohort, school_outside=True)
    transfer = transfers.welcomed(former, target)
    session.commit()
    accounts.sign_in(client, make.carrier_of(target))
    address = f"/transferts/{transfer.id}/accord"
    assert "Transcrire" in page(address).text

    assert client.post(address, data={}).status_code == 422
    proof = {"evidence": (BytesIO(samples.pdf()), "accord.pdf")}
    assert client.post(address, data=proof, content_type="multipart/form-data").status_code == 303

    session.expire_all()
    assert (transfer.status, transfer.transcribed) == (TransferStatus.DONE, True)
    assert f"/fichiers/{transfer.evidence_id}" in page(f"/transferts/{transfer.id}").links().values()


@pytest.mark.parametrize("status", [TransferStatus.PROPOSED, TransferStatus.DONE])
def test_who_reads_a_transfer(
    former: Enrolment, target: Cohort, client: Any, session: Any, status: TransferStatus
) -> None:
    if status is TransferStatus.PROPOSED:
        transfer = transfers.proposed(former, target)
    else:
        transfers.done(former, target)
        transfer = session.scalars(select(Transfer)).one()
    readers = {
        "carrier left": make.carrier_of(former.cohort),
        "carrier that receives": make.carrier_of(target),
        "school of the cohort left": accounts.manager(make.part_of(former.cohort, Part.SCHOOL)),
        "school": accounts.manager(make.part_of(target, Part.SCHOOL)),
        "animator of the cohort left": make.animator(former.cohort),
    }
    others = {
        "another carrier": accounts.manager(),
        "someone": accounts.person(),
        "a learner of the cohort left": make.learner(former.cohort).person,
        "a learner of the cohort that receives": make.learner(target).person,
        "funder": accounts.manager(make.part_of(target, Part.FUNDER)),
    }
    (readers if status is TransferStatus.DONE else others)["the learner"] = former.person
    session.commit()

    for expected, people in ((200, readers), (404, others)):
        for who, person in people.items():
            accounts.sign_in(client, person)
            assert client.get(f"/transferts/{transfer.id}").status_code == expected, who


def test_the_learner_s_own_staff_does_not_transfer_herself(cohort: Cohort, client: Any) -> None:
    """One who runs the cohort and learns in it proposes nothing for herself (R97)."""
    both = make.carrier_of(cohort)
    own = make.learner(cohort, person=both)
    accounts.sign_in(client, both)

    assert client.get(f"/promotions/{cohort.code}/apprenants/{own.id}/transfert").status_code == 403


def test_nobody_in_particular_is_led_to_sign_in(former: Enrolment, target: Cohort, client: Any, session: Any) -> None:
    transfer = transfers.proposed(former, target)
    session.commit()

    here = f"/transferts/{transfer.id}"
    proposal = f"/promotions/{former.cohort.code}/apprenants/{former.id}/transfert"
    for address in (here, f"{here}/accord", f"{here}/correspondance", f"{here}/etat/accueillir", proposal):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/connexion"), address
