"""Who stands in while somebody is away (người thay)."""

from web.standin import routes

__all__ = ["routes"]
