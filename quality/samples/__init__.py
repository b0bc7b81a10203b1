"""Samples of claim lines that anyone can draw again: planned, announced, drawn, judged, extrapolated."""
