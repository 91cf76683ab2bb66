"""FakeApi: what tests fill, start, break and question."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from diag.model.kinds import Kind

from .answers import Answer, Refused, body, listing, page_not_found, single, status
from .discovery import discover
from .faults import Delivery, Fault, Instead
from .logs import log_answer
from .route import METRICS, SERVED, Route, kind_named, route
from .store import Store, Token
from .watches import Watches
from .wire import Request, Server


@dataclass
class _Planned:
    target: str
    fault: Fault
    namespace: str | None
    page: int | None
    verb: str | None
    fields: str | None
    left: int | None

    def hits(self, asked: Route) -> bool:
        page = Token.read(asked.continued).page if asked.continued else 0
        return (
            self.left != 0
            and self.target == asked.target
            and self.namespace in (None, asked.namespace)
            and self.verb in (None, asked.verb)
            and self.fields in (None, asked.fields)
            and self.page in (None, page)
            and (page > 0 or not (isinstance(self.fault, Instead) and self.fault.continued))
        )


class FakeApi:
    """A Kubernetes API server on a free port of loopback, from `with` until its end.

    What is added and removed is told to those who watch; `watches` has more of that.

    `requests` lists what was asked, in order; anything but a GET is answered 405. `logs` is by namespace,
    pod, container and whether it is the previous one. `proxied` is content type and body by path, through a
    Service or a node, or what makes them of the query. A body over `gzip_min` bytes is compressed for clients that
    accept it. With a `token`, requests without it are answered 401; while it is `down`, all of them 503.
    """

    def __init__(self) -> None:
        self.version = "v1.34.4"
        self.token: str | None = None
        self.down = False
        self.gzip_min = 128 * 1024
        self.logs: dict[tuple[str, str, str, bool], bytes] = {}
        self.proxied: dict[str, tuple[str, bytes] | Callable[[Mapping[str, str]], tuple[str, bytes]]] = {}
        self.requests: list[Request] = []
        self.watches = Watches()
        self._store = Store(self.watches)
        self._planned: list[_Planned] = []
        self._lock = threading.Lock()
        self._server = Server(self._answer)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.watches.end()
        self._server.close()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def kubeconfig(self, path: Path, token: str | None = None, namespace: str | None = None) -> Path:
        """Write a kubeconfig whose context `fake` is this server; YAML in its JSON form."""
        context = {"cluster": "fake", "user": "fake"} | ({"namespace": namespace} if namespace else {})
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "fake",
            "clusters": [{"name": "fake", "cluster": {"server": self.url}}],
            "contexts": [{"name": "fake", "context": context}],
            "users": [{"name": "fake", "user": {"token": token} if token else {}}],
        }
        path.write_text(json.dumps(config, indent=2))
        return path

    def add(self, name: str, *objects: Mapping[str, Any]) -> None:
        """Put objects in: `pods`, `deployments`, `pods.metrics.k8s.io`; none at all means: served, but empty.

        What the server would fill in is filled in: namespace, uid, resourceVersion, creationTimestamp.
        """
        self._store.add(kind_named(name), objects)

    def remove(self, name: str, namespace: str, *names: str) -> None:
        """Take objects out again."""
        self._store.remove(kind_named(name), namespace, names)

    def serve_raw(self, name: str, items: Sequence[bytes]) -> None:
        """Serve serialised items (no kind, no apiVersion), in the order of lists: namespace, name."""
        self._store.serve_raw(kind_named(name), items)

    def fail(
        self,
        target: str,
        fault: Fault,
        *,
        namespace: str | None = None,
        times: int | None = None,
        page: int | None = None,
        verb: str | None = None,
        fields: str | None = None,
    ) -> None:
        """Let requests go wrong: those for a kind (`pods`), a subresource (`pods/log`) or a path (`/version`).

        `namespace=""` means the cluster scope only. `page` counts a list's pages from 0. `verb` is `list`, `watch` or
        `get`, `fields` a field selector, empty for none. The first planned fault that fits is the one that happens.
        """
        if not target.startswith("/"):
            name, slash, subresource = target.partition("/")
            target = kind_named(name).resource + slash + subresource
        self._planned.append(_Planned(target, fault, namespace, page, verb, fields, times))

    def mend(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._planned.clear()

    def _answer(self, request: Request) -> tuple[Answer, Delivery]:
        self.requests.append(request)
        try:
            answer, how = self._answer_or_fault(request)
        except Refused as refused:
            answer, how = refused.answer, Delivery()
        return replace(answer, gzip=answer.length > self.gzip_min), how

    def _answer_or_fault(self, request: Request) -> tuple[Answer, Delivery]:
        if request.method != "GET":
            message = "the server does not allow this method on the requested resource"
            raise Refused(status(405, "MethodNotAllowed", message))
        if self.down:
            raise Refused(status(503, "ServiceUnavailable", "the server is currently unable to handle the request"))
        if self.token is not None and request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refused(status(401, "Unauthorized", "Unauthorized"))
        asked = route(request.path, request.query)
        fault = self._fault(asked)
        if isinstance(fault, Instead):
            return fault.answer(asked), Delivery()
        return self._true_answer(asked, request), fault or Delivery()

    def _fault(self, asked: Route) -> Fault | None:
        with self._lock:
            for planned in self._planned:
                if planned.hits(asked):
                    planned.left = None if planned.left is None else planned.left - 1
                    return planned.fault
        return None

    def _true_answer(self, asked: Route, request: Request) -> Answer:
        kind = asked.kind
        if kind is None:
            return discover(asked.path, self.version, self._served())
        if kind not in self._served():
            return page_not_found()
        if asked.subresource == "proxy":
            return self._proxy(asked, request.query)
        if asked.subresource == "log":
            pod = self._store.find(kind, asked.namespace, asked.name)
            return log_answer(self.logs, asked.namespace, asked.name, pod, request.query)
        form = _form(request.headers.get("Accept", ""))
        if asked.name:
            return self._object(kind, asked, form)
        if asked.watching:
            lines = self.watches.lines(kind, asked, request.query, form)
            return Answer(200, "application/json", lines, 0, chunked=True)
        page = self._store.page(kind, asked.namespace, request.query)
        include = request.query.get("includeObject", "Metadata")
        return listing(kind, page.metadata, page.items, form, include, chunked="limit" not in request.query)

    def _served(self) -> tuple[Kind, ...]:
        return tuple(kind for kind in SERVED if kind not in METRICS or self._store.has(kind))

    def _proxy(self, asked: Route, query: Mapping[str, str]) -> Answer:
        if asked.path not in self.proxied:
            message = f'no endpoints available for service "{asked.name}"'
            raise Refused(status(503, "ServiceUnavailable", message))
        found = self.proxied[asked.path]
        content_type, content = found(query) if callable(found) else found
        return body(content, content_type)

    def _object(self, kind: Kind, asked: Route, form: str) -> Answer:
        item = self._store.find(kind, asked.namespace, asked.name)
        if item is None:
            details = {"name": asked.name, "group": kind.group, "kind": kind.plural}
            message = f'{kind.resource} "{asked.name}" not found'
            raise Refused(status(404, "NotFound", message, details=details))
        return single(kind, item, form)


def _form(accept: str) -> str:
    """`Table`, `PartialObjectMetadataList` or empty: a list of choices is answered with plain JSON."""
    media_type, *parameters = accept.replace(" ", "").split(";")
    if "," in accept or media_type != "application/json":
        return ""
    return dict(parameter.partition("=")[::2] for parameter in parameters).get("as", "")
