-- Question:   which originals must exist?
-- Grain:      one row per file's hash
-- Notes:      An import of the list of awards has its file's hash as its reason.
select distinct file_sha256 as sha256 from upload
union
select distinct original_sha256 from baseline
union
select distinct groups_sha256 from baseline where groups_sha256 is not null
union
select distinct file_sha256 from baseline_proposal
union
select distinct sizes_sha256 from baseline_proposal where sizes_sha256 is not null
union
select distinct groups_sha256 from baseline_proposal where groups_sha256 is not null
union
select distinct file_sha256 from register_edition
union
select distinct sources_sha256 from assembled_panel
union
select distinct reason from award_change where act = 'imported'
order by sha256
