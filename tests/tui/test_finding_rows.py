from datetime import timedelta
from typing import Any

import pytest

from diag.facts.index import Index, Key
from diag.finding import Finding, Subject
from diag.live.view import Connection, Resolved, State, View
from diag.model.meta import Metadata
from diag.model.pods import Pod
from diag.model.snapshot import Gap, Snapshot
from diag.tui import finding_rows
from diag.tui.finding_rows import FindingRow, cells, columns
from diag.tui.finding_rows import finding_rows as rows_of
from diag.tui.gap_rows import GapRow
from tests.report.samples import NOW, finding, report

CAUSE = finding("claim", "critical", symptoms=("id-pod",))
SYMPTOM = finding("pod", symptom_of="id-claim")
LOW = finding("low", "low")


def shown(*findings: Finding, state: State = "live", resolved: tuple[Finding, ...] = (), **changed: Any) -> View:
    ended = tuple(Resolved(one, NOW) for one in resolved)
    told = report(*findings, **changed)
    return View("prod", Connection(state, NOW, "gone"), 1, Index(Snapshot(NOW)), told, ended)


def names(*views: View | None, unfolded: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{'└' * row.depth}{row.finding.id}" if isinstance(row, FindingRow) else "gap"
        for row in rows_of(views, unfolded)
    ]


def row_of(one: Finding, **changed: Any) -> FindingRow:
    return FindingRow(0, "prod", one, NOW, **changed)


def test_symptoms_are_folded_under_their_cause() -> None:
    view = shown(LOW, CAUSE, SYMPTOM)
    assert names(view) == ["id-claim", "id-low"]
    assert names(view, unfolded=("id-claim",)) == ["id-claim", "└id-pod", "id-low"]


def test_a_symptom_whose_cause_is_not_there_stands_for_itself() -> None:
    assert names(shown(SYMPTOM)) == ["id-pod"]


def test_what_ended_comes_last_of_its_severity_and_has_no_symptoms() -> None:
    view = shown(finding("other", "critical"), LOW, resolved=(CAUSE,))
    assert names(view, unfolded=("id-claim",)) == ["id-other", "id-claim", "id-low"]


def test_clusters_are_merged_and_those_that_are_lost_come_first() -> None:
    gap = (Gap("pods", "", "forbidden"),)
    views = (shown(LOW, gaps=gap), None, shown(CAUSE, state="lost"))
    assert names(*views) == ["gap", "id-claim", "id-low", "gap"]
    places = [row.place for row in rows_of(views, ())]
    assert places == [2, 2, 0, 0]


def test_before_a_report_there_is_nothing() -> None:
    assert names(View("prod", Connection("connecting", NOW))) == []


def test_keys_tell_clusters_apart() -> None:
    found = [finding_rows.key(row) for row in rows_of((shown(LOW), shown(LOW)), ())]
    assert found == [(0, "id-low"), (1, "id-low")]


def test_cells() -> None:
    members = tuple(Subject("Pod", "shop", f"web-{number}") for number in range(1200))
    text = [text for text, _ in cells(row_of(finding(members=members, symptoms=("a", "b"))), False)]
    assert text == ["▲ high", "The memory limit is below what app needs", "shop/web", "1,200", "+2", "2m10s"]
    assert cells(row_of(LOW), False)[3:5] == [("", ""), ("", "dim")]
    assert cells(row_of(LOW), True)[0] == ("prod", "dim")
    assert cells(row_of(SYMPTOM, depth=1), False)[1][0].startswith("└ ")


def test_what_ended_is_drawn_as_such() -> None:
    found = cells(row_of(CAUSE, resolved=NOW - timedelta(minutes=3)), False)
    assert {style for _, style in found} == {"resolved"}
    assert (found[0][0], found[-1][0]) == ("✔ resolved", "3m")


def test_cells_are_as_many_as_columns() -> None:
    gap = GapRow(0, "prod", "lost", True)
    for several in (False, True):
        for row in (row_of(LOW), gap):
            assert len(cells(row, several)) == len(columns(several))


