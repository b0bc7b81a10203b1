"""Signatures in PDF files: what the last one of a file is worth, beside the paper that we issued."""

from __future__ import annotations

from procurement.signatures.reading import COUNTS, MOST_ADDED, VERDICTS, Reading, read_signed

__all__ = ["COUNTS", "MOST_ADDED", "VERDICTS", "Reading", "read_signed"]
