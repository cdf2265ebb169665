-- enquiries
-- Question:   what have reviewers asked some factories, and what did they take back?
-- Grain:      one row a question, the earliest first
-- Parameters: $own (the factories' credit codes), $year (null: every year)
select e.id, e.credit_code, e.year, e.kpi, e.question, e.asked_by, e.asked_at,
       w.reason as withdrawn_because, w.withdrawn_by, w.withdrawn_at
from enquiry e
left join enquiry_withdrawal w on w.enquiry = e.id
where list_contains($own, e.credit_code) and (cast($year as bigint) is null or e.year = $year)
order by e.asked_at, e.id
