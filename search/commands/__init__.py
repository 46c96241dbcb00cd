"""Sub-commands of `fer search`, and their options"""
