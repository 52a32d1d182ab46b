"""when a member joined the council; who is there already has been a member from the beginning"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('council_member', sa.Column('joined_at', db.types.UtcDateTime(timezone=True), nullable=True))
