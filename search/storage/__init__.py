"""Studies in a storage: opening it, retrying it, and the study's own records in it."""
