"""All tables. Importing this package fills `METADATA`; every table has a commune, but Commune itself and what
belongs to the whole installation: Heartbeat, ChannelState, ChannelEvent and ZaloToken.

Rows are not validated here (SQLModel does not validate table rows): values are checked in plain models at
the edge, and the CHECK, UNIQUE and FOREIGN KEY constraints below are the last word.
"""

from db.tables.access import AccessLink, ApiToken, PasswordHash, WebSession
from db.tables.base import METADATA
from db.tables.channels import ChannelEvent, ChannelState, ChatCode, IncomingMessage, ZaloToken
from db.tables.council import (
    CouncilAttendance,
    CouncilMeeting,
    CouncilMember,
    CouncilScore,
    CouncilVote,
    Dossier,
)
from db.tables.desk import Nudge, PlanProposal, ReminderHold
from db.tables.journal import JournalEntry, JournalHead
from db.tables.outbox import Attempt, Heartbeat, Message, Reminder
from db.tables.people import Commune, ContactPoint, Member, Person, Substitution, Unit
from db.tables.plan import Announcement, Plan, PlanDocument
from db.tables.work import Evidence, ExtensionRequest, IndicatorValue, Report, ReportDraft, Review, Task

__all__ = [
    "METADATA",
    "AccessLink",
    "Announcement",
    "ApiToken",
    "Attempt",
    "ChannelEvent",
    "ChannelState",
    "ChatCode",
    "Commune",
    "ContactPoint",
    "CouncilAttendance",
    "CouncilMeeting",
    "CouncilMember",
    "CouncilScore",
    "CouncilVote",
    "Dossier",
    "Evidence",
    "ExtensionRequest",
    "Heartbeat",
    "IncomingMessage",
    "IndicatorValue",
    "JournalEntry",
    "JournalHead",
    "Member",
    "Message",
    "Nudge",
    "PasswordHash",
    "Person",
    "Plan",
    "PlanDocument",
    "PlanProposal",
    "Reminder",
    "ReminderHold",
    "Report",
    "ReportDraft",
    "Review",
    "Substitution",
    "Task",
    "Unit",
    "WebSession",
    "ZaloToken",
]
