"""A playbook to start from, with its test: it holds together as it is, and its author only changes it."""

from pathlib import Path
from string import Template
from typing import NamedTuple

from diag.errors import UsageError
from diag.model.kinds import BY_PLURAL
from diag.model.near import hint
from diag.playbook.build import ID
from diag.playbook.fields import SUBJECTS
from diag.playbook.load import TEST_SUFFIX, built_in

_PLAYBOOK = Template("""\
# With `mondiag playbook schema > playbook.v1.json` beside it, an editor completes this file as you type.
# yaml-language-server: $$schema=playbook.v1.json
schema: mondiag/v1
id: $id  # the file has the same name
title: What is wrong, in a few words that say it to someone who was just woken
severity: medium  # critical, high, medium, low or info
status: experimental  # stable when it has proved itself; that needs a reference
tags: [$family]
references: []  # addresses of pages or source files that say that it is so
alerts: []  # names of alerts that it answers, for `mondiag alert NAME`

# Tried once on each $subject. All fields and operators: `mondiag playbook docs`.
subject: $subject
match:
  all:  # or any:, also one within the other
    - $subject: $terms
# not_when:  # none of these may hold
#   - $subject: {name: "not-this-one"}
# explains: []  # ids of playbooks that are only symptoms of this one

causes:  # tried in order; the first that holds names the root cause
  # - id: another-cause
  #   title: What is behind it
  #   when:
  #     all:
  #       - $subject: {name|matches: '(?P<part>special)'}  # texts of this cause can then say {match.part}
  #   meaning: What its fields show.
  - id: $id-unknown  # the last cause has no when, and says honestly that no more is known
    title: "{$subject.name} is not as it should be"
    meaning: "What the fields that matched mean for {$subject.name}, and nothing that they do not show."
    impact: What users or other workloads notice.
    fix:
      - id: first-thing-to-do
        title: What to do about {$subject.name}
        risk: none  # none, reversible, disruptive or destructive
        manual: How to do it, in a sentence or two.

diagnose:  # commands that only read, for people to copy
  - title: See all that the cluster says of it
    command: kubectl describe $command
""")
_TEST = Template("""\
# What the playbook must find in objects as `kubectl get -o yaml` prints them, cut down to what matters.
playbook: $id
at: "2026-01-10T12:00:00Z"  # the time at which all cases are looked at
cases:
  - name: a hit
    objects:
      - $object
    expect:
      cause: $id-unknown
      text: ["$name is not as it should be"]  # parts of what the report says
      fixes: [first-thing-to-do]
  - name: a near miss
    based_on: a hit
    change:
      $change
    expect: none
""")


class _Example(NamedTuple):
    """Terms that match an object, both as YAML, the name that the finding has, and the change that ends the match."""

    terms: str
    object: str
    name: str
    change: str


_EXAMPLES = {
    "container": _Example(
        "{ready: false, last_exit.code: 78}",
        """kind: Pod
        metadata: {name: example, namespace: shop}
        spec: {containers: [{name: app, image: "shop/example:1"}]}
        status:
          phase: Running
          containerStatuses:
            - name: app
              ready: false
              state: {waiting: {reason: CrashLoopBackOff}}
              lastState: {terminated: {exitCode: 78, reason: Error, finishedAt: "2026-01-10T11:59:00Z"}}""",
        "app",
        "Pod/example status.containerStatuses[app].lastState.terminated.exitCode: 1",
    ),
    "pod": _Example(
        "{phase: Pending, age|gt: 10m}",
        """kind: Pod
        metadata: {name: example, namespace: shop, creationTimestamp: "2026-01-10T11:00:00Z"}
        spec: {containers: [{name: app, image: "shop/example:1"}]}
        status: {phase: Pending}""",
        "example",
        "Pod/example status.phase: Running",
    ),
    "claim": _Example(
        "{phase: Lost}",
        """kind: PersistentVolumeClaim
        metadata: {name: example, namespace: shop}
        status: {phase: Lost}""",
        "example",
        "PersistentVolumeClaim/example status.phase: Bound",
    ),
    "node": _Example(
        """{ready: "False"}""",
        """kind: Node
        metadata: {name: example}
        status: {conditions: [{type: Ready, status: "False"}]}""",
        "example",
        """Node/example status.conditions[Ready].status: "True\"""",
    ),
    "webhook": _Example(
        "{name|startswith: example.}",
        """kind: ValidatingWebhookConfiguration
        metadata: {name: example}
        webhooks: [{name: example.shop.local}]""",
        "example.shop.local",
        "ValidatingWebhookConfiguration/example webhooks[0].name: other.shop.local",
    ),
}


def write_playbook(directory: Path, id: str, subject: str, family: str = "") -> tuple[Path, Path]:
    """Write a playbook and its test, in the folder of the family where there is one; nothing is overwritten.

    Raises UsageError when a name makes no sense, a file is there already or cannot be written.
    """
    if not ID.fullmatch(id):
        raise UsageError(f"{id!r} cannot be the id of a playbook: use lower-case words joined by '-', like disk-full")
    if family and not ID.fullmatch(family):
        raise UsageError(f"--family {family!r}: use lower-case words joined by '-', like storage")
    if subject not in SUBJECTS:
        raise UsageError(f"--subject {subject!r} is none of {', '.join(SUBJECTS)}{hint(subject, SUBJECTS)}")
    if any(built_in().rglob(f"{id}.yaml")):
        raise UsageError(f"playbook {id!r} comes with mondiag: choose another id, or start from `playbook show {id}`")
    folder = directory / family
    files = folder / f"{id}.yaml", folder / f"{id}{TEST_SUFFIX}"
    for file in files:
        if file.exists():
            raise UsageError(f"{file} is there already, and is not overwritten")
    for file, text in zip(files, _texts(id, subject, family), strict=True):
        _write(file, text)
    return files


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error


def _texts(id: str, subject: str, family: str) -> tuple[str, str]:
    example = _EXAMPLES.get(subject) or _by_name(subject)
    values = {"id": id, "subject": subject, "family": family, "command": _command(subject), **example._asdict()}
    return _PLAYBOOK.substitute(values), _TEST.substitute(values)


def _by_name(subject: str) -> _Example:
    """An example that goes for any kind."""
    kind = BY_PLURAL[SUBJECTS[subject].plurals[0]]
    namespace = ", namespace: shop" if kind.namespaced else ""
    return _Example(
        "{name|startswith: example}",
        f"kind: {kind.kind}\n        metadata: {{name: example{namespace}}}",
        "example",
        f"{kind.kind}/example metadata.name: another",
    )


def _command(subject: str) -> str:
    kind = BY_PLURAL[SUBJECTS[subject].plurals[0]]
    name = {"container": "pod.name", "webhook": "webhook.configuration"}.get(subject, f"{subject}.name")
    place = f" -n {{{name.partition('.')[0]}.namespace}}" if kind.namespaced else ""
    return f"{kind.kind.lower()} {{{name}}}{place}"
