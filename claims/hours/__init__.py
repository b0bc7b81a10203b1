"""Hours that were claimed of a site's month, counted for `care` when its claims are in and again when one changes."""
