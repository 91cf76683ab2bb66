import pytest

from diag.tui.completion import MOST, Command, Offers, complete, parse_command

KINDS = {
    "pods": "pods",
    "po": "pods",
    "persistentvolumeclaims": "persistentvolumeclaims",
    "pvc": "persistentvolumeclaims",
}
COMMANDS = {"quit": "end the session", "ctx": "choose contexts", "pulses": "counts"}
OFFERS = Offers(KINDS, COMMANDS, ("prod-eu", "staging"), ("shop", "payments", "kube-system"))


def test_what_begins_like_it_comes_before_what_has_its_letters() -> None:
    assert complete("p", OFFERS) == [
        ("pods", "po"),
        ("persistentvolumeclaims", "pvc"),
        ("pulses", "counts"),
    ]
    assert complete("pvc", OFFERS) == [("persistentvolumeclaims", "pvc")]


def test_a_command_is_offered_with_what_it_does() -> None:
    assert complete("QU", OFFERS) == [("quit", "end the session")]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("ctx ", [("ctx prod-eu", "context"), ("ctx staging", "context")]),
        ("ctx g", [("ctx staging", "context")]),
        ("pods ", [("pods shop", "namespace"), ("pods payments", "namespace"), ("pods kube-system", "namespace")]),
        ("po  sys", [("po kube-system", "namespace")]),
        ("quit ", []),
        ("nothing x", []),
        ("xyz", []),
    ],
)
def test_the_second_word_is_a_context_or_a_namespace(text: str, offered: list[tuple[str, str]]) -> None:
    assert complete(text, OFFERS) == offered


def test_no_more_is_offered_than_can_be_read() -> None:
    many = Offers(kinds={f"kind{number}": f"kind{number}" for number in range(50)})
    assert [text for text, _ in complete("", many)] == [f"kind{number}" for number in range(MOST)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("po", Command("pods")),
        (" PODS  shop ", Command("pods", "shop")),
        ("ctx prod-eu", Command("ctx", "prod-eu")),
        ("quit", Command("quit")),
        ("po /web", Command("pods", filter="web")),
        ("pods shop /sev:high web", Command("pods", "shop", "sev:high web")),
        ("pods shop/web", Command("pods", "shop", "web")),
        ("PO/web-1", Command("pods", filter="web-1")),
        ("pods/ shop", Command("pods", "shop")),
        ("ctx arn:aws:eks:eu-west-1:1:cluster/prod", Command("ctx", "arn:aws:eks:eu-west-1:1:cluster/prod")),
    ],
)
def test_a_command_is_understood(text: str, meant: Command) -> None:
    assert parse_command(text, KINDS, COMMANDS) == meant


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("podz", "'podz' is neither a kind nor a command; did you mean 'pods'?"),
        ("x\x1b]52;c\x07", "'x\ufffd]52;c\ufffd' is neither a kind nor a command"),
        ("quit/now", "'quit/now' is neither a kind nor a command; did you mean 'quit'?"),
        ("secrets", "mondiag reads no secrets: kubectl get secrets does"),
        ("secret/db", "mondiag reads no secrets: kubectl get secrets does"),
        (" ", "type a kind, such as pods, or a command"),
    ],
)
def test_what_is_not_understood_is_said_in_one_line(text: str, fault: str) -> None:
    assert parse_command(text, KINDS, COMMANDS) == fault
