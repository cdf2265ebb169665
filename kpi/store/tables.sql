-- All that a store holds, at the version that kpi/store/schema.py names. The scripts in kpi/store/upgrades bring an
-- older store to these same tables, the columns in the same order: rows are copied by position. So a column that is
-- added to a table stands at its end. PostgreSQL's tables are made as DuckDB describes them after this text.

-- The latest counts: the versions that the store has had.
create table schema_version (version integer not null);


-- Baselines. What is frozen of one, and what was published of it, is only ever added to.

-- groups_sha256 is the register of groups as it was sent, one of the store's originals; null where the panel alone says
-- who belongs together. number, here and in other tables: in which order rows of one moment were added. Each insert
-- takes the next one.
create table baseline (
    name            varchar primary key,
    region          varchar not null,
    year            integer not null,
    provenance      varchar not null check (provenance in ('official', 'panel', 'illustrative')),
    sha256          varchar not null,
    source          varchar not null,
    original_sha256 varchar not null,
    imported_at     timestamp not null,
    shipped         boolean not null,
    groups_sha256   varchar,
    number          integer
);

-- The recipe by which a panel's file was read, as JSON: the original and its recipe give the baseline's hash again.
create table baseline_recipe (
    baseline varchar primary key,
    name     varchar not null,
    recipe   varchar not null
);

-- One value of one enterprise. told_group is as the panel says it; own_group never null: a branch belongs to its legal
-- person's group, and an enterprise that names none is a group of its own. basis is 'only' where a KPI can be given in
-- one way alone.
create table observation (
    baseline    varchar not null,
    region      varchar not null,
    industry    varchar not null,
    kpi         varchar not null,
    basis       varchar not null check (basis in ('only', 'relative', 'points')),
    credit_code varchar not null,
    told_group  varchar,
    own_group   varchar not null,
    body        varchar,
    value       double not null
);

-- How many enterprises an industry has by a register, and groups (an enterprise that stands alone is one): null where
-- it does not say.
create table industry_size (
    baseline varchar not null,
    region   varchar not null,
    industry varchar not null,
    size     integer not null check (size > 0),
    groups   integer
);

-- A register of groups beside a panel: which group an enterprise belongs to, in the panel or not. told_group as the
-- register says it (null: the enterprise stands alone), own_group the group that owns it.
create table group_register (
    baseline    varchar not null,
    credit_code varchar not null,
    told_group  varchar,
    own_group   varchar not null,
    primary key (baseline, credit_code)
);

-- The sub-industry of GB/T 4754 that a panel states of an enterprise.
create table sub_industry (
    baseline    varchar not null,
    credit_code varchar not null,
    code        varchar not null,
    primary key (baseline, credit_code)
);

-- What placing a value reads, laid out by cell and value (kpi/sql/peer_cells.sql, peer_enterprises.sql and
-- peer_records.sql).
-- The cells of a baseline, numbered from 1.
create table peer_cell (
    baseline varchar not null,
    cell     integer not null,
    region   varchar not null,
    industry varchar not null,
    kpi      varchar not null,
    basis    varchar not null,
    records  integer not null
);

-- The enterprises of a baseline, numbered from 1 in the order of the SHA-256 of credit code and year.
create table peer_enterprise (
    baseline    varchar not null,
    enterprise  integer not null,
    region      varchar not null,
    industry    varchar not null,
    credit_code varchar not null,
    own_group   varchar not null
);

-- Their records. chosen: the one of its group in the cell that was chosen before there were data.
create table peer_record (
    baseline   varchar not null,
    cell       integer not null,
    enterprise integer not null,
    value      double not null,
    chosen     boolean not null
);

-- The snapshot of a baseline cell, built once at freeze so that a page reads it in milliseconds.
create table cell (
    baseline      varchar not null,
    region        varchar not null,
    industry      varchar not null,
    kpi           varchar not null,
    basis         varchar not null,
    records       integer not null,
    groups        integer not null,
    largest_share double not null,
    mean          double not null,
    p50           double not null,
    p75           double not null,
    p80           double not null,
    p90           double not null
);

