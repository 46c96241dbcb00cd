"""Statistics of recordings: comparison, roofline, and the A/A check of both."""
