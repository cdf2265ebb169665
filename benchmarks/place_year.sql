-- Question:   how many peers does each factory of a whole year beat, tie and trail, as records and as groups?
-- Grain:      one row per factory and KPI
-- Parameters: $baseline
-- Reads:      observation, with one record per enterprise, KPI and basis
-- Units:      counts, without the factory's own group: worse, tied and n of records; groups, groups_worse and
--             groups_not_better of one record per group, its best for "worse" and its worst for "not better"
with

-- Cells are numbered once: what follows compares one number in place of four words. ``before`` are the records of the
-- cells with lower numbers.
cell as materialized (
    select row_number() over ()::integer as cell, *,
           records > 1000 as large,
           (sum(records) over (rows unbounded preceding) - records)::integer as before
    from (
        select region, industry, kpi, basis, count(*) as records
        from observation
        where baseline = $baseline
        group by all
    )
),

peer as materialized (
    select factory, cell, value, large
    from observation
    join cell using (region, industry, kpi, basis)
    where baseline = $baseline
),

-- Two can share a group only if one of them bears its name without being it: few do.
shared as (
    select distinct own_group
    from observation
    where baseline = $baseline and own_group <> credit_code
),

member as materialized (
    select factory, region, industry, kpi, basis, own_group, value
    from observation
    where baseline = $baseline and own_group in (from shared)
),

-- Who has others of its group in its cell. One record of a group is its best, one its worst.
sibling as materialized (
    select own.factory, cell, any_value(own.value) as value,
           count(*) filter (other.value < own.value)::integer as worse,
           count(*) filter (other.value = own.value)::integer as tied,
           count(*)::integer as n,
           bool_or(other.value > own.value or other.value = own.value and other.factory < own.factory) as besides_best,
           bool_or(other.value < own.value or other.value = own.value and other.factory < own.factory) as besides_worst
    from member own
    join member other using (region, industry, kpi, basis, own_group)
    join cell using (region, industry, kpi, basis)
    where other.factory <> own.factory
    group by own.factory, cell
),

-- Without the records besides its best, or besides its worst, a group counts once.
spare as (
    select cell, count(*) as records from sibling where besides_best group by cell
),

besides as (
    select cell, value,
           sum(bests) over upto - bests as bests_below,
           sum(bests) over upto as bests_upto,
           sum(worsts) over upto as worsts_upto
    from (
        select cell, value, count(*) filter (besides_best) as bests, count(*) filter (besides_worst) as worsts
        from sibling
        group by cell, value
    )
    window upto as (partition by cell order by value)
),

size as (
    select cell, kpi, before,
           (cell.records - 1)::integer as n,
           (cell.records - 1 - coalesce(spare.records, 0))::integer as groups
    from cell
    left join spare using (cell)
),

-- Many records of a large cell have the same value: to count them first leaves less to sort.
listed as (
    select cell, value, factory, 1 as records
    from peer
    where not large
    union all
    select cell, value, any_value(factory), count(*)::integer
    from peer
    where large
    group by cell, value
),

-- A rung is a distinct value of a cell; where it is one record's alone, ``factory`` is whose. All cells are sorted at
-- once, and one pass along them tells how many records of all cells stand below a rung, and with the next one's up to
-- it: an empty "over" keeps the order. A sum of whole numbers would take 128 bits; that of doubles is as exact here.
rung as (
    select cell, value, factory, below, coalesce(lead(below) over (), (select count(*) from peer)) as upto
    from (
        select cell, value, factory,
               sum(records::double) over (rows unbounded preceding) - records as below,
               lag(cell) over () is distinct from cell or lag(value) over () is distinct from value as begins
        from (from listed order by cell, value)
    )
    where begins
),

-- Most cells have no two of a group: the nearest of a group's values is looked for in the others alone.
spare_upto as (
    select rung.cell, rung.value, if(b.value = rung.value, bests_below, bests_upto) as bests, worsts_upto as worsts
    from (from rung semi join spare using (cell)) rung
    asof join besides b on rung.cell = b.cell and rung.value >= b.value
),

ladder as (
    select cell, value, factory,
           below::integer as worse,
           (upto - below - 1)::integer as tied,
           (below - coalesce(bests, 0))::integer as groups_worse,
           (upto - 1 - coalesce(worsts, 0))::integer as groups_not_better
    from rung
    left join spare_upto using (cell, value)
),

-- Only rungs of several records are joined with them.
placed as (
    select factory, cell, worse, tied, groups_worse, groups_not_better
    from ladder
    where tied = 0
    union all
    select peer.factory, cell, worse, tied, groups_worse, groups_not_better
    from peer
    join ladder using (cell, value)
    where tied > 0
)

-- A factory has one record in a cell. The cells before and its own group come off.
select placed.factory, kpi,
       placed.worse - before - coalesce(sibling.worse, 0) as worse,
       placed.tied - coalesce(sibling.tied, 0) as tied,
       size.n - coalesce(sibling.n, 0) as n,
       groups,
       groups_worse - before as groups_worse,
       groups_not_better - before as groups_not_better
from placed
join size using (cell)
left join sibling using (factory, cell)
