"""The papers of a sitting: its minutes as a PDF, its list as a spreadsheet, before and after (R24, R106)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from training.admissions.enums import Proposal
from training.admissions.models import CommitteeMeeting
from training.admissions.queries import Sheet, SheetRow
from training.common import clock, pdf
from training.common.formatting import long_date, plural
from training.common.xlsx import Column

DOCUMENT: Final = "committee-minutes"
COLUMNS: Final = (
    Column("Dossier", 16),
    Column("Nom", 28),
    Column("Structure", 34),
    Column("Type", 14),
    Column("Département", 22),
    Column("Parcours", 12),
    Column("Avis", 46),
    Column("Moyenne sur 20", 10, "0.0"),
    Column("Proposition", 22),
    Column("Rang", 8),
    Column("Motif", 60),
)


HIDDEN: Final = "avis masqués"


def rows(sheet: Sheet, hidden: frozenset[object]) -> Iterator[tuple[Any, ...]]:
    """Return one tuple a file, in the order of ``COLUMNS``; the opinions of ``hidden`` files are not told."""
    for row in sheet.rows:
        told = row.id not in hidden
        yield (
            row.reference,
            row.name,
            row.structure_name,
            row.kind.label if row.kind else None,
            row.departement,
            row.variant,
            said(row) if told else HIDDEN,
            round(row.average, 1) if told and row.average is not None else None,
            row.proposal.label if row.proposal else None,
            row.rank,
            row.reason or None,
        )


def said(row: SheetRow) -> str:
    """Return the opinions on a file in one line of words."""
    return ", ".join(
        f"{opinion.body} {'déport' if opinion.value is None else opinion.value.label}" for opinion in row.opinions
    )


def filename(meeting: CommitteeMeeting, ending: str) -> str:
    """Return the name a paper of the sitting is saved under."""
    return f"comite-{meeting.call.code.lower()}-{meeting.held_on.isoformat()}.{ending}"


def data(
    meeting: CommitteeMeeting, sheet: Sheet, absent: Sequence[str], hidden: frozenset[object] = frozenset()
) -> dict[str, Any]:
    """Return what the minutes print."""
    call, carrier = meeting.call, meeting.call.carrier
    ordered = sorted(sheet.rows, key=lambda row: (row.rank or 0, row.number or 0))
    return {
        "carrier": {
            "name": carrier.name,
            "address": carrier.address,
            "city": carrier.city,
            "contact": call.contact_email or carrier.email or "",
        },
        "call_title": call.title,
        "held_on": long_date(meeting.held_on),
        "place": meeting.place,
        "closed": meeting.closed_at is not None,
        "bodies": [{"name": body.organisation.name, "who": body.represented_by} for body in meeting.bodies],
        "quorum": "Quorum atteint." if not absent else f"Quorum non atteint : il manque {', '.join(absent)}.",
        "counts": [f"{proposal.label} : {sheet.proposed[proposal]}" for proposal in Proposal],
        "sections": [
            {
                "title": _TITLES[proposal],
                "files": [_file(row, told=row.id not in hidden) for row in ordered if row.proposal is proposal],
            }
            for proposal in Proposal
        ],
        "undecided": plural(sum(row.proposal is None for row in sheet.rows), "dossier reste", "dossiers restent")
        + " à décider dans une autre séance."
        if any(row.proposal is None for row in sheet.rows)
        else "",
    }


_TITLES: Final = {
    Proposal.SHORTLISTED: "Candidatures retenues",
    Proposal.WAITING: "Liste complémentaire, par rang",
    Proposal.NOT_SELECTED: "Candidatures non retenues",
}


def _file(row: SheetRow, *, told: bool) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "reference": row.reference,
        "name": row.name,
        "structure": ", ".join(part for part in (row.structure_name, row.departement) if part),
        "opinions": said(row) if told else HIDDEN,
        "reason": row.reason or "",
    }


def build(
    meeting: CommitteeMeeting, sheet: Sheet, absent: Sequence[str], hidden: frozenset[object] = frozenset()
) -> bytes:
    """Return the minutes as a tagged PDF; while the sitting lasts, the opinions of ``hidden`` files are not told."""
    title = f"Procès-verbal du comité du {long_date(meeting.held_on)}"
    at = meeting.closed_at or clock.now()
    return pdf.render(DOCUMENT, data(meeting, sheet, absent, hidden), title=title, timestamp=at).content
