"""Storages: opening, retrying and locking them, and a study's records in them."""

DEFAULT_STORAGE = "sqlite:///runs/studies.db"
