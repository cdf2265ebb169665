-- Question:   what has been given to show the claims of one factory and year?
-- Grain:      one row a time that evidence was attached, the earliest first
-- Parameters: $own (credit codes of the asker's own factories), $credit_code, $year
select kind, item, claimed, evidence, upload, attached_by, attached_at
from claim_evidence
where list_contains($own, credit_code) and credit_code = $credit_code and year = $year
order by attached_at
