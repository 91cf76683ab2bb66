from datetime import UTC, datetime
from pathlib import Path

import pytest

from diag.facts.index import Key
from diag.live.logs import LogLine
from diag.tui.logs.save import file_name, save

NOW = datetime(2026, 1, 2, 12, 3, 22, tzinfo=UTC)


def test_names_of_files_stay_in_their_directory() -> None:
    assert file_name(Key("Pod", "shop", "web-1"), NOW) == "mondiag-shop-web-1-20260102T120322Z.log"
    assert file_name(Key("Pod", "a/../b", "../x y"), NOW) == "mondiag-a_.._b-.._x_y-20260102T120322Z.log"


def test_lines_are_written_for_the_owner_alone_and_never_over_another_file(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    save(path, [LogLine("web-1/app", "2026-01-01T00:00:00.000000000Z", "[/x] é")])
    assert path.read_text() == "web-1/app 2026-01-01T00:00:00.000000000Z [/x] é\n"
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        save(path, [])
