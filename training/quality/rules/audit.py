"""The evidence of a course by indicator of the national quality framework: what the tool holds, what is missing. Pure.

The themes are ours, short; the indicators of apprenticeship and of work placements do not concern these courses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from training.common.formatting import plural
from training.quality.enums import EvidenceList


@dataclass(frozen=True, slots=True)
class Proof:
    """Something held: in words, with a link to it."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Lack:
    """Something missing, with the link where it is mended."""

    words: str
    href: str


@dataclass(slots=True)
class Indicator:
    """One indicator, or two that go together."""

    number: str
    theme: str
    proofs: list[Proof] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Where it stands: held, partly, or nothing yet."""
        if not self.proofs:
            return "missing"
        return "partial" if self.lacks else "held"

    def holds(self, count: int, one: str, many: str, href: str, lack: str = "") -> "Indicator":
        """Add a proof when there is some, the lack otherwise."""
        if count:
            self.proofs.append(Proof(plural(count, one, many), href))
        elif lack:
            self.lacks.append(Lack(lack, href))
        return self

    def lacks_if(self, count: int, one: str, many: str, href: str) -> "Indicator":
        """Add a lack when something is missing."""
        if count:
            self.lacks.append(Lack(plural(count, one, many), href))
        return self


def rows(at: str, kind: EvidenceList) -> str:
    """Return the address of the very rows counted, in the cohort at this address."""
    return f"{at}/preuves/{kind.value}"


def indicators_of(code: str, programme: str, edition: str, facts: Mapping[str, int]) -> Sequence[Indicator]:
    """Return the indicators of a cohort, in their order, from counted facts."""
    at = f"/promotions/{code}"
    catalogue = f"/programmes/{programme}/{edition}"
    return (
        *_information(at, catalogue, facts),
        *_course(at, facts),
        *_means(at, catalogue, facts),
        *_progress(at, facts),
    )


def _information(at: str, catalogue: str, facts: Mapping[str, int]) -> tuple[Indicator, ...]:
    one = Indicator("1", "Information du public", [Proof("Programme et édition publiés, version datée", catalogue)])
    one.lacks_if(facts["modules_bare"], "module sans objectif", "modules sans objectif", catalogue)
    two = Indicator("2", "Indicateurs de résultats", [Proof("Bilan chiffré de la promotion", f"{at}/bilan")])
    two.holds(facts["graduates"], "diplôme", "diplômes", f"{at}/bilan")
    four = Indicator("4", "Analyse du besoin").holds(
        facts["applications"],
        "candidature instruite",
        "candidatures instruites",
        rows(at, EvidenceList.APPLICATIONS),
        "Aucun appel relié à la promotion",
    )
    five = Indicator("5–6", "Objectifs évaluables, contenus et modalités").holds(
        facts["objectives"],
        "objectif écrit",
        "objectifs écrits",
        catalogue,
        "Les objectifs des modules restent à écrire",
    )
    return one, two, four, five.holds(facts["modules"], "module", "modules", catalogue)


def _course(at: str, facts: Mapping[str, int]) -> tuple[Indicator, ...]:
    positioning, handbook = f"{at}/positionnement", f"{at}/livret"
    eight = Indicator("8", "Positionnement à l’entrée").holds(
        facts["entry_ratings"],
        "positionnement à l’entrée",
        "positionnements à l’entrée",
        positioning,
        "Personne ne s’est encore positionné",
    )
    nine = Indicator("9", "Conditions de déroulement").holds(
        facts["handbooks"],
        "document à lire publié",
        "documents à lire publiés",
        handbook,
        "Ni livret ni règlement publié",
    )
    nine.holds(facts["receipts"], "lecture attestée", "lectures attestées", handbook)
    nine.holds(facts["handbook_reminders"], "relance de lecture", "relances de lecture", handbook)
    nine.lacks_if(facts["receipts_due"], "lecture manquante", "lectures manquantes", handbook)
    ten = Indicator("10", "Adaptation et suivi").holds(
        facts["referents"], "apprenant·e suivi·e", "apprenant·es suivi·es", f"{at}/apprenants", "Aucun suivi enregistré"
    )
    ten.holds(facts["notes"], "note de suivi", "notes de suivi", rows(at, EvidenceList.NOTES))
    return eight, nine, ten, *_results(at, facts)


def _results(at: str, facts: Mapping[str, int]) -> tuple[Indicator, ...]:
    positioning = f"{at}/positionnement"
    eleven = Indicator("11", "Atteinte des objectifs").holds(
        facts["reviews"],
        "relecture de document",
        "relectures de documents",
        f"{at}/documents-traceurs",
        "Aucun document relu",
    )
    eleven.holds(facts["tracers"], "document traceur déposé", "documents traceurs déposés", f"{at}/documents-traceurs")
    eleven.holds(facts["end_ratings"], "positionnement de fin", "positionnements de fin", positioning)
    eleven.holds(facts["memoires"], "mémoire", "mémoires", rows(at, EvidenceList.MEMOIRES))
    eleven.holds(facts["decisions"], "décision de diplôme", "décisions de diplôme", rows(at, EvidenceList.DECISIONS))
    twelve = Indicator("12", "Engagement, prévention des abandons").holds(
        facts["sheets"],
        "feuille verrouillée",
        "feuilles verrouillées",
        rows(at, EvidenceList.SHEETS),
        "Aucune feuille verrouillée",
    )
    twelve.lacks_if(
        facts["half_days_unlocked"],
        "demi-journée passée sans feuille verrouillée",
        "demi-journées passées sans feuille verrouillée",
        rows(at, EvidenceList.UNLOCKED),
    )
    twelve.holds(facts["departures"], "départ enregistré", "départs enregistrés", rows(at, EvidenceList.DEPARTURES))
    return eleven, twelve


def _means(at: str, catalogue: str, facts: Mapping[str, int]) -> tuple[Indicator, ...]:
    seventeen = Indicator("17–18", "Moyens et coordination").holds(
        facts["half_days"],
        "demi-journée planifiée",
        "demi-journées planifiées",
        rows(at, EvidenceList.PLANNED),
        "Aucune date planifiée",
    )
    seventeen.lacks_if(
        facts["half_days_unplaced"],
        "demi-journée sans lieu",
        "demi-journées sans lieu",
        rows(at, EvidenceList.UNPLACED),
    )
    seventeen.lacks_if(
        facts["half_days_unstaffed"],
        "demi-journée sans intervenant·e",
        "demi-journées sans intervenant·e",
        rows(at, EvidenceList.UNSTAFFED),
    )
    nineteen = Indicator("19", "Ressources pédagogiques").holds(
        facts["resources"], "ressource en ligne", "ressources en ligne", catalogue, "Aucune ressource au catalogue"
    )
    return seventeen, nineteen, *_people(at, facts)


def _people(at: str, facts: Mapping[str, int]) -> tuple[Indicator, ...]:
    twenty = Indicator("21–22", "Compétences des formateur·rices").holds(
        facts["trainers"],
        "personne qui enseigne",
        "personnes qui enseignent",
        f"{at}/heures-intervenants",
        "Personne de nommé",
    )
    twenty.holds(
        facts["approvals"],
        "agrément de l’école en cours",
        "agréments de l’école en cours",
        f"{at}/formateurs",
        "Aucun agrément en cours",
    )
    disability = Indicator("26", "Accueil des personnes handicapées").holds(
        facts["disability_referents"],
        "référent handicap nommé dans les convocations",
        "référents handicap nommés dans les convocations",
        f"{at}/convocations",
        "Le référent handicap n’est pas nommé",
    )
    partners = Indicator("27", "Sous-traitance et partenaires").holds(
        facts["bodies"], "organisme relié à la promotion", "organismes reliés à la promotion", at
    )
    return twenty, disability, partners


def _progress(at: str, facts: Mapping[str, int]) -> tuple[Indicator, ...]:
    thirty = Indicator("30", "Appréciations recueillies").holds(
        facts["surveys"], "enquête", "enquêtes", f"{at}/enquetes", "Aucune enquête encore"
    )
    thirty.holds(facts["answers"], "réponse reçue", "réponses reçues", f"{at}/enquetes")
    thirty.holds(facts["survey_reminders"], "relance envoyée", "relances envoyées", f"{at}/enquetes")
    register = f"{at}/qualite"
    thirty_one = Indicator("31", "Difficultés, réclamations, incidents", [Proof("Registre tenu", register)])
    thirty_one.holds(facts["complaints"], "inscription", "inscriptions", register)
    thirty_one.lacks_if(facts["answered_late"], "réponse en retard", "réponses en retard", register)
    thirty_two = Indicator("32", "Amélioration").holds(
        facts["improvements"],
        "amélioration suivie",
        "améliorations suivies",
        f"{register}#ameliorations",
        "Aucune amélioration prévue",
    )
    thirty_two.lacks_if(
        facts["improvements"] - facts["improvements_measured"],
        "effet à mesurer",
        "effets à mesurer",
        f"{register}#ameliorations",
    )
    return thirty, thirty_one, thirty_two
