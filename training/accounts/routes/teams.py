"""A body's team: members, invitations, the end of a function (R95, R97)."""

import uuid
from dataclasses import dataclass

from flask import flash, render_template
from werkzeug.wrappers import Response

from training.accounts import queries
from training.accounts.forms import InvitationForm, ReasonedForm, typed
from training.accounts.models import Invitation, Membership, Organisation
from training.accounts.routes.blueprint import bp, columns, see_other, type_page
from training.accounts.services import functions
from training.common import clock
from training.common.forms import ActForm, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits


def load_organisation(_principal: Principal, code: str) -> Organisation:
    """Return the body of the address; the guard then asks for one of its managers."""
    return queries.organisation_by_code(code)


def _team_page(body: Organisation, form: InvitationForm) -> str:
    form.offer(functions.INVITED_FUNCTIONS, queries.regions())
    return render_template(
        "accounts/team.html",
        body=body,
        columns=columns("Nom", "Fonction", "Limitée à", "Depuis", "Action"),
        members=queries.team_of(body),
        invitations=queries.invitations_of(body),
        form=form,
        act_form=ActForm(formdata=None),
        now=clock.now,
    )


@bp.get("/organisations/<code>/equipe")
@requires(Permission.ACCOUNTS_INVITATION_SEND, load_organisation)
def team(body: Organisation) -> str:
    """Show the members of a body and the invitations under way."""
    return _team_page(body, InvitationForm())


@bp.post("/organisations/<code>/equipe")
@commits
@requires(Permission.ACCOUNTS_INVITATION_SEND, load_organisation)
def invite(body: Organisation) -> type_page:
    """Invite someone into the body."""
    form = InvitationForm()
    form.offer(functions.INVITED_FUNCTIONS, queries.regions())
    by = current_principal()
    if not form.validate_on_submit() or not attempt(form, lambda: functions.invite(body, form.to_command(), by=by)):
        return _team_page(body, form), 422
    flash(f"L’invitation est partie à {typed(form.email)}. Elle est valable 14 jours.", "success")
    return see_other(f"/organisations/{body.code}/equipe")


@dataclass(frozen=True, slots=True)
class _Member:
    """A function in the body; judged as the body itself."""

    id: uuid.UUID
    body: Organisation
    membership: Membership


def load_member(_principal: Principal, code: str, membership_id: uuid.UUID) -> _Member:
    """Return a function held in the body of the address."""
    body = queries.organisation_by_code(code)
    return _Member(body.id, body, functions.membership_in(body, membership_id))


def _end_page(member: _Member, form: ReasonedForm) -> str:
    return render_template(
        "accounts/end_membership.html",
        form=form,
        membership=member.membership,
        person=member.membership.person,
        cancel=f"/organisations/{member.body.code}/equipe",
    )


@bp.get("/organisations/<code>/equipe/<uuid:membership_id>/fin")
@requires(Permission.ACCOUNTS_INVITATION_SEND, load_member)
def end_membership_page(member: _Member) -> str:
    """Say what ending the function does."""
    return _end_page(member, ReasonedForm())


@bp.post("/organisations/<code>/equipe/<uuid:membership_id>/fin")
@commits
@requires(Permission.ACCOUNTS_INVITATION_SEND, load_member)
def end_membership(member: _Member) -> type_page:
    """End a member's function in the body."""
    form = ReasonedForm()
    by = current_principal()
    if not form.validate_on_submit() or not attempt(
        form, lambda: functions.end(member.membership, typed(form.reason), by=by)
    ):
        return _end_page(member, form), 422
    flash("La fonction a pris fin. La personne garde son compte et ses autres fonctions.", "success")
    return see_other(f"/organisations/{member.body.code}/equipe")


@dataclass(frozen=True, slots=True)
class _Invited:
    """An invitation of the body; judged as the body itself."""

    id: uuid.UUID
    body: Organisation
    invitation: Invitation


def load_invitation(_principal: Principal, code: str, invitation_id: uuid.UUID) -> _Invited:
    """Return an invitation of the body of the address."""
    body = queries.organisation_by_code(code)
    return _Invited(body.id, body, functions.invitation_in(body, invitation_id))


@bp.post("/organisations/<code>/invitations/<uuid:invitation_id>/retrait")
@commits
@requires(Permission.ACCOUNTS_INVITATION_SEND, load_invitation)
def withdraw_invitation(invited: _Invited) -> Response:
    """Take an invitation back."""
    functions.withdraw_invitation(invited.invitation, invited.body, by=current_principal())
    flash("L’invitation est retirée : son lien ne marche plus.", "success")
    return see_other(f"/organisations/{invited.body.code}/equipe")


@bp.post("/organisations/<code>/invitations/<uuid:invitation_id>/renvoi")
@commits
@requires(Permission.ACCOUNTS_INVITATION_SEND, load_invitation)
def resend_invitation(invited: _Invited) -> Response:
    """Send an invitation again, with a new link."""
    functions.resend(invited.invitation, by=current_principal())
    flash("L’invitation est repartie, avec un nouveau lien.", "success")
    return see_other(f"/organisations/{invited.body.code}/equipe")
