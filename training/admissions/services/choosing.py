"""What a person keeps of her own habits: the columns of her spreadsheets."""

from collections.abc import Sequence

from training.admissions.models import ExportChoice
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db


def keep_columns(columns: Sequence[str], *, by: Principal) -> None:
    """Keep the columns picked, in place of those before; raises ``Refused`` for none."""
    if not columns:
        raise Refused("Choisissez au moins une colonne.", field="columns")
    choice = db.session.get(ExportChoice, by.person_id)
    if choice is None:
        choice = ExportChoice(person_id=by.person_id)
        db.session.add(choice)
    choice.columns = list(columns)
    db.session.flush()
