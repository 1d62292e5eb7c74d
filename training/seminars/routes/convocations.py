"""``/seminaires/<id>/convocations``: convocations sent, and what is gathered for the seminar (R118)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, render_template, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, CohortPart
from training.common import access, clock, pdf
from training.common.attachments import ZIP_TYPE, attachment
from training.common.batches import BatchStatus
from training.common.emails import is_reachable
from training.common.errors import NotFound
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.database import db
from training.extensions import settings
from training.seminars import convening
from training.seminars.bundling import BUNDLES
from training.seminars.enums import DocumentKind
from training.seminars.forms.convocations import PracticalForm, TermsForm, UrgentForm
from training.seminars.models import ConvocationTerms, DocumentBatch, Seminar, SeminarPractical, UrgentWord
from training.seminars.papers import Paper, slug
from training.seminars.queries import convocations as queries
from training.seminars.queries.papers import batches_of
from training.seminars.routes.blueprint import COHORT, SEMINAR, bp
from training.seminars.routes.loaders import cohort_of, seminar_of
from training.seminars.rules.convocations import ABSENCE_RULE, Invitee
from training.seminars.services import convening as sending
from training.seminars.services import convocations as services
from training.seminars.services.bundles import request_bundle


@dataclass(frozen=True, slots=True)
class Prepared:
    """A zip of convocations of a seminar."""

    seminar: Seminar
    batch: DocumentBatch

    @property
    def cohort(self) -> Cohort:
        """The cohort of the seminar."""
        return self.seminar.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.seminar.parts


COLUMNS = (
    Column("name", "Nom"),
    Column("half_days", "Demi-journées", numeric=True),
    Column("sent", "Convocation"),
    Column("act", ""),
)


def _page(seminar: Seminar, form: ActForm) -> str:
    invitees, setting, history = queries.invitees_of(seminar), queries.setting_of(seminar), queries.history_of(seminar)
    batches = batches_of(seminar.cohort, seminar)
    wanted = {each.invitee.person.id for each in sending.to_send(seminar, invitees, setting, history.sent)}
    return render_template(
        "seminars/convocations.html",
        seminar=seminar,
        cohort=seminar.cohort,
        form=form,
        invitees=invitees,
        sent=history.sent,
        wanted=wanted,
        rounds=history.rounds,
        facts=convening.facts_of(seminar, invitees[0], setting) if invitees else None,
        columns=COLUMNS,
        silent={each.person.id for each in invitees if not is_reachable(each.person.email)},
        batches=batches,
        waiting=any(batch.status is BatchStatus.WAITING for batch in batches),
    )


@bp.get(f"{SEMINAR}/convocations")
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def convocations(seminar: Seminar) -> str:
    """What will be sent, to whom, and what was sent already."""
    return _page(seminar, ActForm())


def _review(seminar: Seminar, form: ActForm) -> str:
    invitees, history = queries.invitees_of(seminar), queries.history_of(seminar)
    return render_template(
        "seminars/convocations_review.html",
        seminar=seminar,
        cohort=seminar.cohort,
        form=form,
        wanted=sending.to_send(seminar, invitees, queries.setting_of(seminar), history.sent),
        silent=[each.person.name for each in invitees if not is_reachable(each.person.email)],
    )


@bp.get(f"{SEMINAR}/convocations/envoyer")
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def review_convocations(seminar: Seminar) -> str:
    """To whom the convocations will leave, and what they say otherwise."""
    return _review(seminar, ActForm())


@dataclass(frozen=True, slots=True)
class Convened:
    """Someone convened to a seminar."""

    seminar: Seminar
    invitee: Invitee

    @property
    def cohort(self) -> Cohort:
        """The cohort of the seminar."""
        return self.seminar.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.seminar.parts


def convened_of(principal: Principal, seminar_id: uuid.UUID, person_id: uuid.UUID) -> Convened:
    """Return someone convened to a seminar this person sees."""
    seminar = seminar_of(principal, seminar_id)
    invitee = next((each for each in queries.invitees_of(seminar, person_id) if each.person.id == person_id), None)
    if invitee is None:
        raise NotFound
    return Convened(seminar, invitee)


def _again_page(found: Convened, form: ActForm) -> str:
    return render_template(
        "seminars/convocation_again.html",
        seminar=found.seminar,
        cohort=found.cohort,
        person=found.invitee.person,
        form=form,
    )


@bp.get(f"{SEMINAR}/convocations/<uuid:person_id>/envoyer")
@requires(Permission.SEMINARS_SEMINAR_PLAN, convened_of)
def convocation_again(found: Convened) -> str:
    """What sending her convocation again to one person will do."""
    return _again_page(found, ActForm())


@bp.post(f"{SEMINAR}/convocations/<uuid:person_id>/envoyer")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, convened_of)
def send_convocation_again(found: Convened) -> Answer:
    """Send it again."""
    form = ActForm()
    return answer(
        form,
        lambda: sending.send_again(found.seminar, found.invitee, by=current_principal()),
        again=lambda: _again_page(found, form),
        to=url_for(".convocations", seminar_id=found.seminar.id),
        done=f"La convocation repart à {found.invitee.person.name}.",
    )


@bp.get(f"{SEMINAR}/convocations/<uuid:person_id>.pdf")
@requires(Permission.SEMINARS_SEMINAR_PLAN, convened_of)
def convocation_of(found: Convened) -> Response:
    """The convocation of one person, to print and hand over."""
    paper = _paper(found.seminar, found.invitee)
    access.note_export(current_principal(), "seminar.convocation")
    return attachment(paper.render(), pdf.MEDIA_TYPE, paper.name)


@bp.post(f"{SEMINAR}/convocations")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def send_convocations(seminar: Seminar) -> Answer:
    """Send them to those who have none, or for whom something changed."""
    form = ActForm()
    return answer(
        form,
        lambda: sending.send(seminar, queries.invitees_of(seminar), by=current_principal()),
        again=lambda: _review(seminar, form),
        to=url_for(".convocations", seminar_id=seminar.id),
        done="Les convocations partent. Vous retrouvez ici qui l’a reçue, et quand.",
    )


def _paper(seminar: Seminar, invitee: Invitee) -> Paper:
    address = f"{settings().public_url}/seminaires/{seminar.id}"
    return convening.paper_of(seminar, invitee, queries.setting_of(seminar), address=address)


@bp.post(f"{SEMINAR}/convocations/lots")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def request_convocations(seminar: Seminar) -> Answer:
    """Ask the worker for all the convocations of the seminar, one PDF each."""
    form = ActForm()
    return answer(
        form,
        lambda: request_bundle(seminar.cohort, DocumentKind.CONVOCATIONS, by=current_principal(), seminar=seminar),
        again=lambda: _page(seminar, form),
        to=url_for(".convocations", seminar_id=seminar.id, _anchor="lots"),
        done="C’est demandé. La préparation commence dans quelques secondes.",
    )


def batch_of(principal: Principal, seminar_id: uuid.UUID, batch_id: uuid.UUID) -> Prepared:
    """Return a zip of convocations of a seminar this person sees."""
    seminar = seminar_of(principal, seminar_id)
    batch = db.session.get(DocumentBatch, batch_id)
    if batch is None or batch.seminar_id != seminar.id:
        raise NotFound
    return Prepared(seminar, batch)


@bp.get(f"{SEMINAR}/convocations/lots/<uuid:batch_id>.zip")
@requires(Permission.SEMINARS_SEMINAR_PLAN, batch_of)
def convocations_zip(prepared: Prepared) -> Response:
    """The convocations of the seminar, once they are prepared."""
    content = BUNDLES.content_of(prepared.batch)
    access.note_export(current_principal(), "seminar.convocations")
    return attachment(content, ZIP_TYPE, f"convocations-{slug(prepared.seminar.title)}.zip")


@bp.get(f"{SEMINAR}/convocation.pdf")
@requires(Permission.SEMINARS_CONVOCATION_READ, seminar_of)
def convocation_paper(seminar: Seminar) -> Response:
    """One’s own convocation."""
    person_id = current_principal().person_id
    invitee = next((each for each in queries.invitees_of(seminar, person_id) if each.person.id == person_id), None)
    if invitee is None or seminar.is_off:
        raise NotFound("Vous n’êtes pas attendu·e à ce séminaire.")
    paper = _paper(seminar, invitee)
    return attachment(paper.render(), pdf.MEDIA_TYPE, paper.name)


# --- what they say ---------------------------------------------------------------------------------------------------


def _terms_page(cohort: Cohort, form: TermsForm) -> str:
    return render_template("seminars/convocation_terms.html", cohort=cohort, form=form, usual=ABSENCE_RULE)


@bp.get(f"{COHORT}/convocations")
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def convocation_terms(cohort: Cohort) -> str:
    """What every convocation of the cohort says."""
    return _terms_page(cohort, TermsForm(obj=db.session.get(ConvocationTerms, cohort.id)))


@bp.post(f"{COHORT}/convocations")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def set_convocation_terms(cohort: Cohort) -> Answer:
    """Say it."""
    form = TermsForm()
    return answer(
        form,
        lambda: services.set_terms(cohort, form.to_command(), by=current_principal()),
        again=lambda: _terms_page(cohort, form),
        to=url_for(".convocation_terms", code=cohort.code),
        done="C’est enregistré : les prochaines convocations le diront.",
    )


def _practical_page(seminar: Seminar, form: PracticalForm) -> str:
    return render_template("seminars/practical_form.html", seminar=seminar, cohort=seminar.cohort, form=form)


@bp.get(f"{SEMINAR}/acces")
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def practical_form(seminar: Seminar) -> str:
    """How one gets there, what to bring."""
    return _practical_page(seminar, PracticalForm(obj=db.session.get(SeminarPractical, seminar.id)))


@bp.post(f"{SEMINAR}/acces")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def set_practical(seminar: Seminar) -> Answer:
    """Say it."""
    form = PracticalForm()
    return answer(
        form,
        lambda: services.set_practical(
            seminar, access=form.access.data or "", bring=form.bring.data or "", by=current_principal()
        ),
        again=lambda: _practical_page(seminar, form),
        to=url_for(".convocations", seminar_id=seminar.id),
        done="C’est enregistré.",
    )


@bp.get(f"{SEMINAR}/repas")
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def meals(seminar: Seminar) -> str:
    """Meals to order, half-day by half-day, and what people do not eat, counted without names."""
    return render_template(
        "seminars/meals.html",
        seminar=seminar,
        cohort=seminar.cohort,
        counts=queries.meals_of(seminar, queries.invitees_of(seminar)),
    )


# --- an urgent word --------------------------------------------------------------------------------------------------


def _urgent_page(cohort: Cohort, form: UrgentForm, word: UrgentWord | None) -> str:
    return render_template(
        "seminars/urgent.html", layout=layout_for(current_principal()), cohort=cohort, form=form, word=word
    )


@bp.get(f"{COHORT}/message-urgent")
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def urgent_form(cohort: Cohort) -> str:
    """An urgent message for the paths of the cohort."""
    word = queries.urgent_word_of(cohort.id)
    return _urgent_page(cohort, UrgentForm(obj=word), word)


@bp.post(f"{COHORT}/message-urgent")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def say_urgently(cohort: Cohort) -> Answer:
    """Show it, or take it away."""
    form = UrgentForm()
    return answer(
        form,
        lambda: services.say_urgently(
            cohort, form.words.data or "", form.until.day or clock.today(), by=current_principal()
        ),
        again=lambda: _urgent_page(cohort, form, queries.urgent_word_of(cohort.id)),
        to=url_for(".urgent_form", code=cohort.code),
        done="C’est fait." if not form.words.data else "Le message se voit en haut des parcours de la promotion.",
    )
