from diag.model.snapshot import Gap
from diag.report.gaps import GapLine, gap_lines


def test_one_line_for_all_that_is_missing_in_the_same_places_for_the_same_reason() -> None:
    gaps = [Gap(what, ns, "forbidden", "long", (what,)) for ns in ("b", "a") for what in ("pods", "deployments.apps")]
    assert gap_lines(gaps) == [
        GapLine(
            "pods, deployments in a, b",
            "forbidden to this account",
            ("deployments.apps", "pods"),
            "kubectl auth can-i list pods -n b",
        )
    ]


def test_many_places_are_counted() -> None:
    (line,) = gap_lines([Gap("pods", f"ns-{i}", "timeout") for i in range(12)])
    assert line.what == "pods in ns-0, ns-1, ns-10, ns-11 and 8 more"


def test_different_reasons_stay_apart() -> None:
    lines = gap_lines(
        [Gap("pods", "a", "timeout"), Gap("pods", "b", "expired"), Gap("metrics", "", "not-asked", "no URL")]
    )
    assert [(line.what, line.why) for line in lines] == [
        ("pods in a", "no answer in time"),
        ("pods in b", "gone already"),
        ("metrics", "no URL"),
    ]


def test_what_was_read_all_the_same_is_said() -> None:
    (line,) = gap_lines([Gap("pods", "", "forbidden", "only shop", read=("shop",))])
    assert line.what == "pods in all namespaces but shop"


def test_a_file_keeps_its_whole_name() -> None:
    (line,) = gap_lines([Gap("objects/pods.json", "", "truncated", "it ends in the middle")])
    assert line == GapLine("objects/pods.json", "it ends in the middle", (), "")


def test_the_command_fits_what_is_missing() -> None:
    def command(what: str, scope: str) -> str:
        return gap_lines([Gap(what, scope, "forbidden")])[0].command

    assert command("deployments.apps", "") == "kubectl auth can-i list deployments.apps --all-namespaces"
    assert command("nodes", "") == "kubectl auth can-i list nodes"
    assert command("logs", "shop/web-1/app") == "kubectl auth can-i get pods --subresource=log -n shop"
    assert command("x; rm y", "a") == "kubectl auth can-i list 'x; rm y' -n a"
    assert command("pods", "a; rm b") == "kubectl auth can-i list pods -n 'a; rm b'"
    assert gap_lines([Gap("pods", "a", "timeout")])[0].command == ""
