-- Question:   which enterprises of a panel in parts state a group, or are named as one?
-- Grain:      one row per enterprise
-- Parameters: $names: the credit codes among the names of groups
-- Reads:      part_fact
with

stated as (
    select credit_code, min(told_group) as told_group
    from part_fact
    where told_group is not null or credit_code in (select unnest($names))
    group by credit_code
)

select credit_code, told_group as "group" from stated
order by credit_code
