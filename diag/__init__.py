"""mondiag: what is unhealthy in a Kubernetes cluster, why, and what to do about it."""

__version__ = "0.1.0"
