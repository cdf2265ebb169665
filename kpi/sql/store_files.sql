-- Question:   which originals must exist?
-- Grain:      one row per file's hash
select distinct file_sha256 as sha256 from upload
union
select distinct original_sha256 from baseline
order by sha256
