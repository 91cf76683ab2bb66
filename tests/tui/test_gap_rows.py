from diag.facts.index import Index
from diag.live.view import Connection, State, View
from diag.model.snapshot import Gap, Snapshot
from diag.tui import gap_rows
from tests.report.samples import NOW, report

FORBIDDEN = Gap("secrets", "", "forbidden", playbooks=("bad-credentials", "tls"))


def shown(*gaps: Gap, state: State = "live", words: str = "") -> View:
    return View("prod", Connection(state, NOW, words), 1, Index(Snapshot(NOW, objects={"pods": []})), report(gaps=gaps))


def test_a_cluster_without_doubt_has_no_row() -> None:
    assert list(gap_rows.gap_rows([shown(), None, View("new", Connection("connecting", NOW))])) == []


def test_what_is_still_being_read_is_no_gap() -> None:
    assert list(gap_rows.gap_rows([shown(Gap("pods", "", "reading"), state="reading")])) == []


def test_gaps_are_one_row_with_what_they_cost() -> None:
    (row,) = gap_rows.gap_rows([shown(FORBIDDEN, Gap("nodes", "", "timeout"), Gap("pods", "", "reading"))])
    assert "and 1 more; 2 playbooks not evaluated" in row.title
    assert not row.lost
    assert gap_rows.cells(row)[0] == ("? not seen", "medium")


def test_a_lost_cluster_says_since_when_and_why() -> None:
    (row,) = gap_rows.gap_rows([None, shown(FORBIDDEN, state="lost", words="connection refused")])
    assert (row.place, row.lost, row.title) == (1, True, "prod: lost since 03:12:44, tried again by itself")
    text = [line.text for line in gap_rows.page(row)]
    assert text[:3] == [row.title, "connection refused", "since 2025-11-22 03:12:44 UTC"]
    assert any("stays in sight" in line for line in text)


def test_of_a_cluster_that_was_never_read_nothing_stays_in_sight() -> None:
    (row,) = gap_rows.gap_rows([View("prod", Connection("lost", NOW, "connection refused"))])
    assert not any("stays in sight" in line.text for line in gap_rows.page(row))


def test_a_cluster_that_refuses_the_login_is_lost_too() -> None:
    (row,) = gap_rows.gap_rows([View("prod", Connection("refused", NOW, "401"))])
    assert row.title.startswith("prod: refused since")


def test_the_page_names_what_was_not_evaluated() -> None:
    (row,) = gap_rows.gap_rows([shown(FORBIDDEN)])
    text = "\n".join(line.text for line in gap_rows.page(row))
    assert "not evaluated: bad-credentials, tls" in text
    assert "kubectl auth can-i" in text
