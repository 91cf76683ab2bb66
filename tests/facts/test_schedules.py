import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import schedules
from diag.facts.index import Key
from tests.facts.pod_samples import ago, index
from tests.facts.workload_samples import owned_by, said

HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize(
    ("schedule", "longest"),
    [
        ("* * * * *", 60),
        ("*/5 * * * *", 300),
        ("*/7 * * * *", 420),
        ("15 * * * *", HOUR),
        ("0 */6 * * *", 6 * HOUR),
        ("0 9-17 * * *", 16 * HOUR),
        ("30 2 * * *", DAY),
        ("0 0,12 ? * ?", 12 * HOUR),
        ("5/20 * * * *", 1200),
        ("0 9 * * MON-FRI", 4 * DAY),
        ("0 9 * * 0", 8 * DAY),
        ("0 0 1 * *", 31 * DAY),
        ("0 0 31 * *", 62 * DAY),
        ("0 0 1 JAN,jul *", 7 * 31 * DAY),
        ("0 0 1 1 *", 366 * DAY),
        ("@hourly", HOUR),
        ("@daily", DAY),
        ("@midnight", DAY),
        ("@weekly", 8 * DAY),
        ("@monthly", 31 * DAY),
        ("@annually", 366 * DAY),
        ("@every 1h30m", 5400),
        ("TZ=Europe/Berlin 0 9 * * *", DAY),
        ("CRON_TZ=UTC 15 * * * *", HOUR),
        ("  0   9 * * *  ", DAY),
    ],
)
def test_the_longest_break_of_a_schedule(schedule: str, longest: float) -> None:
    assert schedules.longest_break(schedule) == longest


@pytest.mark.parametrize(
    "schedule",
    ["", "@often", "0 9 * *", "0 9 * * * *", "60 * * * *", "0 24 * * *", "0 0 0 * *", "0 0 * 13 *", "0 0 * * 7",
     "5-1 * * * *", "*/0 * * * *", "*-5 * * * *", "a * * * *", "@every", "@every soon", "@every 0s", "0 0 L * *",
     "1,,2 * * * *", "\u0665 * * * *", "-1 * * * *", "*/99999 * * * *"],
)  # fmt: skip
def test_what_the_controller_cannot_read_either(schedule: str) -> None:
    assert not schedules.is_readable(schedule)


@given(st.text(alphabet="0123456789*/,-@ abcJAN?#\x00", max_size=40))
def test_no_text_makes_it_fail(schedule: str) -> None:
    longest = schedules.longest_break(schedule)
    assert longest is None or 0 < longest < 400 * DAY


@pytest.mark.parametrize(("schedule", "names"), [("TZ=UTC * * * * *", True), ("* * * * *", False), ("TZ", False)])
def test_a_zone_within_the_schedule(schedule: str, names: bool) -> None:
    assert schedules.names_zone(schedule) is names


def cron_job(last: float | None = None, made: float = 400 * DAY, **spec: object) -> dict[str, object]:
    return {
        "metadata": {"name": "sync", "namespace": "shop", "uid": "uid-sync", "creationTimestamp": ago(made)},
        "spec": {"schedule": "0 * * * *", **spec},
        "status": {} if last is None else {"lastScheduleTime": ago(last)},
    }


@pytest.mark.parametrize(
    ("found", "overdue"),
    [
        (cron_job(last=2 * HOUR), False),
        (cron_job(last=2 * HOUR + 3800), False),  # the clocks may have been changed
        (cron_job(last=4 * HOUR), True),
        (cron_job(last=4 * HOUR, suspend=True), False),
        (cron_job(last=4 * HOUR, schedule="0 */6 * * *"), False),
        (cron_job(last=4 * HOUR, schedule="nonsense"), False),
        (cron_job(made=HOUR), False),
        (cron_job(), True),
    ],
)
def test_a_cron_job_is_overdue_after_two_breaks(found: dict[str, object], overdue: bool) -> None:
    indexed = index(cronjobs=[found])
    since = schedules.overdue_since(indexed, indexed.snapshot.all("cronjobs")[0])
    assert (since is not None) is overdue


@pytest.mark.parametrize(
    ("reason", "message", "told"),
    [
        ("UnparseableSchedule", 'unparseable schedule: "0 * * * *" : why', True),
        ("InvalidSchedule", 'invalid schedule: "0 * * *" : expected exactly 5 fields', False),
        ("UnknownTimeZone", 'invalid timeZone: "Europe/Nowhere": unknown time zone Europe/Nowhere', True),
        ("UnknownTimeZone", 'invalid timeZone: "Europe/Other": unknown time zone Europe/Other', False),
        ("MissSchedule", 'Missed scheduled time to start a job: "0 * * * *"', False),
    ],
)
def test_only_words_about_the_present_schedule_count(reason: str, message: str, told: bool) -> None:
    events = [said("CronJob", "sync", reason, message)]
    indexed = index(cronjobs=[cron_job(timeZone="Europe/Nowhere")], events=events)
    assert (schedules.fault(indexed, indexed.snapshot.all("cronjobs")[0]) == message) is told


def test_the_runs_that_are_still_on() -> None:
    def job(name: str, age: float, **status: object) -> dict[str, object]:
        meta = {"name": name, "namespace": "shop", "creationTimestamp": ago(age)}
        return {"metadata": {**meta, "ownerReferences": owned_by("CronJob", "sync")}, "status": status}

    jobs = [job("late", 60, active=1), job("early", 600, active=1), job("done", 900, completionTime=ago(800))]
    indexed = index(cronjobs=[cron_job()], jobs=jobs)
    found = indexed.snapshot.all("cronjobs")[0]
    assert schedules.running(indexed, Key("CronJob", "shop", "sync"), found) == ["early", "late"]
