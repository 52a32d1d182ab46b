"""The council (Hội đồng xét duyệt): members, meetings, the class of the commune, scores and the verdict."""

from web.council import meetings, members, overview, papers, scoring, terms

__all__ = ["meetings", "members", "overview", "papers", "scoring", "terms"]
