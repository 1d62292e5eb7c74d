"""Catalogue: programmes, editions and all an edition holds."""

import sqlalchemy as sa
from alembic import op

from training.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _slugs(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def _provenance() -> sa.Enum:
    return _slugs("provenance", "deduit", "exemple", "officiel", "a_confirmer")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "programme",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provenance", _provenance(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
    )
    op.create_table(
        "source",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_source")),
    )
    op.create_table(
        "edition",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=160), nullable=False),
        sa.Column("vintage", sa.String(length=40), nullable=True),
        sa.Column("acronym_expansion", sa.String(length=200), nullable=True),
        sa.Column("seminars_pattern", sa.String(length=200), nullable=True),
        sa.Column("diploma_title", sa.String(length=200), nullable=True),
        sa.Column("mention_text", sa.String(length=200), nullable=True),
        sa.Column("status", _slugs("editionstatus", "draft", "historical", "published"), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_sources", sa.JSON(), nullable=False),
        sa.Column("provenance", _provenance(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.CheckConstraint("(status = 'draft') = (published_at IS NULL)", name=op.f("ck_edition_dated_when_published")),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_edition_not_its_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["edition.id"], name=op.f("fk_edition_parent_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_edition_programme_id")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_edition_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("code", name=op.f("uq_edition_code")),
    )
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_edition_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "choice_group",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=160), nullable=False),
        sa.Column(
            "module_type", _slugs("moduletype", "common_core", "core", "elective", "specialisation"), nullable=False
        ),
        sa.Column("min_choices", sa.Integer(), nullable=False),
        sa.Column("max_choices", sa.Integer(), nullable=False),
        sa.Column("decided_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provenance", _provenance(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "min_choices >= 0 AND max_choices >= 1 AND min_choices <= max_choices",
            name=op.f("ck_choice_group_ordered_choices"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_choice_group_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice_group")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_choice_group_edition_id_code")),
    )
    with op.batch_alter_table("choice_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_choice_group_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "diploma_rules",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("attendance_threshold", sa.Integer(), nullable=True),
        sa.Column("credit_mode", _slugs("creditmode", "explicit", "proportional"), nullable=True),
        sa.Column("visio_counts", sa.Boolean(), nullable=True),
        sa.Column("forum_required", sa.Boolean(), nullable=True),
        sa.Column("memoire_pages_min", sa.Integer(), nullable=True),
        sa.Column("memoire_pages_max", sa.Integer(), nullable=True),
        sa.Column("memoire_pages_blocking", sa.Boolean(), nullable=True),
        sa.Column("final_deadline_days", sa.Integer(), nullable=True),
        sa.Column("defence_minutes", sa.Integer(), nullable=True),
        sa.Column("jury_bodies", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("outcomes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("referent", _slugs("referentrule", "none", "optional", "required"), nullable=True),
        sa.Column("referent_may_judge", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_sources", sa.JSON(), nullable=False),
        sa.Column("provenance", _provenance(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "attendance_threshold BETWEEN 0 AND 100", name=op.f("ck_diploma_rules_threshold_is_percent")
        ),
        sa.CheckConstraint("defence_minutes > 0", name=op.f("ck_diploma_rules_defence_lasts")),
        sa.CheckConstraint("final_deadline_days >= 0", name=op.f("ck_diploma_rules_deadline_before_defence")),
        sa.CheckConstraint("memoire_pages_min <= memoire_pages_max", name=op.f("ck_diploma_rules_ordered_pages")),
        sa.CheckConstraint("quorum >= 1", name=op.f("ck_diploma_rules_quorum_present")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_diploma_rules_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diploma_rules")),
        sa.UniqueConstraint("edition_id", name=op.f("uq_diploma_rules_edition_id")),
    )
    op.create_table(
        "edition_part",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "part", _slugs("part", "carrier", "co_carrier", "funder", "logistics", "partner", "school"), nullable=False
        ),
        sa.Column("outside_tool", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_part_edition_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_edition_part_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_part")),
        sa.UniqueConstraint(
            "edition_id", "organisation_id", "part", name=op.f("uq_edition_part_edition_id_organisation_id_part")
        ),
    )
    with op.batch_alter_table("edition_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_part_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_edition_part_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "variant",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("structure_kinds", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provenance", _provenance(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_variant_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_variant_edition_id_code")),
    )
    with op.batch_alter_table("variant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_variant_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "hours_requirement",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("modality", _slugs("modality", "e_learning", "in_person", "team"), nullable=False),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provenance", _provenance(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "(low IS NULL) = (provenance = 'a_confirmer')", name=op.f("ck_hours_requirement_unknown_is_to_confirm")
        ),
        sa.CheckConstraint("(low IS NULL) = (high IS NULL)", name=op.f("ck_hours_requirement_both_bounds")),
        sa.CheckConstraint(
            "low IS NULL OR (low >= 0 AND low <= high)", name=op.f("ck_hours_requirement_ordered_bounds")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_hours_requirement_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_requirement")),
        sa.UniqueConstraint("variant_id", "modality", name=op.f("uq_hours_requirement_variant_id_modality")),
    )
    with op.batch_alter_table("hours_requirement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hours_requirement_variant_id"), ["variant_id"], unique=False)

    op.create_table(
        "module",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("choice_group_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=True),
        sa.Column("type", _slugs("moduletype", "common_core", "core", "elective", "specialisation"), nullable=False),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_sources", sa.JSON(), nullable=False),
        sa.Column("provenance", _provenance(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_module_not_its_own_parent")),
        sa.ForeignKeyConstraint(["choice_group_id"], ["choice_group.id"], name=op.f("fk_module_choice_group_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_module_edition_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["module.id"], name=op.f("fk_module_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_module_edition_id_code")),
    )
    with op.batch_alter_table("module", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_module_choice_group_id"), ["choice_group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_module_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_module_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "module_variant",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_module_variant_module_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_module_variant_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_variant")),
        sa.UniqueConstraint("module_id", "variant_id", name=op.f("uq_module_variant_module_id_variant_id")),
    )
    with op.batch_alter_table("module_variant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_module_variant_variant_id"), ["variant_id"], unique=False)

    op.create_table(
        "objective",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provenance", _provenance(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_objective_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
        sa.UniqueConstraint("module_id", "text", name=op.f("uq_objective_module_id_text")),
    )
    op.create_table(
        "resource",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_sources", sa.JSON(), nullable=False),
        sa.Column("provenance", _provenance(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.CheckConstraint("minutes IS NULL OR minutes > 0", name=op.f("ck_resource_lasting")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_resource_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("module_id", "title", name=op.f("uq_resource_module_id_title")),
    )
    op.create_table(
        "tracer_type",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=True),
        sa.Column("deposit", _slugs("depositplace", "here", "school_platform"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_sources", sa.JSON(), nullable=False),
        sa.Column("provenance", _provenance(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.CheckConstraint("due_days IS NULL OR due_days >= 0", name=op.f("ck_tracer_type_delay_forward")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_tracer_type_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracer_type")),
        sa.UniqueConstraint("module_id", "code", name=op.f("uq_tracer_type_module_id_code")),
    )
    op.create_table(
        "tracer_variant",
        sa.Column("tracer_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tracer_id"], ["tracer_type.id"], name=op.f("fk_tracer_variant_tracer_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_tracer_variant_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracer_variant")),
        sa.UniqueConstraint("tracer_id", "variant_id", name=op.f("uq_tracer_variant_tracer_id_variant_id")),
    )
    with op.batch_alter_table("tracer_variant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracer_variant_variant_id"), ["variant_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("tracer_variant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tracer_variant_variant_id"))

    op.drop_table("tracer_variant")
    op.drop_table("tracer_type")
    op.drop_table("resource")
    op.drop_table("objective")
    with op.batch_alter_table("module_variant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_module_variant_variant_id"))

    op.drop_table("module_variant")
    with op.batch_alter_table("module", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_module_parent_id"))
        batch_op.drop_index(batch_op.f("ix_module_edition_id"))
        batch_op.drop_index(batch_op.f("ix_module_choice_group_id"))

    op.drop_table("module")
    with op.batch_alter_table("hours_requirement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hours_requirement_variant_id"))

    op.drop_table("hours_requirement")
    with op.batch_alter_table("variant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_variant_edition_id"))

    op.drop_table("variant")
    with op.batch_alter_table("edition_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_part_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_edition_part_edition_id"))

    op.drop_table("edition_part")
    op.drop_table("diploma_rules")
    with op.batch_alter_table("choice_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_choice_group_edition_id"))

    op.drop_table("choice_group")
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_programme_id"))
        batch_op.drop_index(batch_op.f("ix_edition_parent_id"))

    op.drop_table("edition")
    op.drop_table("source")
    op.drop_table("programme")
