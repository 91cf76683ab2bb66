import msgspec

from diag.model.course import Course
from diag.tui.screens.top import course_spans
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import FakeFeed, demo, view

POINTS = tuple((60.0 * minute, float(minute)) for minute in range(60))


class NamingFeed(FakeFeed):
    """Answers with the name of the pod that it was asked about."""

    def courses(self, namespace: str, pod: str) -> tuple[Course, ...]:
        return (Course(f"of {pod}", POINTS, ()),)


def course(hand: Hand) -> str:
    return str(hand.screen.query_one("#course").render())


async def opened(hand: Hand) -> None:
    await hand.read()
    await hand.press("t")
    await hand.until(lambda: hand.screen.ready and hand.table.rows)


def test_the_biggest_come_first_and_any_column_sorts() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand)
        used = [row.row.values.get("memory", 0.0) for row in hand.table.rows]
        assert used == sorted(used, reverse=True)
        await hand.pilot.click("Table", offset=(hand.drawn("Table")[0].index("CPU") + 1, 0))
        used = [row.row.values.get("cpu", 0.0) for row in hand.table.rows]
        assert used == sorted(used, reverse=True)

    drive(act, size=(200, 40))


def test_the_course_is_that_of_the_pod_under_the_cursor() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand)
        await hand.until(lambda: hand.row.row.name in course(hand))
        await hand.press("j")
        assert course(hand) == ""
        await hand.until(lambda: hand.row.row.name in course(hand))
        await hand.press("3")
        await hand.until(lambda: hand.drawn("Table")[0].startswith("NODE"))
        assert course(hand) == ""

    drive(act, [NamingFeed(view(demo()))])


def test_without_prometheus_that_is_said() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand)
        await hand.until(lambda: "the last hour: there is no Prometheus that could tell" in course(hand))

    drive(act)


def test_nothing_measured() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press("t", "3")
        await hand.until(lambda: hand.drawn("Table")[0].startswith("NODE"))
        assert hand.drawn("Table")[1].split()[:2] == ["worker-1", "-"]
        await hand.press("4")
        await hand.until(lambda: hand.drawn("Table")[1].split() == ["data", "data-minio-0", "10.0Gi", "-", "-"])

    drive(act, [shows(view(msgspec.structs.replace(demo(), metrics=())))])


def test_enter_opens_what_is_measured() -> None:
    async def act(hand: Hand) -> None:
        for key, kind in (("1", "Pod"), ("2", "Pod"), ("3", "Node"), ("4", "PersistentVolumeClaim")):
            await opened(hand)
            await hand.press(key, "enter")
            await hand.until(lambda kind=kind: hand.drawn("#title")[0].split()[0] == kind)
            await hand.press("escape", "escape")

    drive(act)


def test_a_container_has_its_own_course() -> None:
    found = (Course("app", POINTS, POINTS), Course("proxy", POINTS, ()))
    assert "".join(text for text, _ in course_spans(found, "proxy")).startswith("the last hour  proxy ")
    both = "".join(text for text, _ in course_spans(found, ""))
    assert "app" in both
    assert "proxy" in both
