import pytest

from tests.quality import builders


@pytest.fixture
def fund(app):
    """The small fund, measured and scored by one auditor; every provider was told on the day `builders.AT`."""
    return builders.scored_world()
