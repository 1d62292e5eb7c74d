"""Where an applicant practises beside her structure of attachment (R98). Pure."""

from collections.abc import Sequence
from typing import Final

from training.accounts.rules import sort_key
from training.admissions.models import Application

WHOLE: Final = 100


def practices_refusal(
    application: Application, share: int | None, others: Sequence[tuple[str, int | None]]
) -> tuple[str, str] | None:
    """Return the field and the sentence of what contradicts itself in the places told, or null.

    ``share`` is in per cent of her time in her structure; ``others`` are (name, share) of each other place.
    """
    attached = sort_key(application.structure.name) if application.structure else None
    seen: set[str] = set()
    for position, (name, _share) in enumerate(others, start=1):
        key = sort_key(name)
        if key == attached:
            return f"place_{position}", "C’est déjà votre structure de rattachement : indiquez ici les autres lieux."
        if key in seen:
            return f"place_{position}", "Ce lieu est déjà indiqué au-dessus."
        seen.add(key)
    total = (share or 0) + sum(part or 0 for _name, part in others)
    if total > WHOLE:
        return (
            "share",
            f"Vos parts de temps font {total}\u202f% en tout\u202f: elles ne peuvent pas dépasser 100\u202f%.",
        )
    return None


def practice_words(application: Application) -> list[str]:
    """Return in words the share of her time in her structure, then each other place with its own."""
    words = []
    if application.share and application.structure:
        words.append(f"{application.structure.name} ({application.share}\u202f%)")
    words += [f"{each.name} ({each.share}\u202f%)" if each.share else each.name for each in application.practices]
    return words
