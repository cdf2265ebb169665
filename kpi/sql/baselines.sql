-- Question:   which baselines exist?
-- Grain:      one row per baseline, the preferred one first: of a year the one decided upon last, else the latest import
with

decided as (
    select name, max(row(decided_at, rowid)) as latest from baseline_decision group by name
)

select b.name, b.region, b.year, b.provenance, b.sha256, b.source, b.original_sha256, b.imported_at, b.shipped,
       b.groups_sha256
from baseline b
left join decided d using (name)
order by b.shipped, b.year desc, d.latest desc nulls last, b.imported_at desc, b.rowid desc
