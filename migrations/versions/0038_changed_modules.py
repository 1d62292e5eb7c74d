"""What was taught at a half-day that changed, as people know it (R120)."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the modules of before; of changes that wait already, those of now."""
    op.add_column("schedule_change", sa.Column("modules", sa.JSON(), nullable=True))
    changes = sa.table("schedule_change", sa.column("half_day_id", sa.Uuid()), sa.column("modules", sa.JSON()))
    taught = sa.table("half_day_module", sa.column("half_day_id", sa.Uuid()), sa.column("module_id", sa.Uuid()))
    bind = op.get_bind()
    for (half_day_id,) in bind.execute(sa.select(changes.c.half_day_id)).all():
        modules = bind.scalars(sa.select(taught.c.module_id).where(taught.c.half_day_id == half_day_id))
        bind.execute(
            sa.update(changes)
            .where(changes.c.half_day_id == half_day_id)
            .values(modules=sorted(str(module) for module in modules))
        )
    with op.batch_alter_table("schedule_change") as batch:
        batch.alter_column("modules", existing_type=sa.JSON(), nullable=False)


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("schedule_change") as batch:
        batch.drop_column("modules")
