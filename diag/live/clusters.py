"""The clusters that can be chosen from: the contexts of the kubeconfig, each of which can become a feed."""

from diag.live.cluster import ClusterFeed, Wanted
from diag.live.feed import Feed


class Clusters:
    """All contexts that the command line's kubeconfig has; a feed of each is read in the way it asks for."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted

    def contexts(self) -> tuple[str, ...]:
        """Their names, sorted. Raises KubeconfigError, UsageError."""
        from diag.kube import choice

        paths = choice.find(self._wanted.kubeconfig)
        return tuple(sorted(choice.load(paths).contexts)) if paths else ()

    def feed(self, context: str | None) -> Feed:
        """A feed of one context, None for the current one."""
        return ClusterFeed(self._wanted._replace(context=context))
