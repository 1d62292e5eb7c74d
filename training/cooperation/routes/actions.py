"""Actions of a partnership: a board by state, each one followed, all reviewed every quarter (R79, R81)."""

import uuid
from collections.abc import Iterator
from typing import Any, Final

from flask import Response, render_template, request, url_for

from training.common import clock, journal
from training.common.attachments import file_name, spreadsheet
from training.common.declarations import registry
from training.common.errors import NotFound
from training.common.forms import ActForm, Form, ReasonForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.common.xlsx import Column
from training.cooperation.enums import BOARD, LIVE_ACTIONS, ActionAct
from training.cooperation.forms.plan import ActionForm, NewsForm, ReviewForm, told_of, told_of_card
from training.cooperation.models import Action, Partnership
from training.cooperation.procedure import ACTION
from training.cooperation.queries import plan, reference
from training.cooperation.routes.blueprint import PARTNERSHIP, bp
from training.cooperation.routes.loaders import partnership_of, to_change
from training.cooperation.rules.rhythm import review_due_on
from training.cooperation.services import actions as services

ACTIONS: Final = f"{PARTNERSHIP}/actions"
ACTION_PAGE: Final = f"{ACTIONS}/<uuid:action_id>"
ACTS: Final = {
    "lancer": ActionAct.START,
    "faite": ActionAct.FINISH,
    "abandonner": ActionAct.DROP,
    "reprendre": ActionAct.RESUME,
}
SHEET: Final = (
    Column("Action", 44),
    Column("État", 12),
    Column("Qui mène", 26),
    Column("Avec qui", 34),
    Column("Premier pas", 44),
    Column("Échéance", 12, "dd/mm/yyyy"),
    Column("Indicateurs", 44),
    Column("Question", 10),
    Column("Dernières nouvelles", 50),
)


@bp.get(ACTIONS)
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, partnership_of)
def actions(partnership: Partnership) -> str:
    """The board: to start, under way, done, dropped."""
    found = plan.actions_of(partnership)
    live = [action for action in found if action.status in LIVE_ACTIONS]
    return render_template(
        "cooperation/actions.html",
        partnership=partnership,
        columns=[(status, [action for action in found if action.status is status]) for status in BOARD],
        review_on=review_due_on(partnership.reviewed_on, plan.first_of(live)),
        today=clock.today(),
        count=len(found),
    )


@bp.get(f"{ACTIONS}.xlsx")
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, partnership_of)
def actions_file(partnership: Partnership) -> Response:
    """The actions as a spreadsheet."""
    rows = _rows(plan.actions_of(partnership))
    return spreadsheet(SHEET, rows, title="Actions", name=file_name("actions", partnership.name))


def _rows(found: Any) -> Iterator[tuple[Any, ...]]:
    for action in found:
        partners = ", ".join(body.name for body in action.partners)
        news = action.news[0].text if action.news else ""
        yield (
            action.title, action.status.label, action.lead.name if action.lead else "", partners, action.first_step,
            action.due_on, " ; ".join(action.indicators), action.item, news,
        )  # fmt: skip


def _page(partnership: Partnership, form: ActionForm, action: Action | None) -> str:
    return render_template("cooperation/action_form.html", partnership=partnership, form=form, action=action)


def _begun(partnership: Partnership) -> dict[str, Any]:
    """Return what the address suggests: an item of an assessment, an idea of the library."""
    told: dict[str, Any] = {}
    if request.args.get("carte"):
        told |= told_of_card(reference.find_card(request.args["carte"]))
    if request.args.get("question") and request.args.get("auto-evaluation"):
        told |= plan.suggestion(partnership, request.args["auto-evaluation"], request.args["question"])
    return told


@bp.get(f"{ACTIONS}/nouvelle")
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, partnership_of)
def new_action(partnership: Partnership) -> str:
    """An action to plan, from scratch, from an item or from an idea."""
    return _page(partnership, ActionForm.of(partnership, _begun(partnership)), None)


@bp.post(f"{ACTIONS}/nouvelle")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, partnership_of)
def plan_action(partnership: Partnership) -> Answer:
    """Plan it."""
    form = ActionForm.of(partnership, None)
    made: list[Action] = []

    def following() -> str:
        """Lead back to the assessment the action comes from, where the next one is planned."""
        if made[0].assessment is not None:
            return url_for(".assessment", assessment_id=made[0].assessment.id, _anchor="agir")
        return url_for(".actions", partnership_id=partnership.id)

    reminded = " Elle sera rappelée une semaine avant son échéance." if form.due_on.day else ""
    return answer(
        form,
        lambda: made.append(services.plan(partnership, form.to_command(), by=current_principal())),
        again=lambda: _page(partnership, form, None),
        to=following,
        done=f"L’action est planifiée.{reminded}",
    )


