"""What a person has to do for herself: her own files, her courses, the learners she follows."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.enums import Function
from training.admissions import rules as admissions
from training.admissions.enums import DECIDED_AGAINST, SECRET_UNTIL_PUBLICATION, ApplicationStatus, CallStatus
from training.admissions.models import Application, Call, CallDate, CallPart
from training.catalogue.models import Edition
from training.cohorts import rules as cohort_rules
from training.cohorts.enums import FOLLOWING, GONE
from training.cohorts.models import Cohort, CohortPart, Enrolment, TrainerAssignment
from training.cohorts.queries import in_force_on
from training.cohorts.registration import CivilStatus
from training.common import clock
from training.common.articles import that, the
from training.common.formatting import enumeration, plain_date, plural
from training.common.policy import Principal
from training.database import db
from training.desk.facts import Presence
from training.desk.rules import Coming, Desk, Item, Line, Panel, day_of
from training.seminars.enums import OFF, SeminarStatus
from training.seminars.models import CalendarFeed, HalfDay, Seminar
from training.seminars.queries.scope import shown_in
from training.seminars.rules import CalendarScope, Learning

S = ApplicationStatus
PREPARE_AHEAD: Final = timedelta(days=45)
HELD_SINCE: Final = timedelta(days=60)
ROWS: Final = 60
AMONG_SEMINARS: Final = ("first-seminar", "launch")
"""Steps of a call that those who are in its cohort find among their seminars."""
FILE: Final = "Votre candidature"
COURSE: Final = "Votre formation"
TRAINING: Final = "Formation relais"
SEE: Final = "Voir le séminaire"


def add_files(desk: Desk, principal: Principal) -> None:
    """Add the person's own files: what they lack, what is asked, what is offered. Three SELECTs."""
    files = _own_files(principal)
    items = []
    for application, is_given in files:
        line = _file_line(application) or (None if is_given else _registration_line(application))
        if line is not None:
            desk.lines.append(line)
        status = admissions.public_status(application)
        if status is S.ENROLLED:
            continue  # her course says it
        if status not in DECIDED_AGAINST or day_of(application.changed_at) == clock.today():
            rank = f", rang {application.rank} de la liste complémentaire" if _is_told_her_rank(application) else ""
            items.append(Item(application.call.title, f"{status.label}{rank}", f"/candidatures/{application.id}"))
    if items:
        desk.panels.append(Panel("Vos candidatures", items))


def _own_files(principal: Principal) -> Sequence[tuple[Application, bool]]:
    """Return her files, each with whether she gave her civil status for its cohort."""
    given = (
        select(CivilStatus.person_id)
        .join(Call, Call.cohort_id == CivilStatus.cohort_id)
        .where(CivilStatus.person_id == Application.person_id, Call.id == Application.call_id)
        .correlate(Application)
        .exists()
    )
    query = (
        select(Application, given)
        .where(Application.person_id == principal.person_id)
        .options(
            joinedload(Application.call, innerjoin=True).options(
                joinedload(Call.cohort, innerjoin=True), joinedload(Call.declarations), selectinload(Call.pieces)
            ),
            joinedload(Application.structure),
            joinedload(Application.extension),
            joinedload(Application.offers),
            selectinload(Application.pieces),
        )
        .order_by(Application.created_at.desc(), Application.id)
    )
    return [(file, is_given) for file, is_given in db.session.execute(query).unique()]


def _registration_line(application: Application) -> Line | None:
    """Return what a confirmed person still has to give for her diploma (R110)."""
    if not admissions.gives_civil_status(application):
        return None
    about = "L’école en a besoin pour votre inscription et votre diplôme."
    href = f"/candidatures/{application.id}/etat-civil"
    return Line("Donner votre état civil", application.call.title, "Compléter", href, FILE, about=about, weight=2)


def _is_told_her_rank(application: Application) -> bool:
    return application.rank is not None and application.published_status == application.status.value


def _file_line(application: Application) -> Line | None:
    call, href = application.call, f"/candidatures/{application.id}"
    if application.status is S.DRAFT:
        return _draft_line(application, href)
    if application.status is S.TO_CORRECT:
        return Line(
            "Corriger votre dossier",
            call.title,
            "Corriger le dossier",
            href,
            FILE,
            about=application.correction_message or "",
            due=application.correction_due_on,
            prefix="à rendre",
            weight=1,
        )
    offer = application.live_offer
    if application.status is S.OFFERED and offer is not None:
        sentence = "Répondre à la place qui vous est proposée"
        due = day_of(offer.expires_at)
        return Line(sentence, call.title, "Répondre", href, FILE, due=due, prefix="l’offre prend fin", weight=0)
    return None


