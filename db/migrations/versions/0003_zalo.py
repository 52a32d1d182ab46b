"""several channels: their state, Zalo's tokens and codes, what comes in; when a message was delivered and seen"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import db.types

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None
OUTCOMES = "outcome IN ('started', 'sent', 'bounced', 'permanent', 'payload', 'retry', 'defer', 'config', 'unknown')"
CHANNELS = "channel IN ('email', 'file', 'zalo_bot', 'zalo_oa', 'sms')"


def upgrade() -> None:
    op.create_table('channel_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('body', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('received_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('handled_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('trouble', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channel_event')),
    sa.UniqueConstraint('channel', 'key', name=op.f('uq_channel_event_channel_key'))
    )
    with op.batch_alter_table('channel_event', schema=None) as batch_op:
        batch_op.create_index('ix_channel_event_unhandled', ['id'], unique=False, sqlite_where=sa.text('handled_at IS NULL'), postgresql_where=sa.text('handled_at IS NULL'))

    op.create_table('channel_state',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closed_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_because', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('outage_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('try_again_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('next_free_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('quota_left', sa.Integer(), nullable=True),
    sa.Column('quota_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_channel_state'))
    )
    op.create_table('zalo_token',
    sa.Column('app_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('access_token', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('refresh_token', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('expires_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('refreshing_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('refreshing_until', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('asked_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('trouble', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('changed_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('app_id', name=op.f('pk_zalo_token'))
    )
    op.create_table('chat_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('created_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('created_at < expires_at', name=op.f('ck_chat_code_window_open')),
    sa.ForeignKeyConstraint(['commune_id', 'person_id'], ['person.commune_id', 'person.id'], name=op.f('fk_chat_code_commune_id_person_id')),
    sa.ForeignKeyConstraint(['commune_id'], ['commune.id'], name=op.f('fk_chat_code_commune_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chat_code'))
    )
    with op.batch_alter_table('chat_code', schema=None) as batch_op:
        batch_op.create_index('ix_chat_code_code', ['code'], unique=False)
        batch_op.create_index(batch_op.f('ix_chat_code_commune_id'), ['commune_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_chat_code_person_id'), ['person_id'], unique=False)

    op.create_table('incoming_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sender_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('understood', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answer_state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answer_detail', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('received_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answered_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('settled_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint("answer_state IN ('none', 'waiting', 'sending', 'sent', 'failed', 'unknown')", name=op.f('ck_incoming_message_answer_state_known')),
    sa.CheckConstraint("understood IN ('acknowledge', 'done', 'more_time', 'link', 'unknown')", name=op.f('ck_incoming_message_understood_known')),
    sa.ForeignKeyConstraint(['commune_id', 'person_id'], ['person.commune_id', 'person.id'], name=op.f('fk_incoming_message_commune_id_person_id')),
    sa.ForeignKeyConstraint(['commune_id'], ['commune.id'], name=op.f('fk_incoming_message_commune_id')),
    sa.ForeignKeyConstraint(['event_id'], ['channel_event.id'], name=op.f('fk_incoming_message_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incoming_message')),
    sa.UniqueConstraint('commune_id', 'id', name=op.f('uq_incoming_message_commune_id_id')),
    sa.UniqueConstraint('event_id', name=op.f('uq_incoming_message_event_id'))
    )
    with op.batch_alter_table('incoming_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incoming_message_commune_id'), ['commune_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_incoming_message_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('attempt', schema=None) as batch_op:
        _replace_check(batch_op, 'ck_attempt_outcome_known', OUTCOMES)
        batch_op.add_column(sa.Column('provider_id', sqlmodel.sql.sqltypes.AutoString(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('delivered_at', db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('seen_at', db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.create_index('ix_attempt_provider_id', ['provider_id'], unique=False)

    with op.batch_alter_table('contact_point', schema=None) as batch_op:
        _replace_check(batch_op, 'ck_contact_point_channel_known', CHANNELS)

    op.add_column('message', sa.Column('fresh_from', sa.Integer(), server_default='0', nullable=False))


def _replace_check(batch_op, name, condition):
    """The old condition goes first: a table that is made anew would keep both."""
    batch_op.drop_constraint(op.f(name), type_='check')
    batch_op.create_check_constraint(op.f(name), condition)
