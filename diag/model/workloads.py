"""What keeps pods running: controllers, autoscalers, budgets (k8s.io/api/apps, batch, autoscaling, policy)."""

from diag.model.meta import Base, Condition, LabelSelector, Metadata, ObjectReference, Time
from diag.model.pods import PodSpec


class PodTemplate(Base, frozen=True):
    """The template a controller makes pods from."""

    metadata: Metadata = Metadata()
    spec: PodSpec = PodSpec()


class RollingUpdate(Base, frozen=True):
    """How a rolling update proceeds; numbers or percentages as written."""

    max_unavailable: str | int | None = None
    partition: int = 0


class UpdateStrategy(Base, frozen=True):
    """How pods are replaced: RollingUpdate, Recreate (Deployment) or OnDelete."""

    type: str = ""
    rolling_update: RollingUpdate | None = None


class WorkloadSpec(Base, frozen=True):
    """The fields that Deployment, ReplicaSet, StatefulSet and DaemonSet share; absent ones keep their default."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplate = PodTemplate()
    paused: bool = False
    strategy: UpdateStrategy = UpdateStrategy()
    update_strategy: UpdateStrategy = UpdateStrategy()
    progress_deadline_seconds: int | None = None
    pod_management_policy: str = ""


class WorkloadStatus(Base, frozen=True):
    """How many replicas are how far."""

    observed_generation: int = 0
    replicas: int = 0
    ready_replicas: int = 0
    updated_replicas: int = 0
    available_replicas: int = 0
    desired_number_scheduled: int = 0
    number_ready: int = 0
    number_available: int = 0
    updated_number_scheduled: int = 0
    number_unavailable: int = 0
    number_misscheduled: int = 0
    current_number_scheduled: int = 0
    current_revision: str = ""
    update_revision: str = ""
    conditions: tuple[Condition, ...] = ()


class Deployment(Base, frozen=True):
    """A Deployment."""

    metadata: Metadata = Metadata()
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class ReplicaSet(Base, frozen=True):
    """A ReplicaSet, mostly one revision of a Deployment."""

    metadata: Metadata = Metadata()
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class StatefulSetSpec(WorkloadSpec, frozen=True):
    """What a StatefulSet adds: a claim of each template for every pod, named TEMPLATE-SET-ORDINAL."""

    volume_claim_templates: tuple[PodTemplate, ...] = ()


class StatefulSet(Base, frozen=True):
    """A StatefulSet."""

    metadata: Metadata = Metadata()
    spec: StatefulSetSpec = StatefulSetSpec()
    status: WorkloadStatus = WorkloadStatus()


class DaemonSet(Base, frozen=True):
    """A DaemonSet."""

    metadata: Metadata = Metadata()
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class JobSpec(Base, frozen=True):
    """How often a Job must end well, how often it may fail and how long it may take."""

    completions: int | None = None
    backoff_limit: int | None = None
    active_deadline_seconds: int | None = None
    suspend: bool = False
    template: PodTemplate = PodTemplate()


class JobStatus(Base, frozen=True):
    """How a Job went."""

    active: int = 0
    succeeded: int = 0
    failed: int = 0
    start_time: Time | None = None
    completion_time: Time | None = None
    conditions: tuple[Condition, ...] = ()


class Job(Base, frozen=True):
    """A Job."""

    metadata: Metadata = Metadata()
    spec: JobSpec = JobSpec()
    status: JobStatus = JobStatus()


class JobTemplate(Base, frozen=True):
    """The template a CronJob makes Jobs from."""

    metadata: Metadata = Metadata()
    spec: JobSpec = JobSpec()


class CronJobSpec(Base, frozen=True):
    """When a CronJob runs, and what."""

    schedule: str = ""
    time_zone: str = ""
    suspend: bool = False
    concurrency_policy: str = ""
    starting_deadline_seconds: int | None = None
    job_template: JobTemplate = JobTemplate()


class CronJobStatus(Base, frozen=True):
    """When a CronJob last ran."""

    last_schedule_time: Time | None = None
    last_successful_time: Time | None = None
    active: tuple[ObjectReference, ...] = ()


class CronJob(Base, frozen=True):
    """A CronJob."""

    metadata: Metadata = Metadata()
    spec: CronJobSpec = CronJobSpec()
    status: CronJobStatus = CronJobStatus()


class HorizontalPodAutoscalerSpec(Base, frozen=True):
    """What an autoscaler scales, and how far."""

    scale_target_ref: ObjectReference = ObjectReference()
    min_replicas: int | None = None
    max_replicas: int = 0


class HorizontalPodAutoscalerStatus(Base, frozen=True):
    """Where an autoscaler stands."""

    current_replicas: int = 0
    conditions: tuple[Condition, ...] = ()


class HorizontalPodAutoscaler(Base, frozen=True):
    """A HorizontalPodAutoscaler."""

    metadata: Metadata = Metadata()
    spec: HorizontalPodAutoscalerSpec = HorizontalPodAutoscalerSpec()
    status: HorizontalPodAutoscalerStatus = HorizontalPodAutoscalerStatus()


class PodDisruptionBudgetSpec(Base, frozen=True):
    """How many pods may be away; numbers or percentages as written."""

    min_available: str | int | None = None
    max_unavailable: str | int | None = None
    selector: LabelSelector | None = None
    unhealthy_pod_eviction_policy: str = ""


class PodDisruptionBudgetStatus(Base, frozen=True):
    """How many pods may be evicted now."""

    disruptions_allowed: int = 0
    current_healthy: int = 0
    desired_healthy: int = 0
    expected_pods: int = 0
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()


class PodDisruptionBudget(Base, frozen=True):
    """A PodDisruptionBudget."""

    metadata: Metadata = Metadata()
    spec: PodDisruptionBudgetSpec = PodDisruptionBudgetSpec()
    status: PodDisruptionBudgetStatus = PodDisruptionBudgetStatus()
