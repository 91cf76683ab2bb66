"""When a CronJob should run: its schedule as far as it tells how long a break between two runs can be.

The syntax is that of the library which the controller uses (robfig/cron v3, ParseStandard): five fields or a macro.
"""

import re
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from diag.facts.index import Index, Key
from diag.facts.owners import owned
from diag.model.units import parse_duration
from diag.model.workloads import CronJob, Job

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_JAN_TO_DEC = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: i for i, name in enumerate(_JAN_TO_DEC, 1)}
_DAYS = {name: i for i, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
# Least and greatest value of minute, hour, day of the month, month, day of the week; and names of values.
_FIELDS: tuple[tuple[int, int, dict[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)
_ZONE = re.compile(r"^(?:CRON_)?TZ=\S+\s+")
_ITEM = re.compile(r"(?P<from>\*|\?|\w+)(?:-(?P<to>\w+))?(?:/(?P<step>\d{1,4}))?")
_FAULTS = ("UnparseableSchedule", "UnParseableCronJobSchedule", "InvalidSchedule", "UnknownTimeZone")
_DAY = 86400.0
_MONTH = 31 * _DAY
_YEAR = 366 * _DAY
# Beyond two breaks, the time that a controller may lag and by which a change of the clocks moves a run.
_LEEWAY = 3900.0


@lru_cache(maxsize=4096)
def longest_break(schedule: str) -> float | None:
    """The most seconds that can lie between two runs of a schedule, never too few; None when it cannot be read."""
    text = _ZONE.sub("", schedule.strip())
    if text.startswith("@every "):
        return _every(text.removeprefix("@every ").strip())
    fields = _MACROS.get(text, text).split()
    if len(fields) != len(_FIELDS):
        return None
    values = [_values(field, *bounds) for field, bounds in zip(fields, _FIELDS, strict=True)]
    return None if any(value is None for value in values) else _break(fields, [value or set() for value in values])


def is_readable(schedule: str) -> bool:
    """Whether the schedule can be read at all."""
    return longest_break(schedule) is not None


def names_zone(schedule: str) -> bool:
    """Whether a schedule names its time zone within itself (`TZ=…`, `CRON_TZ=…`)."""
    return _ZONE.match(schedule.strip()) is not None


def fault(index: Index, found: CronJob) -> str | None:
    """What the controller says is wrong with the present schedule or time zone (pkg/controller/cronjob).

    An event is kept when it names what was there before, too: then it tells nothing of the present one.
    """
    present = [f'"{text}"' for text in (found.spec.schedule, found.spec.time_zone) if text]
    for event in index.events("CronJob", found.metadata):
        if event.reason in _FAULTS and any(text in event.message.replace("\\", "") for text in present):
            return event.message
    return None


def overdue_since(index: Index, found: CronJob) -> datetime | None:
    """When a CronJob last ran, where that is more than two of the longest breaks of its schedule ago; else None.

    None also while it is suspended, and for a schedule that cannot be read.
    """
    last = found.status.last_schedule_time or found.metadata.creation_timestamp
    longest = longest_break(found.spec.schedule)
    age = index.age(last)
    if found.spec.suspend or longest is None or age is None:
        return None
    return last if age > 2 * longest + _LEEWAY else None


def running(index: Index, key: Key, found: CronJob) -> list[str]:
    """Names of the Jobs of a CronJob that have not ended, the oldest first."""
    jobs: list[Job] = owned(index, "jobs", key)
    active = [job for job in jobs if job.status.active and not job.status.completion_time]
    names = [job.metadata.name for job in sorted(active, key=_made)]
    return names or [reference.name for reference in found.status.active if reference.name]


def _made(job: Job) -> tuple[bool, float, str]:
    made = job.metadata.creation_timestamp
    return made is None, made.timestamp() if made else 0.0, job.metadata.name


def _every(text: str) -> float | None:
    try:
        return parse_duration(text) or None
    except ValueError:
        return None


def _values(field: str, least: int, most: int, names: dict[str, int]) -> set[int] | None:
    """The values that one field allows; None when it cannot be read."""
    found: set[int] = set()
    for item in field.lower().split(","):
        parts = _ITEM.fullmatch(item)
        span = _span(parts, least, most, names) if parts else None
        if parts is None or span is None:
            return None
        step = int(parts["step"] or 1)
        if step == 0:
            return None
        found.update(range(span[0], span[1] + 1, step))
    return found


def _span(parts: re.Match[str], least: int, most: int, names: dict[str, int]) -> tuple[int, int] | None:
    if parts["from"] in ("*", "?"):
        return (least, most) if parts["to"] is None else None
    start = _number(parts["from"], names)
    end = _number(parts["to"], names) if parts["to"] else most if parts["step"] else start
    return (start, end) if start is not None and end is not None and least <= start <= end <= most else None


def _number(text: str, names: dict[str, int]) -> int | None:
    if text in names:
        return names[text]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else None


def _break(fields: list[str], values: list[set[int]]) -> float:
    """An upper bound: of days that are not all allowed only the longest row of those without a run counts."""
    minutes, hours, days, months, weekdays = values
    every_day = all(field in ("*", "?") for field in fields[2:])
    if every_day:
        times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
        return 60.0 * _widest(times, 24 * 60)
    if fields[3] not in ("*", "?"):
        return _YEAR if len(months) == 1 else _MONTH * (_widest(sorted(months), 12) + 1)
    if fields[2] not in ("*", "?"):
        return 2 * _MONTH if min(days) > 28 else _MONTH  # not every month has a 29th
    return _DAY * (_widest(sorted(weekdays), 7) + 1)


def _widest(values: list[int], around: int) -> int:
    """The widest step between neighbours on a circle."""
    return max((b - a for a, b in pairwise([*values, values[0] + around])), default=around)
