"""Who may do what: permissions, predicates and the principal they judge. Pure.

A permission is named ``room:thing:act`` and judged by one predicate, declared by the
room that owns it. Predicates compose with ``&``, ``|`` and ``~`` and keep a sentence in
words, from which ``docs/permissions.md`` is generated. Views name a permission, never
a role (R88, R95).
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final


class Permission(StrEnum):
    """Every permission of the house, in alphabetical order."""

    ACCOUNTS_ACCOUNT_MANAGE = "accounts:account:manage"
    ACCOUNTS_DUES_RECORD = "accounts:dues:record"
    ACCOUNTS_INVITATION_SEND = "accounts:invitation:send"
    ACCOUNTS_JOURNAL_READ = "accounts:journal:read"
    ACCOUNTS_LINK_HAND_OVER = "accounts:link:hand_over"
    ACCOUNTS_PEOPLE_READ = "accounts:people:read"
    ACCOUNTS_PERSON_MANAGE = "accounts:person:manage"
    ACCOUNTS_REGISTER_IMPORT = "accounts:register:import"
    ACCOUNTS_SIGN_IN_USE = "accounts:sign_in:use"
    ACCOUNTS_STRUCTURE_EDIT = "accounts:structure:edit"
    ACCOUNTS_STRUCTURE_READ = "accounts:structure:read"
    ACCOUNTS_TWINS_MERGE = "accounts:twins:merge"
    ADMISSIONS_APPLICATION_ANSWER = "admissions:application:answer"
    ADMISSIONS_APPLICATION_CLOSE = "admissions:application:close"
    ADMISSIONS_APPLICATION_EDIT = "admissions:application:edit"
    ADMISSIONS_APPLICATION_EXPORT = "admissions:application:export"
    ADMISSIONS_APPLICATION_LIST = "admissions:application:list"
    ADMISSIONS_APPLICATION_OFFER = "admissions:application:offer"
    ADMISSIONS_APPLICATION_OPINE = "admissions:application:opine"
    ADMISSIONS_APPLICATION_PROCESS = "admissions:application:process"
    ADMISSIONS_APPLICATION_READ = "admissions:application:read"
    ADMISSIONS_APPLICATION_REOPEN = "admissions:application:reopen"
    ADMISSIONS_APPLICATION_START = "admissions:application:start"
    ADMISSIONS_APPLICATION_SUBMIT = "admissions:application:submit"
    ADMISSIONS_APPLICATION_VALIDATE = "admissions:application:validate"
    ADMISSIONS_APPLICATION_WITHDRAW = "admissions:application:withdraw"
    ADMISSIONS_CALL_MANAGE = "admissions:call:manage"
    ADMISSIONS_CALL_PREPARE = "admissions:call:prepare"
    ADMISSIONS_CALL_READ = "admissions:call:read"
    ADMISSIONS_CALL_VALIDATE = "admissions:call:validate"
    ADMISSIONS_COMMITTEE_DECIDE = "admissions:committee:decide"
    ADMISSIONS_COMMITTEE_READ = "admissions:committee:read"
    ADMISSIONS_EXTENSION_GRANT = "admissions:extension:grant"
    ADMISSIONS_FIGURES_READ = "admissions:figures:read"
    ADMISSIONS_INTERVIEW_CHOOSE = "admissions:interview:choose"
    ADMISSIONS_INTERVIEW_HOLD = "admissions:interview:hold"
    ADMISSIONS_INTERVIEW_PLAN = "admissions:interview:plan"
    ADMISSIONS_LETTER_ASK = "admissions:letter:ask"
    ADMISSIONS_LETTER_SIGN = "admissions:letter:sign"
    ADMISSIONS_MESSAGE_READ = "admissions:message:read"
    ADMISSIONS_MESSAGE_SEND = "admissions:message:send"
    ADMISSIONS_MESSAGE_WRITE = "admissions:message:write"
    ADMISSIONS_OBSERVATORY_EXPORT = "admissions:observatory:export"
    ADMISSIONS_PHOTO_READ = "admissions:photo:read"
    ADMISSIONS_PIECE_REVIEW = "admissions:piece:review"
    ADMISSIONS_REGISTRATION_GIVE = "admissions:registration:give"
    ADMISSIONS_RESULTS_PUBLISH = "admissions:results:publish"
    ADMISSIONS_REVIEW_ASSIGN = "admissions:review:assign"
    CATALOGUE_EDITION_COPY = "catalogue:edition:copy"
    CATALOGUE_EDITION_EDIT_CARRIER_PART = "catalogue:edition:edit_carrier_part"
    CATALOGUE_EDITION_EDIT_SCHOOL_PART = "catalogue:edition:edit_school_part"
    CATALOGUE_EDITION_PUBLISH = "catalogue:edition:publish"
    CATALOGUE_EDITION_READ = "catalogue:edition:read"
    CATALOGUE_EDITION_SETTLE = "catalogue:edition:settle"
    CATALOGUE_PROGRAMME_READ = "catalogue:programme:read"
    COHORTS_CALLS_READ = "cohorts:calls:read"
    COHORTS_CHOICE_AGREE = "cohorts:choice:agree"
    COHORTS_CHOICE_MAKE = "cohorts:choice:make"
    COHORTS_CHOICE_RUN = "cohorts:choice:run"
    COHORTS_CIVIL_READ = "cohorts:civil:read"
    COHORTS_COHORT_LIST = "cohorts:cohort:list"
    COHORTS_COHORT_MANAGE = "cohorts:cohort:manage"
    COHORTS_COHORT_MOVE_IN = "cohorts:cohort:move_in"
    COHORTS_COHORT_OPEN = "cohorts:cohort:open"
    COHORTS_COHORT_READ = "cohorts:cohort:read"
    COHORTS_DIRECTORY_JOIN = "cohorts:directory:join"
    COHORTS_DIRECTORY_READ = "cohorts:directory:read"
    COHORTS_ENROLMENT_MANAGE = "cohorts:enrolment:manage"
    COHORTS_ENROLMENT_READ = "cohorts:enrolment:read"
    COHORTS_LAUNCH_ANSWER = "cohorts:launch:answer"
    COHORTS_LAUNCH_READ = "cohorts:launch:read"
    COHORTS_LEARNERS_READ = "cohorts:learners:read"
    COHORTS_MAILING_SEND = "cohorts:mailing:send"
    COHORTS_MEETING_BOOK = "cohorts:meeting:book"
    COHORTS_MEETING_CANCEL = "cohorts:meeting:cancel"
    COHORTS_MEETING_LIST = "cohorts:meeting:list"
    COHORTS_MEETING_RUN = "cohorts:meeting:run"
    COHORTS_THREAD_ANSWER = "cohorts:thread:answer"
    COHORTS_THREAD_READ = "cohorts:thread:read"
    COHORTS_THREAD_WRITE = "cohorts:thread:write"
    COHORTS_TRAINER_APPROVE = "cohorts:trainer:approve"
    COHORTS_TRAINER_ASSIGN = "cohorts:trainer:assign"
    COHORTS_TRANSFER_ACCEPT = "cohorts:transfer:accept"
    COHORTS_TRANSFER_PROPOSE = "cohorts:transfer:propose"
    COHORTS_TRANSFER_READ = "cohorts:transfer:read"
    COHORTS_TRANSFER_WELCOME = "cohorts:transfer:welcome"
    COOPERATION_ASSESSMENT_READ = "cooperation:assessment:read"
    COOPERATION_ASSESSMENT_RUN = "cooperation:assessment:run"
    COOPERATION_COHORT_READ = "cooperation:cohort:read"
    COOPERATION_FEED_READ = "cooperation:feed:read"
    COOPERATION_FIGURES_READ = "cooperation:figures:read"
    COOPERATION_GRID_LOAD = "cooperation:grid:load"
    COOPERATION_LIBRARY_READ = "cooperation:library:read"
    COOPERATION_PARTNERSHIP_EDIT = "cooperation:partnership:edit"
    COOPERATION_PARTNERSHIP_LIST = "cooperation:partnership:list"
    COOPERATION_PARTNERSHIP_MANAGE = "cooperation:partnership:manage"
    COOPERATION_PARTNERSHIP_READ = "cooperation:partnership:read"
    COOPERATION_ROOM_ANSWER = "cooperation:room:answer"
    COOPERATION_ROOM_JOIN = "cooperation:room:join"
    DEFENCES_CORRECTIONS_ACCEPT = "defences:corrections:accept"
    DEFENCES_DAY_MANAGE = "defences:day:manage"
    DEFENCES_DAY_READ = "defences:day:read"
    DEFENCES_DEFENCE_DELIBERATE = "defences:defence:deliberate"
    DEFENCES_DEFENCE_JUDGE = "defences:defence:judge"
    DEFENCES_DEFENCE_READ = "defences:defence:read"
    DEFENCES_DRAFT_READ = "defences:draft:read"
    DEFENCES_FINAL_READ = "defences:final:read"
    DEFENCES_JUROR_OPEN = "defences:juror:open"
    DEFENCES_JURY_OPEN = "defences:jury:open"
    DEFENCES_LIBRARY_READ = "defences:library:read"
    DEFENCES_MEMOIRE_FOLLOW = "defences:memoire:follow"
    DEFENCES_MEMOIRE_OPEN = "defences:memoire:open"
    DEFENCES_MEMOIRE_READ = "defences:memoire:read"
    DEFENCES_MEMOIRE_WRITE = "defences:memoire:write"
    DEFENCES_MINUTES_SIGN = "defences:minutes:sign"
    DEFENCES_RESULT_PUBLISH = "defences:result:publish"
    DEFENCES_RESULT_RECORD = "defences:result:record"
    DEFENCES_SHARING_AGREE = "defences:sharing:agree"
    DEFENCES_SHARING_ASK = "defences:sharing:ask"
    DEFENCES_SHARING_TRANSCRIBE = "defences:sharing:transcribe"
    DESK_HOME_READ = "desk:home:read"
    DESK_SEARCH_USE = "desk:search:use"
    DEVELOPMENT_MAILBOX_READ = "development:mailbox:read"
    DIPLOMAS_BOARD_DECIDE = "diplomas:board:decide"
    DIPLOMAS_BOARD_EXPORT = "diplomas:board:export"
    DIPLOMAS_BOARD_PREPARE = "diplomas:board:prepare"
    DIPLOMAS_BOARD_READ = "diplomas:board:read"
    DIPLOMAS_CERTIFICATE_BUNDLE = "diplomas:certificate:bundle"
    DIPLOMAS_CERTIFICATE_READ = "diplomas:certificate:read"
    DIPLOMAS_DECISION_CORRECT = "diplomas:decision:correct"
    DIPLOMAS_ELIGIBILITY_READ = "diplomas:eligibility:read"
    DIPLOMAS_LIST_READ = "diplomas:list:read"
    DIPLOMAS_NAME_PROOFREAD = "diplomas:name:proofread"
    DIPLOMAS_WAIVER_ASK = "diplomas:waiver:ask"
    DIPLOMAS_WAIVER_DECIDE = "diplomas:waiver:decide"
    FILE_READ = "common:file:read"
    HEALTH_READ = "common:health:read"
    IMPORT_USE = "common:import:use"
    LINK_OPEN = "common:link:open"
    OUTBOX_WATCH = "common:outbox:watch"
    PORTFOLIO_HOURS_IMPORT = "portfolio:hours:import"
    PORTFOLIO_HOURS_LOG = "portfolio:hours:log"
    PORTFOLIO_HOURS_SETTLE = "portfolio:hours:settle"
    PORTFOLIO_LEARNERS_READ = "portfolio:learners:read"
    PORTFOLIO_PATH_OPEN = "portfolio:path:open"
    PORTFOLIO_PATH_READ = "portfolio:path:read"
    PORTFOLIO_QUEUE_READ = "portfolio:queue:read"
    PORTFOLIO_TRACER_COLLECT = "portfolio:tracer:collect"
    PORTFOLIO_TRACER_DEPOSIT = "portfolio:tracer:deposit"
    PORTFOLIO_TRACER_READ = "portfolio:tracer:read"
    PORTFOLIO_TRACER_REVIEW = "portfolio:tracer:review"
    PORTFOLIO_TRACER_SET_ASIDE = "portfolio:tracer:set_aside"
    PUBLIC_READ = "common:public:read"
    QUALITY_AUDIT_BUNDLE = "quality:audit:bundle"
    QUALITY_AUDIT_READ = "quality:audit:read"
    QUALITY_BPF_EDIT = "quality:bpf:edit"
    QUALITY_BPF_READ = "quality:bpf:read"
    QUALITY_COMPLAINT_ANSWER = "quality:complaint:answer"
    QUALITY_COMPLAINT_FILE = "quality:complaint:file"
    QUALITY_COMPLAINT_READ = "quality:complaint:read"
    QUALITY_DASHBOARD_READ = "quality:dashboard:read"
    QUALITY_HANDBOOK_MANAGE = "quality:handbook:manage"
    QUALITY_HANDBOOK_READ = "quality:handbook:read"
    QUALITY_HANDBOOK_SIGN = "quality:handbook:sign"
    QUALITY_IMPROVEMENT_MANAGE = "quality:improvement:manage"
    QUALITY_POSITIONING_FIGURES = "quality:positioning:figures"
    QUALITY_POSITIONING_GIVE = "quality:positioning:give"
    QUALITY_POSITIONING_READ = "quality:positioning:read"
    QUALITY_QUESTIONNAIRE_MANAGE = "quality:questionnaire:manage"
    QUALITY_QUESTIONNAIRE_READ = "quality:questionnaire:read"
    QUALITY_REGISTER_READ = "quality:register:read"
    QUALITY_REPORT_READ = "quality:report:read"
    QUALITY_STRUCTURE_READ = "quality:structure:read"
    QUALITY_SURVEY_ANSWER = "quality:survey:answer"
    QUALITY_SURVEY_MANAGE = "quality:survey:manage"
    QUALITY_SURVEY_READ = "quality:survey:read"
    QUALITY_TEACHING_READ = "quality:teaching:read"
    QUALITY_TEACHING_SETTLE = "quality:teaching:settle"
    SEMINARS_ABSENCE_ANNOUNCE = "seminars:absence:announce"
    SEMINARS_ATTENDANCE_FIGURES = "seminars:attendance:figures"
    SEMINARS_ATTENDANCE_LEARNER = "seminars:attendance:learner"
    SEMINARS_ATTENDANCE_READ = "seminars:attendance:read"
    SEMINARS_ATTENDANCE_WAIVE = "seminars:attendance:waive"
    SEMINARS_CALENDAR_READ = "seminars:calendar:read"
    SEMINARS_CONVOCATION_READ = "seminars:convocation:read"
    SEMINARS_DOCUMENTS_ISSUE = "seminars:documents:issue"
    SEMINARS_FEED_MANAGE = "seminars:feed:manage"
    SEMINARS_FEED_READ = "seminars:feed:read"
    SEMINARS_MAKE_UP_ARRANGE = "seminars:make_up:arrange"
    SEMINARS_MATERIAL_ADD = "seminars:material:add"
    SEMINARS_PRACTICAL_ANSWER = "seminars:practical:answer"
    SEMINARS_SEMINAR_PLAN = "seminars:seminar:plan"
    SEMINARS_SEMINAR_READ = "seminars:seminar:read"
    SEMINARS_SHEET_CORRECT = "seminars:sheet:correct"
    SEMINARS_SHEET_FOLLOW = "seminars:sheet:follow"
    SEMINARS_SHEET_LOCK = "seminars:sheet:lock"
    SEMINARS_SHEET_READ = "seminars:sheet:read"
    SEMINARS_SHEET_RUN = "seminars:sheet:run"
    SEMINARS_SHEET_SIGN = "seminars:sheet:sign"


@dataclass(frozen=True, slots=True)
class Capacity:
    """One function a person holds, with the body it is held in and its scope (R95, R97).

    ``function`` and ``body_kind`` are slugs of the accounts room. An empty
    ``departements`` and a null ``region`` mean: the whole of what the body sees.
    """

    function: str
    label: str
    organisation_id: uuid.UUID | None = None
    structure_id: uuid.UUID | None = None
    body_kind: str | None = None
    region: str | None = None
    departements: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LinkRight:
    """What a personal link gives: one purpose on one subject, and nothing else; and who bears it, where that is known."""

    purpose: str
    subject_kind: str
    subject_id: uuid.UUID
    link_id: uuid.UUID
    bearer_id: uuid.UUID | None = None
    bearer_name: str = ""


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever acts: a signed-in person with all her functions, a link's bearer, the worker, or nobody."""

    person_id: uuid.UUID | None = None
    name: str = ""
    email: str = ""
    capacities: tuple[Capacity, ...] = ()
    link: LinkRight | None = None
    is_worker: bool = False
    has_second_factor: bool = False

    @property
    def is_signed_in(self) -> bool:
        """Whether a person stands behind this principal."""
        return self.person_id is not None

    @property
    def organisation_ids(self) -> frozenset[uuid.UUID]:
        """The organisations in which the person holds any function."""
        return frozenset(c.organisation_id for c in self.capacities if c.organisation_id)

    def holds(self, *functions: str) -> bool:
        """Whether the person holds one of the functions, anywhere."""
        return any(c.function in functions for c in self.capacities)