def _draft_line(application: Application, href: str) -> Line | None:
    call, extension = application.call, application.extension
    until = extension.until if extension and call.closes_at and extension.until > call.closes_at else call.closes_at
    if admissions.window_refusal(call, clock.now(), extension.until if extension else None):
        return None
    lacks = [item.label[:1].lower() + item.label[1:] for item in admissions.missing(application, clock.today())]
    about = f"Il manque : {enumeration(lacks)}." if lacks else "Rien ne manque : relisez-le, puis déposez-le."
    sentence, act = (
        ("Compléter votre dossier", "Compléter") if lacks else ("Déposer votre dossier", "Relire et déposer")
    )
    return Line(sentence, call.title, act, href, FILE, about=about, due=day_of(until), prefix="clôture", weight=1)


def presence(principal: Principal) -> Presence:
    """Return where the person learns, trains and reads. Three SELECTs."""
    today = clock.today()
    feed = exists().where(CalendarFeed.person_id == principal.person_id, CalendarFeed.revoked_at.is_(None))
    enrolments = db.session.execute(
        select(Enrolment, feed)
        .where(Enrolment.person_id == principal.person_id, Enrolment.status.not_in(GONE))
        .options(
            joinedload(Enrolment.cohort, innerjoin=True)
            .joinedload(Cohort.edition, innerjoin=True)
            .joinedload(Edition.programme, innerjoin=True)
        )
        .order_by(Enrolment.entered_on, Enrolment.id)
    ).all()
    trained = db.session.execute(
        select(
            TrainerAssignment.cohort_id,
            Cohort.label,
            Cohort.code,
            feed,
            func.count(TrainerAssignment.enrolment_id.distinct()).filter(TrainerAssignment.kind.in_(FOLLOWING)),
        )
        .join(Cohort, Cohort.id == TrainerAssignment.cohort_id)
        .where(TrainerAssignment.person_id == principal.person_id, in_force_on(today))
        .group_by(TrainerAssignment.cohort_id, Cohort.label, Cohort.code)
        .order_by(Cohort.code)
    ).all()
    managed, read, taught = _of_bodies(principal)
    return Presence(
        enrolments=[row[0] for row in enrolments],
        trained={row[0]: f"{row[1]} ({row[2]})" for row in trained},
        followed={row[0]: row[4] for row in trained},
        managed=managed,
        read=read,
        taught=taught,
        has_feed=any(row[1] for row in enrolments) or any(row[3] for row in trained),
    )


def _of_bodies(principal: Principal) -> tuple[dict[uuid.UUID, str], frozenset[uuid.UUID], frozenset[uuid.UUID]]:
    """Return the cohorts the person runs, with the capacity she does it in; all those her bodies are in; those they teach."""
    labels = {
        c.organisation_id: c.label for c in principal.capacities if c.organisation_id and c.function == Function.MANAGER
    }
    bodies = cohort_rules.bodies_read_for(principal)
    rows = db.session.execute(
        select(CohortPart.cohort_id, CohortPart.organisation_id, CohortPart.part)
        .where(CohortPart.organisation_id.in_(bodies))
        .order_by(CohortPart.cohort_id, CohortPart.id)
    ).all()
    managed = {
        row.cohort_id: labels[row.organisation_id]
        for row in rows
        if row.organisation_id in labels and row.part.value in {"carrier", "co_carrier"}
    }
    taught = {row.cohort_id for row in rows if row.organisation_id in labels and row.part.value == "school"}
    return managed, frozenset(row.cohort_id for row in rows), frozenset(taught)


def add_course(desk: Desk, there: Presence) -> None:
    """Add what the learner and the trainer have of their own; no SELECT."""
    if there.enrolments:
        desk.panels.append(
            Panel(
                "Votre formation",
                [
                    Item(e.cohort.label, f"{e.cohort.edition.label}, {e.status.label}", f"/parcours/{e.id}")
                    for e in there.enrolments
                ],
            )
        )
    desk.has_people = bool(there.trained)
    for cohort_id, name in there.trained.items():
        label, code = name.rsplit(" (", 1)
        count = there.followed[cohort_id]
        words = f"vous suivez {plural(count, 'apprenant·e', 'apprenant·es')}" if count else "vous animez la promotion"
        item = Item(label, words, f"/mes-apprenants?promotion={code.rstrip(')')}")
        desk.panels.append(Panel("Vos apprenant·es", [item]))
    if (there.enrolments or there.trained) and not there.has_feed:
        capacity = COURSE if there.enrolments else TRAINING
        desk.lines.append(
            Line(
                "Recevoir vos dates sur votre téléphone",
                "",
                "S’abonner au calendrier",
                "/calendrier/abonnement",
                capacity,
                about="Un abonnement suit tout seul les déplacements et les annulations.",
                weight=8,
            )
        )


