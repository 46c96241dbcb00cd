"""Recordings: the files of raw samples, and sets of them."""
