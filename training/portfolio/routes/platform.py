"""``/heures-a-valider/identifiants/<corps>``: whose the identifiers of the school’s platform are (R121)."""

import uuid
from dataclasses import dataclass
from typing import Final

from flask import render_template, request, url_for

from training.accounts.models import Organisation
from training.common import import_runs
from training.common.errors import Refused
from training.common.forms import ActForm, Form
from training.common.guard import current_principal, requires
from training.common.listing import PER_PAGE, Page, page_number
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import answer
from training.portfolio.forms.platform import AccountForm
from training.portfolio.imports import load_body
from training.portfolio.models import PlatformAccount
from training.portfolio.queries import platform as queries
from training.portfolio.routes.blueprint import bp, type_answer
from training.portfolio.services import hours as services

ADDRESS: Final = "/heures-a-valider/identifiants/<uuid:owner_id>"
ELSEWHERE: Final = "Cet identifiant est déjà celui d’une personne d’une autre région : vérifiez-le."


@dataclass(frozen=True, slots=True)
class OfAccount:
    """An identifier, in the eyes of a body."""

    body: Organisation
    account: PlatformAccount


def body_of(principal: Principal, owner_id: uuid.UUID) -> Organisation:
    """Return a body this person manages."""
    return load_body(principal, owner_id)


def account_of(principal: Principal, owner_id: uuid.UUID, account_id: uuid.UUID) -> OfAccount:
    """Return an identifier of a learner of a body this person manages."""
    body = load_body(principal, owner_id)
    return OfAccount(body, queries.account_of(body, account_id))


def _screen(body: Organisation, form: Form) -> str:
    number = page_number(request.args.get("page"))
    rows, total = queries.accounts_of(body, number=number)

    def address(page: int) -> str:
        return url_for(".accounts", owner_id=body.id, page=page)

    return render_template(
        "portfolio/accounts.html",
        body=body,
        form=form,
        act_form=ActForm(),
        page=Page(items=rows, number=number, total=total, per_page=PER_PAGE, url=address),
        run=import_runs.waiting_run("e-learning", body.id, current_principal()),
    )


@bp.get(ADDRESS)
@requires(Permission.PORTFOLIO_HOURS_IMPORT, body_of)
def accounts(body: Organisation) -> str:
    """The identifiers known, and a form to say whose another one is."""
    form = AccountForm(data={"identifier": request.args.get("identifiant", "")})
    return _screen(body, form.offer(queries.learners_of(body)))


@bp.post(ADDRESS)
@commits
@requires(Permission.PORTFOLIO_HOURS_IMPORT, body_of)
def say_account(body: Organisation) -> type_answer:
    """Say whose an identifier is."""
    people = queries.learners_of(body)
    form = AccountForm().offer(people)

    def act() -> None:
        identifier = str(form.identifier.data)
        holder = queries.holder_of(identifier)
        if holder is not None and all(person.id != holder for person in people):
            raise Refused(ELSEWHERE, field="identifier")
        person = queries.learner_of(body, form.person())
        services.say_account(identifier, person, body=body, by=current_principal())

    return answer(
        form,
        act,
        again=lambda: _screen(body, form),
        to=url_for(".accounts", owner_id=body.id),
        done="C’est noté : cet identifiant sera reconnu désormais.",
    )


@bp.post(f"{ADDRESS}/<uuid:account_id>/oublier")
@commits
@requires(Permission.PORTFOLIO_HOURS_IMPORT, account_of)
def forget_account(found: OfAccount) -> type_answer:
    """Forget whose an identifier is."""
    form = ActForm()
    return answer(
        form,
        lambda: services.forget_account(found.account, body=found.body, by=current_principal()),
        again=lambda: _screen(found.body, AccountForm().offer(queries.learners_of(found.body))),
        to=url_for(".accounts", owner_id=found.body.id),
        done="Cet identifiant est oublié.",
    )
