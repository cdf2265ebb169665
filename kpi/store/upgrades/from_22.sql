-- A store of version 22 becomes one of version 34. What the tables hold is said in kpi/store/tables.sql.

-- Files.

create table file_answers (
    account varchar not null, file_sha256 varchar not null, answers varchar not null, confirmed_at timestamp not null,
    primary key (account, file_sha256)
);

-- Sheets that are there were made from files read with all that their enterprise had ever confirmed.
insert into file_answers
select upload.sent_by, upload.file_sha256, max(confirmed_answers.answers), max(confirmed_answers.confirmed_at)
from worksheet
join upload on upload.id = worksheet.upload
join confirmed_answers on confirmed_answers.credit_code = worksheet.credit_code
group by upload.sent_by, upload.file_sha256;


-- Peers are counted by plain questions over the records of a cell: the tables that a value was looked up in go, and the
-- new ones are filled for all that is frozen already.

drop table if exists ladder;
drop table if exists rung;
drop table if exists filed_record;

create table peer_cell (
    baseline varchar not null, cell integer not null, region varchar not null, industry varchar not null,
    kpi varchar not null, basis varchar not null, records integer not null
);
create table peer_enterprise (
    baseline varchar not null, enterprise integer not null, region varchar not null, industry varchar not null,
    credit_code varchar not null, own_group varchar not null
);
create table peer_record (
    baseline varchar not null, cell integer not null, enterprise integer not null, value double not null,
    chosen boolean not null
);

insert into peer_cell
select baseline, row_number() over (partition by baseline order by region, industry, kpi, basis), region, industry, kpi,
       basis, count(*)
from observation
group by baseline, region, industry, kpi, basis
order by baseline, region, industry, kpi, basis;

insert into peer_enterprise
select baseline, row_number() over (partition by baseline order by sha256(credit_code || year), credit_code), region,
       industry, credit_code, own_group
from (select distinct baseline, region, industry, credit_code, own_group from observation) enterprise
join (select name as baseline, year from baseline) frozen using (baseline)
order by all;

insert into peer_record
select baseline, cell, enterprise, if(value = 0, 0, value),
       enterprise = min(enterprise) over (partition by baseline, cell, own_group)
from observation
join peer_cell using (baseline, region, industry, kpi, basis)
join peer_enterprise using (baseline, region, industry, credit_code, own_group)
order by baseline, cell, value, enterprise;


-- A published row says at which shares of the records its two outer numbers are. Until then policy had two values of its
-- own for them, 0.2 and 0.8 as shipped, which a change approved before the freeze could set.

alter table published add column lower_quantile double;
alter table published add column upper_quantile double;

-- By baseline, what the changes stated that were in force for its year and bound when it was frozen.
create temp table stated as
select name as baseline,
       arg_max(cast(content ->> '$.disclosure.lower_quantile.value' as double), (first_day, approved_at, change))
           filter (content ->> '$.disclosure.lower_quantile.value' is not null) as lower_quantile,
       arg_max(cast(content ->> '$.disclosure.upper_quantile.value' as double), (first_day, approved_at, change))
           filter (content ->> '$.disclosure.upper_quantile.value' is not null) as upper_quantile
from baseline
cross join (
    select change, version, content, saved_at, approved_at, withdrawn_at,
           cast(content ->> '$.in_force_from' as date) as first_day,
           lead(saved_at) over (partition by change order by version) as replaced_at
    from policy_change
    left join policy_approval using (change, version)
    left join policy_withdrawal using (change)
) edition
where approved_at <= imported_at
  and coalesce(withdrawn_at > imported_at, true)
  and coalesce(replaced_at > imported_at, true)
  and first_day <= greatest(make_date(year, 12, 31), date '2025-01-01')
group by name;

-- A row that a correction carried on is at the quantiles of the baseline that it was computed from.
update published
set lower_quantile = coalesce(stated.lower_quantile, 0.2), upper_quantile = coalesce(stated.upper_quantile, 0.8)
from (select distinct computed_from from published) source
left join stated on stated.baseline = source.computed_from
where published.computed_from = source.computed_from;

drop table stated;


