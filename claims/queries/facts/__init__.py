"""What deciding needs, read for whole batches: each function is one statement, whatever the number of households."""

from claims.queries.facts.agreements import contract_lines as contract_lines
from claims.queries.facts.agreements import standings as standings
from claims.queries.facts.code_tables import catalogue as catalogue
from claims.queries.facts.code_tables import code_systems as code_systems
from claims.queries.facts.code_tables import code_values as code_values
from claims.queries.facts.decided import prior_lines as prior_lines
from claims.queries.facts.households import covers as covers
from claims.queries.facts.households import lock_households as lock_households
from claims.queries.facts.households import locked_members as locked_members
from claims.queries.facts.households import members_by_number as members_by_number
from claims.queries.facts.households import people as people
from claims.queries.facts.households import stays as stays
from claims.queries.facts.numbers import contracted_organisations as contracted_organisations
from claims.queries.facts.numbers import held_ids as held_ids
from claims.queries.facts.numbers import number_holders as number_holders
from claims.queries.facts.numbers import organisation_codes as organisation_codes
from claims.queries.facts.numbers import register_numbers as register_numbers
from claims.queries.facts.numbers import sites_by_number as sites_by_number
from claims.queries.facts.recorded import attendance as attendance
from claims.queries.facts.recorded import certificates as certificates
from claims.queries.facts.recorded import grants as grants
from claims.queries.facts.recorded import occupancies as occupancies
from claims.queries.facts.recorded import quotes as quotes
from claims.queries.facts.recorded import site_months as site_months
from claims.queries.facts.recorded import visits as visits
