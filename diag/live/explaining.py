"""Explaining an object with the joins and the report that are there already."""

from collections.abc import Sequence

from diag.errors import UsageError
from diag.explain import explain
from diag.facts.index import Index, Key
from diag.finding import Explanation, Report
from diag.playbook.format import Playbook


def explained(index: Index | None, report: Report | None, playbooks: Sequence[Playbook], key: Key) -> Explanation:
    """What can be said of an object that was read. Raises UsageError when it was not, or nothing was."""
    if index is None:
        raise UsageError("nothing has been read yet")
    return explain(index, playbooks, key.kind, key.namespace, key.name, report)
