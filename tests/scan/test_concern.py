from diag.scan.concern import concerns
from tests.report.samples import finding


def test_a_finding_concerns_the_namespaces_of_its_members() -> None:
    one = finding()
    assert {member.namespace for member in one.members} == {"shop"}
    assert concerns(one, {"shop", "data"})
    assert concerns(one, ())
    assert not concerns(one, {"data"})
