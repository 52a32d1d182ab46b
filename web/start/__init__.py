"""The first set-up (bắt đầu): the first plan of an installation and its coordinator, by the link that `mangnon serve` prints."""

from web.start import routes

__all__ = ["routes"]
