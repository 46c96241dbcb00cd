"""Data that pages and figures are built from."""