-- What everybody may know of a cell (method 5), computed once at freeze. p20 and p80 are its two outer numbers, at the
-- shares of the records that lower_quantile and upper_quantile say.
--
-- computed_from is the baseline whose records the row was computed from: after small corrections the earlier row is
-- carried on. words_expose: whether some word of the cell would leave too many peers too little room; null where it was
-- frozen before that was asked.
create table published (
    baseline       varchar not null,
    region         varchar not null,
    industry       varchar not null,
    kpi            varchar not null,
    band           varchar,
    median         double,
    mean           double,
    p20            double,
    p80            double,
    step           double,
    withheld       varchar,
    computed_from  varchar,
    words_expose   boolean,
    lower_quantile double,
    upper_quantile double
);

-- Which baseline of a year is in force, by decision: the latest counts. Without one it is the latest import.
create table baseline_decision (
    name       varchar not null,
    reason     varchar not null,
    decided_by varchar not null,
    decided_at timestamp not null,
    number     integer
);

-- A baseline that one administrator proposes and another confirms: all that freezing it needs. Its files are kept.
create table baseline_proposal (
    id            varchar primary key,
    name          varchar not null,
    region        varchar not null,
    year          integer not null,
    provenance    varchar not null,
    source        varchar not null,
    file_name     varchar not null,
    file_sha256   varchar not null,
    recipe        varchar, -- JSON: how the file is read; what was answered of it
    sizes_name    varchar,
    sizes_sha256  varchar,
    groups_name   varchar,
    groups_sha256 varchar,
    smaller_because varchar not null,
    sha256        varchar not null, -- of the content that would be frozen
    standing      varchar not null, -- of what it was previewed beside
    proposed_by   varchar not null,
    proposed_at   timestamp not null
);

-- What became of it; one without an outcome waits.
create table baseline_outcome (
    proposal varchar primary key,
    outcome  varchar not null check (outcome in ('confirmed', 'withdrawn')),
    reason   varchar not null,
    noted_by varchar not null,
    noted_at timestamp not null
);

-- Of a frozen baseline, as the register was that day: how many enterprises of each kind it has, and the register;
-- "" where the register does not state district or size.
create table baseline_coverage (
    baseline   varchar not null,
    industry   varchar not null,
    district   varchar not null,
    size       varchar not null,
    registered integer not null,
    included   integer not null
);

-- Of a frozen baseline, that day: how many of its enterprises had applied, and were on the list of awards.
create table baseline_origin (
    baseline    varchar not null,
    industry    varchar not null,
    enterprises integer not null,
    applied     integer not null,
    awarded     integer not null
);


-- Where peers come from: the register of enterprises of a year, and what those who are asked report.

-- Taken in whole: only ever added to, the latest edition of a year stands.
create table register_edition (
    year        integer not null,
    edition     integer not null,
    file_name   varchar not null,
    file_sha256 varchar not null,
    enterprises integer not null,
    taken_in_by varchar not null,
    taken_in_at timestamp not null
);

-- The enterprises of an edition of the register.
create table registered_enterprise (
    year             integer not null,
    edition          integer not null,
    credit_code      varchar not null,
    name             varchar not null,
    industry         varchar not null,
    division         varchar,
    district         varchar,
    enterprise_group varchar,
    size             varchar check (size in ('large', 'medium', 'small', 'micro'))
);

-- A year's campaign for a baseline: only ever added to, the latest last day stands.
create table campaign (
    year      integer not null,
    last_day  date not null,
    opened_by varchar not null,
    opened_at timestamp not null
);

-- Who was asked to report for it.
create table invitation (
    year        integer not null,
    credit_code varchar not null,
    invited_by  varchar not null,
    invited_at  timestamp not null
);

