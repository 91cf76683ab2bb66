"""Alertmanager's alerts: which objects they are about, and what the playbooks that answer them find there.

Pure, as the scan is: payloads come in as bytes, and nothing here reads a cluster.
"""
