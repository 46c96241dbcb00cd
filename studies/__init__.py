"""Study definitions and recipes in TOML, and the results that the README quotes."""
