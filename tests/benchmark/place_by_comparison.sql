-- Question:   as kpi/sql/peers.sql and group_extremes.sql, from the observations alone: each value is compared with each
--             record of its cell
-- Grain:      one row per factory and KPI
-- Parameters: $baseline, $year
-- Reads:      candidate (factory, region, industry, kpi, basis, value, credit_code, own_group), bound by the caller
--             observation, with one record per enterprise, KPI and basis
-- Units:      counts, as in kpi/sql/peers.sql
with

-- Everybody's records but the candidate's own.
record as (
    select c.factory, c.kpi, c.value as x, p.value, p.own_group, p.own_group = c.own_group as sibling,
           sha256(p.credit_code || $year) as turn
    from candidate c
    join observation p using (region, industry, kpi, basis)
    where p.baseline = $baseline and p.credit_code <> c.credit_code
),

-- One speaks for its group: the first by its hash.
grouped as (
    select factory, kpi, sibling, own_group,
           count(*) as n,
           count(*) filter (value < x) as worse,
           count(*) filter (value = x) as tied,
           arg_min(value < x, turn)::int as chosen_is_worse,
           arg_min(value = x, turn)::int as chosen_is_tied,
           (max(value) < x)::int as best_is_worse,
           (min(value) <= x)::int as worst_is_not_better
    from record
    group by factory, kpi, x, sibling, own_group
)

select c.factory, c.kpi,
       coalesce(sum(worse) filter (not sibling), 0)::bigint as worse,
       coalesce(sum(tied) filter (not sibling), 0)::bigint as tied,
       coalesce(sum(n) filter (not sibling), 0)::bigint as n,
       coalesce(sum(chosen_is_worse) filter (not sibling), 0)::bigint as chosen_worse,
       coalesce(sum(chosen_is_tied) filter (not sibling), 0)::bigint as chosen_tied,
       count(*) filter (not sibling) as chosen_n,
       coalesce(sum(n) filter (sibling), 0)::bigint as sibling_n,
       coalesce(sum(worse) filter (sibling), 0)::bigint as sibling_worse,
       coalesce(sum(tied) filter (sibling), 0)::bigint as sibling_tied,
       coalesce(sum(chosen_is_worse) filter (sibling), 0)::bigint as sibling_chosen_worse,
       coalesce(sum(chosen_is_tied) filter (sibling), 0)::bigint as sibling_chosen_tied,
       count(*) filter (not sibling) as groups,
       coalesce(sum(best_is_worse) filter (not sibling), 0)::bigint as groups_worse,
       coalesce(sum(worst_is_not_better) filter (not sibling), 0)::bigint as groups_not_better,
       coalesce(sum(best_is_worse) filter (sibling), 0)::bigint as sibling_groups_worse,
       coalesce(sum(worst_is_not_better) filter (sibling), 0)::bigint as sibling_groups_not_better
from candidate c
left join grouped g using (factory, kpi)
group by c.factory, c.kpi
order by c.factory, c.kpi
