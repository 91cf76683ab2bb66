from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag.model.snapshot import LogKey
from diag.sources.layout import log_file, log_key

label = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
part = st.sampled_from(["..", ".", "/", "\\", "\0", "a", "previous", "log", "\n", "-"]) | st.text(max_size=3)


@settings(max_examples=100, deadline=None)
@given(label, st.lists(label, min_size=1, max_size=3).map(".".join), label, st.booleans())
def test_every_log_has_its_file_and_the_file_tells_which_log(
    namespace: str, pod: str, container: str, previous: bool
) -> None:
    key = LogKey(namespace, pod, container, previous)
    file = log_file(key)
    assert file is not None
    assert log_key(Path("/some/place") / file) == key


@settings(max_examples=100, deadline=None)
@given(*[st.lists(part, max_size=4).map("".join)] * 3, st.booleans())
def test_a_log_is_a_file_three_folders_down_or_none(namespace: str, pod: str, container: str, previous: bool) -> None:
    file = log_file(LogKey(namespace, pod, container, previous))
    if file is not None:
        assert len(file.parts) == 4
        assert file.parts[0] == "logs"
        assert not {"..", "."} & set(file.parts)


@pytest.mark.parametrize("name", ["logs/a/b/.log", "logs/a/b/.previous.log", "logs/A/b/c.log", "logs/a/b/c.d.log"])
def test_files_that_are_named_like_no_log(name: str) -> None:
    assert log_key(Path(name)) is None
