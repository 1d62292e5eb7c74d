"""The words of a desk: from what the calls hold to the lines that say what to do. Pure."""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any, Final

from training.admissions.enums import ApplicationStatus
from training.common import clock
from training.common.articles import of, of_the
from training.common.formatting import enumeration, plural, time_of_day
from training.desk.facts import Awaited, Batch, PendingInterview, RunCall, Unpaid
from training.desk.rules import Line, day_of, names

S = ApplicationStatus
LAPSES_SOON: Final = 2
"""Days before an offer lapses from which the person is to be reminded."""
ONE_FILE: Final = "Voir le dossier"
SCHOOL_LIST: Final = "/candidatures/ecole"
FILES: Final = "Voir les dossiers"


def _line(call: RunCall, sentence: str, act: str, href: str, **more: Any) -> Line:
    return Line(sentence, call.title, act, href, call.capacity, **more)


def _where(call: RunCall, status: ApplicationStatus, batch: Batch, *, count: int | None = None) -> str:
    """Return where the files are: the one file, or the filtered list."""
    if (batch.total if count is None else count) == 1:
        return f"/candidatures/{batch.first_id}"
    return f"/candidatures?appel={call.code}&etat={status.value}"


def _others(batch: Batch) -> str:
    """Return the names behind a sentence that only says how many; nothing when it names the one."""
    return "" if batch.total == 1 else names(batch.people, batch.total)


def _files(call: RunCall, status: ApplicationStatus, one: str, many: str, act: str, *, weight: int) -> Iterator[Line]:
    """Yield the line of a state's files; ``one`` takes the person's name, ``many`` how many files."""
    batch = call.batch(status)
    if batch.total:
        sentence = (
            one.format(of_name=of(batch.people[0]), name=batch.people[0])
            if batch.total == 1
            else many.format(count=batch.total)
        )
        href = _where(call, status, batch)
        since = batch.since if status is S.SUBMITTED else None  # later states do not say since when they last
        yield _line(call, sentence, act, href, about=_others(batch), since=since, weight=weight)


def of_run_call(call: RunCall) -> Iterator[Line]:
    """Yield what a call asks of those who run it, in the order of the procedure (R20, R24, R105)."""
    yield from _files(
        call, S.SUBMITTED, "Vérifier le dossier {of_name}", "Vérifier {count} dossiers déposés", "Vérifier", weight=2
    )
    yield from _corrections(call)
    yield from _files(
        call, S.ADMISSIBLE, "Mettre en examen le dossier {of_name}", "Mettre en examen {count} dossiers recevables",
        "Mettre en examen", weight=4,
    )  # fmt: skip
    yield from _before_committee(call)
    if call.has_school_step:
        yield from _files(
            call, S.SHORTLISTED, "Transmettre à l’école le dossier {of_name}", "Transmettre {count} dossiers à l’école",
            "Transmettre", weight=3,
        )  # fmt: skip
    if call.school_outside:
        yield from _files(
            call, S.TRANSMITTED, "Transcrire la décision de l’école pour {name}",
            "Transcrire la décision de l’école pour {count} dossiers", "Transcrire", weight=3,
        )  # fmt: skip
    yield from _results(call)
    yield from _offers(call)
    yield from _files(
        call, S.CONFIRMED, "Inscrire {name} dans la promotion", "Inscrire {count} personnes dans la promotion",
        "Inscrire", weight=2,
    )  # fmt: skip


def _corrections(call: RunCall) -> Iterator[Line]:
    batch = call.batch(S.TO_CORRECT)
    if not batch.late:
        return
    one = batch.late == 1
    sentence = f"Relancer {batch.people[0]}" if one else f"Relancer {batch.late} personnes"
    href = _where(call, S.TO_CORRECT, batch, count=batch.late)
    about = "Les corrections demandées ne sont pas revenues."
    yield _line(call, sentence, ONE_FILE if one else FILES, href, about=about, due=batch.due, weight=1)


def _before_committee(call: RunCall) -> Iterator[Line]:
    lacking = call.lacking()
    selection = f"/appels/{call.code}/selection"
    if lacking:
        about = "Il manque celui de : " + enumeration(
            f"{part.label} ({plural(count, 'dossier')})" for part, count in lacking.items()
        )
        href = f"/candidatures?appel={call.code}&etat={S.UNDER_REVIEW.value}"
        yield _line(call, "Obtenir les avis qui manquent", FILES, href, about=about, weight=5)
    elif call.batch(S.PRESELECTED if call.has_preselection else S.UNDER_REVIEW).total and call.meeting_id is None:
        about = "Tous les avis sont donnés."
        yield _line(call, "Réunir le comité", "Ouvrir une séance", selection, about=about, weight=4)
    elif call.has_preselection and call.batch(S.UNDER_REVIEW).total:
        yield from _files(
            call, S.UNDER_REVIEW, "Décider de la présélection {of_name}", "Décider de la présélection de {count} dossiers",
            "Décider", weight=4,
        )  # fmt: skip
    if call.meeting_id is not None:
        href = f"/comites/{call.meeting_id}"
        since = call.meeting_on
        yield _line(call, "Terminer la séance du comité", "Reprendre la séance", href, since=since, weight=3)


