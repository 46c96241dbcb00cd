"""The command ``fer bench``."""
