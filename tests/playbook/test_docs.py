from pathlib import Path

import pytest

from diag.playbook.actions import ACTIONS
from diag.playbook.build import PLACEHOLDER
from diag.playbook.docs import OPERATOR_MEANINGS, field_reference, page
from diag.playbook.fields import FIELDS
from diag.playbook.format import OPERATORS, Playbook
from diag.playbook.load import built_in, load_directory
from tests.playbook.samples import playbook

DOCS = Path(__file__).resolve().parents[2] / "docs"
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


def test_the_page_of_fields_is_what_is_generated() -> None:
    told = "run: mondiag playbook docs > docs/fields.md"
    assert (DOCS / "fields.md").read_text(encoding="utf-8") == field_reference(), told


def test_the_page_of_fields_has_every_field_operator_and_action() -> None:
    text = field_reference()
    for name in [*OPERATORS, *ACTIONS, *(field for fields in FIELDS.values() for field in fields)]:
        assert f"| `{name}` |" in text
    assert set(OPERATOR_MEANINGS) == set(OPERATORS)


def test_each_row_of_a_table_has_the_cells_of_its_head() -> None:
    width = 0
    for line in field_reference().splitlines():
        cells = line.replace("\\|", "").count("|")
        width = 0 if not cells else width or cells
        assert cells == width


def test_a_runbook_page_tells_each_cause_under_four_headings() -> None:
    more = {
        "not_when": [{"pod": {"terminating": True}}],
        "alerts": ["KubePodCrashLooping"],
        "references": ["https://e.org"],
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
        "Answers `KubePodCrashLooping`.",
        "- <https://e.org>",
        "### A of `container.name`",
        "- `container.ready` is `false`",
        "- `pod.terminating` is `true`",
        "The cause is *A of `container.name`* when one of these holds:",
        "- `container.image` matches ``a|b```",
        "- all of these hold:",
        "  - `pod.phase` is `Pending` or `Unknown`",
        "kubectl get POD_NAME",
        "**Restart `pod.name`** (disruptive). By hand.",
    ):
        assert line in text.splitlines()


def test_a_page_of_one_cause_has_no_headings_for_it() -> None:
    assert "###" not in page(playbook())


@pytest.mark.parametrize("known", load_directory(built_in(), []), ids=lambda known: known.id)
def test_every_built_in_playbook_has_a_page(known: Playbook) -> None:
    text = page(known)
    assert PLACEHOLDER.search(text) is None
    assert all(PLACEHOLDER.sub(r"`\1`", fix.manual) in text for cause in known.causes for fix in cause.fix)
