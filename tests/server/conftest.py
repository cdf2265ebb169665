"""The demonstration stores of the pages' tests serve here too."""

from tests.pages.conftest import copy_of_store

__all__ = ["copy_of_store"]
