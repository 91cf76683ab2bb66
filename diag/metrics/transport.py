"""The way of requests to a Prometheus that only the API server can reach. Imported late: it brings `requests` along."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import BaseAdapter

from diag.metrics.prometheus import Get


class Through(BaseAdapter):
    """Answers requests by reading their path and query with `get`, whose errors come out as they are."""

    def __init__(self, get: Get) -> None:
        super().__init__()
        self._get = get

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The answer, which is always a 200; `timeout` is the pair (connect, read) in seconds."""
        parts = urlsplit(str(request.url))
        response = requests.Response()
        response.raw = BytesIO(self._get(parts.path, parse_qsl(parts.query), timeout[1]))
        response.status_code = 200
        response.request = request
        response.url = str(request.url)
        return response

    def close(self) -> None:
        """Nothing is held open."""
