"""The dossier (Hồ sơ trình): what it holds and lacks, its documents, making it, checking one."""

from web.dossier import checking, details, making, papers, routes

__all__ = ["checking", "details", "making", "papers", "routes"]
