-- Question:   how many peers does each record of some cells beat, tie and trail, in records and in groups?
-- Grain:      one row per record of these cells, by cell and credit code
-- Parameters: $baseline
-- Reads:      wanted (cell, region, industry, kpi, basis), bound by the caller: the cells, each with a number
--             observation, with one record per enterprise, KPI and basis
-- Units:      value is in the KPI's unit, all else are counts without the record's own group. worse, tied and n are
--             records. A group counts once in groups: in groups_worse by its best record, in groups_not_better by its
--             worst.
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

-- Where several are a group's best, or worst, the first by its code stands for it.
member as (
    select cell, credit_code, value,
           rank() over in_group - 1 as own_worse,
           count(*) over in_group - rank() over in_group as own_tied,
           count(*) over (partition by cell, own_group) - 1 as own_others,
           row_number() over (partition by cell, own_group order by value desc, credit_code) = 1 as best,
           row_number() over (partition by cell, own_group order by value, credit_code) = 1 as worst
    from peer
    semi join shared using (cell, own_group)
    window in_group as (partition by cell, own_group order by value)
),

-- Who stands alone is the best and the worst of itself.
record as (
    select cell, credit_code, value, 0 as own_worse, 0 as own_tied, 0 as own_others, true as best, true as worst
    from peer
    anti join shared using (cell, own_group)
    union all
    select * from member
),

counted as (
    select cell, count(*) as records, count(*) filter (best) as groups from record group by cell
),

-- Every cell is sorted once, and counted as if all were the best and the worst of their groups; what the few that are
-- not have added comes off, by steps: at each of their values so many up to there.
ranked as (
    select cell, credit_code, value, own_worse, own_tied, own_others,
           rank() over up_to - 1 as below, count(*) over up_to as upto
    from record
    window up_to as (partition by cell order by value)
),

not_best as (
    select distinct cell, value, count(*) over (partition by cell order by value) as records
    from record
    where not best
),

not_worst as (
    select distinct cell, value, count(*) over (partition by cell order by value) as records
    from record
    where not worst
),

-- Most cells have no two of a group. In the others, each value is looked for once.
comes_off as (
    select v.cell, v.value, b.records as not_best, w.records as not_worst
    from (select distinct cell, value from record semi join not_worst using (cell)) v
    asof left join not_best b on v.cell = b.cell and v.value > b.value
    asof left join not_worst w on v.cell = w.cell and v.value >= w.value
),

-- A record is at or below itself, and so are the best and the worst of its group.
placed as (
    select r.cell, r.credit_code, r.value,
           below - own_worse as worse,
           upto - below - 1 - own_tied as tied,
           c.records - 1 - own_others as n,
           c.groups - 1 as groups,
           below - coalesce(not_best, 0) as groups_worse,
           upto - coalesce(not_worst, 0) - 1 as groups_not_better
    from ranked r
    join counted c using (cell)
    left join comes_off using (cell, value)
)

select cell, credit_code, value, worse::integer as worse, tied::integer as tied, n::integer as n,
       groups::integer as groups, groups_worse::integer as groups_worse,
       groups_not_better::integer as groups_not_better
from placed
order by cell, credit_code