-- Acts bind the rows that they wrote: the act that notes the upgrade binds what stands.

alter table audit add column bound varchar;


-- Tables that begin empty.

create table objection_hearing (
    objection varchar not null, words varchar not null, reply_by date not null, informed_by varchar not null,
    informed_at timestamp not null, primary key (objection, informed_at)
);
create table objection_reply (
    id varchar primary key, objection varchar not null, kind varchar not null check (kind in ('reply', 'second_look')),
    words varchar not null, upload varchar, replied_by varchar not null, replied_at timestamp not null
);
create table dates_change (
    year integer not null, body varchar not null, set_at timestamp not null,
    event varchar not null check (event in ('proposed', 'confirmed', 'withdrawn')), noted_by varchar not null,
    noted_at timestamp not null, primary key (year, body, set_at, event)
);
create table baseline_proposal (
    id varchar primary key, name varchar not null, region varchar not null, year integer not null,
    provenance varchar not null, source varchar not null, file_name varchar not null, file_sha256 varchar not null,
    recipe varchar, sizes_name varchar, sizes_sha256 varchar, groups_name varchar, groups_sha256 varchar,
    smaller_because varchar not null, sha256 varchar not null, standing varchar not null, proposed_by varchar not null,
    proposed_at timestamp not null
);
create table baseline_outcome (
    proposal varchar primary key, outcome varchar not null check (outcome in ('confirmed', 'withdrawn')),
    reason varchar not null, noted_by varchar not null, noted_at timestamp not null
);
create table notice_proposal (
    id varchar primary key, notice varchar not null, year integer not null, sha256 varchar not null,
    files varchar not null, proposed_by varchar not null, proposed_at timestamp not null
);
create table notice_outcome (
    proposal varchar primary key, outcome varchar not null check (outcome in ('approved', 'withdrawn')),
    reason varchar not null, noted_by varchar not null, noted_at timestamp not null
);
create table condition_ruling (
    credit_code varchar not null, year integer not null, condition varchar not null,
    outcome varchar not null check (outcome in ('met', 'not_met', 'withdrawn', 'appealed')), reason varchar not null,
    evidence varchar not null, role varchar not null, ruled_by varchar not null, ruled_at timestamp not null
);
create table scenario_account (
    credit_code varchar not null, year integer not null, scenario varchar not null, how varchar not null,
    uses_ai boolean not null, ai_model varchar not null, written_by varchar not null, written_at timestamp not null
);
create table core_technology (
    credit_code varchar not null, year integer not null, position integer not null, kind varchar not null,
    name varchar not null, maker varchar not null, source varchar not null, written_by varchar not null,
    written_at timestamp not null
);
create table statement_file (
    credit_code varchar not null, year integer not null, condition varchar not null, upload varchar not null,
    attached_by varchar not null, attached_at timestamp not null
);
create table self_assessment (
    upload varchar not null, credit_code varchar not null, year integer not null, assessed_on date,
    has_text boolean not null, level_in_text integer, score_in_text double, date_in_text date
);
create table appointment (
    credit_code varchar not null, year integer not null, kind varchar not null check (kind in ('visit', 'defence')),
    starts_at timestamp, ends_at timestamp, place varchar not null, experts varchar not null, reason varchar not null,
    set_by varchar not null, set_at timestamp not null
);
create table outreach (
    id varchar not null, credit_code varchar not null, year integer not null,
    kind varchar not null check (kind in ('visit', 'case', 'press', 'other')), what varchar not null,
    due date not null, written_by varchar not null, written_at timestamp not null
);
create table outreach_done (
    outreach varchar not null, done_on date not null, evidence varchar not null, upload varchar,
    written_by varchar not null, written_at timestamp not null
);
create table register_edition (
    year integer not null, edition integer not null, file_name varchar not null, file_sha256 varchar not null,
    enterprises integer not null, taken_in_by varchar not null, taken_in_at timestamp not null
);
create table registered_enterprise (
    year integer not null, edition integer not null, credit_code varchar not null, name varchar not null,
    industry varchar not null, division varchar, district varchar, enterprise_group varchar,
    size varchar check (size in ('large', 'medium', 'small', 'micro'))
);
create table campaign (
    year integer not null, last_day date not null, opened_by varchar not null, opened_at timestamp not null
);
create table invitation (
    year integer not null, credit_code varchar not null, invited_by varchar not null, invited_at timestamp not null
);
create table report_refusal (
    year integer not null, credit_code varchar not null,
    outcome varchar not null check (outcome in ('declined', 'not_found', 'expected')), reason varchar not null,
    written_by varchar not null, written_at timestamp not null
);
create table baseline_report (
    credit_code varchar not null, year integer not null, upload varchar not null, application varchar not null,
    reported_by varchar not null, reported_at timestamp not null
);
create table panel_choice (
    year integer not null, credit_code varchar not null, source varchar not null, reason varchar not null,
    chosen_by varchar not null, chosen_at timestamp not null
);
create table assembled_panel (
    year integer not null, panel_sha256 varchar not null, sources_sha256 varchar not null,
    assembled_by varchar not null, assembled_at timestamp not null
);
create table baseline_coverage (
    baseline varchar not null, industry varchar not null, district varchar not null, size varchar not null,
    registered integer not null, included integer not null
);
create table baseline_origin (
    baseline varchar not null, industry varchar not null, enterprises integer not null, applied integer not null,
    awarded integer not null
);
create table account_link (
    token_sha256 varchar not null, credit_code varchar not null, enterprise varchar not null,
    issued_by varchar not null, issued_at timestamp not null, expires_at timestamp not null, account varchar,
    used_at timestamp
);
create table account_request (
    id varchar not null, credit_code varchar not null, enterprise varchar not null, industry varchar not null,
    district varchar not null, contact varchar not null,
    proof_kind varchar not null check (proof_kind in ('pdf', 'png', 'jpeg')), proof_sha256 varchar not null,
    token_sha256 varchar not null, asked_at timestamp not null
);
create table account_request_answer (
    request varchar not null, outcome varchar not null check (outcome in ('granted', 'asked', 'supplied', 'refused')),
    reason varchar not null, answered_by varchar not null, answered_at timestamp not null
);
create table enterprise_duty (
    account varchar not null, duty varchar not null check (duty in ('fill', 'check', 'confirm'))
);
create table draft_check (
    credit_code varchar not null, year integer not null, sha256 varchar not null, version integer not null,
    checked_by varchar not null, checked_at timestamp not null
);
create table second_factor (
    account varchar not null, seed varchar not null, set_up_at timestamp not null, last_step bigint not null
);
create table recovery_code (account varchar not null, code_sha256 varchar not null);
create table scenario_shared (
    credit_code varchar not null, year integer not null, scenario varchar not null, agreed_by varchar not null,
    agreed_at timestamp not null
);
create table own_target (
    credit_code varchar not null, year integer not null, kpi varchar not null, value varchar not null, basis varchar,
    written_by varchar not null, written_at timestamp not null
);
create table notification (
    id varchar not null, occurrence varchar not null, kind varchar not null, page varchar not null,
    account varchar not null, credit_code varchar not null, year integer not null, day varchar not null,
    raised_at timestamp not null, seen_at timestamp
);
create table delivery (
    id varchar not null, channel varchar not null check (channel in ('mail', 'messenger')), recipient varchar not null,
    kind varchar not null, page varchar not null, year integer not null, day varchar not null,
    due_at timestamp not null, batch varchar not null, attempts integer not null, fault varchar not null,
    sent_at timestamp, given_up_at timestamp
);
create table notification_address (
    account varchar not null, address varchar not null, confirmed boolean not null, digest boolean not null,
    lang varchar not null check (lang in ('zh', 'en'))
);
create table notification_off (account varchar not null, kind varchar not null);
create table calendar_address (
    account varchar not null, token_sha256 varchar not null, lang varchar not null check (lang in ('zh', 'en')),
    made_at timestamp not null
);
create table same_enterprise (
    first_code varchar not null, second_code varchar not null,
    outcome varchar not null check (outcome in ('same', 'other')), reason varchar not null, written_by varchar not null,
    written_at timestamp not null
);
