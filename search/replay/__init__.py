"""Replay: searches simulated on a table of measured training curves, in seconds"""
