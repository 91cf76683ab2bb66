from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import provisioning
from diag.facts.index import Index
from diag.model.storage import PersistentVolumeClaim
from tests.facts.claim_samples import CONTROLLER, DRIVER, SELECTED, claim, said, storage_class
from tests.facts.pod_samples import index

NAMES = [name for name, _ in provisioning.ANSWERS]
TOLD = [
    (text, name)
    for name, texts in yaml.safe_load(Path(__file__).with_name("provisioning_errors.yaml").read_text()).items()
    for text in texts
]
NEW = (
    "Waiting for a volume to be created either by the external provisioner '{0}' or manually by the system "
    "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly "
    "registered."
)
OLD = (
    'waiting for a volume to be created, either by external provisioner "{0}" or manually created by system '
    "administrator"
)
OLDEST = (
    'cannot find provisioner "{0}", expecting that a volume for the claim is provisioned either manually or via '
    "external software"
)
NO_CLASS = 'storageclass.storage.k8s.io "fast" not found'
DENIED = 'failed to provision volume with StorageClass "fast": UnauthorizedOperation'


def of(*events: dict[str, Any], **objects: Any) -> tuple[Index, PersistentVolumeClaim]:
    raw = objects.pop("claim", claim({"storageClassName": "fast"}))
    found = index(persistentvolumeclaims=[raw], events=list(events), **objects)
    return found, found.snapshot.all("persistentvolumeclaims")[0]


def message(*events: dict[str, Any], **objects: Any) -> str | None:
    event = provisioning.failure(*of(*events, **objects))
    return event.message if event else None


@pytest.mark.parametrize(("text", "name"), TOLD)
def test_what_each_text_means(text: str, name: str) -> None:
    assert provisioning.answer(text) == name


@pytest.mark.parametrize("name", NAMES)
def test_each_answer_has_a_text(name: str) -> None:
    assert name in {answer for _, answer in TOLD}


@pytest.mark.parametrize("start", ["failed to provision", "Failed to provision"])
def test_what_the_provisioner_wraps_around_it_is_taken_off(start: str) -> None:
    found, data = of(said("ProvisioningFailed", f'{start} volume with StorageClass "a b": no "x": y', source=DRIVER))
    event = provisioning.failure(found, data)
    assert event is not None
    assert provisioning.error(event) == 'no "x": y'


class TestFailure:
    def test_none_without_a_word(self) -> None:
        assert message() is None
        assert provisioning.failing_for(*of()) is None

    def test_the_newest_counts(self) -> None:
        assert message(said("ProvisioningFailed", "a", 90, source=DRIVER), said("ProvisioningFailed", "b", 30)) == "b"

    def test_it_counts_while_the_controller_goes_on_to_wait(self) -> None:
        waits = said("ExternalProvisioning", NEW.format("p"), 5)
        again = said("WaitForPodScheduled", "waiting for pod db to be scheduled", 3)
        assert message(said("ProvisioningFailed", DENIED, 60, source=DRIVER), waits, again) == DENIED

    def test_it_counts_while_the_provisioner_tries_again(self) -> None:
        assert (
            message(said("ProvisioningFailed", DENIED, 60, source=DRIVER), said("Provisioning", "", 5, source=DRIVER))
            == DENIED
        )

    def test_the_controllers_own_is_past_once_it_says_something_else(self) -> None:
        failed = said("ProvisioningFailed", NO_CLASS, 60)
        assert message(failed) == NO_CLASS
        assert message(failed, said("ExternalProvisioning", NEW.format("p"), 5)) is None
        assert message(failed, said("Provisioning", "", 5, source=DRIVER)) == NO_CLASS

    @pytest.mark.parametrize("source", [CONTROLLER, ""])
    def test_a_missing_class_is_past_once_it_is_there(self, source: str) -> None:
        failed = said("ProvisioningFailed", NO_CLASS, 60, source=source)
        assert message(failed, storageclasses=[storage_class("other")]) == NO_CLASS
        assert message(failed, storageclasses=[storage_class("fast")]) is None

    def test_none_after_a_success(self) -> None:
        failed = said("ProvisioningFailed", DENIED, 60, source=DRIVER)
        assert message(failed, said("ProvisioningSucceeded", "", 5, source=DRIVER)) is None

    def test_none_of_an_earlier_claim(self) -> None:
        assert message(said("ProvisioningFailed", DENIED, 60, source=DRIVER, uid="uid-earlier")) is None

    def test_how_long_it_has_failed(self) -> None:
        events = [
            said("ProvisioningFailed", "before", 900, 950, source=DRIVER),
            said("ProvisioningSucceeded", "", 800, source=DRIVER),
            said("ProvisioningFailed", NO_CLASS, 700),
            said("ProvisioningFailed", "a", 100, 600, source=DRIVER),
            said("ProvisioningFailed", "b", 50, 90, source=DRIVER),
        ]
        assert provisioning.failing_for(*of(*events)) == 600


