"""Messages about files, one to one (R109); those to many are common’s."""

from training.admissions.models import Application
from training.common import threads
from training.common.policy import Principal
from training.common.threads import Side, ThreadMessage


def write(application: Application, words: str, *, by: Principal) -> ThreadMessage:
    """Write in the thread of a file: as its applicant, or for its carrier."""
    side = Side.PERSON if by.person_id == application.person_id else Side.BODY
    return threads.write(application, words, side=side, by=by)