def _results(call: RunCall) -> Iterator[Line]:
    untold = call.untold()
    if untold:
        waiting = call.batch(S.TRANSMITTED).total
        about = f"{plural(waiting, 'dossier attend', 'dossiers attendent')} encore l’école." if waiting else ""
        sentence = "Publier le résultat décidé" if untold == 1 else f"Publier {untold} résultats décidés"
        yield _line(call, sentence, "Relire et publier", f"/appels/{call.code}/publication", about=about, weight=3)


def _offers(call: RunCall) -> Iterator[Line]:
    ready = call.batch(S.VALIDATED)
    count = ready.total - ready.untold
    if count > 0 and not call.over and (call.seats_left is None or call.seats_left > 0):
        about = f"{plural(count, 'résultat publié attend', 'résultats publiés attendent')} une place."
        selection = f"/appels/{call.code}/selection"
        yield _line(call, "Proposer les places", "Voir la sélection", selection, about=about, weight=3)
    offered = call.batch(S.OFFERED)
    if offered.total and call.offer_expires and (call.offer_expires - clock.today()).days <= LAPSES_SOON:
        one = offered.total == 1
        sentence = f"Relancer {offered.people[0]}" if one else f"Relancer {offered.total} personnes"
        about = (
            "La place proposée n’est pas encore confirmée." if one else "Des places proposées attendent une réponse."
        )
        yield _line(
            call, sentence, ONE_FILE if one else FILES, _where(call, S.OFFERED, offered), about=about,
            due=call.offer_expires, prefix="l’offre prend fin", weight=1,
        )  # fmt: skip


def of_taught_call(call: RunCall) -> Iterator[Line]:
    """Yield what a call asks of its school: the files to validate, those of the nearest launch first (R27, R121)."""
    batch = call.batch(S.TRANSMITTED)
    if batch.total and not call.school_outside:
        one = batch.total == 1
        many = f"Valider {batch.total} candidatures transmises"
        sentence = f"Valider la candidature {of(batch.people[0])}" if one else many
        href = _where(call, S.TRANSMITTED, batch) if one else SCHOOL_LIST
        yield _line(
            call, sentence, "Décider" if one else FILES, href, about=_others(batch),
            due=call.launch_on, prefix="la formation commence", weight=2,
        )  # fmt: skip


def of_interviews(pending: Iterable[PendingInterview], calls: dict[uuid.UUID, RunCall]) -> Iterator[Line]:
    """Yield the interviews to fix, those of the coming days, and the reports due (R26)."""
    for interview in pending:
        call, href = calls[interview.call_id], f"/entretiens/{interview.id}"
        due = day_of(interview.starts_at)
        if interview.starts_at is None:
            sentence, since = f"Fixer l’entretien {of(interview.name)}", day_of(interview.asked_at)
            yield _line(call, sentence, "Fixer la date", href, since=since, weight=3)
        elif interview.starts_at < clock.now():
            sentence = f"Enregistrer le compte rendu de l’entretien {of(interview.name)}"
            yield _line(call, sentence, "Écrire le compte rendu", href, due=due, prefix="tenu", weight=2)
        else:
            sentence = f"Mener l’entretien {of(interview.name)}, à {time_of_day(interview.starts_at)}"
            yield _line(call, sentence, "Voir l’entretien", href, due=due, weight=3)


def of_unpaid(found: Iterable[Unpaid], calls: dict[uuid.UUID, RunCall]) -> Iterator[Line]:
    """Yield the dues to settle before a seat can be offered (R8)."""
    year = clock.today().year
    for unpaid in found:
        one = unpaid.total == 1
        many = f"Enregistrer les cotisations {year} de {unpaid.total} structures"
        sentence = f"Enregistrer la cotisation {year} {of_the(unpaid.names[0])}" if one else many
        about = "Sans elle, aucune place ne peut être proposée." if one else names(unpaid.names, unpaid.total)
        href = f"/structures/{unpaid.first_id}" if one else "/structures"
        act = "Voir la structure" if one else "Voir les structures"
        yield _line(calls[unpaid.call_id], sentence, act, href, about=about, weight=6)


def of_opinions(found: Iterable[Awaited]) -> Iterator[Line]:
    """Yield the opinions the person is asked for (R24, R25)."""
    for awaited in found:
        one = awaited.total == 1
        many = f"Donner votre avis sur {awaited.total} dossiers"
        sentence = f"Donner votre avis sur le dossier {of(awaited.names[0])}" if one else many
        href = f"/candidatures/{awaited.first_id}/avis" if one else f"/candidatures?appel={awaited.call_code}"
        yield Line(
            sentence,
            awaited.call_title,
            "Donner mon avis" if one else FILES,
            href,
            awaited.capacity,
            about="" if one else names(awaited.names, awaited.total),
            since=awaited.since,
            weight=2,
        )
