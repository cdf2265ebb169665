-- Question:   which files has this account uploaded, or which file has this number?
-- Grain:      one row per file, the latest first
-- Parameters: $account, $upload (null: any)
select id, file_name, file_sha256, sent_by, sent_at, faults
from upload
where (cast($account as varchar) is null or sent_by = $account) and (cast($upload as varchar) is null or id = $upload)
order by sent_at desc
