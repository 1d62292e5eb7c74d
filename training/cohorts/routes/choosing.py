"""``/promotions/<code>/choix`` and a learner’s own choices among modules (R104)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import render_template, request, url_for

from training.cohorts.choice_forms import ManyForm, OneForm, TermsForm, choice_form
from training.cohorts.choice_rules import Choice
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.cohorts.queries import choosing as queries
from training.cohorts.routes.blueprint import COHORT, LEARNER, bp
from training.cohorts.routes.loaders import cohort_of, enrolment_of
from training.cohorts.services import choosing
from training.common import clock
from training.common.errors import NotFound
from training.common.forms import ActForm, ReasonForm
from training.common.guard import can, current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer

CHOICE: Final = f"{LEARNER}/choix/<uuid:group_id>"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A learner and one of her choices."""

    enrolment: Enrolment
    choice: Choice

    @property
    def person_id(self) -> uuid.UUID:
        """Whose it is."""
        return self.enrolment.person_id

    @property
    def id(self) -> uuid.UUID:
        """The enrolment it belongs to: whence her trainers’ rights."""
        return self.enrolment.id

    @property
    def cohort(self) -> Cohort:
        """Its cohort."""
        return self.enrolment.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights."""
        return self.enrolment.parts


def choice_of(principal: Principal, code: str, enrolment_id: uuid.UUID, group_id: uuid.UUID) -> Chosen:
    """Return one choice of a learner this person may read; a POST holds her cohort for its transaction."""
    enrolment = enrolment_of(principal, code, enrolment_id)
    return Chosen(enrolment, queries.find_choice(enrolment, group_id))


@dataclass(frozen=True, slots=True)
class Settled:
    """A cohort and one of its choices."""

    cohort: Cohort
    choice: Choice

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights."""
        return self.cohort.parts


def settled_of(principal: Principal, code: str, group_id: uuid.UUID) -> Settled:
    """Return a cohort and one of its choices."""
    cohort = cohort_of(principal, code)
    choice = next((each for each in queries.choices_in(cohort) if each.id == group_id), None)
    if choice is None:
        raise NotFound
    return Settled(cohort, choice)


@bp.get(f"{COHORT}/choix")
@requires(Permission.COHORTS_CHOICE_RUN, cohort_of)
def choices(cohort: Cohort) -> str:
    """Who chose what, who has not, and the places left."""
    board = queries.board_of(cohort)
    return render_template(
        "cohorts/choices.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        board=board,
        today=clock.today(),
        may_settle=can(Permission.COHORTS_COHORT_MANAGE, cohort),
        columns=(
            Column("name", "Nom"),
            Column("variant", "Parcours"),
            *(Column(str(choice.id), choice.label) for choice in board.choices),
        ),
    )


def _terms_page(settled: Settled, form: TermsForm) -> str:
    return render_template(
        "cohorts/choice_terms.html",
        cohort=settled.cohort,
        choice=settled.choice,
        form=form,
        typed=request.form if request.method == "POST" else {},
    )


@bp.get(f"{COHORT}/choix/<uuid:group_id>")
@requires(Permission.COHORTS_COHORT_MANAGE, settled_of)
def choice_terms(settled: Settled) -> str:
    """Until when, with or without approval, how many places."""
    return _terms_page(settled, TermsForm(until=settled.choice.until, approved=settled.choice.approved))


@bp.post(f"{COHORT}/choix/<uuid:group_id>")
@commits
@requires(Permission.COHORTS_COHORT_MANAGE, settled_of)
def settle_choice(settled: Settled) -> Answer:
    """Settle them."""
    form = TermsForm()
    return answer(
        form,
        lambda: choosing.set_terms(
            settled.cohort,
            settled.choice.id,
            until=form.until.day,
            approved=bool(form.approved.data),
            places=form.typed_places(settled.choice, request.form),
            by=current_principal(),
        ),
        again=lambda: _terms_page(settled, form),
        to=url_for(".choices", code=settled.cohort.code),
        done="C’est enregistré.",
    )


# --- a learner's own -------------------------------------------------------------------------------------------------


