-- When a round of scoring was started: until then its reviewers are being chosen, and nobody scores.
create table round_start (
    round      varchar primary key,
    started_by varchar not null,
    started_at timestamp not null
);

-- Rounds from before: whoever was assigned could score at once.
insert into round_start
select round, arg_min(changed_by, changed_at), min(changed_at)
from score_assignment
group by round;

-- A question to an enterprise that its reviewer took back, and why. Only ever added to.
create table enquiry_withdrawal (
    enquiry      varchar primary key,
    reason       varchar not null,
    withdrawn_by varchar not null,
    withdrawn_at timestamp not null
);
