-- Question:   how many peers does each record of some cells beat, tie and trail, in records and in groups?
-- Grain:      one row per record of these cells, by cell and credit code
-- Parameters: $baseline, $year: the baseline's
-- Reads:      wanted (cell, region, industry, kpi, basis), bound by the caller: the cells, each with a number
--             observation, with one record per enterprise, KPI and basis
-- Units:      value is in the KPI's unit, all else are counts without the record's own group. worse, tied and n are
--             records. A group counts once in groups, groups_worse and groups_not_better: by its chosen record.
with

peer as materialized (
    select cell, credit_code, own_group, value
    from observation
    join wanted using (region, industry, kpi, basis)
    where baseline = $baseline
),

-- Two can share a group only if one of them bears its name without being it: few do.
shared as materialized (
    select distinct cell, own_group from peer where own_group <> credit_code
),

-- The chosen record of a group is the first by its hash, as in peer_enterprises.sql.
member as materialized (
    select cell, own_group, credit_code, value,
           row_number() over (partition by cell, own_group order by sha256(credit_code || $year), credit_code) = 1 as chosen
    from peer
    semi join shared using (cell, own_group)
),

-- Who stands alone is the chosen one of itself.
record as (
    select cell, credit_code, value, 0 as own_worse, 0 as own_tied, 0 as own_others, value as own_chosen
    from peer
    anti join shared using (cell, own_group)
    union all
    select cell, credit_code, value,
           rank() over in_group - 1,
           count(*) over in_group - rank() over in_group,
           count(*) over (partition by cell, own_group) - 1,
           any_value(value) filter (chosen) over (partition by cell, own_group)
    from member
    window in_group as (partition by cell, own_group order by value)
),

-- Along the values of each cell: records at each, and how many of them are not chosen.
at_value as (
    select cell, value, sum(records) as records, sum(not_chosen) as not_chosen
    from (
        select cell, value, count(*) as records, 0 as not_chosen from peer group by all
        union all
        select cell, value, 0, count(*) from member where not chosen group by all
    )
    group by all
),

up_to_value as (
    select cell, value,
           sum(records) over up_to - records as below,
           sum(records) over up_to as upto,
           sum(records - not_chosen) over up_to - records + not_chosen as chosen_below,
           sum(records - not_chosen) over up_to as chosen_upto,
           sum(records) over (partition by cell) as in_all,
           sum(records - not_chosen) over (partition by cell) as chosen_in_all
    from at_value
    window up_to as (partition by cell order by value)
)

select cell, credit_code, value,
       (below - own_worse)::integer as worse,
       (upto - below - 1 - own_tied)::integer as tied,
       (in_all - 1 - own_others)::integer as n,
       (chosen_in_all - 1)::integer as groups,
       (chosen_below - (own_chosen < value)::int)::integer as groups_worse,
       (chosen_upto - (own_chosen <= value)::int)::integer as groups_not_better
from record
join up_to_value using (cell, value)
order by cell, credit_code
