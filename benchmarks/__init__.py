"""What the suite's speed claims stand on: timed cases, kept apart from the tests."""
