"""The kinds of Kubernetes objects that mondiag reads, by the names the API gives them."""

from typing import NamedTuple
from urllib.parse import quote


class Kind(NamedTuple):
    """One kind: `plural` and `kind` as in the API's discovery, `group` empty for the core group.

    Of a `metadata_only` kind just the metadata is asked for: that an object exists is enough.
    """

    plural: str
    kind: str
    group: str
    version: str
    namespaced: bool
    metadata_only: bool = False

    @property
    def resource(self) -> str:
        """The kind as `kubectl` and recordings name it: `pods`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, namespace: str | None = None) -> str:
        """The API path that lists the kind, in one namespace or everywhere."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        within = f"/namespaces/{quote(namespace, safe='')}" if self.namespaced and namespace else ""
        return f"{root}{within}/{self.plural}"


# In the order they are read: small and telling kinds first, so that findings can show before all pods are in.
KINDS: tuple[Kind, ...] = (
    Kind("namespaces", "Namespace", "", "v1", False),
    Kind("nodes", "Node", "", "v1", False),
    Kind("persistentvolumeclaims", "PersistentVolumeClaim", "", "v1", True),
    Kind("persistentvolumes", "PersistentVolume", "", "v1", False),
    Kind("events", "Event", "", "v1", True),
    Kind("pods", "Pod", "", "v1", True),
    Kind("storageclasses", "StorageClass", "storage.k8s.io", "v1", False),
    Kind("csidrivers", "CSIDriver", "storage.k8s.io", "v1", False),
    Kind("csinodes", "CSINode", "storage.k8s.io", "v1", False),
    Kind("volumeattachments", "VolumeAttachment", "storage.k8s.io", "v1", False),
    Kind("deployments", "Deployment", "apps", "v1", True),
    Kind("replicasets", "ReplicaSet", "apps", "v1", True),
    Kind("statefulsets", "StatefulSet", "apps", "v1", True),
    Kind("daemonsets", "DaemonSet", "apps", "v1", True),
    Kind("jobs", "Job", "batch", "v1", True),
    Kind("cronjobs", "CronJob", "batch", "v1", True),
    Kind("services", "Service", "", "v1", True),
    Kind("endpointslices", "EndpointSlice", "discovery.k8s.io", "v1", True),
    Kind("resourcequotas", "ResourceQuota", "", "v1", True),
    Kind("limitranges", "LimitRange", "", "v1", True),
    Kind("serviceaccounts", "ServiceAccount", "", "v1", True),
    Kind("horizontalpodautoscalers", "HorizontalPodAutoscaler", "autoscaling", "v2", True),
    Kind("poddisruptionbudgets", "PodDisruptionBudget", "policy", "v1", True),
    Kind("configmaps", "ConfigMap", "", "v1", True, metadata_only=True),
    Kind("ingresses", "Ingress", "networking.k8s.io", "v1", True),
    Kind("ingressclasses", "IngressClass", "networking.k8s.io", "v1", False),
    Kind("leases", "Lease", "coordination.k8s.io", "v1", True),
    Kind("apiservices", "APIService", "apiregistration.k8s.io", "v1", False),
    Kind("mutatingwebhookconfigurations", "MutatingWebhookConfiguration", "admissionregistration.k8s.io", "v1", False),
    Kind(
        "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", "admissionregistration.k8s.io", "v1", False
    ),
    Kind("certificatesigningrequests", "CertificateSigningRequest", "certificates.k8s.io", "v1", False),
)

BY_PLURAL: dict[str, Kind] = {kind.plural: kind for kind in KINDS}
BY_KIND: dict[str, Kind] = {kind.kind: kind for kind in KINDS}

# kubectl's short names (`kubectl api-resources`).
SHORT_NAMES: dict[str, str] = {
    "ns": "namespaces",
    "no": "nodes",
    "pvc": "persistentvolumeclaims",
    "pv": "persistentvolumes",
    "ev": "events",
    "po": "pods",
    "sc": "storageclasses",
    "deploy": "deployments",
    "rs": "replicasets",
    "sts": "statefulsets",
    "ds": "daemonsets",
    "cj": "cronjobs",
    "svc": "services",
    "quota": "resourcequotas",
    "limits": "limitranges",
    "sa": "serviceaccounts",
    "hpa": "horizontalpodautoscalers",
    "pdb": "poddisruptionbudgets",
    "cm": "configmaps",
    "ing": "ingresses",
    "csr": "certificatesigningrequests",
}
