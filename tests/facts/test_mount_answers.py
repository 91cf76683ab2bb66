import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts.mount_answers import NAMES, UNKNOWN, classify, missing_key, missing_object, named_driver, read

SETUP = 'MountVolume.SetUp failed for volume "v" : '
DEVICE = 'MountVolume.MountDevice failed for volume "v" : '
ATTACH = 'AttachVolume.Attach failed for volume "v" : '
NFS = SETUP + (
    "mount failed: exit status 32\nMounting command: mount\n"
    "Mounting arguments: -t nfs nfs.lan:/x /var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/v\nOutput: "
)
NO_DRIVER = "driver name d.example not found in the list of registered CSI drivers"
# (message, answer)
TOLD = [
    (SETUP + 'configmap "app" not found', "object-missing"),
    (SETUP + 'secret "tls" not found', "object-missing"),
    (SETUP + '[configmap "a" not found, secret "b" not found]', "object-missing"),
    (SETUP + 'configmaps "app" not found', "object-missing"),
    (SETUP + 'failed to fetch token: serviceaccounts "web" not found', "object-missing"),
    (SETUP + "configmap references non-existent config key: app.yaml", "key-missing"),
    (SETUP + "references non-existent secret key: tls.crt", "key-missing"),
    (SETUP + 'object "shop"/"kube-root-ca.crt" not registered', "not-synced"),
    (SETUP + "failed to sync configmap cache: timed out waiting for the condition", "not-synced"),
    (SETUP + "failed to sync secret cache: timed out waiting for the condition", "not-synced"),
    (
        SETUP + 'secrets "s" is forbidden: User "system:node:n" cannot get resource "secrets" in API group "" in the '
        "namespace \"shop\": no relationship found between node 'n' and this object",
        "not-synced",
    ),
    ('Multi-Attach error for volume "v" Volume is already used by pod(s) a, b', "multi-attach"),
    ('Multi-Attach error for volume "v" Volume is already used by 2 pod(s) in different namespaces', "multi-attach"),
    (
        'Multi-Attach error for volume "v" Volume is already exclusively attached to one node and can\'t be attached '
        "to another",
        "multi-attach",
    ),
    (
        DEVICE + "kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: " + NO_DRIVER,
        "driver-missing",
    ),
    (SETUP + "kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: " + NO_DRIVER, "driver-missing"),
    (ATTACH + "CSINode node-a does not contain driver d.example", "driver-missing"),
    (ATTACH + "timed out waiting for external-attacher of d.example CSI driver to attach volume h", "attacher-silent"),
    (ATTACH + "attachdetachment timeout for volume h", "attacher-silent"),
    (ATTACH + "volume attachment is being deleted", "detaching"),
    (ATTACH + "rpc error: code = Internal desc = AttachmentLimitExceeded: no more", "limit"),
    (ATTACH + "rpc error: code = Internal desc = VolumeInUse: vol-1 is already attached to an instance", "elsewhere"),
    (
        ATTACH
        + "rpc error: code = Internal desc = googleapi: Error 400: RESOURCE_IN_USE_BY_ANOTHER_RESOURCE - The disk "
        "resource 'd' is already being used by 'i'",
        "elsewhere",
    ),
    (ATTACH + 'rpc error: code = NotFound desc = Instance "i-1" not found', "gone"),
    (ATTACH + "rpc error: code = PermissionDenied desc = no", "denied"),
    ('MountVolume.NewMounter initialization failed for volume "v" : path "/mnt/x" does not exist', "path-missing"),
    (SETUP + "hostPath type check failed: /x is not a file", "path-type"),
    ('MountVolume.NodeAffinity check failed for volume "v" : no matching NodeSelectorTerms', "out-of-reach"),
    (NFS + "mount.nfs: access denied by server while mounting nfs.lan:/x", "server-refused"),
    (NFS + "mount.nfs: Connection timed out", "server-unreachable"),
    (NFS + "mount.nfs: Connection refused", "server-unreachable"),
    (
        NFS + "mount.nfs: mounting nfs.lan:/x failed, reason given by server: No such file or directory",
        "export-missing",
    ),
    (NFS + "mount error(13): Permission denied", "server-refused"),
    (NFS + "mount error(2): No such file or directory", "export-missing"),
    (NFS + "mount: unknown filesystem type 'ceph'", "helper-missing"),
    (NFS + "mount: wrong fs type, bad option, bad superblock on nfs.lan:/x, missing codepage", "helper-missing"),
    (DEVICE + "mount: wrong fs type, bad option, bad superblock on /dev/sdb, missing codepage", "filesystem"),
    (DEVICE + "'fsck' found errors on device /dev/sdb but could not correct them", "filesystem"),
    (DEVICE + "rpc error: code = Aborted desc = An operation with the given Volume ID h already exists", "busy"),
    (DEVICE + "rpc error: code = DeadlineExceeded desc = context deadline exceeded", "timeout"),
    (DEVICE + "rpc error: code = Internal desc = oh", UNKNOWN),
    (
        "Unable to attach or mount volumes: unmounted volumes=[a], unattached volumes=[a b]: timed out waiting for the "
        "condition",
        "timeout",
    ),
    (
        "Unable to attach or mount volumes: unmounted volumes=[a], unattached volumes=[], failed to process "
        "volumes=[]: context deadline exceeded",
        "timeout",
    ),
    (
        "Unable to attach or mount volumes: unmounted volumes=[a], unattached volumes=[], failed to process "
        "volumes=[a]: error processing PVC shop/a: PVC is not bound",
        "claim",
    ),
]


