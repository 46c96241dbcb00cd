"""The results of a study: its snapshot, verdict, importance and summary, and the terminal."""
