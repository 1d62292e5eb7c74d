"""An assessment tied to a training: handed in as a tracer document, read, held back to its date, counted (R86, R132)."""

import io
import re
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import cooperation as make
from tests.factories import portfolio as portfolio_rows
from training.catalogue.enums import TracerWork
from training.catalogue.models import TracerType
from training.cohorts.models import Cohort
from training.common.errors import ActUnavailable, Forbidden, Refused
from training.common.mail import OutgoingMail
from training.cooperation.commands import Settlement
from training.cooperation.enums import AssessmentAct, Role
from training.cooperation.models import Assessment, AssessmentProposal, DateOnlyWish, Partnership
from training.cooperation.queries.cohorts import cohort_figures
from training.cooperation.services import assessments, partnerships, proposals
from training.database import db
from training.portfolio.enums import Decision, TracerStatus
from training.portfolio.models import Tracer

SECRET = "Dit entre nous"


class Tied(NamedTuple):
    """A learner who takes part in a territory, who follows her, and what stands for one of her documents."""

    pair: portfolio_rows.Pair
    there: Partnership
    held: Assessment
    kind: TracerType

    def propose(self) -> AssessmentProposal:
        """Hand the assessment in, as she does."""
        return proposals.propose(self.held, self.pair.enrolment, self.kind.id, by=accounts.principal(self.pair.learner))


def takes(kind: TracerType, work: TracerWork = TracerWork.EITHER) -> TracerType:
    """Let a published type ask for this work."""
    db.session.execute(update(TracerType).where(TracerType.id == kind.id).values(work=work))
    db.session.expire(kind)
    return kind


@pytest.fixture
def tied(session: Any, frozen_clock: Any) -> Tied:
    """A finalised assessment with a comment, on a territory where a learner is a partner."""
    pair = portfolio_rows.pair(first_name="Alix", last_name="Morel")
    there = make.partnership()
    make.member(there, someone=pair.learner, of=there.bodies[0])
    held = make.settle(make.assessment(there), make.answers("oui"))
    assessments.settle(held, Settlement("1.1", "oui", SECRET, "Une action"), by=make.leader(there))
    assessments.advance(held, AssessmentAct.FINALISE, by=make.leader(there))
    session.commit()
    return Tied(pair, there, held, takes(portfolio_rows.tracer_type(pair.cohort)))


