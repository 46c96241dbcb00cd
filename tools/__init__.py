"""Scripts that serve this repository: README figures, pictures, the dashboard soak test."""
