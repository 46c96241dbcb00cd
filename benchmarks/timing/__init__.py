"""Timing cases: processes, warm-up, raw samples."""