@pytest.mark.parametrize("column", [column.name for column in columns(True)])
def test_every_column_can_be_sorted_by(column: str) -> None:
    many = row_of(finding("n", "critical", members=CAUSE.members * 2, symptoms=("x",), since=NOW, title="A"))
    values = [finding_rows.sort_value(row, column) for row in (row_of(LOW), many, row_of(finding(since=None)))]
    assert sorted(values) is not None
    assert column == "cluster" or finding_rows.sort_value(GapRow(0, "prod", "lost", True), column) is None


def test_what_is_newer_or_worse_sorts_first() -> None:
    def value(one: Finding, column: str) -> Any:
        return finding_rows.sort_value(row_of(one), column)

    assert value(CAUSE, "severity") < value(LOW, "severity")
    assert value(finding(since=NOW), "age") < value(LOW, "age") < value(finding(since=None), "age")


def test_terms_of_a_filter() -> None:
    row = row_of(finding())
    found = {name: finding_rows.value(row, name, None) for name in ("sev", "ns", "kind", "cause", "name", "status")}
    assert found == {
        "sev": "high",
        "ns": "shop",
        "kind": "Deployment",
        "cause": "limit-below-need",
        "name": "web",
        "status": "open",
    }
    assert finding_rows.value(row, "age", None) == 130
    assert finding_rows.value(row._replace(resolved=NOW), "status", None) == "resolved"
    assert finding_rows.value(row_of(finding(since=None)), "age", None) is None
    assert finding_rows.value(GapRow(0, "prod", "lost", True), "cluster", None) == "prod"
    assert finding_rows.value(GapRow(0, "prod", "lost", True), "sev", None) is None


def test_the_node_is_that_of_the_pod_or_the_subject_itself() -> None:
    pod = Pod(metadata=Metadata("web-7d4b9c-x2x4z", "shop"), node_name="worker-1")
    index = Index(Snapshot(NOW, objects={"pods": [pod]}))
    node = finding("n", subject=Subject("Node", "", "worker-2"))
    assert finding_rows.value(row_of(finding()), "node", index) == "worker-1"
    assert finding_rows.value(row_of(LOW), "node", index) is None
    assert finding_rows.value(row_of(node), "node", None) == "worker-2"


def test_words_are_looked_for_in_all_that_names_it() -> None:
    text = finding_rows.haystack(row_of(finding()))
    assert all(word in text for word in ("memory limit", "shop/web", "oom-killed", "limit-below-need", "high", "pod"))
    assert "refused" in finding_rows.haystack(GapRow(0, "prod", "prod: lost", True, "Refused"))


def test_the_target_is_the_subject_with_what_it_cites() -> None:
    target = finding_rows.target(row_of(finding()))
    assert target is not None
    assert target.key == Key("Pod", "shop", "web-7d4b9c-x2x4z")
    assert finding_rows.target(GapRow(0, "prod", "lost", True)) is None


def test_a_finding_concerns_the_namespaces_of_its_members() -> None:
    one = finding()
    assert {member.namespace for member in one.members} == {"shop"}
    assert finding_rows.concerns(one, {"shop", "data"})
    assert finding_rows.concerns(one, ())
    assert not finding_rows.concerns(one, {"data"})


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (None, "reading…"),
        (shown(state="reading"), "reading…"),
        (shown(), "nothing unhealthy"),
        (shown(state="lost"), "nothing could be read yet: the line above says why"),
        (shown(gaps=(Gap("pods", "", "forbidden"),)), "nothing unhealthy in what could be seen"),
    ],
)
def test_what_is_said_of_no_rows(view: View | None, said: str) -> None:
    assert finding_rows.empty_words((view,), False, ()) == said


def test_what_was_chosen_is_why_there_are_no_rows() -> None:
    assert finding_rows.empty_words((shown(),), True, ("shop",)) == "no finding is left by the filter"
    said = finding_rows.empty_words((shown(),), False, ("shop", "data"))
    assert said.startswith("no finding in namespace shop, data;")
