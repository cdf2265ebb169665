-- Which baseline of a year is in force, by decision: the latest counts. Without one it is the latest import.
create table baseline_decision (
    name       varchar not null,
    reason     varchar not null,
    decided_by varchar not null,
    decided_at timestamp not null
);
