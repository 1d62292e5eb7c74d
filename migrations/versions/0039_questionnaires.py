"""Questionnaires written by carriers and schools, in versions; what was answered defended by the database (R123)."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ANSWERED = "what was answered cannot be asked otherwise"
WAS_ANSWERED = (
    "EXISTS (SELECT 1 FROM survey JOIN survey_response ON survey_response.survey_id = survey.id "
    "WHERE survey.template_id = {template})"
)
ASKED = "kind, title, lead, anonymous, programme_id, edition_id, version, code"
"""What people were asked, and by whom; how long one may answer, and whether it is still asked, may change."""

SCOPES = ("edition", "programme")


def defend_answered() -> None:
    """Make the database refuse any change to questions somebody answered; call it again after a rebuild of a table."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in _on_sqlite():
            op.execute(statement)
        return
    refusal = f"RAISE EXCEPTION '{ANSWERED}';"
    goes_on = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    question = "".join(
        f"IF TG_OP <> '{other}' THEN IF {WAS_ANSWERED.format(template=f'{row}.template_id')} THEN {refusal} END IF; END IF; "
        for row, other in (("OLD", "INSERT"), ("NEW", "DELETE"))
    )
    template = f"IF {WAS_ANSWERED.format(template='OLD.id')} THEN {refusal} END IF; "
    for name, body in (("question", question + goes_on), ("template", template + goes_on), ("truncation", refusal)):
        op.execute(f"CREATE FUNCTION refuse_survey_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    for table, acts, function, each in (
        ("survey_question", "INSERT OR UPDATE OR DELETE", "question", "ROW"),
        ("survey_template", f"DELETE OR UPDATE OF {ASKED}", "template", "ROW"),
        ("survey_question", "TRUNCATE", "truncation", "STATEMENT"),
    ):
        name = f"{table}_no_{'truncate' if acts == 'TRUNCATE' else 'change'}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {acts} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_survey_{function}()"
        )


def _on_sqlite() -> list[str]:
    statements = []
    for act, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
        answered = " OR ".join(WAS_ANSWERED.format(template=f"{row}.template_id") for row in rows)
        statements.append(
            f"CREATE TRIGGER survey_question_no_{act.lower()} BEFORE {act} ON survey_question WHEN {answered} "
            f"BEGIN SELECT RAISE(ABORT, '{ANSWERED}'); END"
        )
    for act, name in ((f"UPDATE OF {ASKED}", "update"), ("DELETE", "delete")):
        statements.append(
            f"CREATE TRIGGER survey_template_no_{name} BEFORE {act} ON survey_template "
            f"WHEN {WAS_ANSWERED.format(template='OLD.id')} BEGIN SELECT RAISE(ABORT, '{ANSWERED}'); END"
        )
    return statements


def upgrade() -> None:
    """Say whose a questionnaire is, its version and its state; defend what was answered."""
    status = sa.Enum(
        "draft",
        "published",
        "retired",
        name="questionnairestatus",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    with op.batch_alter_table("survey_template", schema=None) as batch_op:
        batch_op.add_column(sa.Column("programme_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("edition_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("status", status, nullable=False, server_default="published"))
        batch_op.create_foreign_key(
            batch_op.f("fk_survey_template_programme_id"), "programme", ["programme_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_survey_template_edition_id"), "edition", ["edition_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_survey_template_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_template_edition_id"), ["edition_id"], unique=False)
        batch_op.create_check_constraint(batch_op.f("ck_survey_template_numbered_from_one"), "version > 0")
        batch_op.create_check_constraint(
            batch_op.f("ck_survey_template_of_one_scope"), "programme_id IS NULL OR edition_id IS NULL"
        )
    with op.batch_alter_table("survey_template", schema=None) as batch_op:
        batch_op.alter_column("version", server_default=None)
        batch_op.alter_column("status", server_default=None)
    for scope in SCOPES:
        condition = sa.text(f"{scope}_id IS NOT NULL AND status <> 'retired'")
        op.create_index(
            f"uq_survey_template_{scope}",
            "survey_template",
            [f"{scope}_id", "kind", "status"],
            unique=True,
            sqlite_where=condition,
            postgresql_where=condition,
        )
    defend_answered()


def downgrade() -> None:
    """Take it back; what was written here is no longer told from the house’s own."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER survey_question_no_{act}")
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER survey_template_no_{act}")
    else:
        op.execute("DROP TRIGGER survey_question_no_change ON survey_question")
        op.execute("DROP TRIGGER survey_question_no_truncate ON survey_question")
        op.execute("DROP TRIGGER survey_template_no_change ON survey_template")
        for name in ("question", "template", "truncation"):
            op.execute(f"DROP FUNCTION refuse_survey_{name}()")
    for scope in SCOPES:
        op.drop_index(f"uq_survey_template_{scope}", table_name="survey_template")
    with op.batch_alter_table("survey_template", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_survey_template_of_one_scope"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_survey_template_numbered_from_one"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_survey_template_questionnairestatus"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_survey_template_edition_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_survey_template_programme_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_survey_template_edition_id"))
        batch_op.drop_index(batch_op.f("ix_survey_template_programme_id"))
        for column in ("status", "version", "edition_id", "programme_id"):
            batch_op.drop_column(column)
