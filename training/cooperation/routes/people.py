"""The people of a partnership, and the invitations by link (R100)."""

import uuid

from flask import render_template, url_for

from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.cooperation.forms.partnerships import InviteForm
from training.cooperation.models import PartnerInvitation, PartnerMember, Partnership
from training.cooperation.queries import partnerships as queries
from training.cooperation.routes.blueprint import PARTNERSHIP, bp
from training.cooperation.routes.loaders import among, member_of, partnership_of
from training.cooperation.services import partnerships as services

PEOPLE: str = f"{PARTNERSHIP}/personnes"


def _page(partnership: Partnership, form: InviteForm) -> str:
    return render_template(
        "cooperation/people.html",
        partnership=partnership,
        form=form,
        waiting=queries.waiting_invitations(partnership),
        act=ActForm(),
    )


@bp.get(PEOPLE)
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def people(partnership: Partnership) -> str:
    """Who is in, who is invited."""
    return _page(partnership, InviteForm.of(partnership))


@bp.post(PEOPLE)
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def invite(partnership: Partnership) -> Answer:
    """Invite a person by link."""
    form = InviteForm.of(partnership)
    return answer(
        form,
        lambda: services.invite(partnership, form.to_command(), by=current_principal()),
        again=lambda: _page(partnership, form),
        to=lambda: url_for(".people", partnership_id=partnership.id),
        done="L’invitation est partie. Son lien vaut deux semaines.",
    )


def invitation_of(principal: Principal, partnership_id: uuid.UUID, invitation_id: uuid.UUID) -> PartnerInvitation:
    """Return a waiting invitation of a partnership this person sees."""
    return among(queries.waiting_invitations(partnership_of(principal, partnership_id)), invitation_id)


@bp.post(f"{PEOPLE}/invitations/<uuid:invitation_id>/retirer")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, invitation_of)
def withdraw_invitation(invitation: PartnerInvitation) -> Answer:
    """Take an invitation back."""
    form = ActForm()
    return answer(
        form,
        lambda: services.withdraw_invitation(invitation, by=current_principal()),
        again=lambda: _page(invitation.partnership, InviteForm.of(invitation.partnership)),
        to=lambda: url_for(".people", partnership_id=invitation.partnership_id),
        done="L’invitation est retirée : son lien ne fonctionne plus.",
    )


@bp.post(f"{PEOPLE}/<uuid:member_id>/retirer")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, member_of)
def end_member(member: PartnerMember) -> Answer:
    """End a person’s part in the partnership."""
    form = ActForm()
    invite_form = InviteForm.of(member.partnership)

    def again() -> str:
        invite_form.form_errors.extend(form.form_errors)
        return _page(member.partnership, invite_form)

    return answer(
        form,
        lambda: services.end_member(member, by=current_principal()),
        again=again,
        to=lambda: url_for(".people", partnership_id=member.partnership_id),
        done=f"{member.person.name} ne fait plus partie du partenariat.",
    )
