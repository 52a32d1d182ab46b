"""reminders out of turn"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import db.types

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('nudge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('by_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['commune_id', 'task_id'], ['task.commune_id', 'task.id'], name=op.f('fk_nudge_commune_id_task_id')),
    sa.ForeignKeyConstraint(['commune_id'], ['commune.id'], name=op.f('fk_nudge_commune_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nudge')),
    sa.UniqueConstraint('commune_id', 'id', name=op.f('uq_nudge_commune_id_id')),
    sa.UniqueConstraint('task_id', 'on_date', name=op.f('uq_nudge_task_id_on_date'))
    )
    with op.batch_alter_table('nudge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nudge_commune_id'), ['commune_id'], unique=False)
