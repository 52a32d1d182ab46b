"""A document, what was found in it, and the draft that is being corrected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from documents.correcting.checking import Checked, checked
from documents.correcting.draft import PlanDraft
from documents.correcting.own import RULE_SET, Own
from documents.findings import PlanFindings
from documents.reading import read_plan_document
from tasks.ruleset import RuleSet, find_rule_set
from web.fromdoc.carried import Document


@dataclass(frozen=True)
class Sheet:
    """What one request works on. `carried`: the document as the form carries it.

    `anothers`: somebody said that another commune's plan is meant. `opened_for`: the number of the newest plan when
    the page opened, 0 for none.
    """

    document: Document
    carried: str
    found: PlanFindings
    draft: PlanDraft
    anothers: bool = False
    opened_for: int = 0

    def check(self, own: Own) -> Checked:
        """The draft as a plan, or what is wrong with it. Raises Refusal when nobody knows its rule set."""
        return checked(self.draft, self.found, own, [one.no for one in rules_of(own).criteria])


def found_in(document: Document) -> PlanFindings:
    """What a document says. Raises Refusal when it is no plan of a commune."""
    return read_plan_document(document.blocks, {one.no: one.name for one in _shipped(RULE_SET).criteria})


def rules_of(own: Own) -> RuleSet:
    """The rule set that a commune's plans follow. Raises Refusal."""
    return _shipped(own.rule_set)


@cache
def _shipped(key: str) -> RuleSet:
    return find_rule_set(key)
