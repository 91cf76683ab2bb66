"""How the use of containers went over time."""

from typing import NamedTuple

Points = tuple[tuple[float, float], ...]


class Course(NamedTuple):
    """The use of one container: points of (Unix time, cores or bytes), oldest first."""

    container: str
    cpu: Points
    memory: Points