-- Why no report is to be expected of an enterprise that was invited, or that one is after all. The latest stands.
create table report_refusal (
    year        integer not null,
    credit_code varchar not null,
    outcome     varchar not null check (outcome in ('declined', 'not_found', 'expected')),
    reason      varchar not null,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- What an enterprise reports for a baseline without applying. Only ever added to: the latest of a year stands.
create table baseline_report (
    credit_code varchar not null,
    year        integer not null,
    upload      varchar not null,
    application varchar not null,
    reported_by varchar not null,
    reported_at timestamp not null
);

-- Whether two credit codes with like names are of one enterprise, as an administrator has said. The latest stands.
create table same_enterprise (
    first_code  varchar not null,
    second_code varchar not null,
    outcome     varchar not null check (outcome in ('same', 'other')),
    reason      varchar not null,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- Which of several sources a panel takes of an enterprise, or that it takes none, and why. The latest stands.
create table panel_choice (
    year        integer not null,
    credit_code varchar not null,
    source      varchar not null,
    reason      varchar not null,
    chosen_by   varchar not null,
    chosen_at   timestamp not null
);

-- A panel that was put together of what is in: where each of its enterprises came from, as a file.
create table assembled_panel (
    year           integer not null,
    panel_sha256   varchar not null,
    sources_sha256 varchar not null,
    assembled_by   varchar not null,
    assembled_at   timestamp not null
);


-- Changes of policy, and notices. Only ever added to.

-- Each draft of a change in every version: change numbers a draft, version its editions; content is JSON in the form of
-- a file of data/policy.
create table policy_change (
    change   integer not null,
    version  integer not null,
    content  varchar not null,
    saved_by varchar not null,
    saved_at timestamp not null,
    primary key (change, version)
);

-- An approval is of one version: a later edition has none.
create table policy_approval (
    change      integer not null,
    version     integer not null,
    approved_by varchar not null,
    approved_at timestamp not null,
    primary key (change, version)
);

-- A draft that was taken back, or an approved change.
create table policy_withdrawal (
    change       integer primary key,
    reason       varchar not null,
    withdrawn_by varchar not null,
    withdrawn_at timestamp not null
);

-- A notice that one administrator proposes and another approves: the files of its folder, as they were sent.
create table notice_proposal (
    id          varchar primary key,
    notice      varchar not null,
    year        integer not null,
    sha256      varchar not null, -- of what its files say
    files       varchar not null, -- JSON: the text of each file by name
    proposed_by varchar not null,
    proposed_at timestamp not null
);

-- What became of it; one without an outcome waits. Of an approved one: the notice of its year, from then on.
create table notice_outcome (
    proposal varchar primary key,
    outcome  varchar not null check (outcome in ('approved', 'withdrawn')),
    reason   varchar not null,
    noted_by varchar not null,
    noted_at timestamp not null
);


-- Accounts, and how people and systems sign in.

-- issuer and subject: who vouches for its sign-in elsewhere (OpenID Connect), or neither. must_change: the password was
-- given by somebody else, and opens only the page where it is changed. Sign-ins from before valid_from hold no longer,
-- wherever they were made.
create table account (
    name          varchar primary key,
    display       varchar not null,
    role          varchar not null check (role in ('enterprise', 'reviewer', 'leader', 'administrator')),
    password_hash varchar,
    demonstration boolean not null,
    disabled      boolean not null,
    created_at    timestamp not null,
    issuer        varchar,
    subject       varchar,
    must_change   boolean default false,
    valid_from    timestamp
);

-- What an account reaches (kpi/access/roles.py).
create table account_scope (
    account varchar not null,
    reach   varchar not null
);

-- What a person of an enterprise does there; of an account without any: everything.
create table enterprise_duty (
    account varchar not null,
    duty    varchar not null check (duty in ('fill', 'check', 'confirm'))
);

-- Sign-ins, by the hash of what the browser holds.
create table sign_in (
    token_sha256 varchar primary key,
    account      varchar not null,
    created_at   timestamp not null,
    expires_at   timestamp not null,
    ended        boolean not null,
    address      varchar default '',
    device       varchar default ''
);

-- Wrong passwords by bucket: an account from a known device, an account from anywhere else (kpi/access/passwords.py).
create table failed_sign_in (
    bucket   varchar primary key,
    failures integer not null,
    last_at  timestamp not null
);

-- What an account signs in with beside its password: a seed of one-time codes, encrypted by a key of the store's
-- secret. last_step is that of the last code used.
create table second_factor (
    account   varchar not null,
    seed      varchar not null,
    set_up_at timestamp not null,
    last_step bigint not null
);

-- Single-use codes for whoever has lost the device, as hashes. One that was used is gone.
create table recovery_code (
    account     varchar not null,
    code_sha256 varchar not null
);

-- Tokens by which an enterprise's own systems act as an account. A token is stored as its hash only.
create table api_token (
    id           varchar primary key,
    token_sha256 varchar not null unique,
    account      varchar not null,
    label        varchar not null,
    added_by     varchar not null,
    added_at     timestamp not null,
    expires_at   timestamp not null,
    revoked_at   timestamp,
    used_at      timestamp
);

-- What a write was answered, by the key that the caller gave it: sent again it is answered so again.
create table api_answer (
    account     varchar not null,
    key         varchar not null,
    request     varchar not null, -- hash of what was sent
    status      integer not null,
    body        varchar not null,
    answered_at timestamp not null,
    primary key (account, key)
);

-- A link, as its hash, by which an enterprise makes its own account, once.
create table account_link (
    token_sha256 varchar not null,
    credit_code  varchar not null,
    enterprise   varchar not null,
    issued_by    varchar not null,
    issued_at    timestamp not null,
    expires_at   timestamp not null,
    account      varchar,
    used_at      timestamp
);

-- Who asks for an account, until it is decided: then the contact is blanked, and the file of the proof erased.
create table account_request (
    id           varchar not null,
    credit_code  varchar not null,
    enterprise   varchar not null,
    industry     varchar not null,
    district     varchar not null,
    contact      varchar not null,
    proof_kind   varchar not null check (proof_kind in ('pdf', 'png', 'jpeg')),
    proof_sha256 varchar not null,
    token_sha256 varchar not null,
    asked_at     timestamp not null
);

-- What became of it: only ever added to, the latest stands. "supplied" is the asker's answer to what it was asked.
create table account_request_answer (
    request     varchar not null,
    outcome     varchar not null check (outcome in ('granted', 'asked', 'supplied', 'refused')),
    reason      varchar not null,
    answered_by varchar not null,
    answered_at timestamp not null
);

-- A reviewer does not see these enterprises' applications, whatever else is in reach.
create table conflict (
    reviewer    varchar not null,
    credit_code varchar not null,
    reason      varchar not null,
    declared_at timestamp not null,
    primary key (reviewer, credit_code)
);


-- An enterprise's application while it is open: files, answer sheets, drafts, and what stands behind them.

-- Every file sent, whatever became of it. The bytes lie under originals/ by their hash.
create table upload (
    id          varchar primary key,
    file_name   varchar not null,
    file_sha256 varchar not null,
    sent_by     varchar not null,
    sent_at     timestamp not null,
    faults      integer not null
);

-- What an enterprise has confirmed of its files' layout.
create table confirmed_answers (
    credit_code  varchar primary key,
    answers      varchar not null,
    confirmed_by varchar not null,
    confirmed_at timestamp not null
);

-- What was answered to the questions of one file: it holds for these bytes, and is proposed for others.
create table file_answers (
    account      varchar not null,
    file_sha256  varchar not null,
    answers      varchar not null,
    confirmed_at timestamp not null,
    primary key (account, file_sha256)
);

-- One answer sheet a factory and year: its KPIs and facts as text. Its draft stands in draft while it is faultless.
-- version grows by one with each change, so that two people do not overwrite each other unseen.
create table worksheet (
    credit_code varchar not null,
    year        integer not null,
    upload      varchar not null,
    sheet       varchar not null,
    version     integer not null,
    changed_by  varchar not null,
    changed_at  timestamp not null,
    primary key (credit_code, year)
);

-- Each change of an answer sheet. Only ever added to.
create table worksheet_change (
    credit_code varchar not null,
    year        integer not null,
    version     integer not null,
    item        varchar not null,
    field       varchar not null,
    was         varchar not null,
    becomes     varchar not null,
    why         varchar not null,
    changed_by  varchar not null,
    changed_at  timestamp not null
);

-- What was read from a faultless file and not yet locked: one draft a factory and year, the latest accepted.
create table draft (
    credit_code varchar not null,
    year        integer not null,
    industry    varchar not null,
    body        varchar,
    upload      varchar not null,
    application varchar not null,
    accepted_by varchar not null,
    accepted_at timestamp not null,
    primary key (credit_code, year)
);

-- A draft that a person of its enterprise has checked, by hash, at that version of its sheet. The latest stands.
create table draft_check (
    credit_code varchar not null,
    year        integer not null,
    sha256      varchar not null,
    version     integer not null,
    checked_by  varchar not null,
    checked_at  timestamp not null
);

-- The documents that go with an application: its annex 4 report, and the report of the maturity self-assessment. upload
-- is the file as it was sent. Only ever added to; the latest of each kind counts, and the record of a lock seals its
-- hash.
create table attached_document (
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('report', 'self_assessment')),
    upload      varchar not null,
    attached_by varchar not null,
    attached_at timestamp not null
);

-- When the maturity self-assessment was made, as typed, and what its PDF says; null where it says nothing.
create table self_assessment (
    upload         varchar not null,
    credit_code    varchar not null,
    year           integer not null,
    assessed_on    date,
    has_text       boolean not null,
    level_in_text  integer,
    score_in_text  double,
    date_in_text   date
);

-- An enterprise's word on a condition, the latest: one a factory's year and condition. evidence names a document.
create table statement (
    credit_code varchar not null,
    year        integer not null,
    condition   varchar not null,
    holds       boolean not null,
    evidence    varchar not null,
    stated_by   varchar not null,
    stated_at   timestamp not null,
    primary key (credit_code, year, condition)
);

-- Files that stand beside a statement. Only ever added to: the latest of a condition stands.
create table statement_file (
    credit_code varchar not null,
    year        integer not null,
    condition   varchar not null,
    upload      varchar not null,
    attached_by varchar not null,
    attached_at timestamp not null
);

-- How a claimed scenario is met, and whether it uses artificial intelligence; an empty model where it does not.
create table scenario_account (
    credit_code varchar not null,
    year        integer not null,
    scenario    varchar not null,
    how         varchar not null,
    uses_ai     boolean not null,
    ai_model    varchar not null,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- The core equipment and software, in the enterprise's order.
create table core_technology (
    credit_code varchar not null,
    year        integer not null,
    position    integer not null,
    kind        varchar not null,
    name        varchar not null,
    maker       varchar not null,
    source      varchar not null,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- What shows a claim: a start or a "not applicable" of one KPI (item is its code), or a group (item is ''). upload is
-- the file beside the words, null where none was sent. Only ever added to; the latest counts.
create table claim_evidence (
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('start', 'not_applicable', 'group')),
    item        varchar not null,
    claimed     varchar not null,
    evidence    varchar not null,
    upload      varchar,
    attached_by varchar not null,
    attached_at timestamp not null
);

-- What an enterprise means to reach in later years, which nobody else reads: a value as text, in the KPI's unit.
create table own_target (
    credit_code varchar not null,
    year        integer not null,
    kpi         varchar not null,
    value       varchar not null,
    basis       varchar,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- Own values put to the published table: what many small changes of one factory's values would show.
create table asked (
    asked_at    timestamp not null,
    account     varchar not null,
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('accepted', 'edited', 'what_if', 'locked', 'reopened')),
    sha256      varchar not null
);


-- Locked applications and their sealed verdicts.

-- A locked application with its sealed verdict: one a factory and year. record holds counts, and is not for rivals.
create table release (
    credit_code varchar not null,
    year        integer not null,
    industry    varchar not null,
    body        varchar,
    upload      varchar not null,
    application varchar not null,
    locked_by   varchar not null,
    locked_at   timestamp not null,
    baseline    varchar not null,
    record      varchar not null,
    sha256      varchar not null,
    primary key (credit_code, year)
);

-- Locked applications that were reopened, whole as they were. Only ever added to.
create table withdrawn (
    credit_code varchar not null,
    year        integer not null,
    industry    varchar not null,
    body        varchar,
    upload      varchar not null,
    application varchar not null,
    locked_by   varchar not null,
    locked_at   timestamp not null,
    baseline    varchar not null,
    record      varchar not null,
    sha256      varchar not null,
    reopened_by varchar not null,
    reopened_at timestamp not null,
    reason      varchar not null
);

-- The verdict of a locked application decided again after a ruling: the same values, the same baseline. lock_sha256
-- names the record of the lock it stands beside. Only ever added to; the latest counts.
create table later_record (
    credit_code varchar not null,
    year        integer not null,
    lock_sha256 varchar not null,
    record      varchar not null,
    sha256      varchar not null,
    sealed_by   varchar not null,
    sealed_at   timestamp not null,
    number      integer
);

-- Each step of an application, from submitted to listed or not. Only ever added to.
create table step (
    credit_code varchar not null,
    year        integer not null,
    state       varchar not null check (state in ('draft', 'submitted', 'put_forward', 'material_review', 'on_site',
                                                  'defence', 'publicity', 'listed', 'not_listed')),
    taken_at    timestamp not null,
    taken_by    varchar not null,
    note        varchar not null
);


-- Review: evidence, claims, conditions, questions.

-- What a reviewer made of the evidence for one KPI: confirmed, doubted or refuted, with a note. reported is what was
-- reported then: a finding says nothing of another value. Only ever added to; the latest counts.
create table evidence_finding (
    credit_code varchar not null,
    year        integer not null,
    kpi         varchar not null,
    reported    varchar not null,
    finding     varchar not null check (finding in ('confirmed', 'doubted', 'refuted')),
    note        varchar not null,
    found_by    varchar not null,
    found_at    timestamp not null
);

-- A reviewer looked at a flag and set it aside, or took that back: the latest counts.
create table flag_dismissal (
    credit_code  varchar not null,
    year         integer not null,
    flag         varchar not null,
    dismissed    boolean not null,
    note         varchar not null,
    dismissed_by varchar not null,
    dismissed_at timestamp not null
);

-- How a reviewer ruled, on what was claimed then: a claim that changed is open again. Only ever added to; the latest
-- counts.
create table claim_ruling (
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('start', 'not_applicable', 'group')),
    item        varchar not null,
    claimed     varchar not null,
    ruling      varchar not null check (ruling in ('accepted', 'refused')),
    reason      varchar not null,
    ruled_by    varchar not null,
    ruled_at    timestamp not null
);

-- A ruling that was taken back: the claim is open again until somebody rules on it after that.
create table ruling_withdrawal (
    credit_code  varchar not null,
    year         integer not null,
    kind         varchar not null check (kind in ('start', 'not_applicable', 'group')),
    item         varchar not null,
    reason       varchar not null,
    withdrawn_by varchar not null,
    withdrawn_at timestamp not null
);

-- What reviewers, a recommending body or the authority decided on a condition of a locked application, against what and
-- why; that one was taken back, or that the enterprise appealed against it. Only ever added to; of an earlier lock
-- nothing counts.
create table condition_ruling (
    credit_code varchar not null,
    year        integer not null,
    condition   varchar not null,
    outcome     varchar not null check (outcome in ('met', 'not_met', 'withdrawn', 'appealed')),
    reason      varchar not null,
    evidence    varchar not null,
    role        varchar not null,
    ruled_by    varchar not null,
    ruled_at    timestamp not null
);

-- What a reviewer asks an enterprise: of one KPI, or of the whole application (kpi is ''). Only ever added to.
create table enquiry (
    id          varchar primary key,
    credit_code varchar not null,
    year        integer not null,
    kpi         varchar not null,
    question    varchar not null,
    asked_by    varchar not null,
    asked_at    timestamp not null
);

-- The enterprise's answers. upload is the file beside the words, null where none was sent. Only ever added to.
create table enquiry_answer (
    enquiry     varchar not null,
    answer      varchar not null,
    upload      varchar,
    answered_by varchar not null,
    answered_at timestamp not null
);

-- A question to an enterprise that its reviewer took back, and why. Only ever added to.
create table enquiry_withdrawal (
    enquiry      varchar primary key,
    reason       varchar not null,
    withdrawn_by varchar not null,
    withdrawn_at timestamp not null
);

-- Visits and defences. Only ever added to: the latest of a candidate and kind stands; a cancelled one has no beginning.
create table appointment (
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('visit', 'defence')),
    starts_at   timestamp,
    ends_at     timestamp,
    place       varchar not null,
    experts     varchar not null,
    reason      varchar not null,
    set_by      varchar not null,
    set_at      timestamp not null
);


