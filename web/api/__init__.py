"""The JSON API under `/api/v1`, for other programs of the commune. Personal tokens with scopes; RFC 9457 problems."""

from web.api.application import PREFIX, create_api

__all__ = ["PREFIX", "create_api"]
