"""Whatever a cluster holds, its recording tells the same."""

import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from diag.kube.config import load_access
from diag.kube.deadline import Deadline
from diag.kube.session import connect
from diag.model.kinds import BY_PLURAL
from diag.model.snapshot import Gap, Snapshot
from diag.sources.recorder import Recorder
from tests.fake_api import FakeApi, forbidden, not_served
from tests.model.strategies import damaged_pods, json_values, text
from tests.sources.samples import load, read

NOT_ASKED = Gap("metrics", "", "not-asked", "no Prometheus was asked: give --prometheus URL")
PLURALS = ["deployments", "events", "persistentvolumeclaims", "nodes", "statefulsets", "storageclasses"]
name = st.sampled_from(["a", "b", "web-1", "\x1b", ""])
said = text | st.sampled_from(
    ["Bearer " + "x" * 30, "http://u:p&w@h", "-----BEGIN PRIVATE KEY-----\nMII\n<b>", "ghp_" + "a" * 36]
)
annotations = st.dictionaries(
    st.sampled_from(["token", "note", "kubectl.kubernetes.io/last-applied-configuration"]), said
)
labels = st.dictionaries(text, text)
metadata = st.fixed_dictionaries(
    {"name": name, "namespace": name},
    optional={"annotations": annotations, "uid": name, "labels": labels | json_values},
)
status = st.fixed_dictionaries(
    {}, optional={"phase": text, "conditions": st.lists(st.fixed_dictionaries({"message": said}))}
)
template = st.fixed_dictionaries({"metadata": st.fixed_dictionaries({"annotations": annotations})})
spec = st.fixed_dictionaries(
    {}, optional={"template": template, "volumeClaimTemplates": st.lists(template, max_size=2)}
)
objects = st.fixed_dictionaries(
    {"metadata": metadata | json_values},
    optional={"status": status, "spec": spec | json_values, "message": said, "note": said},
)
clusters = st.fixed_dictionaries(
    {"pods": st.lists(damaged_pods(), max_size=3)},
    optional={plural: st.lists(objects, max_size=3) for plural in PLURALS},
)


def live_and_recorded(cluster: dict[str, list[Any]], place: Path) -> tuple[Snapshot, Snapshot]:
    with FakeApi() as api:
        for plural, items in cluster.items():
            api.serve_raw(plural, [json.dumps(item).encode() for item in items])
        api.fail("csidrivers", not_served())
        api.fail("services", forbidden())
        access = load_access(str(api.kubeconfig(place / "kubeconfig")), None, None, Deadline(20))
        with connect(access, Deadline(20)) as session:
            recorder = Recorder(str(place / "r"))
            snapshot = read(session, sink=recorder.add)
            snapshot = msgspec.structs.replace(snapshot, gaps=(*snapshot.gaps, NOT_ASKED))
            recorder.finish(snapshot)
    return snapshot, load(place / "r")


@settings(max_examples=50, deadline=None)
@given(clusters)
def test_the_snapshot_of_a_recording_is_that_of_the_cluster(cluster: dict[str, list[Any]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        live, recorded = live_and_recorded(cluster, Path(place))
    assert recorded == msgspec.structs.replace(live, source=recorded.source)
    assert list(recorded.objects) == [plural for plural in BY_PLURAL if plural in live.objects]
