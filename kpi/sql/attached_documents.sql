-- Question:   which documents go with the applications of factories of one year, and what does a self-assessment say?
-- Grain:      one row a time that one was attached, the earliest first
-- Parameters: $own (credit codes of the asker's own factories), $credit_codes (of those asked for), $year
select
    d.credit_code, d.kind, d.upload, u.file_name, u.file_sha256 as sha256, d.attached_by, d.attached_at,
    s.assessed_on, s.has_text, s.level_in_text, s.score_in_text, s.date_in_text
from attached_document d
join upload u on u.id = d.upload
left join self_assessment s on s.upload = d.upload
where list_contains($own, d.credit_code) and list_contains($credit_codes, d.credit_code) and d.year = $year
order by d.attached_at
