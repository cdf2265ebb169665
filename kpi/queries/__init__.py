"""Questions to the store: one function each, one SQL file each, the asker's scope bound where rows have owners."""

from kpi.queries.accounts import (
    Account,
    Failures,
    SignIn,
    account_named,
    accounts,
    failures,
    sign_ins,
    signed_in,
    signed_in_elsewhere,
)
from kpi.queries.applications import Draft, Release, Sealed, Upload, drafts, releases, sealed, uploads
from kpi.queries.audit import Head, OftenAsked, audit, audit_head, audit_latest, often_asked
from kpi.queries.baselines import BaselineCell, baseline_named, baselines, cells, published_rows, published_table
from kpi.queries.freezing import changed_groups, freeze_cells, industry_sizes, observations, store_files
from kpi.queries.placing import CANDIDATE_COLUMNS, OwnStanding, own_standing, peer_lines, peer_values, place
from kpi.queries.programme import Standing, marks, nominations, programme

__all__ = [
    "CANDIDATE_COLUMNS",
    "Account",
    "BaselineCell",
    "Draft",
    "Failures",
    "Head",
    "OftenAsked",
    "OwnStanding",
    "Release",
    "Sealed",
    "SignIn",
    "Standing",
    "Upload",
    "account_named",
    "accounts",
    "audit",
    "audit_head",
    "audit_latest",
    "baseline_named",
    "baselines",
    "cells",
    "changed_groups",
    "drafts",
    "failures",
    "freeze_cells",
    "industry_sizes",
    "marks",
    "nominations",
    "observations",
    "often_asked",
    "own_standing",
    "peer_lines",
    "peer_values",
    "place",
    "programme",
    "published_rows",
    "published_table",
    "releases",
    "sealed",
    "sign_ins",
    "signed_in",
    "signed_in_elsewhere",
    "store_files",
    "uploads",
]
