-- What only DuckDB had a word for. Questions about operational tables are asked of PostgreSQL in the same words
-- (docs/decisions/0035-one-sql-text-for-two-engines.md).

-- In which order rows of one moment were added: until now DuckDB's own number of a row. Each insert takes the next one.
alter table baseline add column number integer;
update baseline set number = n
from (select rowid as at, row_number() over (order by rowid) as n from baseline) counted
where baseline.rowid = counted.at;

alter table baseline_decision add column number integer;
update baseline_decision set number = n
from (select rowid as at, row_number() over (order by rowid) as n from baseline_decision) counted
where baseline_decision.rowid = counted.at;

alter table later_record add column number integer;
update later_record set number = n
from (select rowid as at, row_number() over (order by rowid) as n from later_record) counted
where later_record.rowid = counted.at;

alter table score_assignment add column number integer;
update score_assignment set number = n
from (select rowid as at, row_number() over (order by rowid) as n from score_assignment) counted
where score_assignment.rowid = counted.at;

-- One field of each object in a list of a JSON document, as text, in the list's order; null where it is null.
create macro json_column(document, list, field) as cast(document ->> ('$.' || list || '[*].' || field) as varchar[]);
