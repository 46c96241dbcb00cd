"""The data that pages and figures draw on."""
