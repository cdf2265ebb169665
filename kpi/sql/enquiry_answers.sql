-- Question:   what have some factories answered to what they were asked?
-- Grain:      one row an answer, the earliest first
-- Parameters: $own (the factories' credit codes), $year (null: every year)
select a.enquiry, a.answer, a.upload, a.answered_by, a.answered_at
from enquiry_answer a
join enquiry e on e.id = a.enquiry
where list_contains($own, e.credit_code) and (cast($year as bigint) is null or e.year = $year)
order by a.answered_at
