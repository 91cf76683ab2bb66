from diag.playbook.fields import FIELDS, RELATIONS
from diag.playbook.fields.relations import log_key
from tests.facts.pod_samples import ended, index, only, pod

REFUSED = "Error: connect ECONNREFUSED 10.96.14.3:5432"


def test_only_the_line_that_tells_says_something() -> None:
    found = index(pods=[pod({"lastState": ended(exitCode=1), "state": {"waiting": {"reason": "CrashLoopBackOff"}}})])
    container = only(found)
    found.snapshot.logs[log_key(container)] = f"starting\nERROR {REFUSED}\n{REFUSED}\nbye"
    lines = list(RELATIONS["container", "log"](found, container))
    said = {line.text: FIELDS["log"]["says"].get(found, line) for line in lines}
    assert said == {"starting": None, f"ERROR {REFUSED}": None, REFUSED: "connection-refused", "bye": None}
    assert [FIELDS["log"]["about"].get(found, line) for line in lines] == [None, None, "10.96.14.3:5432", None]
    assert FIELDS["container"]["says"].get(found, container) == "connection-refused"
