"""A plan from its signed document (tạo từ văn bản): read, corrected beside the document, then proposed or imported."""

from web.fromdoc import routes

__all__ = ["routes"]
