-- Question:   how many peers does each candidate beat, tie and trail, KPI by KPI?
-- Grain:      one row per factory and KPI, whatever the number of factories
-- Parameters: $baseline
-- Reads:      candidate (factory, region, industry, kpi, basis, value, credit_code, own_group), bound by the caller
--             observation, with one record per enterprise, KPI and basis
-- Units:      counts. worse, tied, n: records without the candidate's own group. sibling_*: records of the own group except
--             the candidate itself. groups, groups_worse, groups_not_better: one record per group, its best for "worse"
--             and its worst for "not better", without the own group; 1 or 0 in sibling_groups_* for the own group.
with

-- The requested cells, numbered: one number instead of four words halves the time for a million factories.
cell as materialized (
    select row_number() over (order by region, industry, kpi, basis)::integer as cell, *
    from (select distinct region, industry, kpi, basis from candidate)
),

asked as not materialized (
    select factory, kpi, cell, value, credit_code, own_group
    from candidate
    join cell using (region, industry, kpi, basis)
),

peer as not materialized (
    select cell, credit_code, own_group, value
    from observation
    join cell using (region, industry, kpi, basis)
    where baseline = $baseline
),

-- Two can share a group only if one of them bears its name without being it. Most enterprises have no group and skip the
-- steps for groups below, which would cost more than the placing.
shared as (
    select own_group from peer where own_group <> credit_code
    union
    select own_group from asked where own_group <> credit_code
),

member as (
    select * from peer where own_group in (select own_group from shared)
),

-- One row per shared group: what it would count if each group had one record.
grouped as (
    select cell, own_group, max(value) as best, min(value) as worst
    from member
    group by all
),

-- A ladder has a rung for every distinct value, the candidates' too, so that placing is an equality join. A record
-- counts as its group's best and worst; in a shared group only one record may, so the members come off again.
rung as (
    select cell, value,
           sum(records) as records, sum(bests) as bests, sum(worsts) as worsts
    from (
        select cell, value, count(*) as records, count(*) as bests, count(*) as worsts
        from peer group by all
        union all
        select cell, value, 0, -count(*), -count(*) from member group by all
        union all
        select cell, best, 0, count(*), 0 from grouped group by all
        union all
        select cell, worst, 0, 0, count(*) from grouped group by all
        union all
        select distinct cell, value, 0, 0, 0 from asked
    )
    group by all
),

ladder as (
    select cell, value,
           records::bigint as tied,
           (sum(records) over below - records)::bigint as worse,
           (sum(records) over whole)::bigint as n,
           (sum(bests) over below - bests)::bigint as groups_worse,
           (sum(worsts) over below)::bigint as groups_not_better,
           (sum(bests) over whole)::bigint as groups
    from rung
    window whole as (partition by cell),
           below as (partition by cell order by value)
),

-- Records that are not peers: first those of the candidate's group except its own ...
sibling as (
    select c.factory, c.kpi,
           count(*) as n,
           count(*) filter (p.value < c.value) as worse,
           count(*) filter (p.value = c.value) as tied,
           max(p.value) as best,
           min(p.value) as worst
    from asked c
    join member p using (cell, own_group)
    where p.credit_code <> c.credit_code
    group by c.factory, c.kpi
),

-- ... then its own, by credit code, whose frozen group need not be the candidate's.
own as (
    select c.factory, c.kpi, c.value as x, l.* exclude (cell, value),
           p.value as itself,
           p.own_group <> c.own_group as apart
    from asked c
    join ladder l using (cell, value)
    left join peer p using (cell, credit_code)
),

-- The own group's best and worst, including the own record if it belongs to the group.
joined as (
    select o.*,
           coalesce(s.n, 0) as sibling_n,
           coalesce(s.worse, 0) as sibling_worse,
           coalesce(s.tied, 0) as sibling_tied,
           coalesce((s.best < x)::bigint, 0) as sibling_groups_worse,
           coalesce((s.worst <= x)::bigint, 0) as sibling_groups_not_better,
           if(apart, s.best, greatest(s.best, itself)) as best,
           if(apart, s.worst, least(s.worst, itself)) as worst
    from own o
    left join sibling s using (factory, kpi)
),

placed as (
    select factory, kpi,
           worse - sibling_worse - coalesce((itself < x)::bigint, 0) as worse,
           tied - sibling_tied - coalesce((itself = x)::bigint, 0) as tied,
           n - sibling_n - (itself is not null)::bigint as n,
           groups - (best is not null)::bigint - coalesce(apart::bigint, 0) as groups,
           groups_worse - coalesce((best < x)::bigint, 0) - coalesce((apart and itself < x)::bigint, 0) as groups_worse,
           groups_not_better - coalesce((worst <= x)::bigint, 0)
               - coalesce((apart and itself <= x)::bigint, 0) as groups_not_better,
           sibling_n, sibling_worse, sibling_tied, sibling_groups_worse, sibling_groups_not_better
    from joined
)

select * from placed
order by factory, kpi
