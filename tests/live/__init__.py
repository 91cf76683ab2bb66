"""Tests against a real cluster: the lab beside the checkout. Skipped, with the reason, where it is absent."""
