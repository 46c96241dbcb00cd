"""Sub-commands of ``fer``. Heavy imports are in the functions, so `fer --help` is quick."""
