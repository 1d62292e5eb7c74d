"""An assessment to take away: its figures in words, the PDF of the meeting, the spreadsheet, the raw answers (R75–R80)."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from training.common import clock, pdf
from training.common.formatting import plain_date, plural
from training.common.xlsx import Column
from training.cooperation import drawing
from training.cooperation.models import Action, Assessment
from training.cooperation.queries.assessments import raw_answers, spread_of
from training.cooperation.rules.score import Score, cautions, changes, score

DOCUMENT: Final = "cooperation-report"
COLUMNS: Final = (
    Column("Nature", 16),
    Column("Question", 10),
    Column("Libellé", 60),
    Column("Pour qui", 34),
    Column("Réponse", 20),
    Column("Points", 8),
    Column("Commentaire", 50),
    Column("Action envisagée", 40),
    Column("Échéance", 12, "dd/mm/yyyy"),
    Column("État", 14),
)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Evolution:
    """The assessments of a partnership on one grid, oldest first, with their scores; the last one is read against others."""

    assessments: Sequence[Assessment]
    scores: Sequence[Score]

    @classmethod
    def of(cls, assessments: Sequence[Assessment]) -> "Evolution":
        """Return the evolution of these assessments."""
        return cls(assessments, [score(each.grid.definition, each.consensus) for each in assessments])

    @property
    def labels(self) -> list[str]:
        """The day of each."""
        return [clock.in_paris(clock.at_paris(each.held_on)).strftime("%d/%m/%y") for each in self.assessments]

    @property
    def totals(self) -> list[int]:
        """The total of each."""
        return [found.points for found in self.scores]


def total_words(found: Score) -> str:
    """Return the total in words: final, or between which two it will be (R75)."""
    if found.is_final:
        return f"{found.points} sur {found.maximum}"
    return f"provisoire : entre {found.low} et {found.high} sur {found.maximum}"


def steps_words(found: Score) -> str:
    """Return the points of each step in a sentence, as a plot says them to whoever does not see it."""
    return " ; ".join(f"étape {step.code}, {step.points} sur {step.maximum}" for step in found.steps) + "."


def data(
    assessment: Assessment, earlier: Sequence[Assessment], actions: Sequence[Action], *, debate: bool
) -> dict[str, Any]:
    """Return what the document prints; without ``debate``, comments stay between partners (R84)."""
    grid, consensus = assessment.grid.definition, assessment.consensus
    found = score(grid, consensus)
    results = {result.item: result for result in assessment.results}
    evolution = Evolution.of([*earlier, assessment])
    partnership = assessment.partnership
    return {
        "partnership": partnership.name,
        "bodies": ", ".join(body.name for body in partnership.present_bodies),
        "occasion": assessment.occasion.label,
        "held_on": plain_date(assessment.held_on),
        "grid": assessment.grid.label,
        "example": assessment.grid.provenance.value == "exemple",
        "total": total_words(found),
        "final": found.is_final,
        "missing": ", ".join(found.missing),
        "band": [found.band.label, found.band.meaning, found.band.advice] if found.band else None,
        "steps": [[f"{step.code}. {step.title}", f"{step.points} / {step.maximum}"] for step in found.steps],
        "steps_plot": drawing.bars([(step.code, step.points, step.maximum) for step in found.steps]),
        "steps_words": steps_words(found),
        "items": [
            [
                item.code,
                item.label,
                grid.label(consensus.get(item.code)),
                results[item.code].comment if debate and item.code in results else "",
                results[item.code].intention if item.code in results else "",
            ]
            for item in grid.items
        ],
        "cautions": cautions(grid, consensus),
        "closing": [
            ["Notre périmètre d’action", assessment.scope],
            ["Qui apporte quoi", assessment.contributions],
            ["Nos premières étapes", assessment.first_steps],
        ],
        "local": [[question.label, question.answer] for question in assessment.questions if debate],
        "actions": [_action(action) for action in actions],
        "evolution": _evolution(evolution, grid.maximum) if earlier else None,
    }


def _action(action: Action) -> list[str]:
    lead = action.lead.name if action.lead else "à désigner"
    return [
        action.title,
        lead,
        action.first_step,
        plain_date(action.due_on) if action.due_on else "sans date",
        action.status.label,
    ]


def _evolution(evolution: Evolution, maximum: int) -> dict[str, Any]:
    before, after = evolution.assessments[-2], evolution.assessments[-1]
    moved = [change for change in changes(after.grid.definition, before.consensus, after.consensus) if change.delta]
    return {
        "plot": drawing.lines(evolution.labels, evolution.totals, maximum),
        "words": " ; ".join(
            f"{label}, {total} sur {maximum}" for label, total in zip(evolution.labels, evolution.totals, strict=True)
        )
        + ".",
        "rows": [[label, str(total)] for label, total in zip(evolution.labels, evolution.totals, strict=True)],
        "moved": [f"{change.item.code} {change.item.label} ({change.delta:+d})" for change in moved],
    }


def build(assessment: Assessment, earlier: Sequence[Assessment], actions: Sequence[Action], *, debate: bool) -> bytes:
    """Return the PDF of an assessment, tagged, with its plots; provisional as long as it is not final (R75, R130)."""
    kind = "Rapport" if assessment.is_final else "Rapport provisoire"
    return pdf.render(
        DOCUMENT,
        data(assessment, earlier, actions, debate=debate),
        title=f"{kind} : {assessment.partnership.name}",
        timestamp=assessment.finalised_at or clock.now(),
    ).content


def everything(assessment: Assessment, actions: Sequence[Action]) -> Iterator[tuple[Any, ...]]:
    """Yield all that an assessment holds, one row a thing, in the order of ``COLUMNS``."""
    grid = assessment.grid.definition
    results = {result.item: result for result in assessment.results}
    for item in grid.items:
        held = results.get(item.code)
        choice = held.choice if held else None
        yield (
            "Consensus", item.code, item.label, "Tous", grid.label(choice), grid.points[choice] if choice else None,
            held.comment if held else "", held.intention if held else "", None, None,
        )  # fmt: skip
        for _choice, label, names in spread_of(assessment, item.code).by_choice:
            for name in names:
                yield ("Réponse", item.code, item.label, name, label, None, "", "", None, None)
    for label, text in (
        ("Périmètre d’action", assessment.scope),
        ("Qui apporte quoi", assessment.contributions),
        ("Premières étapes", assessment.first_steps),
        *((question.label, question.answer) for question in assessment.questions),
    ):
        yield ("Clôture", None, label, "Tous", None, None, text, "", None, None)
    for action in actions:
        lead = action.lead.name if action.lead else ""
        yield (
            "Action", action.item, action.title, lead, None, None, action.first_step,
            " ; ".join(action.indicators), action.due_on, action.status.label,
        )  # fmt: skip


def raw_csv(assessment: Assessment) -> bytes:
    """Return the answers the room has seen, as a CSV that spreadsheets open; no cell is ever a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(["question", "libellé", "téléphone", "pour qui", "réponse", "points", "instant"])
    for row in raw_answers(assessment):
        instant = clock.in_paris(row[-1]).isoformat(timespec="seconds")
        writer.writerow([_plain(value) for value in (*row[:-1], instant)])
    return stream.getvalue().encode("utf-8-sig")


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def words_of_count(assessment: Assessment) -> str:
    """Return how many items are settled, in words."""
    found = score(assessment.grid.definition, assessment.consensus)
    settled = len(assessment.grid.definition.items) - len(found.missing)
    return f"{plural(settled, 'question tranchée', 'questions tranchées')} sur {len(assessment.grid.definition.items)}"
