"""The judges of rows of care, one per kind: by itself, beside its file, beside what is stored."""

from care.services.judging.judge import Judge
from care.services.judging.places import AcceptanceJudge, CertificateJudge, OccupancyJudge, QuoteJudge
from care.services.judging.promised import CancellationJudge, RequestJudge
from care.services.judging.records import AttendanceJudge, StayJudge, VisitJudge
from care.services.judging.sites import ClosureJudge, HoursJudge, MajeureJudge, RosterJudge

JUDGES: dict[str, type[Judge]] = {
    "attendance": AttendanceJudge,
    "visits": VisitJudge,
    "stays": StayJudge,
    "roster": RosterJudge,
    "opening-hours": HoursJudge,
    "closures": ClosureJudge,
    "occupancies": OccupancyJudge,
    "certificates": CertificateJudge,
    "quotes": QuoteJudge,
    "cancellations": CancellationJudge,
    "requests": RequestJudge,
    "force-majeure": MajeureJudge,
    "accepted-works": AcceptanceJudge,
}
