"""Two service lines as data: one of the reference (dwellings, works) and an invented fifth; appended to the plan."""

HOUSING = """
[service_lines.housing]
name = "Housing support"
basis = "Care Fund Act, art. 3(1)(d)"

[[services]]
code = "HS-100"
line = "housing"
name = "Dwelling, month"
unit = "month"
match = "occupancy"
needs_certificate = "inspection"
never_during = "residential"
is_stay_exempt = true
share = 1000
share_by_band = { poverty = 0, high = 2000 }
basis = "Housing regulation, annex, 1"

[[services]]
code = "HS-200"
line = "housing"
name = "Assisted living, day"
unit = "day"
match = "occupancy"
needs_certificate = "inspection"
care_level_from = 1
is_stay_exempt = true
basis = "Housing regulation, annex, 2"

[[services]]
code = "HS-300"
line = "housing"
name = "Adaptation of a dwelling"
unit = "each"
match = "quote"
is_stay_exempt = true
basis = "Housing regulation, annex, 3"

[[ceilings]]
key = "adaptation"
name = "Adaptation of a dwelling"
codes = ["HS-300"]
scope = "household"
per = "year"
amount = "750000.000"
ceiling_basis = "net"
basis = "Housing regulation, art. 6"
"""

MOBILITY = """
[service_lines.mobility]
name = "Rides to care"
basis = "Care Fund Act, art. 3(1)(e)"

[[services]]
code = "MB-100"
line = "mobility"
name = "Ride to a treatment"
unit = "visit"
match = "visit"
limits = [{ quantity = 2, per = "month" }]
share = 1000
basis = "Mobility regulation, annex, 1"
"""
