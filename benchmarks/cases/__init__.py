"""The cases that are timed, in families; ``families`` lists them."""
