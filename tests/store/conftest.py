"""The furnished store of the services' tests serves here too."""

from tests.services.conftest import furnished

__all__ = ["furnished"]
