-- Question:   which baselines exist?
-- Grain:      one row per baseline, the preferred one first
select name, region, year, provenance, sha256, source, original_sha256, imported_at, shipped
from baseline
order by shipped, year desc, imported_at desc, rowid desc
