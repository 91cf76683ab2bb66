from pathlib import Path

from diag.playbook.actions import ACTIONS
from diag.playbook.docs import OPERATOR_MEANINGS, field_reference
from diag.playbook.fields import FIELDS
from diag.playbook.format import OPERATORS

DOCS = Path(__file__).resolve().parents[2] / "docs"


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
