"""The verbs of tracer documents, on real rows (R51–R54, R124, R125)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from tests.support import samples
from training.catalogue.enums import DepositPlace, ReferentRule, TracerWork
from training.catalogue.models import DiplomaRules, TracerType
from training.common import clock
from training.common.errors import ActUnavailable, Conflict, Forbidden, NotFound, Refused
from training.common.files import StoredFile
from training.common.mail import OutgoingMail
from training.database import db
from training.portfolio import objects, queries, services
from training.portfolio.commands import Deposit, ReviewToWrite
from training.portfolio.enums import Concern, Decision, EntryStatus, TracerStatus
from training.portfolio.models import HoursEntry, Tracer, TracerFile

pytestmark = pytest.mark.both_engines


def state(tracer: Tracer) -> TracerStatus:
    return tracer.status


def mails() -> list[tuple[str, str]]:
    return [(m.message, m.to_email) for m in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at))]


def test_a_draft_gathers_files_each_once_and_is_handed_in(pair: Pair) -> None:
    one, two = make.new_file(), make.new_file(text="IPP 12345678")
    tracer = make.drafted(pair.enrolment, one, two, one)

    assert state(tracer) is TracerStatus.EXPECTED
    (draft,) = tracer.versions
    assert [file.position for file in draft.files] == [1, 2]
    assert draft.files[1].concerns == [Concern.STAY_NUMBER.value]
    services.deposit(tracer, Deposit("Bonne lecture", no_patient_data=True), by=accounts.principal(pair.learner))

    assert state(tracer) is TracerStatus.DEPOSITED
    assert tracer.draft is None
    assert [(v.number, v.message) for v in tracer.deposited] == [(1, "Bonne lecture")]
    assert mails() == [("portfolio/version_deposited", pair.reader.email)]


@pytest.mark.parametrize(("pledge", "files", "field"), [(False, True, "no_patient_data"), (True, False, "files")])
def test_nothing_is_handed_in_without_a_file_and_the_pledge_r54(
    pair: Pair, pledge: bool, files: bool, field: str
) -> None:
    tracer = make.drafted(pair.enrolment)
    if not files and tracer.draft is not None:
        services.remove_file(tracer.draft.files[0], by=accounts.principal(pair.learner))

    with pytest.raises(Refused) as refusal:
        services.deposit(tracer, Deposit(no_patient_data=pledge), by=accounts.principal(pair.learner))

    assert refusal.value.field == field
    assert state(tracer) is TracerStatus.EXPECTED


def test_only_the_learner_hands_in_and_only_her_reader_reads_r52(pair: Pair) -> None:
    tracer = make.drafted(pair.enrolment)
    for someone in (pair.reader, cohort_rows.carrier_of(pair.cohort)):
        with pytest.raises(Forbidden):
            services.deposit(tracer, Deposit(no_patient_data=True), by=accounts.principal(someone))
    services.deposit(tracer, Deposit(no_patient_data=True), by=accounts.principal(pair.learner))
    for someone in (pair.learner, cohort_rows.carrier_of(pair.cohort), cohort_rows.animator(pair.cohort)):
        with pytest.raises(Forbidden):
            services.review(tracer, ReviewToWrite(1, "Bien", Decision.ACCEPTED), by=accounts.principal(someone))


def test_a_document_goes_back_and_forth_until_accepted(pair: Pair) -> None:
    tracer = make.deposited(pair.enrolment)
    make.decided(tracer, pair.reader, Decision.TO_REVISE, "Précisez les missions.")
    assert state(tracer) is TracerStatus.TO_REVISE
    make.deposited(pair.enrolment)
    make.decided(tracer, pair.reader)

    assert state(tracer) is TracerStatus.ACCEPTED
    assert [(v.number, v.accepted_at is not None) for v in tracer.deposited] == [(2, True), (1, False)]
    assert [message for message, _to in mails()] == [
        "portfolio/version_deposited", "portfolio/version_returned",
        "portfolio/version_deposited", "portfolio/version_accepted",
    ]  # fmt: skip
    with pytest.raises(Refused):
        make.drafted(pair.enrolment)


def test_what_to_revise_must_be_said(pair: Pair) -> None:
    tracer = make.deposited(pair.enrolment)

    with pytest.raises(Refused) as refusal:
        make.decided(tracer, pair.reader, Decision.TO_REVISE, "  ")
    assert refusal.value.field == "comment"


def test_a_review_may_wait_for_its_author_alone(pair: Pair) -> None:
    tracer = make.deposited(pair.enrolment)
    services.review(tracer, ReviewToWrite(1, "À finir"), by=accounts.principal(pair.reader))

    assert state(tracer) is TracerStatus.IN_REVIEW
    assert [m for m, _ in mails()] == ["portfolio/version_deposited"]
    make.decided(tracer, pair.reader, comment="Fini")
    assert [review.comment for review in tracer.deposited[0].reviews] == ["Fini"]


def test_a_review_of_an_older_version_is_refused_and_says_so(pair: Pair) -> None:
    tracer = make.deposited(pair.enrolment)
    make.deposited(pair.enrolment)

    with pytest.raises(Refused, match="version 2 vient d’être déposée"):
        services.review(tracer, ReviewToWrite(1, "Bien", Decision.ACCEPTED), by=accounts.principal(pair.reader))
    assert state(tracer) is TracerStatus.DEPOSITED


def test_a_document_of_the_platform_is_marked_in_one_click_r124(pair: Pair) -> None:
    kind = make.tracer_type(pair.cohort)
    db.session.execute(update(TracerType).values(deposit=DepositPlace.SCHOOL_PLATFORM))
    db.session.expire(kind)
    with pytest.raises(Refused):
        services.prepare(pair.enrolment, kind, by=accounts.principal(pair.learner))
    with pytest.raises(Forbidden):
        services.mark_elsewhere(pair.enrolment, kind, by=accounts.principal(pair.learner))
    tracer = services.mark_elsewhere(pair.enrolment, kind, by=accounts.principal(pair.reader))

    assert state(tracer) is TracerStatus.DEPOSITED
    make.decided(tracer, pair.reader, comment="")
    assert state(tracer) is TracerStatus.ACCEPTED


def takes(kind: TracerType, work: TracerWork) -> None:
    """Let the published type ask for this work."""
    db.session.execute(update(TracerType).where(TracerType.id == kind.id).values(work=work))
    db.session.expire(kind)


def test_another_rooms_thing_is_handed_in_r86(pair: Pair) -> None:
    objects.declare(objects.ObjectKind("trial", "Auto-évaluation", lambda key: f"/essai/{key}"))
    thing, kind = uuid.uuid4(), make.tracer_type(pair.cohort)
    with pytest.raises(Refused, match="ne peut pas être remplacé"):
        services.deposit_object(pair.enrolment, kind.id, "trial", thing, by=accounts.principal(pair.learner))
    takes(kind, TracerWork.ASSESSMENT)
    with pytest.raises(Refused, match="Aucun fichier"):
        services.prepare(pair.enrolment, kind, by=accounts.principal(pair.learner))
    version = services.deposit_object(pair.enrolment, kind.id, "trial", thing, by=accounts.principal(pair.learner))

    assert version.tracer.status is TracerStatus.DEPOSITED
    assert (version.object_kind, version.object_id) == ("trial", thing)
    with pytest.raises(KeyError):
        services.deposit_object(pair.enrolment, kind.id, "unknown", thing, by=accounts.principal(pair.learner))


def test_team_hours_given_with_a_document_are_confirmed_with_it_r119(pair: Pair) -> None:
    tracer = make.deposited(pair.enrolment, team_minutes=210)
    entry = db.session.scalars(select(HoursEntry)).one()
    assert (entry.minutes, entry.status) == (210, EntryStatus.DECLARED)
    make.decided(tracer, pair.reader)

    assert entry.status is EntryStatus.CONFIRMED
    assert entry.settled_by == pair.reader.id


def test_a_type_of_another_variant_is_not_hers(pair: Pair) -> None:
    foreign = make.tracer_type(cohort_rows.cohort())

    with pytest.raises(NotFound):
        services.prepare(pair.enrolment, foreign, by=accounts.principal(pair.learner))


def test_photos_become_one_pdf_r125(pair: Pair) -> None:
    photos = [make.new_file(samples.jpeg(), f"page {n}.jpg") for n in (1, 2, 3)]
    tracer = make.drafted(pair.enrolment, *photos, make.new_file())
    draft = tracer.draft
    assert draft is not None
    bound = make.new_file(samples.pdf(3), "photos.pdf").staged
    services.bind_photos(draft, bound, by=accounts.principal(pair.learner))

    assert [file.file.original_name for file in draft.files] == ["photos.pdf", "document.docx"]
    erased = db.session.scalars(select(StoredFile).where(StoredFile.erased_at.is_not(None))).all()
    assert len(erased) == 3


def test_a_version_set_aside_is_hidden_shown_again_or_erased_r54(pair: Pair) -> None:
    tracer, reader = make.deposited(pair.enrolment), accounts.principal(pair.reader)
    services.set_aside(tracer, 1, reason="Un nom page 2", by=reader)
    assert state(tracer) is TracerStatus.QUARANTINED
    assert tracer.deposited[0].is_hidden
    services.lift(tracer, 1, reason="Un personnage inventé", by=reader)
    assert state(tracer) is TracerStatus.DEPOSITED
    services.set_aside(tracer, 1, reason="Non, un vrai nom", by=reader)
    services.erase_set_aside(tracer, 1, by=accounts.principal(pair.learner))

    file = db.session.scalars(select(TracerFile)).one()
    assert (file.text, file.file.erased_at) == ("", clock.now())
    with pytest.raises(Conflict):
        services.lift(tracer, 1, reason="Trop tard", by=reader)
    make.deposited(pair.enrolment)
    assert state(tracer) is TracerStatus.DEPOSITED


def test_an_accepted_version_is_hidden_without_losing_its_acceptance(pair: Pair) -> None:
    tracer = make.deposited(pair.enrolment)
    make.decided(tracer, pair.reader)
    services.set_aside(tracer, 1, reason="Un nom", by=accounts.principal(pair.reader))
    services.erase_set_aside(tracer, 1, by=accounts.principal(pair.reader))

    assert state(tracer) is TracerStatus.ACCEPTED
    assert tracer.deposited[0].is_hidden


def test_a_draft_is_discarded_with_its_files(pair: Pair) -> None:
    tracer = make.drafted(pair.enrolment)
    assert tracer.draft is not None
    services.discard_draft(tracer.draft, by=accounts.principal(pair.learner))

    assert tracer.versions == []
    assert db.session.scalars(select(TracerFile)).all() == []


def test_what_is_accepted_no_longer_takes_any_act(pair: Pair, session: Any) -> None:
    tracer = make.deposited(pair.enrolment)
    make.decided(tracer, pair.reader)

    for act in (
        lambda: services.deposit(tracer, Deposit(no_patient_data=True), by=accounts.principal(pair.learner)),
        lambda: services.take(tracer, by=accounts.principal(pair.reader)),
    ):
        with pytest.raises(ActUnavailable):
            act()
    with pytest.raises(Conflict):
        make.decided(tracer, pair.reader, Decision.TO_REVISE, "Finalement non")


def test_an_animator_reads_what_nobody_must_follow_in_her_cohort_alone(pair: Pair) -> None:  # R119
    animator = cohort_rows.animator(pair.cohort)
    for each in (pair.enrolment, cohort_rows.learner(pair.cohort), make.pair().enrolment):
        make.deposited(each)

    def waiting(referent: ReferentRule) -> int:
        rules = pair.cohort.edition.rules
        assert rules is not None
        db.session.execute(update(DiplomaRules).where(DiplomaRules.id == rules.id).values(referent=referent))
        return queries.waiting_for(accounts.principal(animator)).documents

    assert waiting(ReferentRule.REQUIRED) == 0
    assert waiting(ReferentRule.OPTIONAL) == 1


def test_a_draft_left_on_an_accepted_document_goes_after_a_month(pair: Pair, frozen_clock: Any) -> None:
    tracer = make.deposited(pair.enrolment)
    services.prepare(pair.enrolment, tracer.type, by=accounts.principal(pair.learner))
    kept = make.deposited(make.pair(pair.cohort, first_name="Zoé", last_name="Petit").enrolment)
    services.prepare(kept.enrolment, kept.type, by=accounts.principal(kept.enrolment.person))
    make.decided(tracer, pair.reader)
    db.session.commit()
    assert services.sweep_drafts() == 0
    frozen_clock.advance(timedelta(days=31))
    assert services.sweep_drafts() == 1
    assert [version.number for version in db.session.get_one(Tracer, tracer.id).versions] == [1]
    assert db.session.get_one(Tracer, kept.id).draft is not None
    assert services.sweep_drafts() == 0
