"""The confirmation of a study: its best recipes on fresh folds, and the winner with fresh seeds"""
