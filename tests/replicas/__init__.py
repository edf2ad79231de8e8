"""Replicas: servers that answer in the documented shape of a platform, so that its definition can be held against it.

They are written from the published facts about the platform, never from the definition: the two must be able to disagree.
"""
