import pytest

from core import clock
from core.db import unit_of_work
from quality import services
from quality.scoring import life
from quality.scoring.computing import compute_scores
from tests.quality import builders
from tests.quality.builders import AUDITOR, PERIOD


@pytest.fixture
def fund(app):
    """The small fund, measured and scored by one auditor; every provider was told on the day `builders.AT`."""
    found = builders.world()
    with clock.frozen(builders.AT), unit_of_work():
        services.compute_period(PERIOD, by=AUDITOR)
        compute_scores(PERIOD, by=AUDITOR)
        life.notify(PERIOD.name, by=AUDITOR)
    return found
