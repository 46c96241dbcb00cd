"""Scripts for this repository: set-up, generated parts of the docs, pictures, soak test."""
