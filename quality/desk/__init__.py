"""The auditor's desk: nightly screens, the list of who needs a visit, and the plan for the year."""
