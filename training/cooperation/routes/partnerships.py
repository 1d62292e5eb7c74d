"""``/cooperation``: the partnerships one sees, and the page of each."""

from flask import render_template, request, url_for

from training.common import access, journal
from training.common.declarations import registry
from training.common.guard import current_principal, requires
from training.common.listing import Column, page_number
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.cooperation.forms.partnerships import PartnershipForm
from training.cooperation.models import Partnership
from training.cooperation.queries import assessments, plan
from training.cooperation.queries import partnerships as queries
from training.cooperation.routes.blueprint import PARTNERSHIP, ROOM, bp
from training.cooperation.routes.loaders import partnership_of
from training.cooperation.rules.access import role_of
from training.cooperation.rules.score import score
from training.cooperation.services import partnerships as services

COLUMNS = (
    Column("name", "Partenariat"),
    Column("bodies", "Structures", numeric=True),
    Column("assessed", "Dernière auto-évaluation"),
    Column("actions", "Actions en cours", numeric=True),
)

ASSESSMENTS = (Column("held", "Auto-évaluation"), Column("total", "Total"), Column("state", "État"))


@bp.get(ROOM)
@requires(Permission.COOPERATION_PARTNERSHIP_LIST)
def index() -> str:
    """The partnerships one takes part in, and those whose reports are shared with one’s body."""
    number = page_number(request.args.get("page"))
    page = queries.partnerships_of(current_principal(), number, lambda n: url_for(".index", page=n))
    return render_template("cooperation/index.html", columns=COLUMNS, page=page)


def _form_page(form: PartnershipForm, partnership: Partnership | None) -> str:
    return render_template("cooperation/partnership_form.html", form=form, partnership=partnership)


@bp.get(f"{ROOM}/nouveau")
@requires(Permission.COOPERATION_PARTNERSHIP_LIST)
def new() -> str:
    """A blank partnership."""
    return _form_page(PartnershipForm.of(None, queries.regions()), None)


@bp.post(f"{ROOM}/nouveau")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_LIST)
def create() -> Answer:
    """Open a partnership; whoever opens it facilitates it."""
    form = PartnershipForm.of(None, queries.regions())
    made: list[Partnership] = []
    return answer(
        form,
        lambda: made.append(services.open_partnership(form.to_command(), by=current_principal())),
        again=lambda: _form_page(form, None),
        to=lambda: url_for(".who_does_what", partnership_id=made[0].id),
        done="Le partenariat est ouvert. Ajoutez maintenant les structures qui en font partie.",
    )


@bp.get(PARTNERSHIP)
@requires(Permission.COOPERATION_PARTNERSHIP_READ, partnership_of)
def show(partnership: Partnership) -> str:
    """A partnership: where it stands, what to do next, who is in it (the reading is noted, R93)."""
    principal = current_principal()
    role = role_of(principal, partnership)
    page = render_template(
        "cooperation/show.html",
        partnership=partnership,
        role=role,
        columns=ASSESSMENTS,
        assessments=[each for each in assessments.assessments_of(partnership) if role or each.is_final],
        score_of=lambda each: score(each.grid.definition, each.consensus),
        actions=plan.next_actions(partnership) if role else [],
        history=journal.timeline(partnership, sentences=registry.sentences) if role else [],
    )
    access.note(principal, "partnership.read", partnership)
    return page


@bp.get(f"{PARTNERSHIP}/modifier")
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def describe_form(partnership: Partnership) -> str:
    """Its name, its territories, its rhythm."""
    return _form_page(PartnershipForm.of(partnership, queries.regions()), partnership)


@bp.post(f"{PARTNERSHIP}/modifier")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def describe(partnership: Partnership) -> Answer:
    """Change them."""
    form = PartnershipForm.of(partnership, queries.regions())
    return answer(
        form,
        lambda: services.describe(partnership, form.to_command(), by=current_principal()),
        again=lambda: _form_page(form, partnership),
        to=lambda: url_for(".show", partnership_id=partnership.id),
        done="La présentation du partenariat est à jour.",
    )
