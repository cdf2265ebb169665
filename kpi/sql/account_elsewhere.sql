-- Question:   whose account does this identity of another provider open, and since when do its sign-ins hold?
-- Grain:      one row, or none
-- Parameters: $issuer, $subject
select name, valid_from
from account
where issuer = $issuer and subject = $subject and not disabled
