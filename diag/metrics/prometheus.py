"""Asking a Prometheus server."""

import math
from collections.abc import Callable
from typing import Any

import msgspec

from diag.errors import AnswerError, ClusterError, UnreachableError
from diag.metrics.queries import QUERIES, Query
from diag.model.snapshot import Metrics, Sample

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 20.0

Ask = Callable[[str], list[dict[str, Any]]]


class Measured(msgspec.Struct, frozen=True):
    """What Prometheus answered; `unanswered` tells in a sentence each why some questions have no answer."""

    metrics: Metrics
    unanswered: tuple[str, ...] = ()


def connect(url: str, seconds: float | None) -> Ask:
    """A function that puts one query to the Prometheus at `url`, waiting at most `seconds` for an answer.

    It raises UnreachableError when there is no connection and AnswerError when the answer is not Prometheus'.
    """
    import requests
    from prometheus_api_client import PrometheusConnect
    from prometheus_api_client.exceptions import PrometheusApiClientException
    from urllib3.util.retry import Retry

    read = min(_READ_SECONDS, seconds) if seconds is not None else _READ_SECONDS
    client = PrometheusConnect(url.rstrip("/"), retry=Retry(total=0), timeout=(_CONNECT_SECONDS, max(read, 0.1)))

    def ask(promql: str) -> list[dict[str, Any]]:
        try:
            result = client.custom_query(promql)
        except requests.exceptions.JSONDecodeError as error:
            raise AnswerError(
                f"{url} did not answer like Prometheus: perhaps a login page; give its API's address"
            ) from error
        except requests.exceptions.RequestException as error:
            raise UnreachableError(
                f"Prometheus at {url} cannot be reached: {type(error).__name__}; check --prometheus"
            ) from error
        except (PrometheusApiClientException, KeyError) as error:
            raise AnswerError(f"Prometheus at {url} refused a query: {' '.join(str(error).split())[:200]}") from error
        if not isinstance(result, list):
            raise AnswerError(f"{url} did not answer like Prometheus: give its API's address")
        return result

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


def _samples(query: Query, result: list[dict[str, Any]]) -> list[Sample]:
    samples = []
    for series in result:
        labels, value = series.get("metric") or {}, series.get("value") or (0, "NaN")
        number = float(value[1])
        if math.isfinite(number):
            samples.append(
                Sample(
                    query.name,
                    number,
                    namespace=str(labels.get("namespace", "")),
                    pod=str(labels.get("pod", "")),
                    container=str(labels.get("container", "")),
                    claim=str(labels.get("persistentvolumeclaim", "")),
                )
            )
    return samples
