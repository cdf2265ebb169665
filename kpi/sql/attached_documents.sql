-- Question:   which documents go with the applications of factories of one year?
-- Grain:      one row a time that one was attached, the earliest first
-- Parameters: $own (credit codes of the asker's own factories), $credit_codes (of those asked for), $year
select d.credit_code, d.kind, d.upload, u.file_name, u.file_sha256 as sha256, d.attached_by, d.attached_at
from attached_document d
join upload u on u.id = d.upload
where list_contains($own, d.credit_code) and list_contains($credit_codes, d.credit_code) and d.year = $year
order by d.attached_at
