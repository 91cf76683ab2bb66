import re
from pathlib import Path

from diag.playbook.check import check
from diag.runner import run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "writing-playbooks.md"
BLOCKS = re.compile(r"```yaml\n(.*?)```", re.S)


def test_the_example_of_the_page_is_sound_and_passes_its_own_test(tmp_path: Path) -> None:
    playbook, cases = BLOCKS.findall(PAGE.read_text(encoding="utf-8"))
    (tmp_path / "shop-config.yaml").write_text(playbook, encoding="utf-8")
    (tmp_path / "shop-config.test.yaml").write_text(cases, encoding="utf-8")
    assert check([tmp_path]) == []
    results = run([tmp_path])
    assert len(results) == 3
    assert [result.message for result in results if not result.ok] == []
