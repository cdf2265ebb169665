"""Baselines that wait for a second administrator: what each holds, who proposed it, and who may confirm it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.evaluation import Baseline
from kpi.services.administrator.baseline_import import LONGEST_REASON
from kpi.services.administrator.baseline_proposals import (
    against_freezing,
    confirm_baseline,
    preview_proposal,
    proposed_baselines,
    proposed_recipe,
    withdraw_baseline,
)
from kpi.tables.baselines import BaselineProposal
from pages.administrator.parts.panel_import import PanelDesk, about_columns, offer_recipe
from pages.administrator.parts.panel_preview import show_preview
from pages.administrator.parts.panel_reading import show_columns
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, end_page, show_done, show_error
from pages.widgets.documents import problem_list
from pages.widgets.tables import format_datetime

_OPEN, _SAID, _FROZEN = "proposal_desk", "baseline_said_import", "baseline_frozen"


@dataclass
class ProposalDesk(PanelDesk):
    """Of a proposal that is being read; ``key`` is its id."""

    def read(self, context: PageContext) -> None:
        store, viewer, proposal = context.store, context.viewer, self.key
        self.begin_reading(lambda runner: preview_proposal(store, viewer, proposal, runner))

    def confirm(self, context: PageContext, seen: str) -> None:
        """``seen``: the standing of the preview that was read."""
        store, viewer, proposal = context.store, context.viewer, self.key
        self.begin_freezing(lambda runner: confirm_baseline(store, viewer, proposal, seen, runner=runner))


def show_proposals(context: PageContext) -> None:
    """What was done last; then all that wait, or alone the one that is read. Nothing where nothing waits."""
    if said := st.session_state.pop(_SAID, None):
        show_done(said)
        if st.session_state.pop(_FROZEN, False):
            st.page_link("pages/administrator/baselines.py", label=translate("baseline_import.to_baselines"))
    desk: ProposalDesk | None = st.session_state.get(_OPEN)
    if desk and (frozen := desk.collect()):
        del st.session_state[_OPEN]
        say_of(frozen)
    waiting = proposed_baselines(context.store, context.viewer)
    if desk and desk.key not in {proposal.id for proposal in waiting}:
        desk.stop()
        desk = None
        del st.session_state[_OPEN]
        show_error(UserError("baseline_proposal_gone"))
    if not waiting:
        return
    st.subheader(translate("baseline_proposal.waiting", count=len(waiting)), anchor=False)
    for proposal in waiting:
        if desk is None:
            _facts(proposal)
            if st.button(translate("baseline_proposal.read"), key=f"read-{proposal.id}"):
                opened = st.session_state[_OPEN] = ProposalDesk(proposal.id)
                opened.read(context)
                st.rerun()
        elif desk.key == proposal.id:
            _facts(proposal)
            _read(context, proposal, desk)
            end_page()
    st.subheader(translate("baseline_proposal.another"), anchor=False)


def say_of(kept: Baseline | BaselineProposal) -> None:
    """Draw the page again, and say what has become of a panel."""
    name = html.plain(kept.name)
    if isinstance(kept, Baseline):
        st.session_state[_SAID] = translate("baseline_import.frozen", name=name, sha256=kept.sha256[:12])
        st.session_state[_FROZEN] = True
    else:
        st.session_state[_SAID] = translate("baseline_proposal.proposed", name=name)
    st.rerun()


def _facts(proposal: BaselineProposal) -> None:
    provenance = translate(f"provenance.{proposal.provenance}")
    html.titled(translate("baseline_proposal.of", name=proposal.name, year=proposal.year, provenance=provenance))
    files = [
        (translate(f"baseline_proposal.{kind}"), name, sha256)
        for kind, name, sha256 in (
            ("panel", proposal.file_name, proposal.file_sha256),
            ("sizes", proposal.sizes_name, proposal.sizes_sha256),
            ("groups", proposal.groups_name, proposal.groups_sha256),
        )
        if name and sha256
    ]
    said = [
        translate("baseline_proposal.by", who=proposal.proposed_by, at=format_datetime(proposal.proposed_at)),
        translate("baseline_proposal.source", source=proposal.source),
        *(translate("baseline_proposal.file", kind=kind, name=name, sha256=sha256) for kind, name, sha256 in files),
    ]
    if proposal.smaller_because:
        said.append(translate("baseline_proposal.smaller", because=proposal.smaller_because))
    html.bullets(said)


def _read(context: PageContext, proposal: BaselineProposal, desk: ProposalDesk) -> None:
    if st.button(translate("baseline_proposal.close"), key=f"close-{proposal.id}"):
        desk.stop()
        del st.session_state[_OPEN]
        st.rerun()
    desk.show_what_stands()
    if desk.refused:
        problem_list(desk.refused.problems)
    if (preview := desk.preview) is None:
        if st.button(translate("baseline_proposal.read"), type="primary", key=f"again-{proposal.id}"):
            desk.read(context)
            st.rerun()
    else:
        if preview.standing != proposal.standing:
            html.notice(translate("baseline_proposal.changed"))
        show_preview(context, preview, proposal)
        problem_list(preview.panel.warnings)
        st.subheader(translate("panel_recipe.title"), anchor=False)
        show_columns(context, about_columns(proposal.file_name), preview.panel.shape)
        offer_recipe(context, proposed_recipe(proposal))
    st.subheader(translate("baseline_proposal.decide"), anchor=False)
    if hindered := against_freezing(context.store, context.viewer, proposal):
        html.where(" ".join(i18n.page_error_message(hindered, context.lang)))
    elif preview is not None:
        means = [
            translate("baseline_import.hash", sha256=preview.panel.sha256),
            translate("baseline_import.freeze_how", year=proposal.year),
        ]
        label, key = translate("baseline_proposal.confirm"), f"confirm-{proposal.id}"
        if confirm_act(label, "\n".join(means), key=key, read=preview.standing):
            desk.confirm(context, preview.standing)
            st.rerun()
    _withdrawal(context, proposal)


def _withdrawal(context: PageContext, proposal: BaselineProposal) -> None:
    """Whoever proposed it withdraws it, another refuses it: with its reason."""
    how = "withdraw" if context.viewer.account == proposal.proposed_by else "refuse"
    label = translate("baseline_proposal.reason")
    reason = st.text_input(label, max_chars=LONGEST_REASON, key=f"reason-{proposal.id}")
    means = translate("baseline_proposal.ends", name=proposal.name)
    if not confirm_act(translate(f"baseline_proposal.{how}"), means, key=f"{how}-{proposal.id}"):
        return
    try:
        withdraw_baseline(context.store, context.viewer, proposal.id, reason)
    except UserError as error:
        show_error(error)
        return
    del st.session_state[_OPEN]
    st.session_state[_SAID] = translate("baseline_proposal.ended", name=html.plain(proposal.name))
    st.rerun()
