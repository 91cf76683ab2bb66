"""How requests come in and who keeps a promise: ingresses, webhooks, aggregated APIs, leases, certificates.

k8s.io/api networking/v1, admissionregistration/v1, coordination/v1, certificates/v1; k8s.io/kube-aggregator.
"""

from diag.model.cluster import LoadBalanced
from diag.model.meta import Base, Condition, LabelSelector, Metadata, Time


class BackendPort(Base, frozen=True):
    """A port of a service, by name or by number."""

    name: str = ""
    number: int = 0


class BackendService(Base, frozen=True):
    """A service of the ingress's namespace and one of its ports."""

    name: str = ""
    port: BackendPort = BackendPort()


class IngressBackend(Base, frozen=True):
    """Where requests go; a backend that is no service is not read."""

    service: BackendService | None = None


class HTTPPath(Base, frozen=True):
    """A path and its backend."""

    path: str = ""
    backend: IngressBackend = IngressBackend()


class HTTPRule(Base, frozen=True):
    """The paths of a host."""

    paths: tuple[HTTPPath, ...] = ()


class IngressRule(Base, frozen=True):
    """A host and its paths."""

    host: str = ""
    http: HTTPRule | None = None


class IngressSpec(Base, frozen=True):
    """What an ingress routes where."""

    ingress_class_name: str = ""
    default_backend: IngressBackend | None = None
    rules: tuple[IngressRule, ...] = ()


class Ingress(Base, frozen=True):
    """An ingress."""

    metadata: Metadata = Metadata()
    spec: IngressSpec = IngressSpec()
    status: LoadBalanced = LoadBalanced()


class IngressClassSpec(Base, frozen=True):
    """Who serves ingresses of a class."""

    controller: str = ""


class IngressClass(Base, frozen=True):
    """An ingress class."""

    metadata: Metadata = Metadata()
    spec: IngressClassSpec = IngressClassSpec()


class ServiceReference(Base, frozen=True):
    """A service that the API server calls, and the port; 443 where none is named."""

    namespace: str = ""
    name: str = ""
    port: int = 443


class WebhookClientConfig(Base, frozen=True):
    """Whom the API server calls; the certificate it trusts is not read."""

    service: ServiceReference | None = None
    url: str = ""


class Webhook(Base, frozen=True):
    """One webhook: without its answer, requests fail (failurePolicy Fail) or pass (Ignore)."""

    name: str = ""
    client_config: WebhookClientConfig = WebhookClientConfig()
    failure_policy: str = ""
    timeout_seconds: int = 10
    namespace_selector: LabelSelector | None = None


class WebhookConfiguration(Base, frozen=True):
    """What both kinds of webhook configuration are."""

    metadata: Metadata = Metadata()
    webhooks: tuple[Webhook, ...] = ()


class ValidatingWebhookConfiguration(WebhookConfiguration, frozen=True):
    """Webhooks that admit or refuse."""


class MutatingWebhookConfiguration(WebhookConfiguration, frozen=True):
    """Webhooks that change what is admitted."""


class APIServiceSpec(Base, frozen=True):
    """Who serves a group of the API; without `service` the API server itself."""

    service: ServiceReference | None = None
    group: str = ""
    version: str = ""


class APIServiceStatus(Base, frozen=True):
    """Whether the group is served."""

    conditions: tuple[Condition, ...] = ()


class APIService(Base, frozen=True):
    """A group of the API that is served by an aggregated server, or by the API server itself."""

    metadata: Metadata = Metadata()
    spec: APIServiceSpec = APIServiceSpec()
    status: APIServiceStatus = APIServiceStatus()


class LeaseSpec(Base, frozen=True):
    """Who holds a lease, and until when unless it is renewed (`lease_duration_seconds` after `renew_time`)."""

    holder_identity: str = ""
    lease_duration_seconds: int = 0
    renew_time: Time | None = None


class Lease(Base, frozen=True):
    """A lease: the heartbeat of a node (namespace kube-node-lease) or of a leader."""

    metadata: Metadata = Metadata()
    spec: LeaseSpec = LeaseSpec()


class SigningRequestSpec(Base, frozen=True):
    """Who asks whom for a certificate; the request itself is not read."""

    signer_name: str = ""
    username: str = ""


class SigningRequestStatus(Base, frozen=True):
    """Whether it was approved or denied; neither while it waits."""

    conditions: tuple[Condition, ...] = ()


class CertificateSigningRequest(Base, frozen=True):
    """A request for a certificate."""

    metadata: Metadata = Metadata()
    spec: SigningRequestSpec = SigningRequestSpec()
    status: SigningRequestStatus = SigningRequestStatus()
