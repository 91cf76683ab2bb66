"""The rule language: what a playbook may say, how it is read and checked, and how it is held against a snapshot.

Playbooks are data. Nothing here reads a cluster or changes one.
"""