NOBODY: Final = Principal()
WORKER: Final = Principal(name="Traitement automatique", is_worker=True)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A named test over (principal, subject); ``words`` is how docs/permissions.md tells it."""

    words: str
    test: Callable[[Principal, Any], bool] = field(repr=False)

    def __call__(self, principal: Principal, subject: object) -> bool:
        """Judge ``principal`` on ``subject``."""
        return self.test(principal, subject)

    def __and__(self, other: "Predicate") -> "Predicate":
        return Predicate(f"{self._grouped} and {other._grouped}", lambda p, s: self.test(p, s) and other.test(p, s))

    def __or__(self, other: "Predicate") -> "Predicate":
        return Predicate(f"{self.words} or {other.words}", lambda p, s: self.test(p, s) or other.test(p, s))

    def __invert__(self) -> "Predicate":
        return Predicate(f"not {self._grouped}", lambda p, s: not self.test(p, s))

    @property
    def _grouped(self) -> str:
        return f"({self.words})" if " or " in self.words else self.words


anyone: Final = Predicate("anyone", lambda _p, _s: True)
signed_in: Final = Predicate("any signed-in person", lambda p, _s: p.is_signed_in)
worker: Final = Predicate("the worker", lambda p, _s: p.is_worker)


def holds(*functions: str) -> Predicate:
    """Return the predicate: the person holds one of these functions, in any body."""
    return Predicate(f"a person who is {' / '.join(functions)}", lambda p, _s: p.holds(*functions))


def has_link(purpose: str) -> Predicate:
    """Return the predicate: the principal bears a link of this purpose on this very subject."""

    def test(principal: Principal, subject: object) -> bool:
        return (
            principal.link is not None
            and principal.link.purpose == purpose
            and principal.link.subject_id == getattr(subject, "id", None)
        )

    return Predicate(f"the bearer of a “{purpose}” link on it", test)


class Policy:
    """The predicates of all rooms, gathered at start; each permission is judged by exactly one."""

    def __init__(self) -> None:
        self._predicates: dict[Permission, Predicate] = {}

    def grant(self, predicates: Mapping[Permission, Predicate]) -> None:
        """Add a room's predicates; a permission judged twice is a fault of the house."""
        twice = self._predicates.keys() & predicates.keys()
        if twice:
            raise ValueError(f"Permissions judged twice: {sorted(twice)}")
        self._predicates.update(predicates)

    def allows(self, principal: Principal, permission: Permission, subject: object = None) -> bool:
        """Whether ``principal`` may do ``permission`` on ``subject``; an unjudged permission is refused."""
        predicate = self._predicates.get(permission)
        return predicate is not None and predicate(principal, subject)

    def table(self) -> list[tuple[Permission, str]]:
        """Return every judged permission with its predicate in words, in alphabetical order."""
        return [(permission, self._predicates[permission].words) for permission in sorted(self._predicates)]


policy: Final = Policy()
