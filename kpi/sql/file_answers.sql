-- Question:   what was answered to the questions of a file, by whoever sent it?
-- Grain:      one row, or none
-- Parameters: $account, $file_sha256
select answers
from file_answers
where account = $account and file_sha256 = $file_sha256