@bp.get(f"{LEARNER}/choix")
@requires(Permission.COHORTS_CHOICE_MAKE, enrolment_of)
def own_choices(enrolment: Enrolment) -> str:
    """A learner’s choices, made and to make."""
    principal = current_principal()
    return render_template(
        "cohorts/own_choices.html",
        layout=layout_for(principal),
        enrolment=enrolment,
        cohort=enrolment.cohort,
        own=enrolment.person_id == principal.person_id,
        choices=queries.choices_of(enrolment),
        today=clock.today(),
    )


def _choice_page(chosen: Chosen, form: OneForm | ManyForm) -> str:
    principal = current_principal()
    return render_template(
        "cohorts/choose.html",
        layout=layout_for(principal),
        enrolment=chosen.enrolment,
        cohort=chosen.cohort,
        choice=chosen.choice,
        own=chosen.person_id == principal.person_id,
        form=form,
        may_agree=can(Permission.COHORTS_CHOICE_AGREE, chosen),
        today=clock.today(),
    )


def _form(chosen: Chosen) -> OneForm | ManyForm:
    return choice_form(chosen.choice, own=chosen.person_id == current_principal().person_id)


def _back(chosen: Chosen) -> str:
    return url_for(".own_choices", code=chosen.cohort.code, enrolment_id=chosen.enrolment.id)


@bp.get(CHOICE)
@requires(Permission.COHORTS_CHOICE_MAKE, choice_of)
def choose_form(chosen: Chosen) -> str:
    """Choose among the modules of one group."""
    return _choice_page(chosen, _form(chosen))


@bp.post(CHOICE)
@commits
@requires(Permission.COHORTS_CHOICE_MAKE, choice_of)
def choose(chosen: Chosen) -> Answer:
    """Keep the choice."""
    form, principal = _form(chosen), current_principal()
    own = chosen.person_id == principal.person_id
    waits = own and chosen.choice.approved
    return answer(
        form,
        lambda: choosing.choose(chosen.enrolment, chosen.choice.id, form.to_command(), by=principal),
        again=lambda: _choice_page(chosen, form),
        to=_back(chosen),
        done=(
            "Votre choix est enregistré : il attend l’accord de la personne qui vous suit, qui vous répondra."
            if waits
            else "Le choix est enregistré. Le calendrier et les documents attendus le suivent."
        ),
    )


@bp.post(f"{CHOICE}/accord")
@commits
@requires(Permission.COHORTS_CHOICE_AGREE, choice_of)
def agree(chosen: Chosen) -> Answer:
    """Agree to it."""
    form = ActForm()
    return answer(
        form,
        lambda: choosing.agree(chosen.enrolment, chosen.choice.id, by=current_principal()),
        again=lambda: _choice_page(chosen, _form(chosen)),
        to=url_for(".choices", code=chosen.cohort.code),
        done=f"C’est accordé : {chosen.enrolment.person.name} en est prévenu·e.",
    )


def _decline_page(chosen: Chosen, form: ReasonForm) -> str:
    return render_template(
        "cohorts/choice_decline.html",
        enrolment=chosen.enrolment,
        cohort=chosen.cohort,
        choice=chosen.choice,
        form=form,
    )


@bp.get(f"{CHOICE}/refus")
@requires(Permission.COHORTS_CHOICE_AGREE, choice_of)
def decline_form(chosen: Chosen) -> str:
    """Before a choice is given back: why."""
    return _decline_page(chosen, ReasonForm())


@bp.post(f"{CHOICE}/refus")
@commits
@requires(Permission.COHORTS_CHOICE_AGREE, choice_of)
def decline(chosen: Chosen) -> Answer:
    """Give it back, saying why."""
    form = ReasonForm()
    return answer(
        form,
        lambda: choosing.decline(chosen.enrolment, chosen.choice.id, form.reason.data or "", by=current_principal()),
        again=lambda: _decline_page(chosen, form),
        to=url_for(".choices", code=chosen.cohort.code),
        done=f"Le choix est rendu à {chosen.enrolment.person.name}, avec votre motif.",
    )
