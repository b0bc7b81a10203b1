"""A second, plain adjudicator, written from the regulation alone, and the comparison of the engine with it."""
