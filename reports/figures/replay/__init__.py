"""Figures of a replay: each module has a `build`; `reports.pages.replay` names it"""
