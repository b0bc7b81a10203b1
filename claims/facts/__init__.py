"""The only reader of the engine: whole households in a handful of set statements, whatever their number.

A fact that is not there is left out, and a missing fact never pays: no cover, no contract, no record, no benefit.
Each module keeps one kind of fact: read once for a batch, then asked line by line. `households.cases` puts them
together.
"""

from claims.facts.households import cases as cases
from claims.facts.timeline import PART as PART
from claims.facts.timeline import PlanFor as PlanFor
from claims.facts.timeline import plans as plans
