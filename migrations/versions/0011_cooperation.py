"""Cooperation: grids, partnerships, assessments, actions; what is finalised is defended by the database."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FINALISED = "a finalised assessment cannot change"
LOADED = "a grid cannot change"
OF_ASSESSMENT = "SELECT status FROM assessment WHERE id = {row}.assessment_id"
OF_PARTICIPANT = (
    "SELECT a.status FROM assessment a JOIN participant p ON p.assessment_id = a.id WHERE p.id = {row}.participant_id"
)
PARTS = {
    "item_result": OF_ASSESSMENT,
    "local_question": OF_ASSESSMENT,
    "participant": OF_ASSESSMENT,
    "participant_answer": OF_PARTICIPANT,
    "participant_body": OF_PARTICIPANT,
}
"""The tables that belong to an assessment, and how the state of theirs is found."""

TABLES = (
    "action_partner",
    "action_news",
    "partner_member",
    "partner_invitation",
    "participant_body",
    "participant_answer",
    "framing_column",
    "cooperation_action",
    "partner_body",
    "participant",
    "local_question",
    "item_result",
    "partnership_territory",
    "partnership_share",
    "information_circuit",
    "framing_card",
    "charter_text",
    "assessment",
    "partnership",
    "action_feed",
    "library_card",
    "dispositif_kind",
    "cooperation_grid",
)
"""In the order they go."""


def _abort(words: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{words}'); END"


def defend_on_sqlite() -> None:
    """Refuse any change to a finalised assessment, to what belongs to it, and to a grid."""
    for act in ("UPDATE", "DELETE"):
        name = f"assessment_no_{act.lower()}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON assessment WHEN OLD.status = 'finalised' {_abort(FINALISED)}"
        )
        op.execute(f"CREATE TRIGGER grid_no_{act.lower()} BEFORE {act} ON cooperation_grid {_abort(LOADED)}")
    for table, status in PARTS.items():
        for act, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
            final = " OR ".join(f"({status.format(row=row)}) = 'finalised'" for row in rows)
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} WHEN {final} {_abort(FINALISED)}"
            )


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION refuse_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def _trigger(table: str, name: str, acts: str, function: str, each: str = "ROW") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name} BEFORE {acts} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_{function}()"
    )


GOES_ON = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"


def defend_on_postgresql() -> None:
    """The same, by functions; TRUNCATE is refused too."""
    refusal = f"RAISE EXCEPTION '{FINALISED}';"
    _function("grid_change", f"RAISE EXCEPTION '{LOADED}';")
    _function("truncation", refusal)
    _function("finalised_change", f"IF OLD.status = 'finalised' THEN {refusal} END IF; {GOES_ON}")
    _trigger("cooperation_grid", "no_change", "UPDATE OR DELETE", "grid_change")
    _trigger("assessment", "no_change", "UPDATE OR DELETE", "finalised_change")
    for table in ("assessment", *PARTS):
        _trigger(table, "no_truncate", "TRUNCATE", "truncation", each="STATEMENT")
    for table, status in PARTS.items():
        tests = ""
        for row, other in (("OLD", "INSERT"), ("NEW", "DELETE")):
            final = f"({status.format(row=row)}) = 'finalised'"
            tests += f"IF TG_OP <> '{other}' THEN IF {final} THEN {refusal} END IF; END IF; "
        _function(f"{table}_change", tests + GOES_ON)
        _trigger(table, "no_change", "INSERT OR UPDATE OR DELETE", f"{table}_change")


def upgrade() -> None:
    """Create the tables, then their defence."""
    op.create_table(
        "cooperation_grid",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "provenance",
            sa.Enum(
                "deduit",
                "exemple",
                "officiel",
                "a_confirmer",
                name="provenance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation_grid")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_cooperation_grid_code_version")),
    )
    op.create_table(
        "dispositif_kind",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "approach",
                "care",
                "device",
                "other",
                name="dispositifcategory",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("described", sa.Boolean(), nullable=False),
        sa.Column("legal_text", sa.String(length=200), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("missions", sa.JSON(), nullable=False),
        sa.Column("pivot", sa.Text(), nullable=False),
        sa.Column("contact_hint", sa.Text(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dispositif_kind")),
    )
    op.create_table(
        "library_card",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column(
            "theme",
            sa.Enum(
                "access",
                "pathways",
                "prevention",
                "unscheduled",
                name="theme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "example",
                "experiment",
                "framework",
                "indicator",
                "lever",
                "obstacle",
                "tool",
                name="cardkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("bodies", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_library_card")),
    )
    with op.batch_alter_table("library_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_library_card_question"), ["question"], unique=False)

    op.create_table(
        "action_feed",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_action_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_feed")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_action_feed_secret_digest")),
    )
    with op.batch_alter_table("action_feed", schema=None) as batch_op:
        batch_op.create_index(
            "uq_action_feed_person",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "partnership",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("region_code", sa.String(length=8), nullable=False),
        sa.Column(
            "cadence",
            sa.Enum("half_yearly", "yearly", name="cadence", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("review_reminded_on", sa.Date(), nullable=True),
        sa.Column("assessment_reminded_on", sa.Date(), nullable=True),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_partnership_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
    )
    with op.batch_alter_table("partnership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnership_region_code"), ["region_code"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column(
            "occasion",
            sa.Enum(
                "follow_up",
                "point_zero",
                "review",
                name="occasion",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "consensus",
                "draft",
                "finalised",
                "open",
                name="assessmentstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("join_code", sa.String(length=12), nullable=True),
        sa.Column("code_expires_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("contributions", sa.Text(), nullable=False),
        sa.Column("first_steps", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finalised_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'finalised') = (finalised_at IS NOT NULL)", name=op.f("ck_assessment_finalised_at_an_instant")
        ),
        sa.CheckConstraint(
            "(join_code IS NULL) = (code_expires_at IS NULL)", name=op.f("ck_assessment_code_with_its_end")
        ),
        sa.CheckConstraint("expected >= 0", name=op.f("ck_assessment_expected_not_negative")),
        sa.ForeignKeyConstraint(["grid_id"], ["cooperation_grid.id"], name=op.f("fk_assessment_grid_id")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_assessment_partnership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("join_code", name=op.f("uq_assessment_join_code")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_finalised_at"), ["finalised_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_grid_id"), ["grid_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_partnership_id"), ["partnership_id"], unique=False)
        batch_op.create_index(
            "uq_assessment_under_way",
            ["partnership_id", "grid_id"],
            unique=True,
            sqlite_where=sa.text("status <> 'finalised'"),
            postgresql_where=sa.text("status <> 'finalised'"),
        )

    op.create_table(
        "charter_text",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "decisions",
                "disagreements",
                "purpose",
                "revision",
                "rhythm",
                "roles",
                name="charterpart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_charter_text_partnership_id")),
        sa.PrimaryKeyConstraint("partnership_id", "part", name=op.f("pk_charter_text")),
    )
    op.create_table(
        "framing_card",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_framing_card_partnership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framing_card")),
    )
    with op.batch_alter_table("framing_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_framing_card_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "information_circuit",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("situation", sa.String(length=200), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("tool", sa.String(length=200), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "hds",
                "mssante",
                "ordinary",
                "to_check",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "basis",
            sa.Enum(
                "care_team",
                "consent",
                "legal_duty",
                "no_personal_data",
                "public_interest",
                "to_settle",
                name="legalbasis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_information_circuit_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_circuit")),
    )
    with op.batch_alter_table("information_circuit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_information_circuit_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "partnership_share",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("shared_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "revoked_at IS NULL OR revoked_at >= since", name=op.f("ck_partnership_share_revoked_after_given")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_partnership_share_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_partnership_share_partnership_id")
        ),
        sa.ForeignKeyConstraint(["shared_by"], ["person.id"], name=op.f("fk_partnership_share_shared_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_share")),
    )
    with op.batch_alter_table("partnership_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnership_share_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnership_share_partnership_id"), ["partnership_id"], unique=False)
        batch_op.create_index(
            "uq_partnership_share_live",
            ["partnership_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "partnership_territory",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_partnership_territory_partnership_id")
        ),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_partnership_territory_territory_id")),
        sa.PrimaryKeyConstraint("partnership_id", "territory_id", name=op.f("pk_partnership_territory")),
    )
    with op.batch_alter_table("partnership_territory", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnership_territory_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "item_result",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("revealed_at", UtcDateTime(), nullable=True),
        sa.Column("choice", sa.String(length=40), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("intention", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_item_result_assessment_id")),
        sa.PrimaryKeyConstraint("assessment_id", "item", name=op.f("pk_item_result")),
    )
    op.create_table(
        "local_question",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_local_question_assessment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_question")),
    )
    with op.batch_alter_table("local_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_local_question_assessment_id"), ["assessment_id"], unique=False)

    op.create_table(
        "participant",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "voice",
            sa.Enum(
                "bodies", "elected", "guest", "user", name="voice", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_participant_assessment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_assessment_id"), ["assessment_id"], unique=False)
        batch_op.create_index(
            "uq_participant_person",
            ["assessment_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("person_id IS NOT NULL"),
            postgresql_where=sa.text("person_id IS NOT NULL"),
        )

    op.create_table(
        "partner_body",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("kind_code", sa.String(length=20), nullable=False),
        sa.Column("structure_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("pivot", sa.JSON(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["kind_code"], ["dispositif_kind.code"], name=op.f("fk_partner_body_kind_code")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_partner_body_partnership_id")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_partner_body_structure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_body")),
    )
    with op.batch_alter_table("partner_body", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_body_partnership_id"), ["partnership_id"], unique=False)
        batch_op.create_index(
            "uq_partner_body_name",
            ["partnership_id", "name"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "cooperation_action",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("item", sa.String(length=20), nullable=True),
        sa.Column("card_code", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("first_step", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("indicators", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "done",
                "dropped",
                "to_start",
                "under_way",
                name="actionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'done') = (done_on IS NOT NULL)", name=op.f("ck_cooperation_action_done_on_a_day")
        ),
        sa.CheckConstraint(
            "(assessment_id IS NULL) OR (item IS NOT NULL)", name=op.f("ck_cooperation_action_from_an_item")
        ),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_cooperation_action_assessment_id")),
        sa.ForeignKeyConstraint(["card_code"], ["library_card.code"], name=op.f("fk_cooperation_action_card_code")),
        sa.ForeignKeyConstraint(["lead_id"], ["partner_body.id"], name=op.f("fk_cooperation_action_lead_id")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_cooperation_action_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation_action")),
    )
    with op.batch_alter_table("cooperation_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cooperation_action_assessment_id"), ["assessment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cooperation_action_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_cooperation_action_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "framing_column",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("for_whom", sa.Text(), nullable=False),
        sa.Column("added_value", sa.Text(), nullable=False),
        sa.Column("with_whom", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["partner_body.id"], name=op.f("fk_framing_column_body_id")),
        sa.ForeignKeyConstraint(["card_id"], ["framing_card.id"], name=op.f("fk_framing_column_card_id")),
        sa.PrimaryKeyConstraint("card_id", "body_id", name=op.f("pk_framing_column")),
    )
    op.create_table(
        "participant_answer",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_participant_answer_participant_id")
        ),
        sa.PrimaryKeyConstraint("participant_id", "item", name=op.f("pk_participant_answer")),
    )
    op.create_table(
        "participant_body",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["partner_body.id"], name=op.f("fk_participant_body_body_id")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_participant_body_participant_id")
        ),
        sa.PrimaryKeyConstraint("participant_id", "body_id", name=op.f("pk_participant_body")),
    )
    with op.batch_alter_table("participant_body", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_body_body_id"), ["body_id"], unique=False)

    op.create_table(
        "partner_invitation",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column(
            "role",
            sa.Enum("facilitator", "partner", name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("body_id", sa.Uuid(), nullable=True),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("invited_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name=op.f("fk_partner_invitation_accepted_by")),
        sa.ForeignKeyConstraint(["body_id"], ["partner_body.id"], name=op.f("fk_partner_invitation_body_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_partner_invitation_invited_by")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_partner_invitation_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_invitation")),
    )
    with op.batch_alter_table("partner_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_invitation_email_key"), ["email_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_invitation_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "partner_member",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("facilitator", "partner", name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("body_id", sa.Uuid(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["partner_body.id"], name=op.f("fk_partner_member_body_id")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_partner_member_partnership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_partner_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_member")),
    )
    with op.batch_alter_table("partner_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_member_partnership_id"), ["partnership_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_member_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_partner_member_live",
            ["partnership_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "action_news",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["cooperation_action.id"], name=op.f("fk_action_news_action_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_action_news_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_news")),
    )
    with op.batch_alter_table("action_news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_news_action_id"), ["action_id"], unique=False)

    op.create_table(
        "action_partner",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["cooperation_action.id"], name=op.f("fk_action_partner_action_id")),
        sa.ForeignKeyConstraint(["body_id"], ["partner_body.id"], name=op.f("fk_action_partner_body_id")),
        sa.PrimaryKeyConstraint("action_id", "body_id", name=op.f("pk_action_partner")),
    )
    with op.batch_alter_table("action_partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_partner_body_id"), ["body_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        defend_on_sqlite()
    else:
        defend_on_postgresql()


def downgrade() -> None:
    """Drop the tables, and the functions that defended them."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in ("grid_change", "finalised_change", "truncation", *(f"{table}_change" for table in PARTS)):
            op.execute(f"DROP FUNCTION refuse_{name}()")
