"""The jobs of every role done on a store that several processes share: tests of the folder store, by name, once more.

What is imported here is collected here, and asks for this module's ``store``.
"""

# ruff: noqa: F401 - see above

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.store.open_store import open_store
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.services.administrator.test_account_management import (
    test_a_conflict_makes_a_candidate_one_that_does_not_exist,
    test_a_new_scope_holds_at_the_next_call,
)
from tests.services.administrator.test_baseline_decisions import (
    test_a_verdict_is_decided_again_to_the_last_bit_whatever_is_in_force_since,
    test_the_latest_decision_counts_and_without_one_the_last_import,
)
from tests.services.administrator.test_baseline_import import (
    test_a_name_that_is_taken_is_refused_before_anything_is_computed,
    test_a_recipe_is_kept_with_its_baseline_and_offered_without_its_repairs,
    test_sub_industries_are_frozen_and_verified,
)
from tests.services.administrator.test_objections import (
    public,
    test_a_rejected_objection_changes_no_stage_and_can_be_taken_up_again,
    test_an_upheld_objection_takes_the_factory_off_the_list_and_its_enterprise_reads_why,
    test_only_what_is_public_is_objected_to,
)
from tests.services.enterprise.test_locking_at_once import (
    test_a_rule_that_changes_meanwhile_is_a_reason,
    test_others_write_while_a_verdict_is_decided,
    test_twenty_lock_at_once_and_each_gets_its_own,
    test_what_changed_meanwhile_is_decided_again,
)
from tests.services.enterprise.test_submissions import (
    test_a_later_file_takes_the_drafts_place,
    test_locking_decides_once,
    test_the_file_is_kept_as_it_came,
    test_the_record_is_sealed,
)
from tests.services.operation.test_authentication import (
    hasher,
    test_a_disabled_account_stops_at_its_next_click_and_its_old_sign_ins_do_not_come_back,
    test_a_reset_ends_the_wait_everywhere,
    test_changing_ends_every_other_sign_in_here_and_elsewhere,
    test_five_tries_are_free_then_the_wait_doubles_up_to_five_minutes,
    test_the_forgotten_are_swept_out_whoever_tries_next,
    test_thirty_guesses_at_once_get_no_more_tries_than_one_after_the_other,
)
from tests.services.operation.test_contact_deletion import (
    kept,
    test_what_was_sealed_is_still_proved_and_the_deletion_is_named,
)
from tests.services.reviewer.test_evidence import candidate, test_a_question_is_answered_and_its_answers_stay
from tests.services.reviewer.test_scoring import (
    panel,
    test_nothing_is_there_for_anybody_before_all_have_handed_in,
    test_what_was_handed_in_can_be_handed_in_again_until_the_release,
)
from tests.services.sample_store import furnish
from tests.services.test_audit import (
    test_eight_that_write_at_once_keep_one_chain,
    test_the_export_is_the_whole_trail_with_itself_at_the_end,
    test_the_trail_is_read_by_object_and_by_day,
)
from tests.services.test_cached_answers import (
    test_a_baseline_that_is_imported_or_decided_on,
    test_a_draft_and_its_lock_are_read_by_the_next_page,
    test_policy_that_is_approved_or_withdrawn,
)
from tests.store.shared_places import Databases, furnished_place

pytestmark = [pytest.mark.slow, pytest.mark.campaign]


@pytest.fixture(scope="module")
def furnished_shared(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> StorePlace:
    return furnished_place(databases, tmp_path_factory.mktemp("furnished") / "files", furnish)


@pytest.fixture
def store(databases: Databases, furnished_shared: StorePlace, tmp_path: Path) -> Iterator[Store]:
    with open_store(databases.copy(furnished_shared, tmp_path / "files")) as opened:
        yield opened