-- Reviewers' scores. Everything is only ever added to.

-- A round is the candidates of one industry and year on one occasion.
create table scoring_round (
    id        varchar primary key,
    year      integer not null,
    industry  varchar not null,
    occasion  varchar not null check (occasion in ('material', 'on_site', 'defence')),
    number    integer not null,
    opened_by varchar not null,
    opened_at timestamp not null,
    unique (year, industry, occasion, number)
);

-- When a round of scoring was started: until then its reviewers are being chosen, and nobody scores.
create table round_start (
    round      varchar primary key,
    started_by varchar not null,
    started_at timestamp not null
);

-- The score sheet of a round: another edition until the first score is handed in, another round after that. sheet is
-- JSON.
create table round_sheet (
    round   varchar not null,
    edition integer not null,
    sheet   varchar not null,
    sha256  varchar not null,
    set_by  varchar not null,
    set_at  timestamp not null,
    primary key (round, edition)
);

-- Who scores whom: the latest row counts. seed is that of the draw, null where an administrator chose.
create table score_assignment (
    round       varchar not null,
    reviewer    varchar not null,
    credit_code varchar not null,
    assigned    boolean not null,
    reason      varchar not null,
    seed        bigint,
    changed_by  varchar not null,
    changed_at  timestamp not null,
    number      integer
);

