-- Question:   which enterprises of a baseline state a group, belong to one, or are named as one?  (to verify who owns them)
-- Grain:      one row per enterprise, or several where its records disagree
-- Parameters: $baseline; $names: credit codes that may be names of groups, or stand in the register
-- Reads:      observation
select distinct credit_code, told_group as "group", own_group
from observation
where baseline = $baseline
  and (told_group is not null or own_group <> credit_code or credit_code in (select unnest($names)))
order by credit_code
