"""``/cooperation/auto-evaluations/<id>``: prepared, settled by hand, closed, finalised, reported."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, render_template, request, url_for

from training.common import access, clock, journal, pdf
from training.common.attachments import attachment, file_name, spreadsheet
from training.common.declarations import registry
from training.common.errors import NotFound
from training.common.forms import ActForm
from training.common.guard import can, current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.cooperation import report
from training.cooperation.enums import AssessmentAct
from training.cooperation.forms.assessments import ClosingForm, PlanForm, SettleForm
from training.cooperation.grid import Item
from training.cooperation.models import Assessment, Partnership
from training.cooperation.procedure import ASSESSMENT
from training.cooperation.queries import assessments as queries
from training.cooperation.queries import plan, proposals, reference
from training.cooperation.routes.blueprint import ASSESSMENT as ADDRESS
from training.cooperation.routes.blueprint import PARTNERSHIP, bp
from training.cooperation.routes.loaders import partnership_of, to_change
from training.cooperation.rules.score import cautions, score, to_act_on
from training.cooperation.services import assessments as services

ACTS: Final = {
    "ouvrir": AssessmentAct.OPEN,
    "consensus": AssessmentAct.SETTLE,
    "rouvrir": AssessmentAct.REOPEN,
    "finaliser": AssessmentAct.FINALISE,
}
DONE: Final = {
    AssessmentAct.SETTLE: "Les réponses sont fermées et montrées. Place au consensus, question par question.",
    AssessmentAct.FINALISE: "L’auto-évaluation est finalisée : elle ne change plus, et se comparera à la suivante.",
}
"""What is said once a step is taken; opening leads to the room, which says it all."""
TOLD: Final = (
    "assessment.prepared", "assessment.closed", "assessment.proposed", "assessment.date_only_asked",
    "assessment.date_only_withdrawn", *ASSESSMENT.sentences,
)  # fmt: skip
"""What the history of the page tells: steps, not each of the eleven items."""
COLUMNS: Final = (
    Column("item", "Question"),
    Column("choice", "Consensus"),
    Column("words", "Commentaire, action envisagée"),
)


def assessment_of(principal: Principal, assessment_id: uuid.UUID) -> Assessment:
    """Return an assessment this person sees; a POST holds it for its transaction."""
    return queries.find_assessment(principal, assessment_id, to_change=to_change())


@dataclass(frozen=True, slots=True)
class AtItem:
    """An assessment and one of its items."""

    assessment: Assessment
    item: Item

    @property
    def partnership(self) -> Partnership:
        """Whence one’s rights."""
        return self.assessment.partnership


def item_of(principal: Principal, assessment_id: uuid.UUID, item: str) -> AtItem:
    """Return an item of an assessment this person sees."""
    assessment = assessment_of(principal, assessment_id)
    try:
        return AtItem(assessment, assessment.grid.definition.item(item))
    except KeyError as fault:
        raise NotFound from fault


@dataclass(frozen=True, slots=True)
class AtStep:
    """An assessment and the act its address names."""

    assessment: Assessment
    act: AssessmentAct

    @property
    def partnership(self) -> Partnership:
        """Whence one’s rights."""
        return self.assessment.partnership


def step_of(principal: Principal, assessment_id: uuid.UUID, act: str) -> AtStep:
    """Return an assessment and an act."""
    if act not in ACTS:
        raise NotFound
    return AtStep(assessment_of(principal, assessment_id), ACTS[act])


# --- preparing -------------------------------------------------------------------------------------------------------


def _plan_form(partnership: Partnership) -> PlanForm:
    return PlanForm.of(partnership, list(reference.grids()), plan.last_questions(partnership))


def _plan_page(partnership: Partnership, form: PlanForm) -> str:
    return render_template("cooperation/assessment_form.html", partnership=partnership, form=form)


@bp.get(f"{PARTNERSHIP}/auto-evaluation")
@requires(Permission.COOPERATION_ASSESSMENT_RUN, partnership_of)
def prepare_form(partnership: Partnership) -> str:
    """An assessment to prepare."""
    return _plan_page(partnership, _plan_form(partnership))


@bp.post(f"{PARTNERSHIP}/auto-evaluation")
@commits
@requires(Permission.COOPERATION_ASSESSMENT_RUN, partnership_of)
def prepare(partnership: Partnership) -> Answer:
    """Prepare it."""
    form = _plan_form(partnership)
    made: list[Assessment] = []
    return answer(
        form,
        lambda: made.append(services.prepare(partnership, form.to_command(), by=current_principal())),
        again=lambda: _plan_page(partnership, form),
        to=lambda: url_for(".assessment", assessment_id=made[0].id),
        done="L’auto-évaluation est prête.",
    )


# --- reading ---------------------------------------------------------------------------------------------------------


def _actions_of(assessment: Assessment) -> list[Any]:
    return plan.actions_of_assessment(assessment)


def _in_training(found: Assessment, principal: Principal, *, inside: bool) -> dict[str, Any]:
    """Return what partners see of an assessment as a document of a training: who proposed it, who holds it back (R132)."""
    if not inside:
        return {"proposals": (), "wishes": (), "may_propose": False, "learners": False}
    learners = proposals.who_may_propose(found)
    return {
        "proposals": proposals.proposals_of(found),
        "wishes": proposals.wishes_of(found),
        "may_propose": found.is_final and principal.person_id in learners,
        "learners": found.is_final and bool(learners),
    }


@bp.get(ADDRESS)
@requires(Permission.COOPERATION_ASSESSMENT_READ, assessment_of)
def assessment(found: Assessment) -> str:
    """Where the room stands: the total or what is known of it, each item, what to do next (the reading is noted, R93)."""
    principal = current_principal()
    definition, consensus = found.grid.definition, found.consensus
    inside = queries.takes_the_floor(principal, found)
    page = render_template(
        "cooperation/assessment.html",
        assessment=found,
        partnership=found.partnership,
        definition=definition,
        score=score(definition, consensus),
        results={result.item: result for result in found.results},
        columns=COLUMNS,
        cautions=cautions(definition, consensus),
        to_act_on=to_act_on(definition, consensus),
        inside=inside,
        runs=can(Permission.COOPERATION_ASSESSMENT_RUN, found),
        open_acts=[(slug, act) for slug, act in ACTS.items() if act in ASSESSMENT.available(found, principal)],
        barred=dict(ASSESSMENT.barred(found, principal)),
        steps_words=report.steps_words(score(definition, consensus)),
        total_words=report.total_words(score(definition, consensus)),
        count_words=report.words_of_count(found),
        planned=_actions_of(found),
        act=ActForm(),
        me=principal.person_id,
        **_in_training(found, principal, inside=inside),
        history=journal.timeline(found, sentences=registry.sentences, kinds=TOLD) if inside else [],
    )
    access.note(principal, "assessment.read", found)
    return page


@bp.get(f"{ADDRESS}/rapport.pdf")
@requires(Permission.COOPERATION_ASSESSMENT_READ, assessment_of)
def report_file(found: Assessment) -> Response:
    """The report of the meeting, provisional as long as something is open (R130)."""
    debate = queries.takes_the_floor(current_principal(), found)
    content = report.build(found, queries.finalised_before(found), _actions_of(found), debate=debate)
    return attachment(content, pdf.MEDIA_TYPE, f"{file_name('rapport', found.partnership.name)}.pdf")


@bp.get(f"{ADDRESS}/tout.xlsx")
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, assessment_of)
def everything_file(found: Assessment) -> Response:
    """All that was said, as a spreadsheet, for the partners."""
    queries.load_answers(found)
    rows = report.everything(found, _actions_of(found))
    return spreadsheet(
        report.COLUMNS, rows, title="Auto-évaluation", name=file_name("auto-evaluation", found.partnership.name)
    )


@bp.get(f"{ADDRESS}/reponses.csv")
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, assessment_of)
def raw_answers_file(found: Assessment) -> Response:
    """The answers the room has seen, as they were given, for the partners."""
    queries.load_answers(found)
    name = file_name("reponses", found.partnership.name)
    return attachment(report.raw_csv(found), "text/csv; charset=utf-8", f"{name}.csv")


# --- steps -----------------------------------------------------------------------------------------------------------


def _step_page(found: AtStep, form: ActForm) -> str:
    return render_template(
        "cooperation/assessment_step.html",
        assessment=found.assessment,
        partnership=found.partnership,
        act=found.act,
        form=form,
        score=score(found.assessment.grid.definition, found.assessment.consensus),
        today=clock.today(),
    )


@bp.get(f"{ADDRESS}/etat/<act>")
@requires(Permission.COOPERATION_ASSESSMENT_RUN, step_of)
def assessment_step(found: AtStep) -> str:
    """What a step will do; finalising with an item open says which (R75)."""
    ASSESSMENT.check(found.assessment, found.act, by=current_principal())
    return _step_page(found, ActForm())


@bp.post(f"{ADDRESS}/etat/<act>")
@commits
@requires(Permission.COOPERATION_ASSESSMENT_RUN, step_of)
def take_assessment_step(found: AtStep) -> Answer:
    """Open the answers, close them, reopen them, or finalise."""
    form = ActForm()
    opens = found.act in (AssessmentAct.OPEN, AssessmentAct.REOPEN)
    return answer(
        form,
        lambda: services.advance(found.assessment, found.act, by=current_principal()),
        again=lambda: _step_page(found, form),
        to=lambda: url_for(".room" if opens else ".assessment", assessment_id=found.assessment.id),
        done=DONE.get(found.act),
    )


# --- consensus, by hand or after the phones --------------------------------------------------------------------------


def _settle_page(found: AtItem, form: SettleForm) -> str:
    assessment, items = found.assessment, found.assessment.grid.definition.items
    queries.load_answers(assessment)
    rank = items.index(found.item)
    return render_template(
        "cooperation/settle.html",
        assessment=assessment,
        partnership=found.partnership,
        item=found.item,
        step=next(step for step in assessment.grid.definition.steps if found.item in step.items),
        rank=rank + 1,
        count=len(items),
        before=items[rank - 1] if rank else None,
        after=items[rank + 1] if rank + 1 < len(items) else None,
        spread=queries.spread_of(assessment, found.item.code),
        form=form,
    )


def next_open(assessment: Assessment, item: str) -> str | None:
    """Return the next item still open after this one, going round once; null when all are settled."""
    codes = [each.code for each in assessment.grid.definition.items]
    start = codes.index(item) + 1
    consensus = assessment.consensus
    return next((code for code in [*codes[start:], *codes[:start]] if consensus.get(code) is None), None)


@bp.get(f"{ADDRESS}/consensus/<item>")
@requires(Permission.COOPERATION_ASSESSMENT_RUN, item_of)
def settle_form(found: AtItem) -> str:
    """One item to settle: what was answered, what the room agrees on."""
    return _settle_page(found, SettleForm.of(found.assessment, found.item.code))


@bp.post(f"{ADDRESS}/consensus/<item>")
@commits
@requires(Permission.COOPERATION_ASSESSMENT_RUN, item_of)
def settle(found: AtItem) -> Answer:
    """Note it, and go on to the next one that is open."""
    form = SettleForm.of(found.assessment, found.item.code)
    in_room = request.args.get("depuis") == "salle"

    def following() -> str:
        code = next_open(found.assessment, found.item.code)
        if in_room and code is not None:
            return url_for(".room", assessment_id=found.assessment.id, question=code)
        if code is None or form.choice.data in (None, ""):
            return url_for(".assessment", assessment_id=found.assessment.id)
        return url_for(".settle_form", assessment_id=found.assessment.id, item=code)

    return answer(
        form,
        lambda: services.settle(found.assessment, form.to_command(found.item.code), by=current_principal()),
        again=lambda: _settle_page(found, form),
        to=following,
        done=f"Question {found.item.code} : {found.assessment.grid.definition.label(form.choice.data or None).lower()}.",
    )


# --- closing ---------------------------------------------------------------------------------------------------------


def _closing_page(found: Assessment, form: ClosingForm) -> str:
    local = {question.id: request.form.get(f"local-{question.id}", question.answer) for question in found.questions}
    return render_template(
        "cooperation/closing.html", assessment=found, partnership=found.partnership, form=form, local=local
    )


@bp.get(f"{ADDRESS}/cloture")
@requires(Permission.COOPERATION_ASSESSMENT_RUN, assessment_of)
def closing_form(found: Assessment) -> str:
    """Three questions before leaving (R130)."""
    told = {"scope": found.scope, "contributions": found.contributions, "first_steps": found.first_steps}
    return _closing_page(found, ClosingForm(data=told))


@bp.post(f"{ADDRESS}/cloture")
@commits
@requires(Permission.COOPERATION_ASSESSMENT_RUN, assessment_of)
def close(found: Assessment) -> Answer:
    """Note what the room answers."""
    form = ClosingForm()
    return answer(
        form,
        lambda: services.close(found, form.to_command(found, request.form), by=current_principal()),
        again=lambda: _closing_page(found, form),
        to=lambda: url_for(".assessment", assessment_id=found.id),
        done="C’est noté. Le rapport est prêt à imprimer.",
    )
