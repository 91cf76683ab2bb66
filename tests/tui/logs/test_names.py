import pytest

from diag.tui.logs.names import WIDEST, short_names


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (["web-6f7-abc/app", "web-6f7-xyz/app"], ["abc", "xyz"]),
        (["web-1/app", "web-1/proxy"], ["app", "proxy"]),
        (["web-1/app", "web-2/app", "web-2/proxy"], ["1/app", "2/app", "2/proxy"]),
        (["web/app", "web-1/app"], ["web", "web-1"]),
        (["a/x", "b-1/x"], ["a", "b-1"]),
        ([], []),
    ],
)
def test_what_tells_logs_apart(sources: list[str], names: list[str]) -> None:
    assert list(short_names(sources).values()) == names


def test_a_long_name_keeps_its_end() -> None:
    name = short_names(["a/app", "b" * 90 + "c/app"])["b" * 90 + "c/app"]
    assert (len(name), name[0], name[-1]) == (WIDEST, "…", "c")
