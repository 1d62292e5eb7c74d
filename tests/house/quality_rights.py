"""Who may what in the evidence of how a course goes, for the matrix of people and addresses."""

from typing import Final

from training.common.policy import Permission

P = Permission

QUALITY: Final[dict[Permission, tuple[str, str]]] = {
    P.QUALITY_AUDIT_BUNDLE: ("bfc relay_bfc ehesp", "ara ehesp"),
    P.QUALITY_AUDIT_READ: ("bfc relay_bfc ehesp", "ara ehesp"),
    P.QUALITY_BPF_EDIT: ("bfc relay_bfc", "ara"),
    P.QUALITY_BPF_READ: ("bfc relay_bfc", "ara"),
    P.QUALITY_COMPLAINT_ANSWER: ("bfc relay_bfc", "ara"),
    P.QUALITY_COMPLAINT_FILE: (
        "bfc relay_bfc ars_bfc ehesp learner_bfc president",
        "ara ars_ara ehesp relay_ara learner_ara",
    ),
    P.QUALITY_COMPLAINT_READ: ("bfc relay_bfc ehesp", "ara ehesp"),
    P.QUALITY_DASHBOARD_READ: ("bfc relay_bfc ars_bfc ehesp", "ara relay_ara ars_ara ehesp"),
    P.QUALITY_HANDBOOK_MANAGE: ("bfc relay_bfc", "ara"),
    P.QUALITY_HANDBOOK_READ: ("bfc relay_bfc ehesp learner_bfc", "ara ehesp relay_ara learner_ara"),
    P.QUALITY_HANDBOOK_SIGN: ("learner_bfc", "learner_ara"),
    P.QUALITY_IMPROVEMENT_MANAGE: ("bfc relay_bfc", "ara"),
    P.QUALITY_POSITIONING_FIGURES: ("bfc relay_bfc ehesp", "ara ehesp relay_ara"),
    P.QUALITY_POSITIONING_GIVE: ("learner_bfc", "learner_ara"),
    P.QUALITY_POSITIONING_READ: ("bfc relay_bfc ehesp learner_bfc", "ara ehesp relay_ara learner_ara"),
    P.QUALITY_QUESTIONNAIRE_MANAGE: ("bfc relay_bfc ehesp", "ara ehesp"),
    P.QUALITY_QUESTIONNAIRE_READ: ("bfc relay_bfc ehesp", "ara ehesp"),
    P.QUALITY_REGISTER_READ: ("bfc relay_bfc ehesp", "ara ehesp"),
    P.QUALITY_REPORT_READ: ("bfc relay_bfc ars_bfc ehesp", "ara ars_ara ehesp"),
    P.QUALITY_STRUCTURE_READ: ("president", "president"),
    P.QUALITY_SURVEY_ANSWER: ("", ""),  # whoever was asked, or bears the link: tests/quality/test_surveys.py
    P.QUALITY_SURVEY_MANAGE: ("bfc relay_bfc", "ara"),
    P.QUALITY_SURVEY_READ: ("bfc relay_bfc ehesp", "ara ehesp relay_ara"),
    P.QUALITY_TEACHING_READ: ("bfc relay_bfc ehesp", "ara ehesp"),
    P.QUALITY_TEACHING_SETTLE: ("bfc relay_bfc", "ara"),
}

NO_EVIDENCE: Final[frozenset[str]] = frozenset(
    {
        "complaint_id",
        "evidence_id",
        "handbook_id",
        "improvement_id",
        "moment",
        "question_id",
        "questionnaire_id",
        "survey_id",
        "teacher_id",
    }
)
"""Variables of addresses for which the two regions have perhaps nothing."""
