-- Question:   which originals must exist?
-- Grain:      one row per file's hash
select distinct file_sha256 as sha256 from upload
union
select distinct original_sha256 from baseline
union
select distinct groups_sha256 from baseline where groups_sha256 is not null
order by sha256
