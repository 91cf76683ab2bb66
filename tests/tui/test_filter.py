import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.tui.filter import NAMES, ROWS, Filter, parse

ROWS_OF_TEST: list[dict[str, Any]] = [
    {"name": "web-1", "ns": "shop", "sev": "critical", "status": "CrashLoopBackOff", "restarts": 7.0, "age": 130.0},
    {"name": "web-2", "ns": "shop", "sev": "medium", "status": "Running", "restarts": 0.0, "age": 90_000.0},
    {"name": "api-1", "ns": "payments", "sev": "high", "status": "Pending", "node": "worker-1", "age": 600.0},
    {"name": "dns-1", "ns": "kube-system", "sev": None, "status": "Running", "node": "worker-10", "restarts": 3.0},
]


def picked(text: str, **more: Any) -> list[str]:
    found = parse(text, **more)
    texts = [" ".join(map(str, row.values())).lower() for row in ROWS_OF_TEST] if found.has_words else None
    return [row["name"] for row in found.select(ROWS_OF_TEST, texts, lambda row, name: row.get(name))]


ALL = ["web-1", "web-2", "api-1", "dns-1"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ALL),
        ("  ", ALL),
        ("WEB", ["web-1", "web-2"]),
        ("web crash", ["web-1"]),
        ("-web", ["api-1", "dns-1"]),
        ("web -crash", ["web-2"]),
        ('"web-1 shop"', ["web-1"]),
        ('"web-1 crash"', []),
        ('"shop', ["web-1", "web-2"]),
        ('-"web-1 shop"', ["web-2", "api-1", "dns-1"]),
        ("sev:high", ["web-1", "api-1"]),
        ("sev:h", ["web-1", "api-1"]),
        ("SEV:High", ["web-1", "api-1"]),
        ("sev:=high", ["api-1"]),
        ("-sev:high", ["web-2", "dns-1"]),
        ("ns:shop", ["web-1", "web-2"]),
        ("ns:sho", []),
        ("ns:pay*", ["api-1"]),
        ("ns:*e*", ["api-1", "dns-1"]),
        ("ns:s*p", ["web-1", "web-2"]),
        ("ns:shop,pay*", ["web-1", "web-2", "api-1"]),
        ("-ns:kube-system", ["web-1", "web-2", "api-1"]),
        ("node:worker-1", ["api-1"]),
        ("-node:worker-1", ["web-1", "web-2", "dns-1"]),
        ("status:crash*", ["web-1"]),
        ('status:"Pending"', ["api-1"]),
        ("name:web*", ["web-1", "web-2"]),
        ("name:[w]eb?1", []),
        ("age<10m", ["web-1"]),
        ("age<=10m", ["web-1", "api-1"]),
        ("age>1h", ["web-2"]),
        ("age>=1h30m", ["web-2"]),
        ("-age>1h", ["web-1", "api-1", "dns-1"]),
        ("restarts>3", ["web-1"]),
        ("restarts:3", ["dns-1"]),
        ("restarts:=0", ["web-2"]),
        ("sev:high ns:shop age<10m", ["web-1"]),
        ("foo:bar", []),
        ("web-1:", []),
    ],
)
def test_what_is_picked(text: str, names: list[str]) -> None:
    assert picked(text) == names
    assert parse(text).fault == ""


@pytest.mark.parametrize("text", ["-", "sev:", "-sev:", "sev:=", "age<", "age>=", "age<1", "age<1h3", "ns:,", 'ns:"'])
def test_half_a_term_filters_nothing_yet(text: str) -> None:
    assert picked(text) == ALL
    assert parse(text) == Filter()


@pytest.mark.parametrize(
    ("text", "meant"),
    [("servity:high", "severity"), ("-nod:worker-1", "node"), ("restart>3", "restarts"), ("stat:pending", "status")],
)
def test_an_unknown_name_that_is_close_to_one_is_said(text: str, meant: str) -> None:
    found = parse(text)
    assert found.fault == f"{text}: looked for as it stands; did you mean '{meant}'?"
    assert (*found.words, *found.without) == (text.removeprefix("-"),)


@pytest.mark.parametrize("text", ["image:tag", "http://web:80", "nginx:1.27", "web-1:"])
def test_a_word_with_a_colon_is_a_word(text: str) -> None:
    assert parse(text) == Filter(words=(text,))


def test_long_names_are_taken() -> None:
    assert parse("severity:high -namespace:kube-*") == parse("sev:high -ns:kube-*")


def test_an_unknown_name_is_text() -> None:
    assert parse("foo:bar -x<y").words == ("foo:bar",)
    assert parse("foo:bar -x<y").without == ("x<y",)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("age<banana", "age<banana: 'banana' is not a duration: write 90s, 10m, 1h30m or 2d"),
        ("sev:hgih", "sev:hgih: a severity is critical, high, medium, low, info"),
        ("-sev:x", "-sev:x: a severity is critical, high, medium, low, info"),
        ("age:10m", "age:10m: write age<10m or age>1h"),
        ("restarts>many", "restarts>many: restarts is a number: restarts>3"),
        ("restarts>-1", "restarts>-1: restarts is a number: restarts>3"),
        ("restarts>²", "restarts>²: restarts is a number: restarts>3"),
        ("ns<shop", "ns<shop: write ns:shop"),
        ("age<" + "z" * 99, f"age<{'z' * 35}…: {'z' * 99!r} is not a duration: write 90s, 10m, 1h30m or 2d"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_the_rest_filters(text: str, fault: str) -> None:
    assert parse(f"web {text} age<").fault == fault
    assert picked(f"web {text}") == ["web-1", "web-2"]


def test_a_term_on_what_the_rows_do_not_have_is_said_instead_of_an_empty_table() -> None:
    found = parse("restarts>3 name:web*", names=("ns", "name"))
    assert found.fault == "restarts>3: these rows have ns, name"
    assert [term.name for term in found.terms] == ["name"]


def test_while_typing_the_last_term_is_a_beginning() -> None:
    assert picked("ns:sho", typing=True) == ["web-1", "web-2"]
    assert picked("node:worker-1", typing=True) == ["api-1", "dns-1"]
    assert picked("node:worker-1 ", typing=True) == ["api-1"]
    assert picked("node:worker-1 -web", typing=True) == ["api-1"]
    assert picked("node:=worker-1", typing=True) == ["api-1"]


def test_every_name_is_explained_and_of_some_rows() -> None:
    assert {name for names in ROWS.values() for name in names} == set(NAMES)


@given(st.text(max_size=30))
def test_anything_may_be_typed(text: str) -> None:
    found = parse(text)
    assert "\n" not in found.fault
    assert set(found.select(ALL, ALL, lambda row, name: row)) <= set(ALL)


@given(st.text("ab*.", min_size=1, max_size=6), st.text("ab.", max_size=8))
def test_only_a_star_is_special(pattern: str, value: str) -> None:
    expected = re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), value) is not None
    assert bool(parse(f"ns:{pattern}").select([value], None, lambda row, name: row)) == expected
