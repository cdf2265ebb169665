-- Question:   how many peers does each candidate beat, tie and trail, KPI by KPI?
-- Grain:      one row a factory and KPI, whatever the number of factories
-- Parameters: $baseline
-- Reads:      candidate (factory, region, industry, kpi, basis, value, credit_code, own_group), bound by the caller
--             observation
-- Units:      counts. worse, tied, n: records without the candidate's own group. sibling_*: records of the own group but
--             the candidate itself. groups, groups_worse, groups_not_better: one record a group, its best for "worse"
--             and its worst for "not better", without the own group; 1 or 0 in sibling_groups_* for the own group.
with

peer as (
    select region, industry, kpi, basis, credit_code, own_group, value
    from observation
    where baseline = $baseline
      and (region, industry) in (select distinct region, industry from candidate)
),

-- One row a group: what it would count as if each group had one record.
grouped as (
    select region, industry, kpi, basis, own_group, max(value) as best, min(value) as worst
    from peer
    group by all
),

-- A ladder has a rung for every distinct value, the candidates' too, so that placing is an equality join.
rung as (
    select region, industry, kpi, basis, value,
           sum(records) as records, sum(bests) as bests, sum(worsts) as worsts
    from (
        select region, industry, kpi, basis, value, count(*) as records, 0 as bests, 0 as worsts
        from peer group by all
        union all
        select region, industry, kpi, basis, best, 0, count(*), 0 from grouped group by all
        union all
        select region, industry, kpi, basis, worst, 0, 0, count(*) from grouped group by all
        union all
        select distinct region, industry, kpi, basis, value, 0, 0, 0 from candidate
    )
    group by all
),

ladder as (
    select region, industry, kpi, basis, value,
           records as tied,
           sum(records) over below - records as worse,
           sum(records) over cell as n,
           sum(bests) over below - bests as groups_worse,
           sum(worsts) over below as groups_not_better,
           sum(bests) over cell as groups
    from rung
    window cell as (partition by region, industry, kpi, basis),
           below as (partition by region, industry, kpi, basis order by value)
),

-- The records that are no peers: the candidate's own, told by its credit code, and its group's.
own as (
    select c.factory, c.kpi, c.value as x, p.credit_code, p.own_group, p.value,
           p.credit_code = c.credit_code as itself
    from candidate c
    join peer p using (region, industry, kpi, basis, own_group)
    union
    select c.factory, c.kpi, c.value, p.credit_code, p.own_group, p.value, true
    from candidate c
    join peer p using (region, industry, kpi, basis, credit_code)
),

own_counted as (
    select factory, kpi,
           count(*) as n,
           count(*) filter (value < x) as worse,
           count(*) filter (value = x) as tied,
           count(*) filter (not itself) as sibling_n,
           count(*) filter (not itself and value < x) as sibling_worse,
           count(*) filter (not itself and value = x) as sibling_tied,
           (max(value) filter (not itself) < any_value(x))::int as sibling_groups_worse,
           (min(value) filter (not itself) <= any_value(x))::int as sibling_groups_not_better
    from own
    group by factory, kpi
),

own_grouped as (
    select factory, kpi,
           count(*) as groups,
           count(*) filter (best < x) as groups_worse,
           count(*) filter (worst <= x) as groups_not_better
    from (
        select factory, kpi, own_group, any_value(x) as x, max(value) as best, min(value) as worst
        from own
        group by factory, kpi, own_group
    )
    group by factory, kpi
),

placed as (
    select c.factory, c.kpi,
           (l.worse - coalesce(o.worse, 0))::bigint as worse,
           (l.tied - coalesce(o.tied, 0))::bigint as tied,
           (l.n - coalesce(o.n, 0))::bigint as n,
           (l.groups - coalesce(g.groups, 0))::bigint as groups,
           (l.groups_worse - coalesce(g.groups_worse, 0))::bigint as groups_worse,
           (l.groups_not_better - coalesce(g.groups_not_better, 0))::bigint as groups_not_better,
           coalesce(o.sibling_n, 0)::bigint as sibling_n,
           coalesce(o.sibling_worse, 0)::bigint as sibling_worse,
           coalesce(o.sibling_tied, 0)::bigint as sibling_tied,
           coalesce(o.sibling_groups_worse, 0)::bigint as sibling_groups_worse,
           coalesce(o.sibling_groups_not_better, 0)::bigint as sibling_groups_not_better
    from candidate c
    join ladder l using (region, industry, kpi, basis, value)
    left join own_counted o using (factory, kpi)
    left join own_grouped g using (factory, kpi)
)

select * from placed
order by factory, kpi