def words_of(answer: Any) -> str:
    """The words of a PDF."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)


# --- proposing -------------------------------------------------------------------------------------------------------


def test_a_learner_hands_her_territory_s_assessment_in(tied: Tied, client: Any, page: Any, session: Any) -> None:
    accounts.sign_in(client, tied.pair.learner)
    owed = page(f"/parcours/{tied.pair.enrolment.id}/documents-traceurs/{tied.kind.id}")
    choice = page(owed.links()["Proposer une auto-évaluation"])
    form = page(next(href for words, href in choice.links().items() if words.startswith("Proposer celle d")))
    assert "son total n’entre dans aucune décision" in form.text

    answer = client.post(
        f"/cooperation/auto-evaluations/{tied.held.id}/document-traceur", data={"document": str(tied.kind.id)}
    )

    tracer = session.scalars(select(Tracer)).one()
    assert answer.location == f"/documents-traceurs/{tracer.id}"
    assert tracer.status is TracerStatus.DEPOSITED
    assert tracer.deposited[0].files == []
    told = {mail.message: mail.to_email for mail in session.scalars(select(OutgoingMail))}
    assert told["portfolio/version_deposited"] == tied.pair.reader.email
    assert told["cooperation/assessment_proposed"] == make.facilitator_of(tied.there).email
    assert "ouvrir le travail déposé" in page(answer.location).text


def test_her_trainer_reads_the_report_and_not_the_debate_r132(tied: Tied, new_client: Any) -> None:
    address = f"/cooperation/documents-traceurs/{tied.propose().id}"
    people = {
        "learner": tied.pair.learner,
        "referent": tied.pair.reader,
        "carrier": cohort_rows.carrier_of(tied.pair.cohort),
        "another trainer": portfolio_rows.pair().reader,
        "partner": make.facilitator_of(tied.there),
        "stranger": accounts.manager(),
    }
    found = {}
    for who, person in people.items():
        browser = new_client()
        accounts.sign_in(browser, person)
        shown, printed = browser.get(address), browser.get(f"{address}/rapport.pdf")
        found[who] = (shown.status_code, printed.status_code)
        if printed.status_code == 200:
            assert "22 sur 22" in words_of(printed)
            assert SECRET not in shown.text + words_of(printed)
        assert browser.get(f"/cooperation/auto-evaluations/{tied.held.id}").status_code == (
            200 if who in {"learner", "partner"} else 404
        )

    assert found == {
        "learner": (200, 200),
        "referent": (200, 200),
        "carrier": (200, 200),
        "another trainer": (404, 404),
        "partner": (404, 404),
        "stranger": (404, 404),
    }


def test_only_its_being_led_counts_r86(tied: Tied) -> None:
    tracer = tied.propose().version.tracer
    portfolio_rows.decided(tracer, tied.pair.reader)

    assert tracer.status is TracerStatus.ACCEPTED
    with pytest.raises(ActUnavailable):
        tied.propose()


def test_what_cannot_be_handed_in(tied: Tied, session: Any) -> None:
    unfinished = make.assessment(tied.there)
    with pytest.raises(Refused, match="pas finalisée"):
        proposals.propose(unfinished, tied.pair.enrolment, tied.kind.id, by=accounts.principal(tied.pair.learner))
    with pytest.raises(Forbidden):
        proposals.propose(tied.held, tied.pair.enrolment, tied.kind.id, by=make.leader(tied.there))
    takes(tied.kind, TracerWork.DOCUMENT)
    with pytest.raises(Refused, match="ne peut pas être remplacé"):
        tied.propose()
    assert session.scalar(select(func.count()).select_from(AssessmentProposal)) == 0


def test_handed_in_twice_is_told_and_once_more_after_it_is_returned(tied: Tied) -> None:
    tracer = tied.propose().version.tracer
    with pytest.raises(Refused, match="attend sa relecture"):
        tied.propose()
    portfolio_rows.decided(tracer, tied.pair.reader, Decision.TO_REVISE, "Rattachez vos actions.")

    assert tied.propose().version.number == 2


def test_a_form_says_what_it_cannot_do(tied: Tied, client: Any, page: Any, session: Any) -> None:
    accounts.sign_in(client, tied.pair.learner)
    address = f"/cooperation/auto-evaluations/{tied.held.id}/document-traceur"
    for given in ({"document": ""}, {"document": "nothing"}, {"document": str(tied.there.id)}):
        answer = client.post(address, data=given)
        assert (answer.status_code, 'id="document-error"' in answer.text) == (422, True)
    takes(tied.kind, TracerWork.DOCUMENT)
    session.commit()
    assert "Aucun document de votre formation" in page(address).text
    accounts.sign_in(client, make.facilitator_of(tied.there))
    assert "Aucun document de votre formation" in page(address).text
    assert "document traceur" not in page(f"/cooperation/auto-evaluations/{tied.held.id}").text


def test_a_version_set_aside_hides_the_report_too(tied: Tied, client: Any, session: Any) -> None:
    proposal = tied.propose()
    accounts.sign_in(client, tied.pair.reader)
    assert client.get(f"/cooperation/documents-traceurs/{proposal.id}").status_code == 200
    client.post(
        f"/documents-traceurs/{proposal.version.tracer_id}/versions/{proposal.version_id}/ecarter",
        data={"reason": "Un patient est nommé."},
    )
    session.expire_all()
    assert proposal.version.is_hidden
    assert client.get(f"/cooperation/documents-traceurs/{proposal.id}").status_code == 404


# --- the date alone --------------------------------------------------------------------------------------------------


def test_a_partner_asks_that_the_date_alone_be_shown_r132(
    tied: Tied, client: Any, new_client: Any, page: Any, session: Any
) -> None:
    address = f"/cooperation/documents-traceurs/{tied.propose().id}"
    other = make.member(tied.there)
    accounts.sign_in(client, other)
    here = f"/cooperation/auto-evaluations/{tied.held.id}"
    assert "Alix Morel l’a proposée" in page(here).text

    assert client.post(f"{here}/document-traceur/date-seule", data={}).status_code == 303
    assert client.post(f"{here}/document-traceur/date-seule", data={}).status_code == 303

    assert session.scalars(select(DateOnlyWish.person_id)).all() == [other.id]
    assert other.name in page(here).text
    trainer = new_client()
    accounts.sign_in(trainer, tied.pair.reader)
    shown = trainer.get(address)
    assert "2 mars 2026" in shown.text
    assert tied.there.name not in shown.text
    assert not re.search(r"sur\s22|Action|Structure|CPTS", shown.text.split("<main")[1])
    assert trainer.get(f"{address}/rapport.pdf").status_code == 404


def test_a_partner_asks_before_anyone_proposes(tied: Tied, client: Any, page: Any, session: Any) -> None:
    here = f"/cooperation/auto-evaluations/{tied.held.id}"
    accounts.sign_in(client, make.facilitator_of(tied.there))
    assert "L’un de vous est en formation" in page(here).text
    client.post(f"{here}/document-traceur/date-seule", data={})
    session.commit()
    address = f"/cooperation/documents-traceurs/{tied.propose().id}"

    accounts.sign_in(client, tied.pair.reader)
    assert "Seule la date est montrée" in page(address).text
    without = make.finalised(make.partnership())
    accounts.sign_in(client, make.facilitator_of(without.partnership))
    assert "formation" not in page(f"/cooperation/auto-evaluations/{without.id}").text


def test_a_wish_is_taken_back_by_who_asked_it_alone(tied: Tied, session: Any) -> None:
    one, other = make.member(tied.there), make.member(tied.there)
    for person in (one, other):
        proposals.ask_for_date_only(tied.held, by=accounts.principal(person))
    proposals.withdraw_date_only(tied.held, by=accounts.principal(one))
    proposals.withdraw_date_only(tied.held, by=accounts.principal(one))

    assert session.scalars(select(DateOnlyWish.person_id)).all() == [other.id]


def test_those_outside_ask_nothing(tied: Tied, client: Any) -> None:
    body = accounts.organisation()
    make.share(tied.there, body)
    for person, status in ((accounts.manager(body), 403), (accounts.manager(), 404), (tied.pair.reader, 404)):
        accounts.sign_in(client, person)
        for tail in ("/date-seule", "/date-seule/retirer", ""):
            answer = client.post(f"/cooperation/auto-evaluations/{tied.held.id}/document-traceur{tail}", data={})
            assert answer.status_code == status


@pytest.mark.both_engines
def test_a_version_stands_for_one_assessment(tied: Tied, session: Any) -> None:
    proposal = tied.propose()
    session.commit()
    session.add(AssessmentProposal(assessment=tied.held, version=proposal.version))
    with pytest.raises(IntegrityError):
        session.flush()


def test_pages_ask_as_much_whoever_proposed(tied: Tied, client: Any, selects: Any, session: Any) -> None:
    accounts.sign_in(client, make.facilitator_of(tied.there))
    counts = []
    for _ in range(2):
        pair = portfolio_rows.pair(tied.pair.cohort)
        member = make.member(tied.there, someone=pair.learner)
        proposals.propose(tied.held, pair.enrolment, tied.kind.id, by=accounts.principal(member))
        proposals.ask_for_date_only(tied.held, by=accounts.principal(member))
        session.commit()
        with selects() as asked:
            client.get(f"/cooperation/auto-evaluations/{tied.held.id}")
        counts.append(asked.count)

    assert counts[0] == counts[1]


# --- a cohort's start and end ----------------------------------------------------------------------------------------


class Calendar(NamedTuple):
    """A cohort, and the clock that its territories share."""

    cohort: Cohort
    clock: Any

    def territory(self, name: str, *answers: str, counted: bool = True) -> Partnership:
        """A partnership of one territory where a learner works, with these assessments one after the other."""
        enrolment = cohort_rows.learner(self.cohort, person=accounts.person())
        there = make.partnership(territories=(name,))
        make.member(there, Role.PARTNER, enrolment.person)
        for choice in answers:
            self.assess(there, choice)
        partnerships.set_counted(there, counted=counted, by=make.leader(there))
        return there

    def assess(self, there: Partnership, choice: str) -> None:
        """One more assessment, a day later."""
        self.clock.advance(timedelta(days=1))
        make.finalised(there, make.answers(choice))


@pytest.fixture
def course(session: Any, frozen_clock: Any) -> Calendar:
    """A cohort whose territories assess themselves day after day."""
    return Calendar(cohort_rows.cohort(), frozen_clock)


def test_a_cohort_shows_its_start_and_end_from_five_territories_up_r86(
    course: Calendar, client: Any, page: Any, selects: Any
) -> None:
    cohort = course.cohort
    course.territory("Discret", "non", "oui", counted=False)
    Calendar(cohort_rows.cohort(), course.clock).territory("Ailleurs", "non", "oui")
    made = [course.territory(f"Territoire {number}", "non", "partiellement") for number in range(4)]
    found = cohort_figures(cohort)
    assert (found.territories, found.enough, found.totals) == (4, False, None)

    fifth = course.territory("Le cinquième", "partiellement")
    found = cohort_figures(cohort)
    assert (found.territories, found.enough, found.compared) == (5, True, False)
    assert found.totals == (2.2, None, 22)

    course.assess(fifth, "oui")
    with selects() as asked:
        found = cohort_figures(cohort)
    assert asked.count == 4
    assert (found.territories, found.compared, found.totals) == (5, True, (2.2, 13.2, 22))
    assert (found.steps[0].start, found.steps[0].end, found.steps[0].maximum) == (0.4, 2.4, 4)
    assert sum(first for _label, first, _last in found.bands) == 5
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    shown = page(f"/promotions/{cohort.code}/cooperation")
    assert "de 2,2 à 13,2 sur 22" in shown.text
    assert not any(there.name in shown.text for there in made)
    assert f"/promotions/{cohort.code}/cooperation" in page(f"/promotions/{cohort.code}").links().values()


def test_start_and_end_are_those_of_the_same_territories(course: Calendar) -> None:
    for number in range(5):
        course.territory(f"Territoire {number}", "non", "partiellement")
    course.territory("Un de plus", "oui")

    assert cohort_figures(course.cohort).totals == (0.0, 11.0, 22)


def test_five_partnerships_of_one_territory_tell_nothing_of_a_cohort(course: Calendar) -> None:
    for _ in range(5):
        course.territory("Le même", "non", "oui")

    assert not cohort_figures(course.cohort).enough


def test_who_reads_a_cohort_s_figures(course: Calendar, new_client: Any) -> None:
    found = {}
    for who, person in cohort_rows.people_around(course.cohort).items():
        browser = new_client()
        accounts.sign_in(browser, person)
        found[who] = browser.get(f"/promotions/{course.cohort.code}/cooperation").status_code

    assert found == {
        **dict.fromkeys(["carrier", "carrier's reader", "school", "funder", "animator", "referent"], 200),
        "learner": 403,
        **dict.fromkeys(["another carrier", "nobody in particular", "administrator"], 404),
    }
