"""The facts that a registered template may be filled with, each short enough for Zalo's strictest parameter types."""

from __future__ import annotations

FACTS = {
    "name": "người nhận", "unit": "đơn vị", "count": "số việc", "what": "việc gấp nhất", "due": "hạn, dd/mm/yyyy",
    "days_left": "số ngày làm việc còn lại", "commune": "uỷ ban", "status": "tình trạng", "link_path": "phần cuối của liên kết mở việc",
}  # fmt: skip
"""Name -> what it is, for the documents and the settings' refusals."""
