"""Proof by simulation: does the reported interval cover the truth as often as it claims?"""
