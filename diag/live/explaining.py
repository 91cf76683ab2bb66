"""Explaining an object of a view, with the report that is there already."""

from collections.abc import Sequence

from diag.errors import UsageError
from diag.explain import explain
from diag.facts.index import Key
from diag.finding import Explanation
from diag.live.view import View
from diag.playbook.format import Playbook


def explained(view: View, playbooks: Sequence[Playbook], key: Key) -> Explanation:
    """What can be said of an object of that view. Raises UsageError when it is not in there."""
    if view.snapshot is None:
        raise UsageError("nothing has been read yet")
    return explain(view.snapshot, playbooks, key.kind, key.namespace, key.name, view.report)
