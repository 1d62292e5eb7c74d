"""``/seminaires/<id>/pratique``, what one says before a seminar; ``/documents``, what is handed around (R118)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from training.cohorts.models import Cohort, CohortPart
from training.common import clock
from training.common.declarations import file_use
from training.common.errors import NotFound
from training.common.formatting import long_date, time_range
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import UploadLimit, commits
from training.common.views import Answer, answer
from training.database import db
from training.seminars.forms.convocations import AnswerForm, MaterialForm
from training.seminars.link_purposes import bearer_of
from training.seminars.models import Seminar, SeminarMaterial
from training.seminars.queries import convocations as queries
from training.seminars.routes.blueprint import SEMINAR, bp
from training.seminars.routes.loaders import seminar_of
from training.seminars.rules.convocations import CONVOCATION, Invitee, is_over
from training.seminars.services import convocations as services
from training.seminars.services.convocations import MATERIAL_USE


@dataclass(frozen=True, slots=True)
class Convened:
    """Someone convened to a seminar: signed in, or by the link of her convocation."""

    seminar: Seminar
    invitee: Invitee

    @property
    def id(self) -> uuid.UUID:
        """The seminar, which the link names."""
        return self.seminar.id

    @property
    def cohort(self) -> Cohort:
        """Its cohort."""
        return self.seminar.cohort

    @property
    def half_days(self) -> Sequence[object]:
        """Its half-days, whence a speaker’s rights."""
        return self.seminar.half_days

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights."""
        return self.seminar.parts


def convened_of(principal: Principal, seminar_id: uuid.UUID) -> Convened:
    """Return who is convened: the bearer of a link of this seminar, or whoever is signed in."""
    bearer = bearer_of(CONVOCATION, seminar_id) if principal.link is not None else None
    if bearer is not None and not principal.is_signed_in:
        seminar, person_id = queries.find_by_link(seminar_id), bearer.person.id
        if seminar is None:
            raise NotFound
    else:
        seminar, person_id = seminar_of(principal, seminar_id), principal.person_id or uuid.UUID(int=0)
    invitee = next((each for each in queries.invitees_of(seminar, person_id) if each.person.id == person_id), None)
    if invitee is None or seminar.is_off:
        raise NotFound("Vous n’êtes pas attendu·e à ce séminaire.")
    return Convened(seminar, invitee)


def _form(found: Convened, said: queries.Answered) -> AnswerForm:
    half_days, person = found.invitee.half_days, found.invitee.person
    share = said.share
    form = AnswerForm(
        eats=[str(h.id) for h in half_days if said.meals.get(h.id, not said.meals)],
        diet=said.diet,
        remembered=said.remembered,
        town=share.town if share else "",
        seats=share.seats if share else None,
        phone=share.phone if share else (person.phone or ""),
    )
    return form.offer((str(h.id), f"{long_date(h.starts_at)}, {time_range(h.starts_at, h.ends_at)}") for h in half_days)


def _page(found: Convened, form: AnswerForm, said: queries.Answered) -> str:
    principal = current_principal()
    return render_template(
        "seminars/practical.html",
        layout="layouts/learner.html" if principal.is_signed_in else "layouts/public.html",
        signed_in=principal.is_signed_in,
        seminar=found.seminar,
        cohort=found.cohort,
        invitee=found.invitee,
        form=form,
        said=said,
        begun=min(h.starts_at for h in found.invitee.half_days) <= clock.now(),
    )


@bp.get(f"{SEMINAR}/pratique")
@requires(Permission.SEMINARS_PRACTICAL_ANSWER, convened_of)
def practical(found: Convened) -> str:
    """Meals, diet, car: what one has said, to change until the seminar begins."""
    said = queries.answer_of(found.seminar, found.invitee.person.id)
    return _page(found, _form(found, said), said)


@bp.post(f"{SEMINAR}/pratique")
@commits
@requires(Permission.SEMINARS_PRACTICAL_ANSWER, convened_of)
def answer_practical(found: Convened) -> Answer:
    """Keep it."""
    said = queries.answer_of(found.seminar, found.invitee.person.id)
    form = _form(found, said)
    return answer(
        form,
        lambda: services.answer(found.seminar, found.invitee, form.to_command()),
        again=lambda: _page(found, form, said),
        to=url_for(".practical", seminar_id=found.seminar.id),
        done="Merci, c’est enregistré. Vous pouvez le changer jusqu’au début du séminaire.",
    )


# --- documents -------------------------------------------------------------------------------------------------------


def _materials_page(seminar: Seminar, form: MaterialForm) -> str:
    return render_template(
        "seminars/materials.html",
        seminar=seminar,
        cohort=seminar.cohort,
        form=form,
        act_form=ActForm(),
        materials=queries.materials_of(seminar, all_of_them=True),
        today=clock.today(),
        over=is_over(seminar.half_days, clock.today()),
    )


@bp.get(f"{SEMINAR}/documents")
@requires(Permission.SEMINARS_MATERIAL_ADD, seminar_of)
def materials(seminar: Seminar) -> str:
    """The documents of a seminar, and a form to add one."""
    return _materials_page(seminar, MaterialForm())


def _material_limits(_subject: Any) -> Mapping[str, UploadLimit]:
    return {"file": UploadLimit(file_use(MATERIAL_USE))}


@bp.post(f"{SEMINAR}/documents")
@commits(files=_material_limits)
@requires(Permission.SEMINARS_MATERIAL_ADD, seminar_of)
def add_material(seminar: Seminar) -> Answer:
    """Add one."""
    form = MaterialForm()
    return answer(
        form,
        lambda: services.add_material(seminar, form.to_command(), by=current_principal()),
        again=lambda: _materials_page(seminar, form),
        to=url_for(".materials", seminar_id=seminar.id),
        done="Le document est ajouté.",
    )


@dataclass(frozen=True, slots=True)
class Handed:
    """A document of a seminar."""

    seminar: Seminar
    material: SeminarMaterial

    @property
    def cohort(self) -> Cohort:
        """Its cohort."""
        return self.seminar.cohort

    @property
    def half_days(self) -> Sequence[object]:
        """Its half-days, whence a speaker’s rights."""
        return self.seminar.half_days

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights."""
        return self.seminar.parts


def material_of(principal: Principal, seminar_id: uuid.UUID, material_id: uuid.UUID) -> Handed:
    """Return a document of a seminar one may see."""
    seminar = seminar_of(principal, seminar_id)
    material = db.session.get(SeminarMaterial, material_id)
    if material is None or material.seminar_id != seminar.id:
        raise NotFound
    return Handed(seminar, material)


@bp.post(f"{SEMINAR}/documents/<uuid:material_id>/retrait")
@commits
@requires(Permission.SEMINARS_MATERIAL_ADD, material_of)
def remove_material(handed: Handed) -> Answer:
    """Take it back."""
    form = ActForm()
    return answer(
        form,
        lambda: services.remove_material(handed.material, by=current_principal()),
        again=lambda: _materials_page(handed.seminar, MaterialForm(formdata=None)),
        to=url_for(".materials", seminar_id=handed.seminar.id),
        done="Le document est retiré.",
    )
