"""What the seminars tell a trainer of the learners she follows: hours of présentiel, half-days to regularise (R44, R46)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from training.catalogue.enums import Modality
from training.catalogue.models import DiplomaRules
from training.catalogue.published import Version, hours_asked
from training.cohorts.models import Enrolment
from training.common.formatting import hours, plural
from training.database import db
from training.portfolio.followed import Alert, Fact, Teller, Told, Urgency
from training.seminars.queries.missed import core_rates
from training.seminars.queries.rows import terms_of
from training.seminars.queries.tally import Rule, tallies_of
from training.seminars.rules.presence import DEFAULT_THRESHOLD
from training.seminars.rules.tally import Tally


def told_of(enrolments: Sequence[Enrolment]) -> Mapping[uuid.UUID, Told]:
    """Return the presence of these learners. Four SELECTs at most."""
    asked = hours_asked({each.variant_id: Version.of(each.cohort.edition) for each in enrolments})
    rules = {each.id: _rule(each.cohort.edition.rules, asked[each.variant_id]) for each in enrolments}
    tallies = tallies_of(enrolments, rules)
    rates = {row[0]: row for row in db.session.execute(core_rates(Enrolment.id.in_([each.id for each in enrolments])))}
    return {each.id: _told(each, rules[each.id], tallies[each.id], rates.get(each.id)) for each in enrolments}


def _rule(rules: DiplomaRules | None, asked: Mapping[Modality, int | None]) -> Rule:
    return Rule(terms_of(rules, asked.get(Modality.IN_PERSON)), visio_counts=bool(rules and rules.visio_counts))


def _told(enrolment: Enrolment, rule: Rule, tally: Tally, rate: Any) -> Told:
    threshold, held, missed = (rate[4], rate[5], rate[6]) if rate is not None else (None, 0, 0)
    asked = DEFAULT_THRESHOLD if threshold is None else threshold
    facts = [
        Fact("Présentiel", _hours(tally, rule)),
        Fact("Présence", f"{held - missed} sur {plural(held, 'demi-journée', 'demi-journées')}" if held else "à venir"),
    ]
    alerts = []
    if held and (held - missed) * 100 < asked * held:
        words = plural(missed, "demi-journée à régulariser", "demi-journées à régulariser")
        href = f"/promotions/{enrolment.cohort.code}/apprenants/{enrolment.id}/presences"
        alerts.append(Alert(Urgency.ABSENCE, words, href, missed))
    return Told(facts, alerts)


def _hours(tally: Tally, rule: Rule) -> str:
    if tally.credited is None:
        return "heures à confirmer"
    return f"{hours(tally.credited)} sur {hours(rule.terms.required)}"


TELLER: Final = Teller("seminars", 10, told_of)
