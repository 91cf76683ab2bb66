"""The pages that tell about a finding, by the names of their tabs."""

from diag.tui.story import events, evidence, fix, logs, metrics, why, yaml
from diag.tui.story.line import Page, item, said
from diag.tui.story.subject import DetailSubject


def page(tab: str, subject: DetailSubject, width: int) -> Page:
    """The page of a tab, as far as what it needs is there."""
    if tab == "Metrics":
        return metrics.page(subject, width)
    if tab == "YAML":
        return _yaml(subject)
    return {
        "Why": why.page,
        "Evidence": evidence.page,
        "Events": events.page,
        "Logs": logs.page,
        "Fix": fix.page,
    }[tab](subject)


def _yaml(subject: DetailSubject) -> Page:
    if subject.document is not None:
        return yaml.page(subject.document)
    why_not = subject.faults.get("document")
    return item("?", why_not, "warning", "warning") if why_not else said("being read…", "dim")
