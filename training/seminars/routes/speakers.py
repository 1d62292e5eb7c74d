"""``/promotions/<code>/intervenants``: the outside speakers of a cohort’s carrier, entered once for all its cohorts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import render_template, url_for

from training.cohorts.models import Cohort, CohortPart
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.seminars.forms import SpeakerForm
from training.seminars.queries.speakers import KnownSpeaker, find_speaker, known_speakers
from training.seminars.routes.blueprint import COHORT, bp
from training.seminars.routes.loaders import cohort_of
from training.seminars.services import speakers as services

SPEAKERS: Final = f"{COHORT}/intervenants"
SPEAKER: Final = f"{SPEAKERS}/<uuid:speaker_id>"
COLUMNS: Final = (
    Column("name", "Nom"),
    Column("quality", "Fonction, organisme"),
    Column("email", "Adresse"),
    Column("half_days", "Demi-journées", numeric=True),
    Column("act", ""),
)


@dataclass(frozen=True, slots=True)
class SpeakerFound:
    """A speaker of the carrier of a cohort."""

    cohort: Cohort
    speaker: KnownSpeaker

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


def speaker_of(principal: Principal, code: str, speaker_id: uuid.UUID) -> SpeakerFound:
    """Return a speaker of the carrier of a cohort this person may see."""
    cohort = cohort_of(principal, code)
    return SpeakerFound(cohort, find_speaker(cohort, speaker_id))


def _page(cohort: Cohort, form: SpeakerForm) -> str:
    found = known_speakers(cohort)
    return render_template("seminars/speakers.html", cohort=cohort, form=form, speakers=found, columns=COLUMNS)


def _one(found: SpeakerFound, form: SpeakerForm, act: ActForm) -> str:
    return render_template("seminars/speaker.html", cohort=found.cohort, speaker=found.speaker, form=form, act=act)


@bp.get(SPEAKERS)
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def speakers(cohort: Cohort) -> str:
    """The speakers known, and the form of one more."""
    return _page(cohort, SpeakerForm())


@bp.post(SPEAKERS)
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def enter_speaker(cohort: Cohort) -> Answer:
    """Enter someone from outside."""
    form = SpeakerForm()
    return answer(
        form,
        lambda: services.enter_speaker(cohort, form.to_command(), by=current_principal()),
        again=lambda: _page(cohort, form),
        to=url_for(".speakers", code=cohort.code),
        done="C’est enregistré : vous la retrouverez au moment de préparer une demi-journée.",
    )


@bp.get(SPEAKER)
@requires(Permission.SEMINARS_SEMINAR_PLAN, speaker_of)
def speaker_form(found: SpeakerFound) -> str:
    """What is known of a speaker."""
    return _one(found, SpeakerForm.of(found.speaker), ActForm())


@bp.post(SPEAKER)
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, speaker_of)
def change_speaker(found: SpeakerFound) -> Answer:
    """Correct it."""
    form = SpeakerForm()
    return answer(
        form,
        lambda: services.change_speaker(found.cohort, found.speaker, form.to_command(), by=current_principal()),
        again=lambda: _one(found, form, ActForm()),
        to=url_for(".speakers", code=found.cohort.code),
        done="C’est enregistré.",
    )


@bp.post(f"{SPEAKER}/retirer")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, speaker_of)
def remove_speaker(found: SpeakerFound) -> Answer:
    """Take a speaker off the list."""
    form = ActForm()
    return answer(
        form,
        lambda: services.remove_speaker(found.cohort, found.speaker, by=current_principal()),
        again=lambda: _one(found, SpeakerForm.of(found.speaker), form),
        to=url_for(".speakers", code=found.cohort.code),
        done=f"{found.speaker.name} n’est plus proposé·e. Les demi-journées qui la nomment ne changent pas.",
    )
