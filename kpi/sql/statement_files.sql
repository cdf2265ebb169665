-- Question:   which files stand beside the statements of an application?
-- Grain:      one row a time that one was attached, the earliest first
-- Parameters: $own (the factory's credit code), $year
select f.condition, f.upload, u.file_name, f.attached_by, f.attached_at
from statement_file f
join upload u on u.id = f.upload
where list_contains($own, f.credit_code) and f.year = $year
order by f.attached_at
