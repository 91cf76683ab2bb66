"""Asking a Prometheus server."""

import math
import time
from collections.abc import Callable

import msgspec

from diag.errors import AnswerError, ClusterError, DeadlineError, UnreachableError, UsageError
from diag.metrics.queries import QUERIES, Query
from diag.model.snapshot import Metrics, Sample

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 20.0


class Series(msgspec.Struct, frozen=True):
    """One series of an instant query: its labels, and its time and value."""

    metric: dict[str, str]
    value: tuple[float, str]


Ask = Callable[[str], list[Series]]


class Measured(msgspec.Struct, frozen=True):
    """What Prometheus answered; `unanswered` tells in a sentence each why some questions have no answer."""

    metrics: Metrics
    unanswered: tuple[str, ...] = ()


def connect(url: str, seconds: float | None) -> Ask:
    """A function that puts one query to the Prometheus at `url`; all of its answers may take `seconds` together.

    It raises UnreachableError when there is no connection, AnswerError when the answer is not Prometheus', and
    DeadlineError when the time is up. Raises UsageError for an address that is none.
    """
    import requests
    from prometheus_api_client import PrometheusConnect
    from prometheus_api_client.exceptions import PrometheusApiClientException
    from urllib3.util.retry import Retry

    try:
        client = PrometheusConnect(url.rstrip("/"), retry=Retry(total=0))
    except ValueError as error:
        raise UsageError(f"--prometheus {url}: not an address ({error})") from error
    end = None if seconds is None else time.monotonic() + seconds

    def ask(promql: str) -> list[Series]:
        left = _READ_SECONDS if end is None else min(_READ_SECONDS, end - time.monotonic())
        if left <= 0:
            raise DeadlineError(f"Prometheus at {url} took all the time that --timeout allows")
        try:
            return msgspec.convert(client.custom_query(promql, timeout=(_CONNECT_SECONDS, left)), list[Series])
        except requests.exceptions.JSONDecodeError as error:
            raise AnswerError(
                f"{url} did not answer like Prometheus: perhaps a login page; give its API's address"
            ) from error
        except requests.exceptions.RequestException as error:
            raise UnreachableError(
                f"Prometheus at {url} cannot be reached: {type(error).__name__}; check --prometheus"
            ) from error
        except PrometheusApiClientException as error:
            raise AnswerError(f"Prometheus at {url} refused a query: {' '.join(str(error).split())[:200]}") from error
        except (KeyError, TypeError, ValueError) as error:  # what the library makes of odd addresses and answers
            raise AnswerError(f"{url} did not answer like Prometheus: give its API's address") from error

    return ask


def measure(url: str, ask: Ask) -> Measured:
    """Put all questions. Raises ClusterError when not even the simplest one is answered."""
    known = {name for name in {need for query in QUERIES for need in query.needs} if ask(f"count({name})")}
    names: list[str] = []
    samples: list[Sample] = []
    unanswered = [f"no series {', '.join(sorted(lacking))}" for lacking in [_lacking(known)] if lacking]
    for query in QUERIES:
        if not known.issuperset(query.needs):
            continue
        try:
            samples += _samples(query, ask(query.promql))
        except ClusterError as error:
            unanswered.append(str(error))
        else:
            names.append(query.name)
    samples.sort(key=lambda s: (s.name, s.namespace, s.pod, s.container, s.claim))
    return Measured(Metrics(f"prometheus {url}", tuple(names), tuple(samples)), tuple(unanswered))


def _lacking(known: set[str]) -> set[str]:
    return {need for query in QUERIES for need in query.needs} - known


def _samples(query: Query, result: list[Series]) -> list[Sample]:
    return [
        Sample(
            query.name,
            number,
            namespace=series.metric.get("namespace", ""),
            pod=series.metric.get("pod", ""),
            container=series.metric.get("container", ""),
            claim=series.metric.get("persistentvolumeclaim", ""),
        )
        for series in result
        if math.isfinite(number := _number(series.value[1]))
    ]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