class TestAwaited:
    @pytest.mark.parametrize("words", [NEW, OLD, OLDEST])
    @pytest.mark.parametrize("name", ["ebs.csi.aws.com", "rancher.io/local-path", "k8s.io/minikube-hostpath"])
    def test_in_the_words_of_each_version(self, words: str, name: str) -> None:
        assert provisioning.awaited_name(*of(said("ExternalProvisioning", words.format(name)))) == name

    @pytest.mark.parametrize("spoken", ["Provisioning", "ProvisioningFailed", "ProvisioningSucceeded"])
    def test_none_once_the_provisioner_has_said_a_word(self, spoken: str) -> None:
        waits = said("ExternalProvisioning", NEW.format("p"), 5)
        assert provisioning.awaited(*of(waits, said(spoken, "", 600, source=DRIVER))) is None
        assert provisioning.awaited(*of(waits, said(spoken, "", 600))) is not None

    def test_none_once_a_pod_is_awaited_again(self) -> None:
        waits = said("ExternalProvisioning", NEW.format("p"), 60)
        assert provisioning.awaited(*of(waits, said("WaitForFirstConsumer", "", 5))) is None
        assert provisioning.awaited(*of(waits, said("WaitForFirstConsumer", "", 90))) is not None

    def test_none_without_a_word(self) -> None:
        assert provisioning.awaited_name(*of()) is None

    def test_words_without_a_name_leave_the_class_to_tell_it(self) -> None:
        waits = said("ExternalProvisioning", "in words of a later version")
        assert provisioning.awaited_name(*of(waits, storageclasses=[storage_class("fast", "p")])) == "p"
        assert provisioning.awaited_name(*of(waits)) == "unnamed"


class TestAskedFor:
    def test_since_it_was_made(self) -> None:
        assert provisioning.asked_for(*of(said("ExternalProvisioning", "", 5, 60))) == 3600

    def test_since_a_pod_was_placed_where_the_class_waits_for_one(self) -> None:
        placed = claim({"storageClassName": "fast"}, annotations=SELECTED)
        events = [said("ExternalProvisioning", "", 5, 60), said("Provisioning", "", 5, 58, source=DRIVER)]
        assert provisioning.asked_for(*of(*events, claim=placed)) == 60
        assert provisioning.asked_for(*of(claim=placed)) == 3600

    def test_none_when_nothing_tells(self) -> None:
        assert provisioning.asked_for(*of(claim=claim(creationTimestamp=None))) is None


TEXT = st.text(max_size=60)


@given(TEXT)
def test_any_text_has_an_answer(text: str) -> None:
    assert provisioning.answer(text) in (*NAMES, "unknown")


@given(
    st.lists(st.tuples(st.sampled_from(["ProvisioningFailed", "ExternalProvisioning", "Provisioning", ""]), TEXT, TEXT))
)
def test_nothing_is_raised_for_odd_events(events: list[tuple[str, str, str]]) -> None:
    found = of(*(said(reason, text, i, source=source) for i, (reason, text, source) in enumerate(events)))
    failed, awaited = provisioning.failure(*found), provisioning.awaited_name(*found)
    assert (provisioning.failing_for(*found) is None) == (failed is None)
    assert awaited is None or awaited
