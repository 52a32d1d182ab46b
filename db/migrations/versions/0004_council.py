"""the dossier's own words and the council: members, meetings, scores, votes"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import db.types

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('council_meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('held_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('place', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('agenda', sa.JSON(), nullable=False),
    sa.Column('closed_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('by_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('updated_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('closed_at IS NULL OR held_at <= closed_at', name=op.f('ck_council_meeting_closed_after_opening')),
    sa.CheckConstraint('closed_at IS NULL OR held_at IS NOT NULL', name=op.f('ck_council_meeting_closing_follows_opening')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_council_meeting_version_counts')),
    sa.ForeignKeyConstraint(['commune_id', 'plan_id'], ['plan.commune_id', 'plan.id'], name=op.f('fk_council_meeting_commune_id_plan_id')),
    sa.ForeignKeyConstraint(['commune_id'], ['commune.id'], name=op.f('fk_council_meeting_commune_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_meeting')),
    sa.UniqueConstraint('commune_id', 'id', name=op.f('uq_council_meeting_commune_id_id'))
    )
    with op.batch_alter_table('council_meeting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_council_meeting_commune_id'), ['commune_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_council_meeting_plan_id'), ['plan_id'], unique=False)

    op.create_table('council_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('position', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('part', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('left_at', db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('by_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('updated_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_council_member_name_given')),
    sa.CheckConstraint("part IN ('chair', 'deputy', 'secretary', 'member')", name=op.f('ck_council_member_part_known')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_council_member_version_counts')),
    sa.ForeignKeyConstraint(['commune_id', 'person_id'], ['person.commune_id', 'person.id'], name=op.f('fk_council_member_commune_id_person_id')),
    sa.ForeignKeyConstraint(['commune_id', 'plan_id'], ['plan.commune_id', 'plan.id'], name=op.f('fk_council_member_commune_id_plan_id')),
    sa.ForeignKeyConstraint(['commune_id'], ['commune.id'], name=op.f('fk_council_member_commune_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_member')),
    sa.UniqueConstraint('commune_id', 'id', name=op.f('uq_council_member_commune_id_id'))
    )
    with op.batch_alter_table('council_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_council_member_commune_id'), ['commune_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_council_member_plan_id'), ['plan_id'], unique=False)

    op.create_table('council_score',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('criterion_no', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=True),
    sa.Column('reached', sa.Boolean(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('by_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('updated_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('points IS NULL OR points BETWEEN 0 AND 10000', name=op.f('ck_council_score_points_count')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_council_score_version_counts')),
    sa.ForeignKeyConstraint(['commune_id', 'plan_id'], ['plan.commune_id', 'plan.id'], name=op.f('fk_council_score_commune_id_plan_id')),
    sa.ForeignKeyConstraint(['commune_id'], ['commune.id'], name=op.f('fk_council_score_commune_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_score')),
    sa.UniqueConstraint('commune_id', 'id', name=op.f('uq_council_score_commune_id_id')),
    sa.UniqueConstraint('plan_id', 'criterion_no', name=op.f('uq_council_score_plan_id_criterion_no'))
    )
    with op.batch_alter_table('council_score', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_council_score_commune_id'), ['commune_id'], unique=False)

    op.create_table('dossier',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('signer_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('drafting', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('recipients', sa.JSON(), nullable=False),
    sa.Column('bases', sa.JSON(), nullable=False),
    sa.Column('strengths', sa.JSON(), nullable=False),
    sa.Column('gaps', sa.JSON(), nullable=False),
    sa.Column('class_bar', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('class_document', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('quorum', sa.Integer(), nullable=True),
    sa.Column('quorum_source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('by_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('updated_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('quorum IS NULL OR quorum BETWEEN 1 AND 99', name=op.f('ck_dossier_quorum_counts')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_dossier_version_counts')),
    sa.ForeignKeyConstraint(['commune_id', 'plan_id'], ['plan.commune_id', 'plan.id'], name=op.f('fk_dossier_commune_id_plan_id')),
    sa.ForeignKeyConstraint(['commune_id'], ['commune.id'], name=op.f('fk_dossier_commune_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier')),
    sa.UniqueConstraint('plan_id', name=op.f('uq_dossier_plan_id'))
    )
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dossier_commune_id'), ['commune_id'], unique=False)

    op.create_table('council_attendance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('by_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('noted_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['commune_id', 'meeting_id'], ['council_meeting.commune_id', 'council_meeting.id'], name=op.f('fk_council_attendance_commune_id_meeting_id')),
    sa.ForeignKeyConstraint(['commune_id', 'member_id'], ['council_member.commune_id', 'council_member.id'], name=op.f('fk_council_attendance_commune_id_member_id')),
    sa.ForeignKeyConstraint(['commune_id'], ['commune.id'], name=op.f('fk_council_attendance_commune_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_attendance')),
    sa.UniqueConstraint('meeting_id', 'member_id', name=op.f('uq_council_attendance_meeting_id_member_id'))
    )
    with op.batch_alter_table('council_attendance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_council_attendance_commune_id'), ['commune_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_council_attendance_member_id'), ['member_id'], unique=False)

    op.create_table('council_vote',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('score_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('remark', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('by_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('noted_at', db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('points BETWEEN 0 AND 10000', name=op.f('ck_council_vote_points_count')),
    sa.ForeignKeyConstraint(['commune_id', 'member_id'], ['council_member.commune_id', 'council_member.id'], name=op.f('fk_council_vote_commune_id_member_id')),
    sa.ForeignKeyConstraint(['commune_id', 'score_id'], ['council_score.commune_id', 'council_score.id'], name=op.f('fk_council_vote_commune_id_score_id')),
    sa.ForeignKeyConstraint(['commune_id'], ['commune.id'], name=op.f('fk_council_vote_commune_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_vote')),
    sa.UniqueConstraint('score_id', 'member_id', name=op.f('uq_council_vote_score_id_member_id'))
    )
    with op.batch_alter_table('council_vote', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_council_vote_commune_id'), ['commune_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_council_vote_member_id'), ['member_id'], unique=False)
