import msgspec

from diag.finding import Evidence, Finding, Origin
from diag.scan import scan
from diag.tui.logs.cited import cited, cites_previous
from tests.playbook import samples


def finding(*evidence: Evidence) -> Finding:
    found = scan(samples.snapshot(samples.pod()), [samples.playbook()]).findings[0]
    return msgspec.structs.replace(found, evidence=evidence)


def fact(field: str, value: object, name: str = "shop/web-1/app") -> Evidence:
    return Evidence(field, "exists", True, value, Origin("Log" if field.startswith("log") else "Pod", name, field))


def test_lines_of_logs_are_cited_once() -> None:
    found = finding(
        fact("log.line", "panic: no disk"),
        fact("log.says", "no-space"),
        fact("log.previous", True),
        fact("container.says.line (app)", "panic: no disk "),
        fact("container.crash.last_line", "bye"),
        fact("container.says.line", None),
        fact("container.reason", "Error"),
    )
    assert cited(found) == ["panic: no disk", "bye"]
    assert not cites_previous(found)


def test_the_run_before_shows_in_where_it_was_seen() -> None:
    assert cites_previous(finding(fact("log.line", "x", "shop/web-1/app (previous)")))
