"""Who is there? Codes, groups and names of others, written by a rival into its own files, and asked for outright.

What each service says of another's application is asked in ``tests/services/test_authorization.py``; sign-in, with its
waits and its work, in ``tests/services/operation/test_authentication.py``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kpi import tables
from kpi.errors import UserError
from kpi.i18n import error_message
from kpi.services.enterprise.lock import receipt
from kpi.services.enterprise.sheets import create_sheet
from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from tests.attacks.rival import RIVALS, WHOLE, YEAR, Rival, answer_sheet, counted
from tests.benchmark.panels import CODES, INDUSTRY, application, credit_code
from tests.campaign import tally
from tests.services.sample_store import AT

pytestmark = pytest.mark.campaign

IN_PANEL, WITH_ACCOUNT, LOCKED, NOBODYS = credit_code(7), RIVALS[1], RIVALS[2], credit_code(8_999_999)
OTHERS = (IN_PANEL, WITH_ACCOUNT, LOCKED)
OWN = {code: 41_777.0 if code in WHOLE else 33.0 for code in CODES}
NAME = {
    IN_PANEL: "演示企业907（虚构）",
    WITH_ACCOUNT: "演示企业911（虚构）",
    LOCKED: "演示企业912（虚构）",
    NOBODYS: "演示企业999（虚构）",
}


@pytest.fixture
def peopled(store: Store) -> Store:
    """One rival has an account, another has locked."""
    with store.transaction() as cursor:
        for code in (WITH_ACCOUNT, LOCKED):
            tables.accounts.insert_account(
                cursor, f"other{code[-4:].lower()}", NAME[code], "enterprise", (code,), None, False, AT
            )
    other = Rival.with_account(store, LOCKED, "locked")
    other.hand_in(OWN, enterprise=NAME[LOCKED])
    other.lock()
    return store


def masked(said: object, code: str) -> str:
    """What was said, but for the code and the name that the rival itself wrote."""
    return repr(said).replace(code, "CODE").replace(NAME[code], "NAME")


def attempts(rival: Rival, code: str) -> list[str]:
    """Everything that can be tried with another's code, and the words of every refusal in both languages."""
    store, viewer = rival.store, rival.viewer
    data = answer_sheet(code, OWN, enterprise=NAME[code])
    sent = receive_file(store, viewer, "x.csv", data, AT)
    other = Rival(store, viewer)
    tries: list[Callable[[], object]] = [
        lambda: create_sheet(store, viewer, sent, 0, code, YEAR, AT),
        lambda: create_sheet(
            store, viewer, receive_file(store, viewer, "x.csv", answer_sheet(RIVALS[0], OWN), AT), 0, code, YEAR, AT
        ),
        lambda: receipt(store, viewer, code, YEAR),
    ]
    said = [masked((sent.reading.applications, sent.reading.problems), code)]
    for attempt in tries:
        with pytest.raises(UserError) as refused:
            attempt()
        said += [masked(error_message(refused.value, lang), code) for lang in ("zh", "en")]
    return [*said, masked(other.shown(), code)]


def test_anothers_code_is_refused_in_the_same_words_as_nobodys(peopled: Store) -> None:
    rival = Rival.with_account(peopled, RIVALS[0])
    rival.hand_in(OWN)
    want = attempts(rival, NOBODYS)
    differ = [code for code in OTHERS if attempts(rival, code) != want]
    tally("attacks: existence, another's code asked for", asked=len(OTHERS) * len(want), told_apart=len(differ))
    assert differ == []


@pytest.mark.parametrize("claim", ["group", "enterprise", "factory_name", "address", "remarks"])
def test_a_draft_that_names_others_is_shown_the_same_as_one_that_names_nobody(peopled: Store, claim: str) -> None:
    """Own group, name and remarks are free text: named there, a peer is not told from an invention."""
    rival = Rival.with_account(peopled, RIVALS[0])
    shown: dict[str, set[str]] = {"codes": set(), "names": set()}
    for code in (NOBODYS, *OTHERS):
        for kind, written in (("codes", code), ("names", NAME[code])):
            rival.hand_in(OWN, **{claim: written})
            told_now = {name: text for name, text in rival.shown().items() if name != "changes"}
            shown[kind].add(masked(told_now, code))
    tally(
        "attacks: existence, others named in one's own draft",
        drafts=2 * len(NAME),
        told_apart=sum(len(item) - 1 for item in shown.values()),
    )
    assert [len(item) for item in shown.values()] == [1, 1]


def test_a_group_named_at_a_later_lock_says_nothing_of_who_is_in_the_panel(peopled: Store) -> None:
    """The first lock names nobody. Then name after name: the words stay those of the first, whoever is named."""
    rival = Rival.with_account(peopled, RIVALS[0])
    rival.hand_in(OWN)
    rival.lock()
    first, shown = rival.words(), set()
    for code in (NOBODYS, *OTHERS):
        rival.reopen()
        rival.change({}, group=code)
        rival.lock()
        shown.add(masked((rival.words(), rival.result().clause_reasons), code))
    tally("attacks: existence, others named at later locks", locks=1 + len(OTHERS), told_apart=len(shown) - 1)
    assert first
    assert shown == {masked((first, rival.result().clause_reasons), NOBODYS)}


def test_the_counted_view_tells_a_peer_from_nobody(peopled: Store) -> None:
    """The control: one peer fewer, where the group that is claimed is in the panel."""
    nobody, peer = counted(
        peopled, [application({"K01": 33.0}, RIVALS[0], group, INDUSTRY) for group in (NOBODYS, IN_PANEL)]
    )
    assert nobody.kpi("K01").peers.n - peer.kpi("K01").peers.n == 1


def test_being_in_the_panel_oneself_changes_nothing_that_is_shown(store: Store) -> None:
    """A stranger and an enterprise of the panel read the same of the same values: whom it holds is not shown."""
    shown = []
    for code in (IN_PANEL, NOBODYS):
        rival = Rival.with_account(store, code)
        rival.hand_in(OWN)
        shown.append({name: text.replace(code, "CODE") for name, text in rival.shown().items()})
    assert shown[0] == shown[1]


def test_the_work_that_a_refusal_takes_does_not_tell_either(peopled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many transactions for another's code as for nobody's: the milliseconds have nothing to tell."""
    rival, work = Rival.with_account(peopled, RIVALS[0]), []
    rival.hand_in(OWN)
    kind = type(peopled)
    writing, reading = kind.transaction, kind.cursor

    def counted_writing(opened: Store, **how: bool):
        work.append("write")
        return writing(opened, **how)

    def counted_reading(opened: Store):
        work.append("read")
        return reading(opened)

    monkeypatch.setattr(kind, "transaction", counted_writing)
    monkeypatch.setattr(kind, "cursor", counted_reading)
    done = {}
    for code in (NOBODYS, *OTHERS):
        work.clear()
        attempts(rival, code)
        done[code] = tuple(work)
    tally("attacks: existence, work done for a refusal", asked=len(done), told_apart=len(set(done.values())) - 1)
    assert len(set(done.values())) == 1
    assert "write" in done[NOBODYS]
