from pathlib import Path

import pytest

from diag.playbook.source import Source, read


def source(tmp_path: Path, text: str, aliases: bool = False) -> Source:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file, "a.yaml", aliases)


def test_each_value_knows_its_line(tmp_path: Path) -> None:
    found = source(tmp_path, "a: 1\nb:\n  - c: 2\n  - d:\n      e: 3\n")
    assert found.value == {"a": 1, "b": [{"c": 2}, {"d": {"e": 3}}]}
    assert [found.lines[path] for path in (("a",), ("b", 0, "c"), ("b", 1, "d", "e"))] == [1, 3, 5]
    assert found.fault(("b", 1, "d", "absent"), "x") == "a.yaml:4: x"


def test_times_stay_text_and_only_plain_numbers_are_numbers(tmp_path: Path) -> None:
    found = source(tmp_path, "[2026-01-10T12:00:00Z, 12, 1.5, 0x10, yes, null, '12']")
    assert found.value == ["2026-01-10T12:00:00Z", 12, 1.5, "0x10", True, None, "12"]


def test_a_key_that_is_given_twice_is_a_fault(tmp_path: Path) -> None:
    assert source(tmp_path, "a: 1\nb: 2\na: 3\n").faults == ("a.yaml:3: 'a' is given twice",)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "a.yaml:1: is empty"),
        ("a: [1\nb: 2\n", "a.yaml:2: is not YAML: did not find expected ',' or ']'"),
        ("a: \x07\n", "a.yaml:1: is not YAML: unacceptable character #x0007: control characters are not allowed"),
    ],
)
def test_what_is_not_yaml_is_one_fault(tmp_path: Path, text: str, fault: str) -> None:
    found = source(tmp_path, text)
    assert (found.value, found.faults) == (None, (fault,))


def test_files_that_cannot_be_read_are_faults(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9")
    assert read(tmp_path / "latin.yaml", "l.yaml").faults == ("l.yaml:1: is not UTF-8",)
    assert read(tmp_path / "absent.yaml", "b.yaml").faults == ("b.yaml:1: cannot be read: No such file or directory",)


def test_aliases_are_refused_where_they_are_not_wanted(tmp_path: Path) -> None:
    assert source(tmp_path, "a: &x {b: 1}\nc: *x\n").faults == ("a.yaml:2: aliases cannot be used here",)


def test_aliases_and_merge_keys_are_followed_where_they_are(tmp_path: Path) -> None:
    found = source(tmp_path, "a: &x {b: 1, c: 2}\nd: *x\ne: {c: 3, <<: *x}\n", aliases=True)
    assert found.faults == ()
    assert found.value["d"] == {"b": 1, "c": 2}
    assert found.value["e"] == {"b": 1, "c": 3}


def test_an_alias_inside_of_its_own_anchor_ends(tmp_path: Path) -> None:
    assert source(tmp_path, "a: &x {b: *x}\n", aliases=True).value == {"a": {"b": None}}
