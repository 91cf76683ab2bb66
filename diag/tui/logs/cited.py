"""Which lines of a log a finding cites."""

from diag.finding import Finding

# Fields of the playbooks whose value is a line of a log.
_LINES = frozenset({"log.line", "container.says.line", "container.crash.last_line"})


def cited(finding: Finding) -> list[str]:
    """The lines that are evidence of it, without blanks around them, each once."""
    lines = (
        item.value.strip()
        for item in finding.evidence
        if item.field.partition(" ")[0] in _LINES and isinstance(item.value, str)
    )
    return list(dict.fromkeys(filter(None, lines)))


def cites_previous(finding: Finding) -> bool:
    """Whether the cited lines are of the run before the present one, as far as the evidence tells."""
    return any(item.origin.kind == "Log" and item.origin.name.endswith(" (previous)") for item in finding.evidence)
