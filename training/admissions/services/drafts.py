"""What is typed on a page of a file is kept by itself until it is saved; two browsers never write over each other."""

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import delete, select

from training.admissions import rules
from training.admissions.models import Application, SectionDraft
from training.common import clock
from training.common.errors import Conflict, NotFound
from training.database import db

MOST_CHARACTERS: Final = 20_000
"""What one page may keep while it is typed; a longer text is told at its field when it is sent."""
MOST_PAGES: Final = 20
"""Open pages of one section that are kept at once, the latest."""
PAGE: Final = re.compile(r"[0-9a-f-]{36}")


def new_page() -> str:
    """Return the name of a page being opened."""
    return str(uuid.uuid4())


def keep(
    application: Application, section: str, page: str, base: str, fields: Mapping[str, Sequence[str]]
) -> SectionDraft:
    """Keep what is typed on one open page; only the fields of its form.

    Raises ``NotFound`` for a page that is not typed, ``Conflict`` once the file is out of its applicant's hands.
    """
    if section not in rules.SECTION_VALUES or not PAGE.fullmatch(page):
        raise NotFound
    if not rules.is_editable(application):
        raise Conflict(
            f"Ce dossier est maintenant « {rules.public_status(application).label} » : il ne se modifie plus."
        )
    known = rules.SECTION_VALUES[section](application)
    kept = {name: list(fields.get(name, ())) for name in known}
    if sum(len(value) for values in kept.values() for value in values) > MOST_CHARACTERS:
        raise Conflict("Ce texte est trop long pour être gardé pendant la saisie. Raccourcissez-le, puis enregistrez.")
    draft = db.session.get(SectionDraft, (application.id, section, page))
    if draft is None:
        draft = SectionDraft(application_id=application.id, section=section, page=page)
        db.session.add(draft)
    draft.base, draft.fields, draft.saved_at = base[:16], kept, clock.now()
    db.session.flush()
    _drop_the_oldest(application, section)
    return draft


def last(application: Application, section: str) -> SectionDraft | None:
    """Return what was typed last on this page, on any device, and not saved since; null for none. One SELECT."""
    found = db.session.scalars(
        select(SectionDraft)
        .where(SectionDraft.application_id == application.id, SectionDraft.section == section)
        .order_by(SectionDraft.saved_at.desc(), SectionDraft.page)
        .limit(1)
    ).first()
    return found if found is not None and found.fields != rules.SECTION_VALUES[section](application) else None


def forget(application: Application, section: str, *pages: str) -> None:
    """Drop what these open pages kept: it is saved now, or given up."""
    db.session.execute(
        delete(SectionDraft).where(
            SectionDraft.application_id == application.id,
            SectionDraft.section == section,
            SectionDraft.page.in_(pages),
        )
    )


def forget_all(application: Application) -> None:
    """Drop all that was typed and not saved: the file is sent, or over."""
    db.session.execute(delete(SectionDraft).where(SectionDraft.application_id == application.id))


def _drop_the_oldest(application: Application, section: str) -> None:
    kept = (
        select(SectionDraft.page)
        .where(SectionDraft.application_id == application.id, SectionDraft.section == section)
        .order_by(SectionDraft.saved_at.desc(), SectionDraft.page)
        .limit(MOST_PAGES)
    )
    pages = db.session.scalars(kept).all()
    if len(pages) == MOST_PAGES:
        db.session.execute(
            delete(SectionDraft).where(
                SectionDraft.application_id == application.id,
                SectionDraft.section == section,
                SectionDraft.page.not_in(pages),
            )
        )
