-- Question:   which baselines were there before a moment, or are there now?
-- Grain:      one row per baseline, the preferred one first: of a year the one decided upon last, else the latest import
-- Parameters: $before, a moment: what was imported or decided from then on is not known; null: all of it
with

decided as (
    select distinct on (name) name, decided_at, number
    from baseline_decision
    where cast($before as timestamp) is null or decided_at < $before
    order by name, decided_at desc, number desc
)

select b.name, b.region, b.year, b.provenance, b.sha256, b.source, b.original_sha256, b.imported_at, b.shipped,
       b.groups_sha256
from baseline b
left join decided d on d.name = b.name
where cast($before as timestamp) is null or b.imported_at < $before
order by b.shipped, b.year desc, d.decided_at desc nulls last, d.number desc nulls last, b.imported_at desc,
         b.number desc
