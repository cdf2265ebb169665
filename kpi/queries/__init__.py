"""Questions to the store: one function each, one SQL file each, the asker's scope bound where rows have owners."""

from kpi.queries.accounts import Account, account_named, accounts, signed_in
from kpi.queries.applications import Draft, Release, Sealed, Upload, drafts, releases, sealed, uploads
from kpi.queries.baselines import BaselineCell, baseline_named, baselines, cells, published_table
from kpi.queries.freezing import freeze_cells, industry_sizes, observations, store_files
from kpi.queries.placing import CANDIDATE_COLUMNS, OwnStanding, own_standing, peer_lines, peer_values, place
from kpi.queries.programme import Standing, marks, nominations, programme

__all__ = [
    "CANDIDATE_COLUMNS",
    "Account",
    "BaselineCell",
    "Draft",
    "OwnStanding",
    "Release",
    "Sealed",
    "Standing",
    "Upload",
    "account_named",
    "accounts",
    "baseline_named",
    "baselines",
    "cells",
    "drafts",
    "freeze_cells",
    "industry_sizes",
    "marks",
    "nominations",
    "observations",
    "own_standing",
    "peer_lines",
    "peer_values",
    "place",
    "programme",
    "published_table",
    "releases",
    "sealed",
    "signed_in",
    "store_files",
    "uploads",
]
