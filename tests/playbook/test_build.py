from pathlib import Path

import pytest

from diag.playbook.build import Builder
from diag.playbook.format import Group, Leaf, Playbook, Term
from diag.playbook.source import read
from tests.playbook.samples import NOT_READY, playbook, write

WRONG = """
schema: mondiag/v1
id: Wrong Id
title: "{container.nmae} fails"
severity: severe
status: new
tags: memory
titel: twice
subject: container
match:
  all:
    - container: {restartcount: 1, ready|is_not: true, ready: no way, last_exit.age|gt: soon}
    - container: {memory_limit|gt: 1Zi, image: 1.2, ready|gt: 1, image|matches: "(", restart_count: many}
    - containr: {ready: false}
    - storage_class: {name: fast}
    - {}
    - any: []
    - container: {image: []}
    - container: []
not_when:
  - pod: {terminating: maybe}
causes:
  - id: a
    title: A
    meaning: It says {match.line}.
    fix:
      - {id: both, title: Both, risk: none, do: set_image, manual: by hand}
      - {id: neither, title: Neither, risk: huge}
      - {id: lacking, title: Lacking, risk: none, do: set_image, with: {contaner: app}}
      - {id: unknown, title: Unknown, risk: none, do: set_imag}
      - {id: mixed, title: Mixed, risk: none, manual: by hand, with: {image: x}}
      - id: verified
        title: Verified
        risk: none
        manual: by hand
        verify: {within: long, expect: {all: []}}
  - not a mapping
show: [container.nothing, nothing.at.all]
"""
FAULTS = """
a.yaml:2: 'id' is needed: lower-case words joined by '-'
a.yaml:3: container has no field 'nmae'; did you mean 'name'?
a.yaml:4: 'severity' is one of critical, high, medium, low, info
a.yaml:5: 'status' is one of experimental, stable, deprecated
a.yaml:6: 'tags' is a list of texts
a.yaml:7: a playbook has no key 'titel'; did you mean 'title'?
a.yaml:11: container has no field 'restartcount'; did you mean 'restart_count'?
a.yaml:11: there is no operator 'is_not'; there are contains, startswith, matches, gt, gte, lt, lte, exists
a.yaml:11: wants true or false, not 'no way'
a.yaml:11: 'soon' is not a duration
a.yaml:12: '1Zi' is not a quantity
a.yaml:12: wants text: put 1.2 in quotes
a.yaml:12: 'gt' does not suit a field of type bool, which takes is, exists
a.yaml:12: is not a regular expression: missing ) at position 1
a.yaml:12: 'many' is not a number
a.yaml:13: there is no kind 'containr'; did you mean 'container'?
a.yaml:14: a container has no related storage_class
a.yaml:15: expected one of 'all', 'any' or a kind with its terms, such as container: {ready: false}
a.yaml:16: 'any' is a list with at least one entry
a.yaml:17: 'image' needs a value or a list of values
a.yaml:18: 'container' needs terms, such as container: {name: …}
a.yaml:20: wants true or false, not 'maybe'
a.yaml:24: no 'matches' term that holds here names a group 'line'
a.yaml:26: a fix has exactly one of 'do' and 'manual'
a.yaml:26: action 'set_image' needs 'container' under 'with'
a.yaml:26: action 'set_image' needs 'image' under 'with'
a.yaml:26: action 'set_image' is at least disruptive, not none
a.yaml:27: a fix has exactly one of 'do' and 'manual'
a.yaml:27: 'risk' is one of none, reversible, disruptive, destructive
a.yaml:28: action 'set_image' needs 'container' under 'with'
a.yaml:28: action 'set_image' needs 'image' under 'with'
a.yaml:28: action 'set_image' takes no 'contaner'; did you mean 'container'?
a.yaml:28: action 'set_image' is at least disruptive, not none
a.yaml:29: there is no action 'set_imag'; did you mean 'set_image'?
a.yaml:30: 'with' belongs to 'do'
a.yaml:35: 'all' is a list with at least one entry
a.yaml:35: 'long' is not a duration: write 90s, 10m, 1h30m or 2d
a.yaml:36: an entry of 'causes' is a mapping
a.yaml:37: container has no field 'nothing'
a.yaml:37: 'nothing.at.all': there is no kind 'nothing'
"""


def build(tmp_path: Path, text: str) -> tuple[Playbook | None, list[str]]:
    write(tmp_path, a=text)
    builder = Builder(read(tmp_path / "a.yaml", "a.yaml"), False)
    return builder.build(), builder.faults


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    built, faults = build(tmp_path, WRONG)
    assert built is None
    assert "\n".join(sorted(faults, key=lambda fault: int(fault.split(":")[1]))) == FAULTS.strip()


@pytest.mark.parametrize("text", ["[]", "text", "{schema: mondiag/v2}", "{id: a}"])
def test_what_is_no_playbook_of_this_version_is_one_fault(tmp_path: Path, text: str) -> None:
    built, faults = build(tmp_path, text)
    assert built is None
    assert len(faults) == 1


def test_terms_hold_their_limits_in_base_units() -> None:
    match = {"all": [{"container": {"memory_limit|lt": ["1Gi", "500M"], "last_exit.age|gte": "1h30m", "ready": False}}]}
    assert playbook(match=match).match == Group(
        "all",
        (
            Leaf(
                "container",
                (
                    Term("container", "memory_limit", "lt", ("1Gi", "500M"), (2.0**30, 5e8)),
                    Term("container", "last_exit.age", "gte", ("1h30m",), (5400.0,)),
                    Term("container", "ready", "is", (False,)),
                ),
            ),
        ),
    )


def test_a_group_named_in_a_cause_is_known_in_that_cause_only(tmp_path: Path) -> None:
    causes = [
        {
            "id": "a",
            "title": "Image {match.tag}",
            "meaning": "{match.host}",
            "when": {"all": [{"container": {"image|matches": "(?P<tag>x)"}}]},
        },
        {"id": "b", "title": "Image {match.host}", "meaning": "B"},
    ]
    match = {"all": [{"container": {"image|matches": "(?P<host>y)"}}]}
    assert [cause.id for cause in playbook(match=match, causes=causes).causes] == ["a", "b"]
    causes[1]["title"] = "Image {match.tag}"
    with pytest.raises(AssertionError, match="names a group 'tag'"):
        playbook(match=match, causes=causes)


def test_words_are_joined_and_commands_are_kept_as_they_are() -> None:
    diagnose = [{"title": "Two\n  lines", "command": "kubectl get pod {pod.name} \\\n  -o yaml"}]
    built = playbook(match=NOT_READY, diagnose=diagnose)
    assert built.diagnose[0].title == "Two lines"
    assert built.diagnose[0].command == "kubectl get pod {pod.name} \\\n  -o yaml"


def test_not_when_is_any_of_its_entries() -> None:
    built = playbook(not_when=[{"pod": {"terminating": True}}, {"container": {"init": True}}])
    assert built.not_when is not None
    assert built.not_when.mode == "any"
    assert [leaf.kind for leaf in built.not_when.items if isinstance(leaf, Leaf)] == ["pod", "container"]
