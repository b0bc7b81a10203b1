"""Health: continuity of care (H-03) from nothing but contacts in claims, over the twelve months that end here."""

from __future__ import annotations

import polars as pl

from quality.cases import case_frame
from quality.continuity import concentration
from quality.definitions import Indicator
from quality.indicators.coded import is_one
from quality.indicators.records import Records


def continuity(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """One row per member with enough contacts, at the provider that saw it most; a tie goes to the latest.

    A contact is one day at one provider with an accepted line of primary care.
    """
    if (codes := records.claimed.codes_with("primary_care")) is None:
        return None
    lines = records.accepted_lines.filter(is_one("service", codes.pattern("primary_care")))
    if lines.is_empty():
        return None
    contact = ["member_id", "organisation_id", "day"]
    contacts = lines.unique(subset=contact, keep="first", maintain_order=True).sort("day", "claim_id", "line_no")
    seen = contacts.group_by("member_id", "organisation_id").agg(
        times=pl.len(),
        day=pl.col("day").last(),
        claim_number=pl.col("claim_number").last(),
        line_no=pl.col("line_no").last(),
    )
    ranked = seen.sort("times", "day", "organisation_id", descending=[True, True, False])
    members = ranked.group_by("member_id").agg(
        pl.col("organisation_id", "day", "claim_number", "line_no").first(),
        most=pl.col("times").first(),
        quantity=pl.col("times").sum(),
        met=concentration(pl.col("times")),
    )
    is_covered = pl.col("member_id").is_in(records.covered["member_id"].implode())
    is_out = ~is_covered & ("not_covered_whole_period" in indicator.exclusions)
    least, few = indicator.parameters["contacts_at_least"], indicator.parameters["few_contacts_up_to"]
    is_continuous = pl.col("met") >= float(indicator.parameters["index_at_least"])
    found = members.filter(pl.col("quantity") >= least).with_columns(
        is_numerator=is_continuous,
        exclusion=pl.when(is_out).then(pl.lit("not_covered_whole_period")).otherwise(pl.lit("")),
        finding=pl.when(is_continuous).then(pl.lit("")).otherwise(pl.lit("scattered")),
        stratum=pl.when(pl.col("quantity") <= few).then(pl.lit(f"{least}-{few}")).otherwise(pl.lit(f"{few + 1}+")),
        evidence_on="day",
        evidence_reference=pl.format("{}/{}", "most", "quantity"),
    )
    return case_frame(found, evidence_kind="contacts")