-- One reviewer's scores of one candidate, version by version; sheet is the edition they were given by, content is JSON.
-- position is the candidate's place in the reviewer's own list of that many.
create table score_version (
    round       varchar not null,
    credit_code varchar not null,
    reviewer    varchar not null,
    version     integer not null,
    state       varchar not null check (state in ('draft', 'handed_in', 'abstained')),
    sheet       integer not null,
    content     varchar not null,
    sha256      varchar not null,
    position    integer not null,
    list_length integer not null,
    saved_at    timestamp not null,
    primary key (round, credit_code, reviewer, version)
);

-- All who were to score have: from here on the panel sees the scores.
create table score_release (
    round       varchar primary key,
    released_at timestamp not null
);

-- What the panel noted of a candidate.
create table panel_note (
    round       varchar not null,
    credit_code varchar not null,
    note        varchar not null,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- What the panel decided, edition by edition: the latest counts.
create table panel_decision (
    round       varchar not null,
    credit_code varchar not null,
    edition     integer not null,
    outcome     varchar not null check (outcome in ('forward', 'reserve', 'not_forward')),
    reason      varchar not null,
    decided_by  varchar not null,
    decided_at  timestamp not null,
    primary key (round, credit_code, edition)
);


-- The programme's year: dates, lists, objections during publicity. The latest counts.

-- A year's dates.
create table programme_dates (
    year           integer not null,
    opens          date not null, -- the first day on which an application may be locked
    closes         date not null, -- the last
    lists_due      date not null, -- the last day on which a recommending body sends its list
    scores_due     date,
    publicity_from date,
    publicity_to   date,
    reference      varchar not null,
    reason         varchar not null,
    set_by         varchar not null,
    set_at         timestamp not null
);

-- A recommending body's own deadline; lists_due null: the year's holds again.
create table body_deadline (
    year      integer not null,
    body      varchar not null,
    lists_due date,
    reference varchar not null,
    reason    varchar not null,
    set_by    varchar not null,
    set_at    timestamp not null
);

-- Dates that two people set: what was proposed holds once it is confirmed. What was set without it holds as it is.
create table dates_change (
    year     integer not null,
    body     varchar not null, -- '': the year's own dates
    set_at   timestamp not null,
    event    varchar not null check (event in ('proposed', 'confirmed', 'withdrawn')),
    noted_by varchar not null,
    noted_at timestamp not null,
    primary key (year, body, set_at, event)
);

-- Whom a body puts forward, place by place.
create table nomination (
    body        varchar not null,
    year        integer not null,
    credit_code varchar not null,
    place       integer not null,
    primary key (body, year, credit_code)
);

-- A body's list, edition by edition: what it was saved as, put forward, withdrawn to, and sent. Only ever added to; the
-- latest edition counts. nomination holds what is put forward. content is JSON; sha256 seals the content of a sent
-- list.
create table nomination_list (
    body     varchar not null,
    year     integer not null,
    edition  integer not null,
    state    varchar not null check (state in ('draft', 'put_forward', 'sent')),
    content  varchar not null,
    sha256   varchar,
    note     varchar not null,
    saved_by varchar not null,
    saved_at timestamp not null,
    primary key (body, year, edition)
);

-- objector is for administrators only. upload is the file beside the words, null where none was sent.
create table objection (
    id          varchar primary key,
    credit_code varchar not null,
    year        integer not null,
    received_on date not null,
    objector    varchar not null,
    objection   varchar not null,
    upload      varchar,
    recorded_by varchar not null,
    recorded_at timestamp not null
);

-- What came in later to an objection that was still open: nothing recorded before is changed.
create table objection_addition (
    id          varchar primary key,
    objection   varchar not null,
    received_on date not null,
    words       varchar not null, -- "" where the file says it all
    upload      varchar,
    added_by    varchar not null,
    added_at    timestamp not null
);

-- What a factory read of an objection, and until when it may reply; once more where more came in.
create table objection_hearing (
    objection varchar not null,
    words   varchar not null, -- the objection's words, without who objected
    reply_by  date not null,
    informed_by   varchar not null,
    informed_at   timestamp not null,
    primary key (objection, informed_at)
);

-- What the factory said to it; 'second_look': to one that was upheld, once.
create table objection_reply (
    id         varchar primary key,
    objection  varchar not null,
    kind       varchar not null check (kind in ('reply', 'second_look')),
    words      varchar not null,
    upload     varchar,
    replied_by varchar not null,
    replied_at timestamp not null
);

-- How an objection came out.
create table objection_answer (
    objection   varchar not null,
    outcome     varchar not null check (outcome in ('upheld', 'rejected', 'withdrawn', 'reopened')),
    answer      varchar not null,
    answered_on date not null,
    answered_by varchar not null,
    answered_at timestamp not null
);


-- Awards, and what listed factories do to spread their experience.

-- How many awards a body has, which its quota follows.
create table award (
    body  varchar primary key,
    count integer not null check (count >= 0)
);

-- The authority's list of factories awarded so far, earlier municipal smart factories included. Each import replaces
-- it. body: whose recommendation the award was; null where the list does not say.
create table awarded (
    credit_code varchar not null,
    factory     varchar not null,
    tier        varchar not null,
    year        integer not null,
    source      varchar not null,
    body        varchar
);

-- before and after are an award as JSON, null where there is none. An import has neither, and its file's hash as
-- reason.
create table award_change (
    number      integer primary key,
    act         varchar not null check (act in ('added', 'corrected', 'revoked', 'imported')),
    credit_code varchar not null,
    before      varchar,
    after       varchar,
    reason      varchar not null,
    changed_by  varchar not null,
    changed_at  timestamp not null
);

-- What a listed factory promises to do to spread its experience, and that it did.
create table outreach (
    id          varchar not null,
    credit_code varchar not null,
    year        integer not null,
    kind        varchar not null check (kind in ('visit', 'case', 'press', 'other')),
    what        varchar not null,
    due         date not null,
    written_by  varchar not null,
    written_at  timestamp not null
);

-- That it did so.
create table outreach_done (
    outreach   varchar not null,
    done_on    date not null,
    evidence   varchar not null,
    upload     varchar,
    written_by varchar not null,
    written_at timestamp not null
);

-- Accounts of scenarios that a listed factory agrees to show to the other factories of its industry, each until it
-- takes that back.
create table scenario_shared (
    credit_code varchar not null,
    year        integer not null,
    scenario    varchar not null,
    agreed_by   varchar not null,
    agreed_at   timestamp not null
);


-- Word that goes out.

-- What happened and concerns a person, once an event and person. "occurrence" names the event: an act of the trail by
-- its number, or a day. Nothing is decided by these rows.
create table notification (
    id          varchar not null,
    occurrence  varchar not null,
    kind        varchar not null,
    page        varchar not null,
    account     varchar not null,
    credit_code varchar not null,
    year        integer not null,
    day         varchar not null,
    raised_at   timestamp not null,
    seen_at     timestamp
);

-- The outbox: what is to leave, to an account by mail or to a role by its messenger. "batch": in which message.
create table delivery (
    id          varchar not null,
    channel     varchar not null check (channel in ('mail', 'messenger')),
    recipient   varchar not null,
    kind        varchar not null,
    page        varchar not null,
    year        integer not null,
    day         varchar not null,
    due_at      timestamp not null,
    batch       varchar not null,
    attempts    integer not null,
    fault       varchar not null,
    sent_at     timestamp,
    given_up_at timestamp
);

-- Where an account has messages sent, in which language, at once or once a day.
create table notification_address (
    account   varchar not null,
    address   varchar not null,
    confirmed boolean not null,
    digest    boolean not null,
    lang      varchar not null check (lang in ('zh', 'en'))
);

-- The kinds of events that an account is sent nothing about.
create table notification_off (
    account varchar not null,
    kind    varchar not null
);

-- The secret address at which an account's calendar is read without a sign-in: its hash alone, one an account.
create table calendar_address (
    account      varchar not null,
    token_sha256 varchar not null,
    lang         varchar not null check (lang in ('zh', 'en')),
    made_at      timestamp not null
);


-- The audit trail, and what the store notes of itself.

-- Who did what to what. Only ever added to; each row's mac covers the row and the mac before it. bound: which rows were
-- written since the act before, each by table, key and keyed hash of what it then held, as JSON
-- (kpi/services/row_binding.py). Null: none, or an act from before rows were bound; the upgrade binds what stands.
create table audit (
    seq      bigint primary key,
    done_at  timestamp not null,
    actor    varchar not null,
    role     varchar not null,
    address  varchar not null,
    action   varchar not null,
    subject  varchar not null,
    before   varchar,
    after    varchar,
    previous varchar not null,
    mac      varchar not null,
    bound    varchar
);

-- What the store notes of itself, by name.
create table mark (
    name  varchar primary key,
    value varchar not null
);


-- One field of each object in a list of a JSON document, as text, in the list's order; null where it is null.
create macro json_column(document, list, field) as cast(document ->> ('$.' || list || '[*].' || field) as varchar[]);
