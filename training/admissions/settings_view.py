"""A call's settings in a few words each: what is set, what lacks, for the page that leads to them all. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from training.accounts.enums import Part, StructureKind
from training.admissions.enums import ProfileField, QuestionKind
from training.admissions.models import Call
from training.common import clock
from training.common.formatting import date_range, enumeration, file_size, plain_date, plural

UNKNOWN: Final = "à confirmer"


@dataclass(frozen=True, slots=True)
class Section:
    """One subject of the settings: its slug in the address, its title, and what the call says of it now."""

    slug: str
    title: str
    words: Callable[[Call], str]
    lead: str


def _presentation(call: Call) -> str:
    written = "texte de présentation écrit" if call.presentation else "pas encore de présentation"
    return f"{call.title} ; {written}."


def _window(call: Call) -> str:
    if call.opens_at is None or call.closes_at is None:
        return "Dates de candidature à confirmer."
    return f"Candidatures {date_range(clock.in_paris(call.opens_at).date(), clock.in_paris(call.closes_at).date())}."


def _audience(call: Call) -> str:
    kinds = enumeration((StructureKind(kind).label for kind in call.structure_kinds), "ou") or UNKNOWN
    parts = [kinds]
    parts += ["adhérentes"] if call.membership_required else []
    parts += ["dérogation possible"] if call.derogation_allowed else []
    if call.max_per_structure is not None:
        parts.append(f"{plural(call.max_per_structure, 'candidature')} par structure au plus")
    return ", ".join(parts) + "."


def _places(call: Call) -> str:
    if call.cohort.places is None:
        return "Nombre de places à confirmer."
    quotas = [f"{quota.variant.code} {quota.places} au plus" for quota in call.cohort.quotas]
    return ", ".join([plural(call.cohort.places, "place"), *quotas]) + "."


def _profile(call: Call) -> str:
    asked = [ProfileField(name).label.lower() for name in call.profile_fields]
    return f"On demande : {enumeration(asked)}." if asked else "Aucun renseignement de profil demandé."


def _selection(call: Call) -> str:
    steps = ["présélection"] if call.has_preselection else []
    steps += ["entretien si le comité le demande"] if call.has_interviews else []
    steps += ["comité"]
    steps += ["école"] if call.has_school_step else []
    return f"{enumeration(steps).capitalize()} ; {plural(call.offer_days, 'jour')} pour répondre à une place."


def _listed(name: str, singular: str, many: str | None = None) -> Callable[[Call], str]:
    def words(call: Call) -> str:
        lines: Sequence[Any] = getattr(call, name)
        if not lines:
            return "Rien pour le moment."
        named = [str(getattr(line, "label", None) or getattr(line, "text", "")) for line in lines]
        told = f"{plural(len(lines), singular, many)} : {enumeration(name.rstrip('.') for name in named)}"
        return told if told.endswith("?") else f"{told}."

    return words


def _bodies(call: Call) -> str:
    return enumeration(f"{played.organisation.short_name} ({played.part.label})" for played in call.parts) + "."


SECTIONS: Final = (
    Section("presentation", "Présentation", _presentation, "Ce que lit d’abord une personne qui découvre l’appel."),
    Section("dates", "Ouverture et clôture", _window, "L’appel s’ouvre et se ferme seul, aux dates choisies."),
    Section("public", "Qui peut candidater", _audience, "La structure de rattachement décide : son type, sa région."),
    Section("places", "Places", _places, "Jamais plus de places proposées que de places libres."),
    Section("selection", "Comment se fait le choix", _selection, "Les étapes, dans l’ordre, et qui donne son avis."),
    Section("profil", "Profil", _profile, "Des renseignements sur le poste, utiles aux chiffres et à l’école."),
)
"""The subjects that are one form each."""

LISTS: Final = (
    Section(
        "pieces",
        "Pièces demandées",
        _listed("pieces", "pièce"),
        "Les documents du dossier, dans l’ordre où on les demande.",
    ),
    Section(
        "engagements",
        "Engagements",
        _listed("declarations", "phrase"),
        "Les phrases que la personne déclare vraies pour déposer.",
    ),
    Section(
        "questions",
        "Vos questions",
        _listed("questions", "question"),
        "Ce que vous voulez savoir et que le dossier ne dit pas.",
    ),
    Section(
        "calendrier",
        "Calendrier",
        _listed("dates", "étape"),
        "Les étapes de la sélection, affichées sur la page publique.",
    ),
    Section(
        "couts",
        "Ce que cela coûte, et à qui",
        _listed("costs", "dépense"),
        "Chaque dépense avec qui la prend en charge : une formation n’est jamais seulement « gratuite ».",
    ),
    Section(
        "organismes", "Organismes", _bodies, "La part que chacun tient décide de ce qu’il voit et de ce qu’il fait."
    ),
)
"""The subjects that are lists of lines."""

ORDER: Final = (
    "presentation", "dates", "public", "places", "pieces", "engagements", "questions", "profil", "selection", "calendrier",
    "couts", "organismes",
)  # fmt: skip


def sections() -> list[Section]:
    """Return every subject of the settings, in the order one fills them."""
    by_slug = {section.slug: section for section in (*SECTIONS, *LISTS)}
    return [by_slug[slug] for slug in ORDER]


def line_words(line: Any) -> tuple[str, str]:
    """Return how a line of a list is shown: what it is, and what is to be known of it."""
    words: tuple[str, str] = LINE_WORDS[type(line).__tablename__](line)
    return words


def _piece(piece: Any) -> tuple[str, str]:
    told = ["obligatoire" if piece.mandatory else "facultative", f"{file_size(piece.max_bytes)} au plus"]
    told += [f"fournie par {piece.provided_by.label}"] if piece.provided_by.value == "structure" else []
    told += ["si le recrutement est en cours"] if piece.only_derogation else []
    told += ["cachée à l’évaluation"] if piece.hidden_in_review else []
    told += [f"jusqu’au {plain_date(piece.due_on)}"] if piece.due_on else []
    told += ["avec un modèle"] if piece.template_id else []
    return piece.label, ", ".join(told)


def _question(question: Any) -> tuple[str, str]:
    told = [f"par {question.kind.label}", "obligatoire" if question.mandatory else "facultative"]
    told += [", ".join(question.choices)] if question.kind is QuestionKind.CHOICE else []
    told += [] if question.frozen else ["modifiable après le dépôt"]
    return question.label, "\u202f; ".join(told)


def _date(line: Any) -> tuple[str, str]:
    return line.label, date_range(line.starts_on, line.ends_on or line.starts_on)


def _cost(line: Any) -> tuple[str, str]:
    return line.label, f"{line.payer or UNKNOWN}{', ' + line.note if line.note else ''}"


def _body(played: Any) -> tuple[str, str]:
    outside = ", hors outil" if played.outside_tool else ""
    return played.organisation.name, f"{Part(played.part).label}{outside}"


LINE_WORDS: Final[dict[str, Callable[[Any], tuple[str, str]]]] = {
    "piece_requirement": _piece,
    "declaration_requirement": lambda line: (line.text, "à prendre pour déposer"),
    "question": _question,
    "call_date": _date,
    "cost_line": _cost,
    "call_part": _body,
}
