"""What is timed: families of cases, listed in ``families``."""
