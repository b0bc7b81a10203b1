"""Open contracting data (OCDS 1.1.5): procedures as releases, checked before anyone can fetch them, and back."""
