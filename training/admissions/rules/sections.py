"""The pages of a file: what each says now, as its form sends it, and the mark that tells whether it changed. Pure."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from training.admissions.enums import ProfileField, QuestionKind
from training.admissions.models import MOST_PRACTICES, Application, Question
from training.common.formatting import short_date

Values = dict[str, list[str]]
"""Each field of a page's form with what a browser would send."""


def _structure(application: Application) -> Values:
    return {
        "structure": [str(application.structure_id)] if application.structure_id else [],
        "post_title": [application.post_title],
    }


def _practices(application: Application) -> Values:
    told = {each.position: each for each in application.practices}
    values = {"share": [str(application.share or "")], "employer": [application.employer]}
    for position in range(1, MOST_PRACTICES + 1):
        place = told.get(position)
        values[f"place_{position}"] = [place.name if place else ""]
        values[f"share_{position}"] = [str(place.share or "") if place else ""]
    return values


def _situation(application: Application) -> Values:
    return {
        "situation": [application.situation.value] if application.situation else [],
        "post_on": [short_date(application.post_on)] if application.post_on else [""],
        "derogation_reason": [application.derogation_reason],
    }


def _declarations(application: Application) -> Values:
    return {"codes": list(application.declared)}


def _profile(application: Application) -> Values:
    profile = application.profile
    given = {name.value: getattr(profile, name.value, None) for name in ProfileField}
    return {name: [str(value)] if value is not None else [""] for name, value in given.items()}


def _questions(application: Application) -> Values:
    """Return the answers as a browser sends them: dates as people type them."""
    answers = application.answers
    return {
        f"question_{question.code}": [_typed(question, answers[question.code]) if answers.get(question.code) else ""]
        for question in application.call.questions
    }


def _typed(question: Question, answer: str) -> str:
    return short_date(date.fromisoformat(answer)) if question.kind is QuestionKind.DATE else answer


SECTION_VALUES: Final[Mapping[str, Callable[[Application], Values]]] = {
    "structure": _structure,
    "practices": _practices,
    "situation": _situation,
    "profile": _profile,
    "declarations": _declarations,
    "questions": _questions,
}
"""What each page that is typed says now; a page not in it is not kept while typed."""


def mark(application: Application, section: str) -> str:
    """Return a short digest of what a page of the file says: another one means that someone saved it since."""
    said = json.dumps(SECTION_VALUES[section](application), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def asks_profile(application: Application) -> list[ProfileField]:
    """Return the facts of a profile the call asks, in their order (R111)."""
    return [name for name in ProfileField if name.value in application.call.profile_fields]