@pytest.mark.parametrize(("message", "answer"), TOLD)
def test_what_each_message_means(message: str, answer: str) -> None:
    assert read("FailedMount", message).answer == answer


@pytest.mark.parametrize(
    ("reason", "message", "stage"),
    [
        ("FailedMount", SETUP + "oh", "mount"),
        ("FailedMapVolume", 'MapVolume.SetUpDevice failed for volume "v" : oh', "mount"),
        ("FailedMount", 'MountVolume.WaitForAttach failed for volume "v" : oh', "attach"),
        ("FailedAttachVolume", ATTACH + "oh", "attach"),
        ("FailedAttachVolume", 'Multi-Attach error for volume "v" Volume is already used by pod(s) a', "attach"),
        ("FailedMount", "Unable to attach or mount volumes: unmounted volumes=[v]: timed out", "wait"),
        ("FailedMount", "something", "mount"),
    ],
)
def test_at_which_step_it_hangs(reason: str, message: str, stage: str) -> None:
    told = read(reason, message)
    assert told.stage == stage
    assert told.volume == ("v" if '"v"' in message else "")


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (SETUP + 'configmap "app" not found', 'configmap "app" not found'),
        (
            DEVICE + "kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: " + NO_DRIVER,
            NO_DRIVER,
        ),
        (ATTACH + "rpc error: code = Internal desc = oh", "oh"),
        (NFS + "mount.nfs: Connection timed out\n", "mount.nfs: Connection timed out"),
        (
            'Multi-Attach error for volume "v" (UniqueName: "u") from node "n" Volume is already used by pod(s) a',
            "Volume is already used by pod(s) a",
        ),
    ],
)
def test_the_error_without_what_stands_around_it(message: str, error: str) -> None:
    assert read("FailedMount", message).error == error


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("Unable to attach or mount volumes: unmounted volumes=[a b], unattached volumes=[a b c]: x", ("a", "b")),
        (
            'Unable to mount volumes for pod "p_ns(uid)": timeout expired waiting for volumes to attach or mount for '
            'pod "ns"/"p". list of unmounted volumes=[a]. list of unattached volumes=[a b]',
            ("a",),
        ),
        ("Unable to attach or mount volumes: unmounted volumes=[], unattached volumes=[]: x", ()),
    ],
)
def test_which_volumes_are_not_mounted(message: str, names: tuple[str, ...]) -> None:
    assert read("FailedMount", message).unmounted == names


@pytest.mark.parametrize(
    ("error", "found"),
    [
        ('configmap "app" not found', ("ConfigMap", "shop", "app")),
        ('[secret "a" not found, secret "b" not found]', ("Secret", "shop", "a")),
        ('SecretProviderClass.secrets-store.csi.x-k8s.io "v" not found', ("SecretProviderClass", "shop", "v")),
        (
            'failed to find the secret s in the namespace other with error: secrets "s" not found',
            ("Secret", "other", "s"),
        ),
        ("oh", None),
    ],
)
def test_the_object_that_is_missing(error: str, found: tuple[str, str, str] | None) -> None:
    assert missing_object(error, "shop") == found


def test_the_key_that_is_missing() -> None:
    assert missing_key("references non-existent secret key: tls.crt") == ("Secret", "tls.crt")
    assert missing_key("configmap references non-existent config key: a.b, c") == ("ConfigMap", "a.b")
    assert missing_key("oh") is None


@pytest.mark.parametrize(
    ("error", "driver"),
    [
        (NO_DRIVER, "d.example"),
        ("CSINode n does not contain driver d.example", "d.example"),
        ("timed out waiting for external-attacher of d.example CSI driver to attach volume h", "d.example"),
        ("oh", None),
    ],
)
def test_the_driver_that_an_error_names(error: str, driver: str | None) -> None:
    assert named_driver(error) == driver


def test_each_answer_has_a_text() -> None:
    known = {answer for _, answer in TOLD} | {"driver-down"}
    assert classify("dial unix /csi.sock: connect: connection refused") == "driver-down"
    assert set(NAMES) <= known


@given(st.text(max_size=400))
def test_no_text_is_too_odd(text: str) -> None:
    for message in (text, SETUP + text, ATTACH + text, NFS + text):
        assert read("FailedMount", message).answer in (*NAMES, UNKNOWN)
    assert missing_object(text, "shop") is None or '"' in text


@pytest.mark.parametrize(
    "part", ["volume ", "mount.nfs: ", "already mounted or ", "Operation ", "failed to fetch token: "]
)
def test_a_long_text_is_judged_like_a_short_one(part: str) -> None:
    assert classify(part * 5_000) == classify(part * 100)
