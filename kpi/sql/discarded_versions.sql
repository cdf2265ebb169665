-- Question:   how many versions had the answer sheets of the caller's own that were discarded?
-- Grain:      one row
-- Parameters: $own (credit codes of the caller's own factories), $credit_code, $subject (code and year, as in the trail)
select count(*) as versions
from audit
where list_contains($own, $credit_code) and subject = $subject
  and action in ('draft_accepted', 'sheet_changed', 'application_reopened')
  and seq < (select max(seq) from audit where subject = $subject and action = 'draft_discarded')