def action_of(principal: Principal, partnership_id: uuid.UUID, action_id: uuid.UUID) -> Action:
    """Return an action of a partnership this person sees."""
    return plan.find_action(partnership_of(principal, partnership_id), action_id, to_change=to_change())


def _action_page(action: Action, form: NewsForm) -> str:
    available = ACTION.available(action, current_principal())
    return render_template(
        "cooperation/action.html",
        action=action,
        partnership=action.partnership,
        form=form,
        open_acts=[(slug, act) for slug, act in ACTS.items() if act in available],
        history=journal.timeline(action, sentences=registry.sentences),
    )


@bp.get(ACTION_PAGE)
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, action_of)
def action_page(action: Action) -> str:
    """An action: who, when, how one will see, what was said of it."""
    return _action_page(action, NewsForm())


@bp.post(ACTION_PAGE)
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, action_of)
def tell_news(action: Action) -> Answer:
    """Say where it is."""
    form = NewsForm()
    return answer(
        form,
        lambda: services.tell(action, form.text.data or "", by=current_principal()),
        again=lambda: _action_page(action, form),
        to=lambda: url_for(".action_page", partnership_id=action.partnership_id, action_id=action.id),
        done="C’est noté.",
    )


@bp.get(f"{ACTION_PAGE}/modifier")
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, action_of)
def change_action_form(action: Action) -> str:
    """An action to change."""
    return _page(action.partnership, ActionForm.of(action.partnership, told_of(action)), action)


@bp.post(f"{ACTION_PAGE}/modifier")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, action_of)
def change_action(action: Action) -> Answer:
    """Change it; calendars follow."""
    form = ActionForm.of(action.partnership, None)
    return answer(
        form,
        lambda: services.change(action, form.to_command(), by=current_principal()),
        again=lambda: _page(action.partnership, form, action),
        to=lambda: url_for(".action_page", partnership_id=action.partnership_id, action_id=action.id),
        done="L’action est à jour, les calendriers aussi.",
    )


def _act_of(slug: str) -> ActionAct:
    if slug not in ACTS:
        raise NotFound
    return ACTS[slug]


class _Step:
    """An action and the act its address names, judged as the action."""

    def __init__(self, action: Action, act: ActionAct) -> None:
        self.action, self.act, self.partnership = action, act, action.partnership


def step_loader(principal: Principal, partnership_id: uuid.UUID, action_id: uuid.UUID, step: str) -> _Step:
    """Return an action and an act, within one’s scope."""
    return _Step(action_of(principal, partnership_id, action_id), _act_of(step))


def _step_form(found: _Step) -> Form:
    return ReasonForm() if ACTION.steps[found.act].reason else ActForm()


def _step_page(found: _Step, form: Form) -> str:
    return render_template(
        "cooperation/action_step.html", action=found.action, partnership=found.partnership, act=found.act, form=form
    )


@bp.get(f"{ACTION_PAGE}/etat/<step>")
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, step_loader)
def action_step(found: _Step) -> str:
    """What a step of the action will do."""
    ACTION.check(found.action, found.act, by=current_principal(), reason="-")
    return _step_page(found, _step_form(found))


@bp.post(f"{ACTION_PAGE}/etat/<step>")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, step_loader)
def take_action_step(found: _Step) -> Answer:
    """Start, finish, drop or resume it."""
    form = _step_form(found)
    reason = form.reason.data if isinstance(form, ReasonForm) else None
    return answer(
        form,
        lambda: services.advance(found.action, found.act, by=current_principal(), reason=reason),
        again=lambda: _step_page(found, form),
        to=lambda: url_for(".actions", partnership_id=found.action.partnership_id),
        done="Le tableau des actions est à jour.",
    )


# --- review ----------------------------------------------------------------------------------------------------------


def _review_page(partnership: Partnership, form: ReviewForm) -> str:
    live = [action for action in plan.actions_of(partnership) if action.status in LIVE_ACTIONS]
    return render_template(
        "cooperation/review.html", partnership=partnership, form=form, actions=live, sent=request.form
    )


@bp.get(f"{PARTNERSHIP}/revue")
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def review_form(partnership: Partnership) -> str:
    """All the live actions on one page, to go through together."""
    return _review_page(partnership, ReviewForm.today())


@bp.post(f"{PARTNERSHIP}/revue")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def review(partnership: Partnership) -> Answer:
    """Keep what was said, act on each."""
    form = ReviewForm()
    live = {action.id: action for action in plan.actions_of(partnership) if action.status in LIVE_ACTIONS}
    return answer(
        form,
        lambda: services.review(
            partnership, form.to_command(live.values(), request.form), live, by=current_principal()
        ),
        again=lambda: _review_page(partnership, form),
        to=lambda: url_for(".actions", partnership_id=partnership.id),
        done="La revue est notée. La prochaine est dans trois mois.",
    )
