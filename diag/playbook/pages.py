"""Pages made from playbooks: the runbook page of each, and the index of the alerts that they answer."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from diag.errors import UsageError
from diag.playbook.actions import ACTIONS
from diag.playbook.build import PLACEHOLDER
from diag.playbook.format import OPERATORS, Cause, Group, Leaf, Playbook, Term, leaves

_INDEX = """\
# Alerts that mondiag answers

`mondiag alert NAME label=value…` runs the playbooks beside the alert on the objects that its labels name, and
`mondiag alert -` does so for all alerts of a webhook payload or of `amtool alert query -o json` on standard input.
This page is made from the playbooks: `mondiag playbook docs --alerts`.
"""


def alert_index(playbooks: Iterable[Playbook]) -> str:
    """The page `docs/alerts.md`, as Markdown: each alert with the playbooks that answer it, both in order."""
    answers: dict[str, list[Playbook]] = defaultdict(list)
    for playbook in playbooks:
        for name in playbook.alerts:
            answers[name].append(playbook)
    sections = ["\n".join((f"## {name}\n", *map(_entry, answers[name]))) + "\n" for name in sorted(answers)]
    return "\n".join([_INDEX, *sections])


def _entry(playbook: Playbook) -> str:
    link = f"[{playbook.id}](../{playbook.file})" if playbook.built_in else f"`{playbook.id}`"
    return f"- {link}: {_prose(playbook.title)}"


def write_pages(playbooks: Iterable[Playbook], directory: Path) -> None:
    """Write the page of each playbook into the directory, as `ID.md`. Raises UsageError."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for playbook in playbooks:
            (directory / f"{playbook.id}.md").write_text(page(playbook), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--pages {directory}: cannot be written: {error.strerror}") from error


def page(playbook: Playbook) -> str:
    """The runbook page of a playbook, as Markdown, under the headings that runbooks of alerts have."""
    sections = (
        ("Meaning", _of_causes(playbook, lambda cause: [_prose(cause.meaning)])),
        ("Impact", _of_causes(playbook, lambda cause: [_prose(cause.impact)] if cause.impact else [])),
        ("Diagnosis", _diagnosis(playbook)),
        ("Mitigation", _of_causes(playbook, _fixes)),
    )
    lines = [*_head(playbook), *(line for name, body in sections for line in (f"## {name}", "", *body))]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(playbook: Playbook) -> Iterator[str]:
    yield f"# {playbook.title}\n"
    yield f"Playbook `{playbook.id}`, severity {playbook.severity}, {playbook.status}.\n"
    if playbook.alerts:
        yield f"Answers the alerts {', '.join(f'`{name}`' for name in playbook.alerts)}.\n"
    if playbook.explains:
        yield f"Explains {', '.join(f'`{name}`' for name in playbook.explains)}, which are folded under it.\n"
    if playbook.references:
        yield "\n".join(f"- <{address}>" for address in playbook.references) + "\n"


def _of_causes(playbook: Playbook, body: Callable[[Cause], list[str]]) -> Iterator[str]:
    """What there is to say of each cause, under its title where there are several."""
    for cause in playbook.causes:
        lines = body(cause)
        if lines and len(playbook.causes) > 1:
            yield f"### {_prose(cause.title)}\n"
        for line in lines:
            yield f"{line}\n"


def _diagnosis(playbook: Playbook) -> Iterator[str]:
    yield f"A {playbook.subject.replace('_', ' ')} is concerned when {_joined(playbook.match)}:\n"
    yield from _conditions(playbook.match)
    if playbook.not_when:
        yield "But not when one of these holds:\n"
        yield from _conditions(playbook.not_when)
    for cause in playbook.causes:
        if cause.when is not None:
            yield f"The cause is *{_prose(cause.title)}* when {_joined(cause.when)}:\n"
            yield from _conditions(cause.when)
    yield f"As evidence the report shows {', '.join(f'`{name}`' for name in _evidence(playbook))}.\n"
    for item in playbook.diagnose:
        yield f"{_prose(item.title)}:\n"
        yield _code(item.command)


def _evidence(playbook: Playbook) -> list[str]:
    """The fields whose values stand in a finding, each once."""
    groups = (playbook.match, *(cause.when for cause in playbook.causes))
    terms = (term.name for group in groups for leaf in leaves(group) for term in leaf.terms)
    return list(dict.fromkeys((*terms, *playbook.show)))


def _joined(group: Group) -> str:
    return "all of these hold" if group.mode == "all" else "one of these holds"


def _conditions(group: Group, indent: str = "") -> Iterator[str]:
    """The terms of a group as a list, groups inside of it as lists within."""
    for item in group.items:
        if isinstance(item, Leaf):
            yield f"{indent}- {' and '.join(map(_condition, item.terms))}"
        else:
            yield f"{indent}- {_joined(item)}:"
            yield from _conditions(item, indent + "  ")
    if not indent:
        yield ""


def _condition(term: Term) -> str:
    if term.operator == "exists":
        return f"`{term.name}` is {'there' if all(term.wanted) else 'absent'}"
    return f"`{term.name}` {OPERATORS[term.operator]} {' or '.join(map(_value, term.wanted))}"


def _value(wanted: str | float | bool) -> str:
    text = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
    fence = "``" if "`" in text else "`"
    return f"{fence}{text or ' '}{fence}"


def _fixes(cause: Cause) -> list[str]:
    lines = []
    for fix in cause.fix:
        risk = "" if fix.risk == "none" else f" ({fix.risk})"
        lines.append(f"**{_prose(fix.title)}**{risk}. {_prose(fix.manual) or ACTIONS[fix.do].meaning}")
        if fix.command:
            lines.append(_code(fix.command).rstrip("\n"))
    return lines


def _prose(template: str) -> str:
    """A text in which placeholders stand out."""
    return PLACEHOLDER.sub(r"`\1`", template)


def _code(command: str) -> str:
    return f"```sh\n{PLACEHOLDER.sub(_capital, command)}\n```\n"


def _capital(found: re.Match[str]) -> str:
    return found[1].replace(".", "_").upper()
