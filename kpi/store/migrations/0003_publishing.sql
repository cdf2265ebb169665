-- Which baseline's records a published row was computed from: after small corrections the earlier row is carried on.
alter table published add column computed_from varchar;
update published set computed_from = baseline;
