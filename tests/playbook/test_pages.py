from pathlib import Path

import pytest
import yaml

from diag.errors import UsageError
from diag.playbook.build import PLACEHOLDER
from diag.playbook.format import Playbook
from diag.playbook.load import built_in, load_directory
from diag.playbook.pages import alert_index, page, write_pages
from tests.playbook.samples import playbook

DOCS = Path(__file__).resolve().parents[2] / "docs"
KNOWN = load_directory(built_in(), [])
ALERTS = yaml.safe_load(Path(__file__).with_name("kube_alerts.yaml").read_text(encoding="utf-8"))
FIX = {
    "id": "a",
    "title": "Restart {pod.name}",
    "risk": "disruptive",
    "manual": "By hand.",
    "command": "kubectl get {pod.name}",
}
WHEN = {"any": [{"container": {"image|matches": "a|b`"}}, {"all": [{"pod": {"phase": ["Pending", "Unknown"]}}]}]}
CAUSES = [
    {"id": "a", "title": "A of {container.name}", "meaning": "It is A.", "impact": "Bad.", "fix": [FIX], "when": WHEN},
    {"id": "b", "title": "B", "meaning": "It is B."},
]


def test_a_runbook_page_tells_each_cause_under_four_headings() -> None:
    more = {
        "not_when": [{"pod": {"terminating": True}}],
        "alerts": ["KubePodCrashLooping"],
        "references": ["https://e.org"],
        "explains": ["other"],
        "show": ["pod.node"],
    }
    text = page(playbook(causes=CAUSES, diagnose=[{"title": "Look", "command": "kubectl get {pod.name}"}], **more))
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Meaning",
        "## Impact",
        "## Diagnosis",
        "## Mitigation",
    ]
    for line in (
        "# One",
        "Answers the alerts `KubePodCrashLooping`.",
        "- <https://e.org>",
        "### A of `container.name`",
        "- `container.ready` is `false`",
        "- `pod.terminating` is `true`",
        "The cause is *A of `container.name`* when one of these holds:",
        "- `container.image` matches ``a|b```",
        "- all of these hold:",
        "  - `pod.phase` is `Pending` or `Unknown`",
        "As evidence the report shows `container.ready`, `container.image`, `pod.phase`, `pod.node`.",
        "Explains `other`, which are folded under it.",
        "kubectl get POD_NAME",
        "**Restart `pod.name`** (disruptive). By hand.",
    ):
        assert line in text.splitlines()


def test_a_page_of_one_cause_has_no_headings_for_it() -> None:
    assert "###" not in page(playbook())


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.id)
def test_every_built_in_playbook_has_a_page(known: Playbook) -> None:
    text = page(known)
    assert PLACEHOLDER.search(text) is None
    assert all(PLACEHOLDER.sub(r"`\1`", fix.manual) in text for cause in known.causes for fix in cause.fix)


def test_a_page_is_written_for_each_playbook(tmp_path: Path) -> None:
    known = [playbook("one"), playbook("two")]
    write_pages(known, tmp_path / "a" / "b")
    assert {file.name: file.read_text(encoding="utf-8") for file in (tmp_path / "a" / "b").iterdir()} == {
        "one.md": page(known[0]),
        "two.md": page(known[1]),
    }


def test_pages_that_cannot_be_written_are_an_error_of_usage(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"--pages .*file: cannot be written: "):
        write_pages([playbook()], tmp_path / "file")


def test_the_index_names_each_alert_once_in_order() -> None:
    known = [playbook("one", alerts=["B", "A"]), playbook("two", alerts=["B"], title="Has {pod.name}")]
    assert alert_index(known).partition("## ")[2].splitlines() == [
        "A",
        "",
        "- `one`: One",
        "",
        "## B",
        "",
        "- `one`: One",
        "- `two`: Has `pod.name`",
    ]


def test_the_page_of_alerts_is_what_is_generated() -> None:
    told = "run: mondiag playbook docs --alerts > docs/alerts.md"
    known = sorted(KNOWN, key=lambda known: known.id)
    assert (DOCS / "alerts.md").read_text(encoding="utf-8") == alert_index(known), told


def test_the_links_of_the_page_of_alerts_lead_to_files() -> None:
    text = (DOCS / "alerts.md").read_text(encoding="utf-8")
    links = [line.partition("](")[2].partition(")")[0] for line in text.splitlines() if line.startswith("- [")]
    assert links
    assert [link for link in links if not (DOCS / link).is_file()] == []


def test_the_alerts_of_kube_prometheus_have_playbooks_that_answer_them() -> None:
    answered = {alert for known in KNOWN for alert in known.alerts}
    assert [name for names in ALERTS["answered"].values() for name in names if name not in answered] == []


def test_what_is_said_to_be_out_of_reach_is_not_answered_after_all() -> None:
    answered = {alert for known in KNOWN for alert in known.alerts}
    assert sorted(answered & set(ALERTS["out_of_reach"])) == []
