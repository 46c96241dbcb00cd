"""Seeds derived from the study's seed, so that a resumed study draws the same values."""

import hashlib


def derive_seed(study_seed: int, trial: int, purpose: str) -> int:
    """A seed in [0, 2**31) of its own for each trial and purpose."""
    digest = hashlib.sha256(f"{study_seed}/{trial}/{purpose}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