def add_seminars(desk: Desk, principal: Principal, there: Presence, structures: Sequence[uuid.UUID]) -> None:
    """Add the seminars to come, and those to confirm or to note as held. One SELECT."""
    rows = db.session.execute(
        select(HalfDay, Seminar, Cohort.code, Cohort.label)
        .join(HalfDay.seminar)
        .join(Seminar.cohort)
        .where(
            _concerns(principal, there, structures),
            HalfDay.cancelled_at.is_(None),
            Seminar.status.not_in(OFF),
            or_(
                HalfDay.ends_at > clock.now(),
                Seminar.status.in_((SeminarStatus.PLANNED, SeminarStatus.CONFIRMED))
                & (HalfDay.ends_at > clock.now() - HELD_SINCE),
            ),
        )
        .order_by(HalfDay.starts_at, HalfDay.uid)
        .limit(ROWS)
    )
    seen: set[uuid.UUID] = set()
    for half_day, seminar, _code, label in rows:
        if seminar.id in seen:
            continue
        seen.add(seminar.id)
        first = clock.in_paris(half_day.starts_at).date()
        if half_day.ends_at > clock.now():
            may_read = seminar.cohort_id in there.read | there.learned | there.trained.keys()
            href = f"/seminaires/{seminar.id}" if may_read else None
            desk.dates.append(Coming(first, seminar.title, label, href))
        desk.lines += _seminar_lines(half_day, seminar, first, label, there)


def _concerns(principal: Principal, there: Presence, structures: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    scope = CalendarScope(
        learnings=tuple(Learning(e.cohort_id, e.variant_id, e.entered_on, e.id) for e in there.enrolments),
        whole=frozenset(there.trained) | there.read,
        person_id=principal.person_id,
    )
    represented = exists().where(
        Enrolment.cohort_id == Seminar.cohort_id,
        Enrolment.structure_id.in_(structures),
        Enrolment.status.not_in(GONE),
    )
    return or_(shown_in(scope), represented)


def _seminar_lines(half_day: HalfDay, seminar: Seminar, first: date, label: str, there: Presence) -> Iterator[Line]:
    """Yield what a seminar asks of whoever runs it, follows it, teaches it: each capacity its own line (R97)."""
    href, today = f"/seminaires/{seminar.id}", clock.today()
    where = f"{plain_date(first)}{', ' + half_day.place if half_day.place else ''}"
    over = half_day.ends_at <= clock.now()
    run, title = there.managed.get(seminar.cohort_id), f"«\u202f{seminar.title}\u202f»"
    if over or first > today + PREPARE_AHEAD:
        if run and over and first < today:
            yield Line(f"Noter {that(the(title))} s’est tenu", label, SEE, href, run, about=where, due=first, weight=6)
        return
    if run and seminar.status is SeminarStatus.PLANNED:
        yield Line(
            f"Confirmer {title}", label, "Confirmer", href, run, about=where, due=first, prefix="a lieu", weight=4
        )
    if seminar.cohort_id in there.learned:
        yield Line(f"Venir à {title}", label, "Voir le programme", href, COURSE, about=where, due=first, weight=4)
    if seminar.cohort_id in there.trained:
        yield Line(f"Préparer {title}", label, SEE, href, TRAINING, about=where, due=first, weight=4)


def add_call_dates(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add the steps to come of the calls and cohorts the person is in. One SELECT."""
    today = clock.today()
    own = select(Application.call_id).where(
        Application.person_id == principal.person_id,
        or_(
            Application.status.not_in([*DECIDED_AGAINST, S.ENROLLED]),
            # a refusal she has not been told yet must not show by what disappears (R105)
            and_(
                Application.status.in_(SECRET_UNTIL_PUBLICATION),
                Application.published_status.is_distinct_from(cast(Application.status, String)),
            ),
        ),
    )
    cohorts = [*there.learned, *there.trained]
    bodies = exists().where(CallPart.call_id == Call.id, CallPart.organisation_id.in_(principal.organisation_ids))
    rows = db.session.execute(
        select(CallDate, Call.title, Call.code)
        .join(CallDate.call)
        .where(
            or_(and_(bodies, Call.status == CallStatus.PUBLISHED), Call.id.in_(own), Call.cohort_id.in_(cohorts)),
            or_(CallDate.starts_on >= today, CallDate.ends_on >= today),
            or_(Call.id.in_(own), CallDate.code.not_in(AMONG_SEMINARS)),
        )
        .order_by(CallDate.starts_on, Call.code, CallDate.position)
        .limit(ROWS)
    )
    for line, title, code in rows:
        first = max(line.starts_on or today, today)
        desk.dates.append(Coming(first, line.label, title, f"/appels/{code}", line.ends_on))
