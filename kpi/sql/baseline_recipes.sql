-- Question:   by which recipes were panels read, the latest first?
-- Grain:      one row per baseline that has one
select r.baseline, r.name, r.recipe, b.original_sha256
from baseline_recipe r
join baseline b on b.name = r.baseline
order by b.imported_at desc, r.baseline
