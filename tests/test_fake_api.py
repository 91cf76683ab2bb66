"""The fake API server has the manners of the real one, and fails the way it is told to."""

import gzip
import json
import shutil
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests import fake_api
from tests.fake_api import FakeApi

KUBECTL = shutil.which("kubectl")
TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1"
PARTIAL = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as started:
        yield started


@pytest.fixture
def http(api: FakeApi) -> Iterator[urllib3.HTTPConnectionPool]:
    with urllib3.connection_from_url(api.url, retries=False, timeout=10, maxsize=4) as pool:
        yield pool


def pod(name: str, namespace: str = "shop", phase: str = "Running", **labels: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "labels": labels},
        "spec": {"containers": [{"name": "app"}]},
        "status": {"phase": phase},
    }


def names(answer: urllib3.BaseHTTPResponse) -> list[str]:
    return [item["metadata"]["name"] for item in answer.json()["items"]]


def test_list_looks_as_go_prints_it(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.add("pods", pod("web", app="<&>"))
    answer = http.request("GET", "/api/v1/pods")
    assert answer.data.startswith(b'{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1001"},')
    assert b'"items":[{"metadata":{"name":"web","namespace":"shop","uid":' in answer.data
    assert rb'"app":"\u003c\u0026\u003e"' in answer.data
    assert answer.headers["Transfer-Encoding"] == "chunked"


def test_pages_are_of_one_snapshot(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.add("pods", *(pod(f"web-{number}") for number in range(5)))
    first = http.request("GET", "/api/v1/pods?limit=2")
    api.add("pods", pod("web-00"), pod("web-3", phase="Failed"))
    metadata = first.json()["metadata"]
    second = http.request("GET", "/api/v1/pods", fields={"limit": "3", "continue": metadata["continue"]})
    assert metadata["remainingItemCount"] == 3
    assert names(first) + names(second) == ["web-0", "web-1", "web-2", "web-3", "web-4"]
    assert second.json()["metadata"] == {"resourceVersion": metadata["resourceVersion"]}
    assert second.json()["items"][1]["status"] == {"phase": "Running"}


def test_expired_token_offers_one_that_goes_on(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.add("pods", *(pod(f"web-{number}") for number in range(4)))
    api.fail("pods", fake_api.expired(), times=1)
    first = http.request("GET", "/api/v1/pods?limit=2").json()["metadata"]
    refused = http.request("GET", "/api/v1/pods", fields={"limit": "2", "continue": first["continue"]})
    api.add("pods", pod("web-0a"), pod("web-2a"))
    fresh = refused.json()["metadata"]["continue"]
    rest = http.request("GET", "/api/v1/pods", fields={"continue": fresh})
    assert (refused.status, refused.json()["reason"]) == (410, "Expired")
    assert names(rest) == ["web-2", "web-2a", "web-3"]
    assert rest.json()["metadata"]["resourceVersion"] != first["resourceVersion"]


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [
        ("labelSelector=app=web", ["a", "b"]),
        ("labelSelector=app==web,tier!=front", ["b"]),
        ("labelSelector=app!=web", ["c", "d"]),
        ("labelSelector=app in (db, web),tier", ["a"]),
        ("labelSelector=app notin (db,web)", ["d"]),
        ("labelSelector=!app", ["d"]),
        ("fieldSelector=status.phase!=Running,status.phase!=Succeeded", ["c"]),
        ("fieldSelector=metadata.name=b", ["b"]),
        ("fieldSelector=metadata.namespace=ci&labelSelector=app", ["c"]),
    ],
)
def test_selectors(api: FakeApi, http: urllib3.HTTPConnectionPool, selector: str, chosen: list[str]) -> None:
    api.add("pods", pod("a", app="web", tier="front"), pod("b", app="web"))
    api.add("pods", pod("c", "ci", "Pending", app="db"), pod("d", "ci", "Succeeded"))
    selected = http.request("GET", f"/api/v1/pods?limit=1&{selector}").json()
    everything = http.request("GET", f"/api/v1/pods?{selector}")
    assert sorted(names(everything)) == chosen
    assert len(selected["items"]) == 1
    assert "remainingItemCount" not in selected["metadata"]


def test_events_by_type_and_object(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    for number, kind in enumerate(["Normal", "Warning"]):
        involved = {"kind": "Pod", "uid": f"uid-{number}"}
        api.add("events", {"metadata": {"name": kind.lower()}, "type": kind, "involvedObject": involved})
    path = "/api/v1/namespaces/default/events?fieldSelector="
    assert names(http.request("GET", path + "type=Warning,involvedObject.uid=uid-1")) == ["warning"]
    assert names(http.request("GET", path + "type=Warning,involvedObject.uid=uid-0")) == []
    assert http.request("GET", path + "spec.nodeName=n1").status == 400


def test_objects_and_namespaces(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.add("deployments", {"metadata": {"name": "web", "namespace": "shop", "uid": "u1"}})
    api.add("namespaces", {"metadata": {"name": "shop"}})
    found = http.request("GET", "/apis/apps/v1/namespaces/shop/deployments/web")
    absent = http.request("GET", "/apis/apps/v1/namespaces/ci/deployments/web")
    assert found.data.startswith(b'{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web",')
    assert found.json()["metadata"]["uid"] == "u1"
    assert (absent.status, absent.json()["message"]) == (404, 'deployments.apps "web" not found')
    assert http.request("GET", "/api/v1/namespaces/shop").json()["kind"] == "Namespace"
    assert names(http.request("GET", "/apis/apps/v1/namespaces/ci/deployments")) == []


def test_what_is_not_served(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    path = "/apis/metrics.k8s.io/v1beta1/pods"
    for unknown in (path, "/apis/example.com/v1/things", "/api/v1/namespaces/shop/nodes"):
        answer = http.request("GET", unknown)
        assert (answer.status, answer.data) == (404, b"404 page not found\n")
    api.add("pods.metrics.k8s.io", {"metadata": {"name": "web"}, "containers": []})
    assert http.request("GET", path).json()["kind"] == "PodMetricsList"


def test_table_and_metadata_forms(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.add("pods", pod("web"))
    table = http.request("GET", "/api/v1/pods", headers={"Accept": TABLE}).json()
    bare = http.request("GET", "/api/v1/pods?includeObject=None", headers={"Accept": TABLE}).json()
    partial = http.request("GET", "/api/v1/pods", headers={"Accept": PARTIAL}).json()
    choices = http.request("GET", "/api/v1/pods", headers={"Accept": f"{PARTIAL},application/json"}).json()
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Age"]
    assert table["rows"][0]["cells"][0] == "web"
    assert table["rows"][0]["object"]["metadata"]["namespace"] == "shop"
    assert bare["rows"][0]["object"] is None
    assert partial["items"][0].keys() == {"kind", "apiVersion", "metadata"}
    assert choices["kind"] == "PodList"


@pytest.mark.parametrize("query", ["", "?limit=9"])
def test_gzip_is_for_big_bodies(api: FakeApi, http: urllib3.HTTPConnectionPool, query: str) -> None:
    api.add("pods", pod("web"))
    accept = {"Accept-Encoding": "gzip"}
    plain = http.request("GET", f"/api/v1/pods{query}", headers=accept)
    api.gzip_min = 0
    packed = http.request("GET", f"/api/v1/pods{query}", headers=accept, decode_content=False)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert http.request("GET", f"/api/v1/pods{query}").data == plain.data


@pytest.mark.parametrize("query", ["", "?limit=1000"])
def test_raw_items_are_served_as_they_are(api: FakeApi, http: urllib3.HTTPConnectionPool, query: str) -> None:
    items = [b'{"metadata":{"name":"web-%04d","namespace":"shop"}}' % number for number in range(1000)]
    api.serve_raw("pods", items)
    answer = http.request("GET", f"/api/v1/pods{query}")
    assert answer.data.endswith(b'"items":[' + b",".join(items) + b"]}\n")
    assert len(names(http.request("GET", "/api/v1/namespaces/shop/pods"))) == 1000
    assert http.request("GET", "/api/v1/namespaces/shop/pods/web-0999").json()["kind"] == "Pod"


def test_logs(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.add("pods", pod("web"))
    api.logs["shop", "web", "app", False] = b"one\ntwo\xff\r50%\nthree"
    path = "/api/v1/namespaces/shop/pods/web/log"
    assert http.request("GET", f"{path}?tailLines=2").data == b"two\xff\r50%\nthree"
    assert http.request("GET", f"{path}?container=app&tailLines=2&limitBytes=3").data == b"two"
    assert http.request("GET", f"{path}?timestamps=true&tailLines=1").data.endswith(b"Z three")
    previous = http.request("GET", f"{path}?container=app&previous=true")
    assert (previous.status, previous.json()["reason"]) == (400, "BadRequest")
    unknown = http.request("GET", "/api/v1/namespaces/shop/pods/gone/log")
    assert (unknown.status, unknown.json()["message"]) == (404, 'pods "gone" not found')


def test_log_of_a_container_that_waits(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    states = [{"name": "app", "state": {"waiting": {"reason": "ContainerCreating"}}}]
    api.add("pods", {**pod("web"), "status": {"containerStatuses": states}}, pod("silent"))
    answer = http.request("GET", "/api/v1/namespaces/shop/pods/web/log")
    assert answer.status == 400
    assert answer.json()["message"].endswith("is waiting to start: ContainerCreating")
    assert http.request("GET", "/api/v1/namespaces/shop/pods/silent/log").data == b""


def test_proxied_services(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    path = "/api/v1/namespaces/mon/services/prometheus:9090/proxy/api/v1/query"
    assert http.request("GET", path).status == 503
    api.proxied[path] = ("application/json", b'{"status":"success"}')
    assert http.request("GET", f"{path}?query=up").json() == {"status": "success"}
    assert api.requests[-1].query == {"query": "up"}


def test_version_and_discovery(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.version = "v1.29.3-eks-1"
    version = http.request("GET", "/version").json()
    groups = http.request("GET", "/apis").json()["groups"]
    resources = http.request("GET", "/apis/batch/v1").json()["resources"]
    assert (version["gitVersion"], version["major"], version["minor"]) == ("v1.29.3-eks-1", "1", "29")
    assert "policy" in [group["name"] for group in groups]
    assert [resource["name"] for resource in resources] == ["jobs", "cronjobs"]
    assert http.request("GET", "/readyz").data == b"ok"


def test_writes_are_refused_and_remembered(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    answers = [http.request(method, "/api/v1/pods", body=b"{}") for method in ("POST", "PATCH", "DELETE")]
    assert [answer.status for answer in answers] == [405, 405, 405]
    assert [request.method for request in api.requests] == ["POST", "PATCH", "DELETE"]
    assert http.num_connections == 1


def test_token_and_kubeconfig(api: FakeApi, http: urllib3.HTTPConnectionPool, tmp_path: Path) -> None:
    api.token = "secret"
    config = json.loads(api.kubeconfig(tmp_path / "config", token="secret", namespace="shop").read_text())
    assert config["clusters"][0]["cluster"] == {"server": api.url}
    assert config["contexts"][0]["context"]["namespace"] == "shop"
    assert http.request("GET", "/api/v1/pods").json()["reason"] == "Unauthorized"
    token = config["users"][0]["user"]["token"]
    answer = http.request("GET", "/api/v1/pods", headers={"authorization": f"Bearer {token}"})
    assert answer.status == 200
    assert api.requests[-1].headers["Authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    ("fault", "code", "content"),
    [
        (fake_api.unauthorized(), 401, b'"reason":"Unauthorized"'),
        (fake_api.not_served(), 404, b"404 page not found\n"),
        (fake_api.throttled(7), 429, b'"retryAfterSeconds":7'),
        (fake_api.server_error(500), 500, b'"reason":"InternalError"'),
        (fake_api.server_error(503, b"<html>bad gateway</html>", "text/html"), 503, b"<html>"),
        (fake_api.html(), 200, b"<!DOCTYPE html>"),
        (fake_api.garbage(), 200, b"hello"),
    ],
)
def test_other_answers(
    api: FakeApi, http: urllib3.HTTPConnectionPool, fault: fake_api.Fault, code: int, content: bytes
) -> None:
    api.fail("pods", fault, times=1)
    answer = http.request("GET", "/api/v1/pods")
    assert (answer.status, content in answer.data) == (code, True)
    assert answer.headers.get("Retry-After") == ("7" if code == 429 else None)
    assert http.request("GET", "/api/v1/pods").status == 200


def test_forbidden_says_what_and_where(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.fail("pods", fake_api.forbidden(), namespace="")
    api.fail("deployments", fake_api.forbidden())
    api.fail("/version", fake_api.forbidden())
    cluster = http.request("GET", "/api/v1/pods")
    apps = http.request("GET", "/apis/apps/v1/namespaces/shop/deployments")
    words = 'pods is forbidden: User "fake" cannot list resource "pods" in API group "" at the cluster scope'
    assert (cluster.status, cluster.json()["message"]) == (403, words)
    assert 'deployments.apps is forbidden: User "fake" cannot list resource "deployments"' in apps.json()["message"]
    assert apps.json()["message"].endswith('in API group "apps" in the namespace "shop"')
    assert http.request("GET", "/api/v1/namespaces/shop/pods").status == 200
    assert http.request("GET", "/version").status == 403


def test_fault_on_one_page(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.add("pods", *(pod(f"web-{number}") for number in range(4)))
    api.fail("pods", fake_api.server_error(), page=1, times=1)
    token = http.request("GET", "/api/v1/pods?limit=2").json()["metadata"]["continue"]
    fields = {"limit": "2", "continue": token}
    assert http.request("GET", "/api/v1/pods", fields=fields).status == 500
    assert names(http.request("GET", "/api/v1/pods", fields=fields)) == ["web-2", "web-3"]


@pytest.mark.parametrize("query", ["", "?limit=9"])
@pytest.mark.parametrize("after", [0, 30, 10_000])
def test_cut_connections(api: FakeApi, http: urllib3.HTTPConnectionPool, query: str, after: int) -> None:
    api.add("pods", pod("web"))
    api.fail("pods", fake_api.cut(after), times=1)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        http.request("GET", f"/api/v1/pods{query}")
    assert names(http.request("GET", f"/api/v1/pods{query}")) == ["web"]


@pytest.mark.parametrize("query", ["", "?limit=9"])
def test_stalled_body_sends_its_start(api: FakeApi, query: str) -> None:
    api.fail("pods", fake_api.stalled(10))
    connection = HTTPConnection(api.url.removeprefix("http://"), timeout=10)
    connection.request("GET", f"/api/v1/pods{query}")
    answer = connection.getresponse()
    assert answer.read(10) == b'{"kind":"P'
    connection.sock.settimeout(0.1)
    with pytest.raises(TimeoutError):
        answer.read(1)
    connection.close()


def test_closing_frees_stalled_clients() -> None:
    with FakeApi() as api:
        api.fail("/version", fake_api.stalled(5))
        answer = urllib3.request("GET", f"{api.url}/version", preload_content=False, retries=False, timeout=30)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        answer.read()


def test_truncated_json_is_whole_http(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.add("pods", pod("web"))
    api.fail("pods", fake_api.truncated_json())
    answer = http.request("GET", "/api/v1/pods?limit=1")
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_slow_bodies_come_in_small_chunks(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.fail("pods", fake_api.slow(0.001, chunk_bytes=7))
    answer = http.request("GET", "/api/v1/pods", preload_content=False)
    chunks = list(answer.read_chunked())
    assert max(map(len, chunks)) == 7
    assert json.loads(b"".join(chunks))["kind"] == "PodList"


def test_slow_bodies_keep_clients_waiting(api: FakeApi, http: urllib3.HTTPConnectionPool) -> None:
    api.fail("pods", fake_api.slow(60))
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        http.request("GET", "/api/v1/pods", timeout=0.1)


@pytest.mark.skipif(KUBECTL is None, reason="no kubectl here")
def test_kubectl_reads_it(api: FakeApi, tmp_path: Path) -> None:
    api.add("pods", *(pod(f"web-{number}") for number in range(5)))
    api.logs["shop", "web-1", "app", False] = b"one\ntwo\n"
    config = api.kubeconfig(tmp_path / "config", namespace="shop")
    command = [str(KUBECTL), f"--kubeconfig={config}", f"--cache-dir={tmp_path}"]

    def kubectl(*arguments: str) -> list[str]:
        return subprocess.run([*command, *arguments], check=True, capture_output=True, text=True).stdout.split()

    assert kubectl("get", "pods", "--chunk-size=2", "-o", "name") == [f"pod/web-{n}" for n in range(5)]
    assert kubectl("logs", "web-1", "--tail=1") == ["two"]
    assert [request.query.get("limit") for request in api.requests].count("2") == 3
