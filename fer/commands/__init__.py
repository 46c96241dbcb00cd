"""The sub-commands of this floor. Heavy imports are in the functions, so `fer --help` is quick."""
