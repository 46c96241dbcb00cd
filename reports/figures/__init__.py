"""The figures of a study, one a file: each reads the material, and says what is to be seen."""
