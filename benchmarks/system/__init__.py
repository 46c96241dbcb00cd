"""The machine: its properties and peaks, and the servers and counters that cases need."""
