-- Question:   which files has this account sent?
-- Grain:      one row a file, the latest first
-- Parameters: $account
select id, file_name, file_sha256, sent_by, sent_at, faults
from upload
where sent_by = $account
order by sent_at desc
