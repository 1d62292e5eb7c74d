"""What surveys ask: templates and their questions, added when missing, then compared."""

from pathlib import Path
from typing import Final

from sqlalchemy import select

from training.database import db
from training.quality.enums import QuestionKind, QuestionnaireStatus, SurveyKind
from training.quality.models import SurveyQuestion, SurveyTemplate
from training.seeding import toml
from training.seeding.report import Report

TEMPLATE_KEYS: Final = ("code", "kind", "title", "lead", "anonymous", "open_days", "questions")
QUESTION_KEYS: Final = ("code", "kind", "text", "choices", "mandatory")


def load(report: Report, *, folder: Path = toml.SEEDS) -> None:
    """Load the templates and their questions. Flushes; raises ``SeedError``."""
    held = {template.code: template for template in db.session.scalars(select(SurveyTemplate))}
    for table in toml.read("surveys", folder=folder)["templates"]:
        where = f"surveys.toml, {table.get('code')}"
        toml.only(table, TEMPLATE_KEYS, where=where)
        values = {
            "kind": SurveyKind(toml.needed(table, "kind", where=where)),
            **{key: toml.needed(table, key, where=where) for key in ("title", "lead", "anonymous", "open_days")},
        }
        name = f"survey template {table['code']}"
        template = held.get(table["code"])
        if template is None:
            template = SurveyTemplate(code=table["code"], status=QuestionnaireStatus.PUBLISHED, **values)
            db.session.add(template)
            db.session.flush()
            report.created.append(name)
        else:
            report.compare(name, {key: getattr(template, key) for key in values}, values)
        _questions(report, template, table["questions"], where)
    db.session.flush()


def _questions(report: Report, template: SurveyTemplate, tables: list[toml.Table], where: str) -> None:
    held = {
        question.code: question
        for question in db.session.scalars(select(SurveyQuestion).where(SurveyQuestion.template_id == template.id))
    }
    for position, table in enumerate(tables, start=1):
        toml.only(table, QUESTION_KEYS, where=where)
        values = {
            "kind": QuestionKind(toml.needed(table, "kind", where=where)),
            "text": toml.needed(table, "text", where=where),
            "choices": table.get("choices", []),
            "mandatory": table.get("mandatory", True),
        }
        name = f"survey question {template.code} {table['code']}"
        question = held.get(table["code"])
        if question is None:
            db.session.add(SurveyQuestion(template_id=template.id, code=table["code"], position=position, **values))
            report.created.append(name)
        else:
            report.compare(name, {key: getattr(question, key) for key in values}, values)
