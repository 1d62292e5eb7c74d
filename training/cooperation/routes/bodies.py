"""« Qui fait quoi »: the bodies of a partnership and what each does (R128)."""

from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request, url_for

from training.common.attachments import file_name, spreadsheet
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.common.xlsx import Column as SheetColumn
from training.cooperation.enums import THEMES
from training.cooperation.forms.partnerships import BodyForm
from training.cooperation.models import PartnerBody, Partnership
from training.cooperation.queries import reference
from training.cooperation.routes.blueprint import PARTNERSHIP, bp
from training.cooperation.routes.loaders import body_of, partnership_of
from training.cooperation.services import partnerships as services

WHO: str = f"{PARTNERSHIP}/qui-fait-quoi"
BODY: str = f"{WHO}/<uuid:body_id>"
COLUMNS = (
    Column("body", "Structure"),
    Column("area", "Où"),
    Column("audience", "Pour qui"),
    Column("contribution", "Ce qu’elle fait ici"),
    *(Column(theme.value, theme.label.capitalize()) for theme in THEMES),
    Column("contact", "Contact"),
)


@bp.get(WHO)
@requires(Permission.COOPERATION_PARTNERSHIP_READ, partnership_of)
def who_does_what(partnership: Partnership) -> str:
    """The table of this territory, on screen and on one sheet of paper."""
    return render_template("cooperation/who_does_what.html", partnership=partnership, columns=COLUMNS, themes=THEMES)


@bp.get(f"{WHO}.xlsx")
@requires(Permission.COOPERATION_PARTNERSHIP_READ, partnership_of)
def who_does_what_file(partnership: Partnership) -> Response:
    """The same table as a spreadsheet."""
    columns = [
        SheetColumn("Structure"),
        SheetColumn("Nature"),
        *(SheetColumn(column.label, 34) for column in COLUMNS[1:]),
    ]
    title = "Qui fait quoi"
    return spreadsheet(columns, _lines(partnership), title=title, name=file_name(title, partnership.name))


def _lines(partnership: Partnership) -> Iterator[tuple[Any, ...]]:
    for body in partnership.present_bodies:
        roles = [body.pivot.get(theme.value, "") for theme in THEMES]
        yield (body.name, body.kind.name, body.area, body.audience, body.contribution, *roles, body.contact)


def _kinds() -> list[tuple[str, str]]:
    return [(kind.code, kind.name) for kind in reference.kinds()]


def _page(form: BodyForm, partnership: Partnership, body: PartnerBody | None) -> str:
    return render_template("cooperation/body_form.html", form=form, partnership=partnership, body=body)


@bp.get(f"{WHO}/ajouter")
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def add_body_form(partnership: Partnership) -> str:
    """A body to bring in."""
    return _page(BodyForm.of(None, _kinds()), partnership, None)


@bp.post(f"{WHO}/ajouter")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def add_body(partnership: Partnership) -> Answer:
    """Bring it in."""
    form = BodyForm.of(None, _kinds())
    following = ".add_body_form" if request.form.get("another") else ".who_does_what"
    return answer(
        form,
        lambda: services.add_body(partnership, form.to_command(), by=current_principal()),
        again=lambda: _page(form, partnership, None),
        to=lambda: url_for(following, partnership_id=partnership.id),
        done=f"{form.name.data} fait maintenant partie du partenariat.",
    )


@bp.get(BODY)
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, body_of)
def body_form(body: PartnerBody) -> str:
    """A body’s line, to complete."""
    return _page(BodyForm.of(body, _kinds()), body.partnership, body)


@bp.post(BODY)
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, body_of)
def write_body(body: PartnerBody) -> Answer:
    """Complete it."""
    form = BodyForm.of(body, _kinds())
    return answer(
        form,
        lambda: services.write_body(body, form.to_command(), by=current_principal()),
        again=lambda: _page(form, body.partnership, body),
        to=lambda: url_for(".who_does_what", partnership_id=body.partnership_id),
        done="La ligne est à jour.",
    )


@bp.get(f"{BODY}/depart")
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, body_of)
def end_body_form(body: PartnerBody) -> str:
    """What a body’s leaving changes."""
    return render_template("cooperation/body_end.html", form=ActForm(), body=body, partnership=body.partnership)


@bp.post(f"{BODY}/depart")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, body_of)
def end_body(body: PartnerBody) -> Answer:
    """Note that it has left."""
    form = ActForm()
    return answer(
        form,
        lambda: services.end_body(body, by=current_principal()),
        again=lambda: render_template("cooperation/body_end.html", form=form, body=body, partnership=body.partnership),
        to=lambda: url_for(".who_does_what", partnership_id=body.partnership_id),
        done=f"{body.name} ne fait plus partie du partenariat. Ses réponses passées restent.",
    )
