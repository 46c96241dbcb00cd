"""Studies that cost milliseconds."""

from cheap_studies import (  # noqa: F401
    cheap,
    open_cheap,
    opened,
    quiet_optuna,
    run_serially,
    study_file,
    swarm,
)
