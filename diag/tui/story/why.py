"""The first page: what is wrong, why, what it leads to, what it is not, and what nobody could see."""

from collections.abc import Iterator

from diag.finding import Explanation, Finding, NearMiss, Subject
from diag.model.text import one_line
from diag.model.units import format_duration
from diag.report import words
from diag.report.gaps import gap_lines
from diag.tui.story.chain import Step, root_of, tree
from diag.tui.story.line import Line, Page, commands, item, said, section, span
from diag.tui.story.subject import DetailSubject

# The evidence page has them all.
_FACTS = 4
_ALMOST = 4
_NAMES = 3  # of objects that the same was found of


def page(subject: DetailSubject) -> Page:
    """The story of a finding."""
    finding = subject.finding
    told = [
        *_headline(subject),
        *section("What happened", [*said(finding.meaning), *said(finding.impact)]),
        *section("Because", _facts(finding)),
        *section("From cause to symptoms", _chain(subject)),
    ]
    return [*told, *_not_it(subject), *section("Could not be looked at", _unseen(subject)), *_references(finding)]


def severity_style(finding: Finding) -> str:
    """The style of its severity; what is only for information does not shout."""
    return "dim" if finding.severity == "info" else finding.severity


def _headline(subject: DetailSubject) -> Iterator[Line]:
    finding, now = subject.finding, subject.report.taken_at
    mark = f"{words.SYMBOLS[finding.severity]} {finding.severity}"
    yield Line(((mark, severity_style(finding)), ("  ", ""), span(finding.title, "bold")), "  ")
    others = len(finding.members) - 1
    more = f", and {others:,} more" if others > 0 else ""
    yield from said(words.subject_words(finding.subject) + more, "dim")
    if subject.resolved_at is not None:
        ago = format_duration((now - subject.resolved_at).total_seconds())
        yield from item(
            "✔", f"resolved {ago} ago, at {subject.resolved_at:%H:%M:%S}: this is how it was", "good", "good"
        )
    elif finding.since is not None:
        yield from said(f"for {words.age(finding.since, now)}, since {finding.since:%Y-%m-%d %H:%M:%S %Z}", "dim")


def _facts(finding: Finding) -> Iterator[Line]:
    meaning = one_line(finding.meaning)
    facts = [fact for fact in finding.evidence if not words.quoted(fact, meaning)]
    for fact in words.telling(facts, _FACTS):
        yield from item("·", words.fact_words(fact, finding.subject))


def _chain(subject: DetailSubject) -> Iterator[Line]:
    """The tree, where there is more than one thing in it."""
    root = root_of(subject.finding, subject.report)
    found = tree(subject.known, root, subject.report)
    if found.below:
        yield from _branch(found, subject.finding, "", "")


def _branch(step: Step, current: Finding, stem: str, under: str) -> Iterator[Line]:
    first = step.findings[0]
    below = "│ " if step.below else "  "
    count = sum(len(finding.members) for finding in step.findings)
    spans = [(stem, "dim"), (f"{words.SYMBOLS[first.severity]} ", severity_style(first)), span(first.title)]
    spans.append((f"  {_places(step)}", "dim"))
    if count > len(step.findings):
        spans.append((f" ×{count:,}", "bold"))
    if current.id in {finding.id for finding in step.findings} and stem:
        spans.append(("  ◀ this one", "bold"))
    yield Line(tuple(spans), under + below)
    for number, child in enumerate(step.below):
        last = number == len(step.below) - 1
        yield from _branch(child, current, f"{under}{'└─' if last else '├─'} ", f"{under}{'   ' if last else '│  '}")


def _places(step: Step) -> str:
    """What the findings of a step are about: their subjects, and of many members the workload."""
    about = [_about(finding) for finding in step.findings]
    names = [one_line(f"{each.namespace}/{each.name}" if each.namespace else each.name) for each in about]
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"{one_line(about[0].kind)} {', '.join(names[:_NAMES])}{more}"


def _about(finding: Finding) -> Subject:
    return finding.workload if finding.workload is not None and len(finding.members) > 1 else finding.subject


def _not_it(subject: DetailSubject) -> Page:
    """What was ruled out, and by which fact; nobody asks that of what ended."""
    if subject.explanation is None and subject.resolved_at is not None:
        return []
    if subject.explanation is None:
        why = subject.faults.get("explanation")
        waiting = item("?", why, "warning", "warning") if why else said("being worked out…", "dim")
        return section("Ruled out", waiting)
    return misses(subject.explanation)


def misses(explanation: Explanation) -> Page:
    """The playbooks that nearly matched, and the facts that kept them away."""
    ruled_out = [line for miss in explanation.near_misses if miss.vetoed for line in _miss(miss)]
    nearest = [miss for miss in explanation.near_misses if not miss.vetoed][:_ALMOST]
    almost = [line for miss in nearest for line in _miss(miss)]
    return [*section("Ruled out", ruled_out), *section("Almost, but", almost)]


def _miss(miss: NearMiss) -> Iterator[Line]:
    failed = "; ".join(map(words.failed_words, miss.failed))
    title = span(miss.title)
    yield Line((("× ", "dim"), title, (f": {failed or 'it is excepted'}", "dim")), "  ")


def _unseen(subject: DetailSubject) -> Iterator[Line]:
    unseen = subject.explanation.unseen if subject.explanation is not None else ()
    for text in dict.fromkeys((*subject.finding.undecided, *unseen)):
        yield from item("?", text, "warning", "warning")
    for gap in gap_lines(subject.report.gaps):
        cost = f"; {words.counted(len(gap.playbooks), 'playbooks')} not evaluated" if gap.playbooks else ""
        yield from item("?", f"{gap.what}: {gap.why}{cost}", "warning", "warning")
        yield from commands(gap.command)


def _references(finding: Finding) -> Page:
    links = [Line((span(link),), verbatim=True) for link in finding.references]
    source = said(f"playbook {finding.playbook}, cause {finding.cause}, from {finding.file}", "dim")
    return section("Read on", [*links, *source])
