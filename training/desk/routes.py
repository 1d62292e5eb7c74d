"""``/`` and ``/recherche``: the public home, the desk of whoever is signed in, and the search."""

from typing import Final

from flask import Blueprint, render_template, request, url_for

from training.accounts.enums import Function
from training.admissions.rules import days_left
from training.common import clock
from training.common.guard import current_principal, requires
from training.common.listing import Page, page_number
from training.common.policy import Permission, Principal
from training.desk import queries
from training.desk.queries.search import KINDS, PER_PAGE

bp: Final = Blueprint("desk", __name__)
blueprints: Final = (bp,)

LONGEST_SEARCH: Final = 80


def _layout(principal: Principal) -> str:
    return "layouts/staff.html" if principal.capacities else "layouts/learner.html"


@bp.get("/")
@requires(Permission.DESK_HOME_READ)
def home() -> str:
    """The public home for nobody; for a person, what she has to do today."""
    principal = current_principal()
    if not principal.is_signed_in:
        calls, programmes = queries.home()
        today = clock.today()
        return render_template(
            "desk/home.html",
            calls=[(call, days_left(call, today), call.opens_at and call.opens_at > clock.now()) for call in calls],
            programmes=programmes,
        )
    desk = queries.desk_of(principal)
    return render_template(
        "desk/desk.html",
        layout=_layout(principal),
        desk=desk,
        several=len({line.capacity for line in desk.lines}) > 1,
        words=_lead(principal, len(desk.lines), sum(line.is_late for line in desk.lines)),
        empty_words=_empty(principal),
        searches=bool(principal.capacities) or desk.has_people,
    )


def _lead(principal: Principal, count: int, late: int) -> str:
    """Say how the day looks, in one sentence."""
    hello = f"Bonjour {principal.name.split(' ')[0]}."
    if not count:
        return f"{hello} Rien ne vous attend aujourd’hui."
    things = "Une chose vous attend" if count == 1 else f"{count} choses vous attendent"
    if not late:
        return f"{hello} {things}."
    return f"{hello} {things}, dont {'une' if late == 1 else late} en retard."


def _empty(principal: Principal) -> str:
    """Say what will come, to a person who has nothing to do."""
    if principal.holds(Function.MANAGER, Function.COMMITTEE_MEMBER):
        return "Dès qu’un dossier, un avis ou une décision vous attendra, il sera ici, et un courriel vous préviendra."
    if principal.holds(Function.READER):
        return "Vous suivez ce que votre organisme accompagne, sans acte à faire. Les prochaines dates sont ci-contre."
    if principal.holds(Function.FACILITATOR):
        return "Dès qu’un partenariat de coopération vous sera confié, ce qu’il demande apparaîtra ici."
    if principal.holds(Function.REPRESENTATIVE):
        return "Les dates de formation des personnes de votre structure sont ci-contre ; vous n’avez rien à signer."
    return (
        "Dès qu’un organisme vous confiera un jury, un entretien ou un avis, ou que vous commencerez une candidature, "
        "la suite apparaîtra ici, et un courriel vous préviendra."
    )


@bp.get("/recherche")
@requires(Permission.DESK_SEARCH_USE)
def search() -> str:
    """Find people, files, structures and cohorts within one's scope."""
    principal = current_principal()
    words = (request.args.get("q") or "").strip()[:LONGEST_SEARCH]
    asked = request.args.get("dans") or ""
    kind = asked if asked in KINDS else None
    number = page_number(request.args.get("page"))
    found = queries.search(principal, words, kind=kind, page=number) if words else []
    page = None
    if kind:
        page = Page(
            items=found[0].hits if found else [],
            number=number,
            total=found[0].total if found else 0,
            per_page=PER_PAGE,
            url=lambda to: url_for("desk.search", q=words, dans=kind, page=to),
        )
    return render_template(
        "desk/search.html", layout=_layout(principal), words=words, found=found, kind=kind, page=page
    )
