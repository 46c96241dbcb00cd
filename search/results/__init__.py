"""What a study found: summary, importance, the state on a terminal."""
