"""The sub-commands of this floor. Heavy imports live in the functions: `fer --help` is quick."""
