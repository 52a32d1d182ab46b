"""somebody may ask for a sign-in link in a chat"""

from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None
UNDERSTOOD = "understood IN ('acknowledge', 'done', 'more_time', 'link', 'sign_in', 'unknown')"
NAME = 'ck_incoming_message_understood_known'


def upgrade() -> None:
    with op.batch_alter_table('incoming_message', schema=None) as batch_op:
        # The old condition goes first: a table that is made anew would keep both.
        batch_op.drop_constraint(op.f(NAME), type_='check')
        batch_op.create_check_constraint(op.f(NAME), UNDERSTOOD)
