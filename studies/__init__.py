"""Study definitions and recipes in TOML, and the results quoted in README and docs."""
