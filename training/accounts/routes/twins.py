"""Records met twice: the list, the two side by side, one act that makes them one, another that undoes it (R101)."""

import uuid
from typing import Final

from flask import render_template, request

from training.accounts import twin_queries
from training.accounts.forms import MergeForm
from training.accounts.mergers import Merger
from training.accounts.routes.blueprint import bp, columns
from training.accounts.services import twins
from training.accounts.twin_queries import Compared, Single
from training.common import clock
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.twins import TwinKind
from training.common.views import Answer, answer

LIST: Final = "/doublons"
STRUCTURES: Final = {"kind": TwinKind.STRUCTURE}
PEOPLE: Final = {"kind": TwinKind.PERSON}
MADE_ONE: Final = "C’est fait : une seule fiche reste. Vous pouvez défaire cette réunion pendant 14 jours."


def load_pair(principal: Principal, kind: TwinKind, first_id: uuid.UUID, second_id: uuid.UUID) -> Compared:
    """Return two records within this person's reach."""
    return twin_queries.compared(principal, kind, first_id, second_id)


def load_merger(principal: Principal, merger_id: uuid.UUID) -> Merger:
    """Return a merger whose record is within this person's reach."""
    return twin_queries.merger(principal, merger_id)


@bp.get(LIST)
@requires(Permission.ACCOUNTS_TWINS_MERGE)
def twin_list() -> str:
    """List the records that are probably one, and the mergers that can still be undone."""
    principal = current_principal()
    return render_template(
        "accounts/twins.html",
        sections=(
            ("structures", "Structures", twin_queries.structure_pairs(principal)),
            ("personnes", "Personnes", twin_queries.person_pairs(principal)),
        ),
        columns=columns("Première fiche", "Seconde fiche", "Ce qui les rapproche", "Action"),
        past=twin_queries.past_mergers(principal, clock.now() - twins.UNDONE_WITHIN),
        past_columns=columns("Fiche gardée", "Réunie avec", "Faite par", "Action"),
        form=ActForm(formdata=None),
    )


def load_single(principal: Principal, kind: TwinKind, first_id: uuid.UUID) -> Single:
    """Return one record within this person's reach."""
    return twin_queries.single(principal, kind, first_id)


@bp.get(f"{LIST}/structures/<uuid:first_id>", defaults=STRUCTURES)
@bp.get(f"{LIST}/personnes/<uuid:first_id>", defaults=PEOPLE)
@requires(Permission.ACCOUNTS_TWINS_MERGE, load_single)
def find_twin(one: Single) -> str:
    """Look for the twin of a record by its name, when nothing else brings them together."""
    words = (request.args.get("recherche") or "").strip()[:80]
    return render_template(
        "accounts/twin_search.html",
        one=one,
        words=words,
        found=twin_queries.named(current_principal(), one, words),
        slug="structures" if one.kind is TwinKind.STRUCTURE else "personnes",
    )


@bp.get(f"{LIST}/structures/<uuid:first_id>/<uuid:second_id>", defaults=STRUCTURES)
@bp.get(f"{LIST}/personnes/<uuid:first_id>/<uuid:second_id>", defaults=PEOPLE)
@requires(Permission.ACCOUNTS_TWINS_MERGE, load_pair)
def twin_pair(pair: Compared) -> str:
    """Show two records side by side."""
    return _pair_page(pair, _form(pair))


def _form(pair: Compared) -> MergeForm:
    form = MergeForm()
    names = ("La première", "La seconde")
    first, second = (
        (str(row.id), f"{name} : {_name(pair, row)}")
        for name, row in zip(names, (pair.first, pair.second), strict=True)
    )
    form.offer(first, second)
    return form


def _name(pair: Compared, row: object) -> str:
    """Tell one record from the other, whose name may be the same."""
    name, more = getattr(row, "name", ""), "email" if pair.kind is TwinKind.PERSON else "city"
    told = getattr(row, more, None)
    return f"{name} ({told})" if told and told != name else str(name)


def _pair_page(pair: Compared, form: MergeForm) -> str:
    why = twins.bars(pair.kind, pair.first, pair.second)
    return render_template(
        "accounts/twin_pair.html",
        pair=pair,
        form=form,
        act=ActForm(formdata=None),
        bars=why if why == twins.bars(pair.kind, pair.second, pair.first) else [],
        columns=columns("Information", "Première fiche", "Seconde fiche"),
        address=_address(pair),
    )


def _address(pair: Compared) -> str:
    kind = "structures" if pair.kind is TwinKind.STRUCTURE else "personnes"
    return f"{LIST}/{kind}/{pair.first.id}/{pair.second.id}"


@bp.post(f"{LIST}/structures/<uuid:first_id>/<uuid:second_id>", defaults=STRUCTURES)
@bp.post(f"{LIST}/personnes/<uuid:first_id>/<uuid:second_id>", defaults=PEOPLE)
@commits
@requires(Permission.ACCOUNTS_TWINS_MERGE, load_pair)
def merge_twins(pair: Compared) -> Answer:
    """Make one of the two."""
    form = _form(pair)
    return answer(
        form,
        lambda: twins.merge(pair.kind, form.to_command(), by=current_principal()),
        again=lambda: _pair_page(pair, form),
        to=LIST,
        done=MADE_ONE,
    )


@bp.post(f"{LIST}/structures/<uuid:first_id>/<uuid:second_id>/distinctes", defaults=STRUCTURES)
@bp.post(f"{LIST}/personnes/<uuid:first_id>/<uuid:second_id>/distinctes", defaults=PEOPLE)
@commits
@requires(Permission.ACCOUNTS_TWINS_MERGE, load_pair)
def keep_apart(pair: Compared) -> Answer:
    """Say that the two are two."""
    return answer(
        ActForm(),
        lambda: twins.keep_apart(pair.kind, pair.first, pair.second, by=current_principal()),
        again=lambda: _pair_page(pair, _form(pair)),
        to=LIST,
        done="C’est noté : ces deux fiches ne seront plus proposées ensemble.",
    )


@bp.post(f"{LIST}/reunions/<uuid:merger_id>/defaire")
@commits
@requires(Permission.ACCOUNTS_TWINS_MERGE, load_merger)
def undo_merger(merger: Merger) -> Answer:
    """Undo a merger."""
    form = ActForm()
    return answer(
        form,
        lambda: twins.undo(merger, by=current_principal()),
        again=lambda: render_template("accounts/twin_undo.html", form=form),
        to=LIST,
        done="C’est défait : les deux fiches sont de nouveau séparées.",
    )
